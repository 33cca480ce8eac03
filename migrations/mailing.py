"""Our SQL functions for mailing what people are told: a job does it for all organizations together."""

MAILING = """
create function thicket_take_letters(moment timestamptz, most integer)
returns table (id uuid, title text, body text, bundle_count integer, created_at timestamptz, held boolean,
               wanted boolean, org_name text, project_name text, membership_id uuid, user_id uuid, name text,
               email text, time_zone text, time_format text, work_hours_enabled boolean, work_hours jsonb,
               catch_up_summary boolean, out_of_office_start date, out_of_office_end date)
language sql security definer set search_path = pg_catalog, public as $$
  with due as (
    select n.id, n.mail_at from notifications n where n.mail_at <= moment
     order by n.mail_at, n.id limit most for update skip locked),
  taken as (
    update notifications n set mail_at = null from due where n.id = due.id
    returning n.*, due.mail_at > n.created_at as held)
  select t.id, t.title, t.body, t.bundle_count, t.created_at, t.held,
         t.read_at is null and m.removed_at is null and o.cancelled_at is null
           and coalesce(p.email_notifications, true) and thicket_sees(m, r, j),
         o.name, j.name, m.id, u.id, u.name, u.email, u.time_zone, p.time_format,
         coalesce(p.work_hours_enabled, false), p.work_hours, coalesce(p.catch_up_summary, false),
         p.out_of_office_start, p.out_of_office_end
    from taken t
    join organizations o on o.id = t.org_id
    join memberships m on m.id = t.membership_id
    join users u on u.id = m.user_id
    left join preferences p on p.user_id = u.id
    left join recordings r on r.id = t.recording_id
    left join projects j on j.id = t.project_id
   order by t.created_at, t.id
$$;

create function thicket_hold_letters(which uuid[], until timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update notifications set mail_at = until where id = any (which)
$$;
"""
