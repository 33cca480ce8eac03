"""Our SQL functions for files: which bytes nobody needs any more (app/files/sweeping.py).

They look across all organizations, at nothing but ids. What they name is `org_id/id`, as the storage has it.
"""

FILES = """
create function thicket_note_discarded() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into discarded_files (key) values (old.org_id || '/' || old.id);
  return null;
end $$;

create function thicket_discard_unused_files(most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone bigint;
begin
  delete from stored_files where id = any (array(
    select s.id from stored_files s
     where not exists (select 1 from file_versions v where v.stored_file_id = s.id)
     limit most for update skip locked));
  get diagnostics gone = row_count;
  return gone;
end $$;

create function thicket_discarded_files(most integer) returns table (key text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.key from discarded_files d order by d.key limit most
$$;

create function thicket_forget_discarded_files(which text[]) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from discarded_files where key = any (which)
$$;

create function thicket_lost_files(which text[]) returns table (key text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select w.key from unnest(which) w (key)
   where exists (select 1 from organizations o where o.id::text = split_part(w.key, '/', 1))
     and not exists (select 1 from stored_files s where s.id::text = split_part(w.key, '/', 2))
$$;
"""

TRIGGERS = """
create trigger note_discarded after delete on stored_files
  for each row execute function thicket_note_discarded();
"""
