"""Functions that operations begin with, compiled ones (app/api/compiler) in the statement that reads; and JSON."""

READING = """
create function thicket_begin(shown text, secret_digest bytea, moment timestamptz, which text)
returns table (user_id uuid, credential_id uuid, scope text, expires_at timestamptz, time_zone text, vocabulary text,
               org_id uuid, slug text, membership_id uuid, role text)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  select * into user_id, credential_id, scope, expires_at, time_zone, vocabulary
    from thicket_identify(shown, secret_digest, moment);
  if user_id is not null and which is not null then
    select * into org_id, slug, membership_id, role from thicket_enter(which);
  end if;
  return next;
end $$;

create function thicket_open(kind text, secret_digest bytea, moment timestamptz, zone text, which text)
returns table (user_id uuid, org_id uuid, vocabulary text)
language plpgsql rows 1 security definer set search_path = pg_catalog, public as $$
begin
  select i.user_id, i.vocabulary, coalesce(i.time_zone, zone) into user_id, vocabulary, zone
    from thicket_identify(kind, secret_digest, moment) i;
  perform set_config('app.time_zone', zone, true);
  if user_id is not null and which is not null then
    select e.org_id into org_id from thicket_enter(which) e;
  end if;
  return next;
end $$;

create function thicket_open_thing(shown text, secret_digest bytea, moment timestamptz, zone text, thing uuid)
returns table (user_id uuid, org_id uuid, vocabulary text, kind text)
language plpgsql rows 1 security definer set search_path = pg_catalog, public as $$
declare
  place text;
begin
  select i.user_id, i.vocabulary, coalesce(i.time_zone, zone) into user_id, vocabulary, zone
    from thicket_identify(shown, secret_digest, moment) i;
  perform set_config('app.time_zone', zone, true);
  if user_id is not null then
    select l.slug, l.kind into place, kind from thicket_locate(thing) l;
    select e.org_id into org_id from thicket_enter(place) e;
  end if;
  return next;
end $$;

create function thicket_cursor(parts text) returns text language sql stable parallel safe as $$
  select translate(encode(convert_to('[' || parts || ']', 'UTF8'), 'base64'), E'+/=\\n', '-_')
$$;

create function thicket_missing() returns json
language plpgsql volatile as $$
begin
  raise no_data_found;
end $$;

create function thicket_compact(value jsonb) returns json
language plpgsql immutable strict parallel safe as $$
begin
  return case jsonb_typeof(value)
    when 'object' then
      (select concat('{', string_agg(concat(to_json(key), ':', thicket_compact(inside)), ',' order by place), '}')
         from jsonb_each(value) with ordinality as members (key, inside, place))
    when 'array' then
      (select concat('[', string_agg(thicket_compact(inside)::text, ',' order by place), ']')
         from jsonb_array_elements(value) with ordinality as items (inside, place))
    else value::text end;
end $$;

create function thicket_find_embedded(content text) returns text[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(id order by place), '{}') from (
    select id, min(place) as place
      from regexp_matches(content, '<figure data-recording-id="([0-9a-f-]{36})">', 'g')
           with ordinality as found (parts, place), unnest(parts) as id
     group by id) each
$$;

create function thicket_embedded(content text) returns text[] language sql immutable parallel safe
  return case when strpos(content, '<figure data-recording-id="') > 0 then thicket_find_embedded(content) else '{}' end;
"""
"""One statement that becomes somebody and reads: what compiled queries begin with (app/api/compiler)."""
