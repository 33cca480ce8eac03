"""The SQL functions behind webhooks and timers' alarms: whoever does something must not see whom it is told to."""

WEBHOOKS = """
create function thicket_webhook_listeners(projects uuid[])
returns table (id uuid, membership_id uuid, style text, event_types text[], project_id uuid, has_timers boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  select w.id, w.membership_id, w.style, w.event_types, p.id,
         exists (select 1 from recordings r where r.place_id = p.id and r.type = 'timer_board')
    from webhook_endpoints w
         join memberships m on m.id = w.membership_id
         join projects p on p.id = any (projects) and p.org_id = w.org_id
   where w.org_id = thicket_org() and w.status = 'active' and m.removed_at is null and m.role in ('owner', 'admin')
     and (p.all_access
          or exists (select 1 from project_accesses a where a.project_id = p.id and a.membership_id = m.id))
  union all
  select w.id, w.membership_id, w.style, w.event_types, null, false
    from webhook_endpoints w join memberships m on m.id = w.membership_id
   where w.org_id = thicket_org() and w.status = 'active' and m.removed_at is null and m.role in ('owner', 'admin')
$$;

create function thicket_forget_deliveries(before timestamptz, most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint;
begin
  delete from webhook_deliveries where id = any (array(
    select d.id from webhook_deliveries d where d.created_at < before order by d.created_at limit most
       for update skip locked));
  get diagnostics gone = row_count;
  return gone;
end $$;

create function thicket_alarmed_organizations(moment timestamptz) returns table (org_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct r.org_id from recordings r where r.alarm_at <= moment
$$;
"""
