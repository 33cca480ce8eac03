"""The SQL function behind a calendar feed's secret address, which no session comes with."""

FEEDS = """
create function thicket_open_feed(token_digest bytea)
returns table (feed_id uuid, org_slug text, owner_id uuid, time_zone text)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  select f.id, o.slug, u.id, u.time_zone into feed_id, org_slug, owner_id, time_zone
    from calendar_feeds f join memberships m on m.id = f.membership_id
         join organizations o on o.id = f.org_id join users u on u.id = m.user_id
   where f.digest = token_digest and f.revoked_at is null and m.removed_at is null and o.cancelled_at is null;
  if feed_id is not null then
    perform set_config('app.user_id', owner_id::text, true);
  end if;
  return next;
end $$;
"""
"""Whoever knows a feed's token reads with the eyes of the person who made it, as long as that is somebody here."""
