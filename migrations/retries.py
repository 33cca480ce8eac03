"""Our SQL functions for writes that are sent again (app/idempotency/actions.py).

The serving role cannot touch the table itself: it finds only what its own user has asked in the organization that it
has entered, and only with the key.
"""

RETRIES = """
create function thicket_claim_key(key_digest bytea, asked bytea, moment timestamptz, until timestamptz)
returns table (digest bytea, fresh boolean, request bytea, answer text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  which bytea := sha256(convert_to(concat_ws(' ', thicket_user(), coalesce(thicket_org()::text, '-')), 'UTF8')
                        || key_digest);
begin
  insert into idempotency_records as r (digest, user_id, org_id, request, answer, expires_at)
  values (which, thicket_user(), thicket_org(), asked, null, until)
  on conflict on constraint pk_idempotency_records do update
    set request = excluded.request, answer = null, expires_at = excluded.expires_at
    where r.expires_at <= moment;
  if found then
    return query select which, true, asked, null::text;
  else
    return query select which, false, r.request, r.answer::text from idempotency_records r where r.digest = which;
  end if;
end $$;

create function thicket_keep_answer(which bytea, said text) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update idempotency_records set answer = said where digest = which
$$;

create function thicket_claim_answer(kind text, secret_digest bytea, key_digest bytea, asked bytea,
                                     moment timestamptz, until timestamptz)
returns table (digest bytea, fresh boolean, request bytea, answer text, expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  who uuid;
  which bytea := sha256(convert_to('answer ', 'UTF8') || secret_digest || key_digest);
begin
  select i.user_id into who from thicket_identify(kind, secret_digest, moment) i where i.scope <> 'read';
  if who is null then
    return;
  end if;
  if key_digest is null then
    return query select null::bytea, false, null::bytea, null::text, until;
    return;
  end if;
  insert into idempotency_records as r (digest, user_id, org_id, request, answer, expires_at)
  values (which, who, null, asked, null, until)
  on conflict on constraint pk_idempotency_records do update
    set request = excluded.request, answer = null, expires_at = excluded.expires_at
    where r.expires_at <= moment
       or (r.answer is null and r.request = excluded.request and r.expires_at <= until - interval '1 minute');
  if found then
    return query select which, true, asked, null::text, until;
  else
    return query select which, false, r.request, r.answer::text, r.expires_at
                   from idempotency_records r where r.digest = which;
  end if;
end $$;

create function thicket_settle_answer(which bytea, said text) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from idempotency_records where digest = which and said is null and answer is null;
  update idempotency_records set answer = said where digest = which and said is not null
$$;

create function thicket_forget_keys(moment timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from idempotency_records where expires_at <= moment - interval '1 hour'
$$;
"""
"""An hour longer than they hold: nobody who has just found a record loses it before reading it."""
