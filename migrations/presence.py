"""What places in organizations carry of their users, and when each was last there: our SQL functions and triggers."""

PRESENCE = """
create function thicket_copy_user_to_memberships() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update memberships
     set name = new.name, email = new.email, image = new.image, time_zone = new.time_zone
   where user_id = new.id;
  return null;
end $$;

create function thicket_take_presence_along() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  select u.time_zone, (select max(s.updated_at) from sessions s where s.user_id = u.id)
    into new.time_zone, new.last_seen_at
    from users u where u.id = new.user_id;
  return new;
end $$;

create function thicket_see(which uuid, place uuid, moment timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
  -- Whoever is being changed was seen a moment ago as well: nobody waits for it.
  update memberships set last_seen_at = moment where id in (
    select m.id from memberships m
     where m.user_id = which and m.removed_at is null and (place is null or m.org_id = place)
       for no key update skip locked)
$$;

create function thicket_see_session() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform thicket_see(new.user_id, null, new.updated_at);
  return null;
end $$;
"""

TRIGGERS = """
create trigger copy_to_memberships after update of name, email, image, time_zone on users
  for each row execute function thicket_copy_user_to_memberships();
create trigger take_presence_along before insert on memberships
  for each row execute function thicket_take_presence_along();
create trigger see_session after insert or update of expires_at on sessions
  for each row execute function thicket_see_session();
"""
