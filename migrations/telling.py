"""Our SQL functions and triggers for what people are told, and for when they are not there to hear it."""

ABSENCE = """
create function thicket_copy_absence_to_memberships() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update memberships
     set out_of_office_start = new.out_of_office_start, out_of_office_end = new.out_of_office_end
   where user_id = new.user_id;
  return null;
end $$;

create function thicket_take_absence_along() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  select p.out_of_office_start, p.out_of_office_end into new.out_of_office_start, new.out_of_office_end
    from preferences p where p.user_id = new.user_id;
  return new;
end $$;
"""

TELLING = """
create function thicket_new_id(moment timestamptz) returns uuid
language sql volatile parallel safe set search_path = pg_catalog, public as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
          || '7' || substr(noise, 1, 3) || '8' || substr(noise, 18, 15))::uuid
    from (select replace(gen_random_uuid()::text, '-', '')) made (noise)
$$;

create function thicket_subjects(which uuid[])
returns table (id uuid, type text, parent_id uuid, parent_type text, above_id uuid, above_type text, creator_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.id, r.type, p.id, p.type, a.id, a.type, r.creator_id
    from recordings r left join recordings p on p.id = r.parent_id left join recordings a on a.id = p.parent_id
   where r.id = any (which) and r.org_id = thicket_org()
$$;

create function thicket_sees(who memberships, what recordings, place projects) returns boolean
language sql stable set search_path = pg_catalog, public as $$
  select case
    when place.id is not null then
      place.status <> 'trashed'
      and ((place.all_access and who.role <> 'client')
           or exists (select from project_accesses x where x.project_id = place.id and x.membership_id = who.id))
      and (what.id is null or who.role <> 'client' or (what.visible_to_clients and what.status <> 'trashed'))
      and (what.status is distinct from 'drafted')
      and (what.linked_project_id is null or who.role in ('owner', 'admin') or exists (
        select from projects l
         where l.id = what.linked_project_id
           and ((l.all_access and who.role <> 'client')
                or exists (select from project_accesses x where x.project_id = l.id and x.membership_id = who.id))))
    when what.tool = 'schedule' then who.role <> 'client'
    else exists (select from chat_participants x
                  where x.recording_id in (what.id, what.parent_id) and x.membership_id = who.id)
  end
$$;

create function thicket_told(claims jsonb)
returns table (event uuid, family uuid, action text, rank integer, direct boolean, actor uuid, recording uuid,
               project uuid, body text, bundle text, membership uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  with asked as (
    select * from jsonb_to_recordset(claims) as c (
      event uuid, family uuid, action text, rank integer, direct boolean, actor uuid, recording uuid, project uuid,
      body text, named uuid, bundle text, source text, thread uuid, people uuid[])),
  called as (
    select a.*, s.membership_id, s.reason = 'manual' as chosen
      from asked a join subscriptions s on s.recording_id = a.thread
     where a.source = 'subscribers' and s.unsubscribed_at is null
    union all
    select a.*, m.membership_id, false from asked a join mentions m on m.recording_id = a.thread
     where a.source = 'mentions'
    union all
    select a.*, x.membership_id, false from asked a join assignments x on x.recording_id = a.thread
     where a.source = 'assignees'
    union all
    select a.*, x.membership_id, false from asked a join chat_participants x on x.recording_id = a.thread
     where a.source = 'participants'
    union all
    select a.*, p.id, false from asked a cross join unnest(a.people) p (id) where a.source = 'people')
  select distinct on (c.family, m.id)
         c.event, c.family, c.action, c.rank, c.direct, c.actor, c.recording, coalesce(c.project, r.project_id),
         replace(c.body, '{}', coalesce(n.title, j.name, 'a ' || replace(n.type, '_', ' '), '')), c.bundle, m.id
    from called c
    join memberships m on m.id = c.membership_id and m.org_id = thicket_org() and m.removed_at is null
    left join preferences p on p.user_id = m.user_id
    left join recordings r on r.id = c.recording and r.org_id = thicket_org()
    left join recordings n on n.id = c.named and n.org_id = thicket_org()
    left join projects j on j.id = coalesce(c.project, r.project_id) and j.org_id = thicket_org()
    left join project_bells b on b.project_id = j.id and b.membership_id = m.id
   where m.id is distinct from c.actor
     and thicket_sees(m, r, j)
     and (c.direct or c.chosen or coalesce(b.scope, p.notify_scope, 'everything') = 'everything')
     and (c.action <> 'cheered' or coalesce(p.notify_cheers, true))
   order by c.family, m.id, c.rank
$$;

create function thicket_tell(claims jsonb, moment timestamptz, mailing json) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  mailed boolean;
begin
  update notifications n set bundle = null
    from jsonb_to_recordset(claims) as c (action text, bundle text)
   where c.action = 'cheered' and n.bundle = c.bundle and n.org_id = thicket_org()
     and n.created_at <= moment - interval '3 hours';
  with told as materialized (select * from thicket_told(claims)),
  made as (
    insert into notifications as n (
      id, org_id, membership_id, action, title, body, bundle_count, recording_id, project_id, actor_id, key, bundle,
      mail_at, created_at)
    select thicket_new_id(moment), thicket_org(), t.membership, t.action, coalesce(a.name, ''), t.body, t.times,
           t.recording, t.project, t.actor, t.key, t.bundle,
           case when coalesce(p.email_notifications, true) then moment end, moment
      from (select t.*, 1 as times, t.event::text as key from told t where t.bundle is null
            union all
            (select distinct on (t.membership, t.bundle) t.*,
                    count(*) over (partition by t.membership, t.bundle), null
               from told t where t.bundle is not null
              order by t.membership, t.bundle, t.event desc)) t
      join memberships m on m.id = t.membership
      left join memberships a on a.id = t.actor
      left join preferences p on p.user_id = m.user_id
     order by t.membership, t.event
    on conflict (membership_id, bundle) do update set
      bundle_count = n.bundle_count + excluded.bundle_count, title = excluded.title, body = excluded.body,
      actor_id = excluded.actor_id,
      created_at = case n.action when 'cheered' then n.created_at else excluded.created_at end
    returning n.mail_at)
  select bool_or(made.mail_at is not null) into mailed from made;
  if mailed then
    perform thicket_enqueue(mailing);
  end if;
end $$;
"""

TRIGGERS = """
create trigger copy_absence_to_memberships after insert or update of out_of_office_start, out_of_office_end
  on preferences for each row execute function thicket_copy_absence_to_memberships();
create trigger take_absence_along before insert on memberships
  for each row execute function thicket_take_absence_along();
"""
