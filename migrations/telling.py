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

TRIGGERS = """
create trigger copy_absence_to_memberships after insert or update of out_of_office_start, out_of_office_end
  on preferences for each row execute function thicket_copy_absence_to_memberships();
create trigger take_absence_along before insert on memberships
  for each row execute function thicket_take_absence_along();
"""
