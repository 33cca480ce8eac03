"""What projects that begin with a client's words ask of the database."""

INTAKE = """
create function thicket_user_of(new_user uuid, address text, called text, moment timestamptz)
returns table (id uuid, name text, email text, image text)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if coalesce(current_setting('app.role', true), '') not in ('owner', 'admin') then
    raise insufficient_privilege;
  end if;
  insert into users as u (id, name, email, email_verified, created_at, updated_at)
  values (new_user, called, address, false, moment, moment) on conflict on constraint uq_users_email do nothing;
  return query select u.id, u.name::text, u.email::text, u.image::text from users u where u.email = address;
end $$;

create function thicket_forget_source() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  delete from message_sources where recording_id = new.id;
  return null;
end $$;
"""
"""The user of an address, who is made where there is none; only for who may invite. And: a message that says something
else now was written as nothing else."""

TRIGGERS = """
create trigger forget_source after update of content on recordings
  for each row when (old.content is distinct from new.content) execute function thicket_forget_source();
"""
