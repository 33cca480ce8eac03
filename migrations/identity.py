"""Functions that know a credential: who it shows, how often it may be used, and when it was."""

IDENTITY = """
create function thicket_identify(kind text, secret_digest bytea, moment timestamptz)
returns table (user_id uuid, credential_id uuid, scope text, expires_at timestamptz, time_zone text,
               vocabulary text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  bound_to uuid;
begin
  if kind = 'session' then
    select s.user_id, s.id, 'full', s.expires_at, u.time_zone, null
      into user_id, credential_id, scope, expires_at, time_zone, vocabulary
      from sessions s join users u on u.id = s.user_id
     where s.digest = secret_digest and s.expires_at > moment;
  elsif kind = 'key' then
    select m.user_id, k.id, k.permission, k.expires_at, u.time_zone, null, k.works_in_id
      into user_id, credential_id, scope, expires_at, time_zone, vocabulary, bound_to
      from api_keys k join memberships m on m.id = k.membership_id join users u on u.id = m.user_id
     where k.digest = secret_digest and k.revoked_at is null and (k.expires_at is null or k.expires_at > moment)
       and m.removed_at is null;
  else
    select t.user_id, t.id, t.scope, t.expires_at, u.time_zone, t.vocabulary
      into user_id, credential_id, scope, expires_at, time_zone, vocabulary
      from access_tokens t join users u on u.id = t.user_id
     where t.digest = secret_digest and t.revoked_at is null and (t.expires_at is null or t.expires_at > moment);
  end if;
  perform set_config('app.user_id', coalesce(user_id::text, ''), true),
          set_config('app.key_org_id', coalesce(bound_to::text, ''), true);
  return next;
end $$;

create function thicket_account(address text)
returns table (user_id uuid, account_id uuid, password_hash text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, a.id, a.password_hash
    from users u left join accounts a on a.user_id = u.id and a.provider_id = 'credential'
   where u.email = address
$$;

create function thicket_password_reset(token_digest bytea, moment timestamptz)
returns table (id uuid, user_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.id, r.user_id from password_resets r where r.digest = token_digest and r.expires_at > moment
$$;

create function thicket_end_expired_session(session_digest bytea, moment timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from sessions where digest = session_digest and expires_at <= moment
$$;

create function thicket_hit(bucket text, most integer, seconds integer, moment timestamptz)
returns table (allowed boolean, remaining integer, resets_at timestamptz)
language sql security definer set search_path = pg_catalog, public as $$
  with swept as (
    delete from rate_buckets where key in (
      select old.key from rate_buckets old
       where old.resets_at < moment - interval '1 hour' and old.key <> bucket
       order by old.resets_at limit 3 for update skip locked))
  insert into rate_buckets as b (key, hits, resets_at)
  values (bucket, 1, moment + make_interval(secs => seconds))
  on conflict (key) do update set
    hits = case when b.resets_at <= moment then 1 else least(b.hits, 1000000) + 1 end,
    resets_at = case when b.resets_at <= moment then excluded.resets_at else b.resets_at end
  returning b.hits <= most, greatest(most - b.hits, 0), b.resets_at
$$;

create function thicket_use_token(token_digest bytea, most integer, seconds integer, moment timestamptz)
returns table (allowed boolean, remaining integer, resets_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  whose uuid;
begin
  if not exists (select 1 from access_tokens t
                  where t.digest = token_digest and t.revoked_at is null
                    and (t.expires_at is null or t.expires_at > moment)) then
    return;
  end if;
  update access_tokens t set last_used_at = moment
   where t.digest = token_digest and (t.last_used_at is null or t.last_used_at < moment - interval '1 minute')
  returning t.user_id into whose;
  if found then
    perform thicket_see(whose, null, moment);
  end if;
  return query select * from thicket_hit('token:' || encode(token_digest, 'hex'), most, seconds, moment);
end $$;

create function thicket_use_key(key_digest bytea, most integer, seconds integer, moment timestamptz)
returns table (allowed boolean, remaining integer, resets_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  whose uuid;
begin
  if not exists (select 1 from api_keys k join memberships m on m.id = k.membership_id
                  where k.digest = key_digest and k.revoked_at is null
                    and (k.expires_at is null or k.expires_at > moment) and m.removed_at is null) then
    return;
  end if;
  update api_keys k set last_used_at = moment
   where k.digest = key_digest and (k.last_used_at is null or k.last_used_at < moment - interval '1 minute')
  returning k.membership_id into whose;
  if found then
    perform thicket_see(m.user_id, m.org_id, moment) from memberships m where m.id = whose;
  end if;
  return query select * from thicket_hit('key:' || encode(key_digest, 'hex'), most, seconds, moment);
end $$;
"""
"""A credential is known by the hash of its secret alone; one that is unknown or has ended shows nobody."""
