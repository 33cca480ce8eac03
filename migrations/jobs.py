"""Our SQL functions for jobs: how they are left, taken, held, finished and given up (app/core/jobs.py).

The serving role cannot touch the table itself: a job holds what is nobody's business, such as the text of a mail.
"""

JOBS = """
create function thicket_enqueue(left_now json) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into jobs (id, name, payload, key, run_at, attempts, created_at)
  select j.id, j.name, j.payload, j.key, j.run_at, 0, j.created_at
    from json_populate_recordset(null::jobs, left_now) j
  on conflict (name, key) where key is not null and claim is null and dead_at is null do nothing;
  if exists (select from json_populate_recordset(null::jobs, left_now) j where j.run_at <= j.created_at) then
    perform pg_notify('thicket_jobs', '');
  end if;
end $$;

create function thicket_schedule(new_id uuid, job text, due timestamptz, moment timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
  insert into jobs (id, name, payload, cron, run_at, attempts, created_at)
  values (new_id, job, '{}', true, due, 0, moment)
  on conflict (name, cron) do nothing;
  update jobs set run_at = due where name = job and cron and claim is null and run_at > due
$$;

create function thicket_take_jobs(known text[], most integer, moment timestamptz, until timestamptz, new_claim uuid)
returns table (id uuid, name text, payload jsonb, cron boolean, attempts integer, overdue double precision)
language sql security definer set search_path = pg_catalog, public as $$
  with taken as (
    select j.id, j.run_at from jobs j
     where j.dead_at is null and j.run_at <= moment and j.name = any (known)
     order by j.run_at, j.id limit most for update skip locked)
  update jobs j set claim = new_claim, run_at = until, attempts = j.attempts + 1
    from taken where j.id = taken.id
  returning j.id, j.name, j.payload, j.cron, j.attempts, extract(epoch from moment - taken.run_at)
$$;

create function thicket_hold_job(which uuid, my_claim uuid, until timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
  with held as (update jobs set run_at = until where id = which and claim = my_claim returning 1)
  select exists (select from held)
$$;

create function thicket_finish_job(which uuid, my_claim uuid, again timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if again is null then
    delete from jobs where id = which and claim = my_claim;
  else
    update jobs set claim = null, attempts = 0, error = null, run_at = again where id = which and claim = my_claim;
  end if;
  return found;
end $$;

create function thicket_fail_job(
  which uuid, my_claim uuid, due timestamptz, tried integer, said text, died timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update jobs set claim = null, run_at = due, attempts = tried, error = said, dead_at = died
   where id = which and claim = my_claim;
exception when unique_violation then
  delete from jobs where id = which and claim = my_claim;
end $$;

create function thicket_work_for(which uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform 1 from organizations o where o.id = which and o.cancelled_at is null;
  if not found then
    return false;
  end if;
  perform set_config('app.user_id', '', true), set_config('app.org_id', which::text, true),
          set_config('app.membership_id', '', true), set_config('app.role', 'owner', true),
          set_config('app.chat_ids', '', true);
  perform set_config('app.project_ids', coalesce(array_agg(p.id), '{}')::text, true),
          set_config('app.open_project_ids',
                     coalesce(array_agg(p.id) filter (where p.status <> 'trashed'), '{}')::text, true)
     from projects p where p.org_id = which;
  return true;
end $$;

create function thicket_count_jobs(moment timestamptz)
returns table (name text, waiting bigint, due bigint, running bigint, dead bigint, overdue double precision)
language sql stable security definer set search_path = pg_catalog, public as $$
  select j.name,
         count(*) filter (where j.dead_at is null and j.claim is null),
         count(*) filter (where j.dead_at is null and j.run_at <= moment),
         count(*) filter (where j.dead_at is null and j.run_at > moment and j.claim is not null),
         count(*) filter (where j.dead_at is not null),
         coalesce(max(extract(epoch from moment - j.run_at))
                    filter (where j.dead_at is null and j.run_at <= moment), 0)
    from jobs j group by j.name order by j.name
$$;

create function thicket_list_jobs(dead_only boolean, most integer)
returns table (id uuid, name text, key text, run_at timestamptz, attempts integer, running boolean, error text,
               dead_at timestamptz, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select j.id, j.name, j.key, j.run_at, j.attempts, j.claim is not null, j.error, j.dead_at, j.created_at
    from jobs j where not dead_only or j.dead_at is not null
   order by j.dead_at is null, j.run_at, j.id limit most
$$;

create function thicket_revive_jobs(which uuid[], moment timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  each uuid;
  revived bigint := 0;
begin
  for each in select j.id from jobs j
               where j.dead_at is not null and (which is null or j.id = any (which)) order by j.id loop
    begin
      update jobs set dead_at = null, claim = null, attempts = 0, run_at = moment where id = each;
      revived := revived + 1;
    exception when unique_violation then
      delete from jobs where id = each;
    end;
  end loop;
  perform pg_notify('thicket_jobs', '');
  return revived;
end $$;

create function thicket_drop_jobs(which uuid[]) returns bigint
language sql security definer set search_path = pg_catalog, public as $$
  with dropped as (delete from jobs where id = any (which) and dead_at is not null returning 1)
  select count(*) from dropped
$$;
"""
