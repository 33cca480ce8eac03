"""Functions that see, hold and lock recordings and what lies in them (app/recordings/actions/holding.py)."""

LOCKING = """
create function thicket_lock(which uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform thicket_hold(which);
  perform 1 from recordings r
    where r.id = any (which) and r.org_id = thicket_org()
    order by r.id for no key update;
end $$;

create function thicket_last_place(parent uuid) returns double precision
language sql stable security definer set search_path = pg_catalog, public as $$
  select max(r.position) from recordings r where r.parent_id = parent and r.org_id = thicket_org()
$$;

create function thicket_take(which uuid)
returns table (found recordings, project_status text, last_place double precision)
language plpgsql set search_path = pg_catalog, public as $$
begin
  perform 1 from recordings r where r.id = which for no key update;
  return query
    select r, (select p.status::text from projects p where p.id = r.project_id), thicket_last_place(r.id)
      from recordings r where r.id = which;
end $$;

create function thicket_lock_in_place(which uuid, others uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  parent uuid;
begin
  loop
    select r.parent_id into parent from recordings r where r.id = which and r.org_id = thicket_org();
    begin
      perform thicket_lock(array_remove(others || parent, null));
      if parent is not distinct from (select r.parent_id from recordings r where r.id = which) then
        perform thicket_lock(array[which]);
        return;
      end if;
      raise sqlstate 'TH001';
    exception when sqlstate 'TH001' then
      null;
    end;
  end loop;
end $$;

create function thicket_tree(root uuid) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  with recursive tree as (
    select r.id from recordings r
     where r.id = root and r.org_id = thicket_org()
       and r.place_id = any (thicket_places())
    union
    select r.id from recordings r join tree t on r.parent_id = t.id)
  select t.id from tree t
$$;

create function thicket_lock_tree(root uuid) returns table (id uuid)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform thicket_lock(array(select t.id from thicket_tree(root) t));
  perform thicket_hold(array(select t.id from thicket_tree(root) t));
  return query select t.id from thicket_tree(root) t;
end $$;

create function thicket_drafts(project uuid) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.id from recordings r
   where r.org_id = thicket_org() and r.project_id = project and project = any (thicket_open_projects())
     and (r.status = 'drafted' or r.drafted_before)
$$;
"""
