"""Our SQL functions that destroy what nobody can want back, a bounded number of rows at a time.

Each says how many rows it destroyed; none means that there are no more. They look across all organizations, at
nothing but age.
"""

SWEEPING = """
create function thicket_purge_trash(before timestamptz, most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint;
begin
  delete from recordings where id = any (array(
    select r.id from recordings r where r.trashed_at < before and r.status = 'trashed'
     order by r.trashed_at limit most for update skip locked));
  get diagnostics gone = row_count;
  if gone = 0 then
    delete from recordings where id = any (array(
      select r.id from recordings r join projects p on p.id = r.project_id
       where p.status = 'trashed' and p.trashed_at < before limit most for update of r skip locked));
    get diagnostics gone = row_count;
  end if;
  if gone = 0 then
    delete from projects where id = any (array(
      select p.id from projects p where p.status = 'trashed' and p.trashed_at < before
         and not exists (select 1 from recordings r where r.project_id = p.id)
       limit most for update skip locked));
    get diagnostics gone = row_count;
  end if;
  return gone;
end $$;

create function thicket_purge_organization(before timestamptz, most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  which uuid;
  place text;
  more bigint;
  gone bigint := 0;
begin
  select o.id into which from organizations o
   where o.cancelled_at < before order by o.cancelled_at limit 1 for update skip locked;
  if which is null then
    return 0;
  end if;
  for place in
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'org_id'
     order by c.relname = 'memberships', c.relname = 'projects', c.relname
  loop
    begin
      execute format('delete from %I where ctid = any (array(select ctid from %I where org_id = $1 limit $2))',
                     place, place) using which, most;
      get diagnostics more = row_count;
      gone := gone + more;
    exception when foreign_key_violation then
      null;
    end;
  end loop;
  if gone = 0 then
    delete from organizations where id = which;
    gone := 1;
  end if;
  return gone;
end $$;

create function thicket_stop_timers(before timestamptz, seconds integer, most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  stopped bigint;
begin
  update time_entries set duration_seconds = seconds, ended_at = started_at + make_interval(secs => seconds),
                          auto_stopped = true
   where id = any (array(
     select t.id from time_entries t where t.ended_at is null and t.started_at < before
      limit most for update skip locked));
  get diagnostics stopped = row_count;
  return stopped;
end $$;

create function thicket_sweep_credentials(moment timestamptz, most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  more bigint;
  gone bigint;
begin
  delete from sessions where id = any (array(
    select id from sessions where expires_at <= moment limit most for update skip locked));
  get diagnostics gone = row_count;
  delete from password_resets where id = any (array(
    select id from password_resets where expires_at <= moment limit most for update skip locked));
  get diagnostics more = row_count;
  gone := gone + more;
  delete from rate_buckets where key = any (array(
    select key from rate_buckets where resets_at < moment - interval '1 hour' limit most for update skip locked));
  get diagnostics more = row_count;
  return gone + more;
end $$;
"""
