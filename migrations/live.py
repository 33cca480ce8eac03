"""The functions behind live subscriptions: whether a row is new to somebody."""

LIVE = """
create function thicket_was_seen(writer xid, snapshot text) returns boolean
language plpgsql stable parallel safe as $$
declare
  next_writer bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
begin
  if pg_snapshot_xmax(snapshot::pg_snapshot)::text::bigint > next_writer then
    return false;
  end if;
  return pg_visible_in_snapshot(
    (next_writer - ((next_writer - writer::text::bigint) & 4294967295))::text::xid8, snapshot::pg_snapshot);
end $$;
"""
"""A row's `xmin` is the lower half of the number of the transaction that wrote it, here one of the last few.

A snapshot from the future is another database's, from before it was restored: then all is new.
"""

TOLD = """
create function thicket_was_told(writer bigint, snapshot text) returns boolean
language plpgsql stable parallel safe as $$
begin
  return writer is null or writer >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
      or pg_visible_in_snapshot(writer::text::xid8, snapshot::pg_snapshot);
end $$;

create function thicket_tell_live() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  new.told_in := pg_current_xact_id()::text::bigint;
  perform pg_notify('thicket_live', new.membership_id::text);
  return new;
end $$;
"""
"""Notifications keep the number themselves: their rows are also written when they are read or mailed.

A number from the future is another database's, from before it was restored: that was told there.
"""

TRIGGERS = """
create trigger tell_live before insert or update of bundle_count on notifications
  for each row execute function thicket_tell_live();
"""
