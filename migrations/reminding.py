"""Our SQL functions for reminders and regular letters: jobs look through all organizations together.

Each organization is looked up in its own indexes, one after the other.
"""

REMINDING = """
create function thicket_beginning(since timestamptz, until timestamptz)
returns table (id uuid, starts_at timestamptz, ends_at timestamptz, all_day boolean, recurrence jsonb,
               repeats_until date, differing jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
  select e.id, e.starts_at, e.ends_at, e.all_day, e.recurrence, e.repeats_until,
         case when e.recurrence is not null then (
           select jsonb_agg(jsonb_build_object('day', v.occurrence_key, 'cancelled', v.cancelled,
                                               'starts_at', v.starts_at))
             from event_overrides v where v.recording_id = e.id) end
    from organizations o cross join lateral (
      select r.* from recordings r
       where r.org_id = o.id and r.starts_at > since and r.starts_at <= until and r.recurrence is null
      union all
      select r.* from recordings r
       where r.org_id = o.id and r.starts_at is not null and r.recurrence is not null and r.starts_at <= until
         and (r.repeats_until is null or r.repeats_until >= (since - interval '1 day')::date)) e
   where o.cancelled_at is null and e.type = 'schedule_entry' and e.status = 'active' and e.tool_enabled
     and not e.all_day and exists (select from assignments a where a.recording_id = e.id)
$$;

create function thicket_remind(which jsonb, moment timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
  with made as (
    insert into notifications (
      id, org_id, membership_id, action, title, body, bundle_count, recording_id, project_id, key, mail_at, created_at)
    select thicket_new_id(moment), r.org_id, m.id, 'reminder', coalesce(r.title, ''),
           'starts at ' || to_char(w.starts_at at time zone coalesce(u.time_zone, 'UTC'),
                                   case when p.time_format = '24h' then 'HH24:MI' else 'FMHH12:MIam' end),
           1, r.id, r.project_id, 'soon:' || r.id || ':' || extract(epoch from w.starts_at)::bigint,
           case when coalesce(p.email_notifications, true) then moment end, moment
      from jsonb_to_recordset(which) as w (recording uuid, starts_at timestamptz)
      join recordings r on r.id = w.recording
      join assignments a on a.recording_id = r.id
      join memberships m on m.id = a.membership_id and m.removed_at is null
      join users u on u.id = m.user_id
      left join projects j on j.id = r.project_id
      left join preferences p on p.user_id = u.id
      left join project_bells b on b.project_id = j.id and b.membership_id = m.id
     where coalesce(p.notify_event_reminders, true) and coalesce(j.status, 'active') = 'active'
       and thicket_sees(m, r, j) and coalesce(b.scope, p.notify_scope, 'everything') = 'everything'
     order by m.id, r.id
    on conflict (membership_id, key) do nothing
    returning mail_at)
  select coalesce(bool_or(made.mail_at is not null), false) from made
$$;

create function thicket_remind_of_timers(which jsonb, moment timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
  with made as (
    insert into notifications (
      id, org_id, membership_id, action, title, body, bundle_count, recording_id, project_id, key, mail_at, created_at)
    select thicket_new_id(moment), r.org_id, m.id, 'reminder', coalesce(r.title, ''),
           case when w.ends then 'ends' else 'reaches a milestone' end
           || case when l.wall::date = (moment at time zone coalesce(u.time_zone, 'UTC'))::date then ''
                   else ' on ' || to_char(l.wall, 'FMMonth FMDD') end
           || ' at ' || to_char(l.wall, case when p.time_format = '24h' then 'HH24:MI' else 'FMHH12:MIam' end),
           1, r.id, r.project_id,
           'timer:' || r.id || ':' || extract(epoch from w.at)::bigint || ':' || extract(epoch from w.told_at)::bigint,
           case when coalesce(p.email_notifications, true) then moment end, moment
      from jsonb_to_recordset(which) as w (recording uuid, at timestamptz, told_at timestamptz, ends boolean)
      join recordings r on r.id = w.recording and r.org_id = thicket_org() and r.tool_enabled
      join memberships m on m.id = r.creator_id and m.removed_at is null
      join users u on u.id = m.user_id
      cross join lateral (select w.at at time zone coalesce(u.time_zone, 'UTC') as wall) l
      join projects j on j.id = r.project_id and j.status = 'active'
      left join preferences p on p.user_id = u.id
      left join project_bells b on b.project_id = j.id and b.membership_id = m.id
     where coalesce(p.notify_event_reminders, true) and thicket_sees(m, r, j)
       and coalesce(b.scope, p.notify_scope, 'everything') = 'everything'
     order by m.id, r.id, w.told_at
    on conflict (membership_id, key) do nothing
    returning mail_at)
  select coalesce(bool_or(made.mail_at is not null), false) from made
$$;

create function thicket_remind_of_work(moment timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
  with made as (
    insert into notifications (
      id, org_id, membership_id, action, title, body, bundle_count, recording_id, project_id, key, mail_at, created_at)
    select thicket_new_id(moment), r.org_id, m.id, 'reminder', coalesce(r.title, ''), 'is due today',
           1, r.id, r.project_id, 'due:' || r.id || ':' || r.due_on,
           case when coalesce(p.email_notifications, true) then moment end, moment
      from organizations o
      join recordings r on r.org_id = o.id
       and r.due_on between (moment - interval '1 day')::date and (moment + interval '1 day')::date
      join assignments a on a.recording_id = r.id
      join memberships m on m.id = a.membership_id and m.removed_at is null
      join users u on u.id = m.user_id
      join projects j on j.id = r.project_id and j.status = 'active'
      left join preferences p on p.user_id = u.id
      left join project_bells b on b.project_id = j.id and b.membership_id = m.id
      cross join lateral (
        select (r.due_on + time '09:00') at time zone coalesce(u.time_zone, 'UTC') as at) nine
     where o.cancelled_at is null and r.type in ('todo', 'card', 'card_step') and r.status = 'active'
       and r.completed_at is null and r.tool_enabled
       and moment >= nine.at and moment < nine.at + interval '3 hours' and a.created_at < nine.at
       and coalesce(p.notify_assignment_reminders, true)
       and thicket_sees(m, r, j) and coalesce(b.scope, p.notify_scope, 'everything') = 'everything'
     order by m.id, r.id
    on conflict (membership_id, key) do nothing
    returning mail_at)
  select coalesce(bool_or(made.mail_at is not null), false) from made
$$;

create function thicket_take_regular_letters(moment timestamptz, most integer)
returns table (letters text, user_id uuid, name text, email text, time_zone text, time_format text,
               org_name text, slug text)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  return query
  with due as (
    select k.letters, m.id, m.org_id, m.user_id, l.wall::date as day
      from organizations o
      join memberships m on m.org_id = o.id and m.removed_at is null
      join users u on u.id = m.user_id
      left join preferences p on p.user_id = u.id
      cross join lateral (select moment at time zone coalesce(u.time_zone, 'UTC') as wall) l
      cross join lateral (
        select 'assignments' as letters
         where coalesce(p.weekly_assignments_email, true) and extract(isodow from l.wall) = 1
           and exists (
             select from assignments a join recordings r on r.id = a.recording_id
              where a.membership_id = m.id and a.org_id = o.id and r.status = 'active' and r.completed_at is null
                and r.type in ('todo', 'card', 'card_step'))
        union all
        select 'activity' where p.activity_digest) k
     where o.cancelled_at is null and l.wall::time >= time '08:00' and l.wall::time < time '12:00'
       and not coalesce(l.wall::date between p.out_of_office_start and p.out_of_office_end, false)
       and not exists (
         select from regular_letters s
          where s.membership_id = m.id and s.letters = k.letters and s.sent_on >= l.wall::date)
     order by m.id limit most),
  sent as (
    insert into regular_letters as s (membership_id, letters, org_id, sent_on)
    select d.id, d.letters, d.org_id, d.day from due d
    on conflict (membership_id, letters) do update set sent_on = excluded.sent_on where s.sent_on < excluded.sent_on
    returning s.membership_id, s.letters)
  select s.letters::text, u.id, u.name::text, u.email::text, u.time_zone::text, p.time_format::text, o.name::text,
         o.slug::text
    from sent s join memberships m on m.id = s.membership_id join users u on u.id = m.user_id
         join organizations o on o.id = m.org_id left join preferences p on p.user_id = u.id
   order by m.id, s.letters;
end $$;
"""
