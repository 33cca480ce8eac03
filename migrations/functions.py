"""Our SQL functions: the few looks across row-level security, each narrow, pinned and named for what it answers.

All but the first two groups, and `thicket_take`, run as the tables' owner (security definer) with a fixed search path;
they look only at what belongs to the user or the secret they are given. More are in billing.py, feeds.py, identity.py,
jobs.py, locking.py, mailing.py, presence.py, reading.py, reminding.py, telling.py, words.py, workspaces.py.
"""

from migrations import (
    feeds,
    identity,
    jobs,
    locking,
    mailing,
    presence,
    reading,
    reminding,
    retries,
    telling,
    words,
    workspaces,
)
from migrations.webhooks import WEBHOOKS

SETTINGS = """
create function thicket_user() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.user_id', true), '')::uuid;
create function thicket_org() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.org_id', true), '')::uuid;
create function thicket_me() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.membership_id', true), '')::uuid;
create function thicket_projects() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.project_ids', true), '')::uuid[];
create function thicket_open_projects() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.open_project_ids', true), '')::uuid[];
create function thicket_role() returns text language sql stable parallel safe
  return nullif(current_setting('app.role', true), '');
create function thicket_time_zone() returns text language sql stable parallel safe
  return coalesce(nullif(current_setting('app.time_zone', true), ''), 'UTC');
create function thicket_is_client() returns boolean language sql stable parallel safe
  return coalesce(nullif(current_setting('app.role', true), ''), 'client') = 'client';
create function thicket_key_org() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.key_org_id', true), '')::uuid;
create function thicket_chats() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.chat_ids', true), '')::uuid[];
create function thicket_places() returns uuid[] language sql stable parallel safe
  return thicket_open_projects() || thicket_chats()
         || case when thicket_is_client() then '{}' else array[thicket_org()] end;
create function thicket_held() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.held_ids', true), '')::uuid[];
"""
"""What a transaction has become. A setting that was never made, or has died with its transaction, is '' or null."""

BECOMING = """
create function thicket_become(which uuid) returns void language sql as $$
  select set_config('app.user_id', which::text, true)
$$;
create function thicket_hold(which uuid[]) returns void language sql as $$
  select set_config('app.held_ids', (coalesce(thicket_held(), '{}') || which)::text, true)
$$;
create function thicket_release() returns void language sql as $$
  select set_config('app.held_ids', '', true)
$$;
"""

ORGANIZATIONS = """
create function thicket_see() returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  is_client boolean := thicket_is_client();
  every uuid[];
  opened uuid[];
begin
  select coalesce(array_agg(p.id), '{}'), coalesce(array_agg(p.id) filter (where p.status <> 'trashed'), '{}')
    into every, opened
    from projects p
   where p.org_id = thicket_org()
     and ((p.all_access and not is_client)
          or exists (select 1 from project_accesses a where a.project_id = p.id and a.membership_id = thicket_me()));
  perform set_config('app.project_ids', every::text, true), set_config('app.open_project_ids', opened::text, true);
  perform set_config('app.chat_ids', coalesce(array_agg(c.recording_id), '{}')::text, true)
     from chat_participants c where c.org_id = thicket_org() and c.membership_id = thicket_me();
end $$;

create function thicket_personal() returns table (id uuid, slug text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select o.id, o.slug from organizations o join memberships m on m.org_id = o.id
   where o.personal_user_id = thicket_user() and o.cancelled_at is null
     and m.user_id = thicket_user() and m.removed_at is null
$$;

create function thicket_enter(which text)
returns table (org_id uuid, slug text, membership_id uuid, role text)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if which = '~' and thicket_key_org() is not null then
    select o.slug into which from organizations o where o.id = thicket_key_org();
  elsif which = '~' then
    select p.slug into which from thicket_personal() p;
  end if;
  select o.id, o.slug, m.id, m.role into org_id, slug, membership_id, role
    from organizations o join memberships m on m.org_id = o.id
   where o.slug = which and m.user_id = thicket_user() and m.removed_at is null and o.cancelled_at is null
     and (thicket_key_org() is null or o.id = thicket_key_org());
  if org_id is not null then
    perform set_config('app.org_id', org_id::text, true), set_config('app.membership_id', membership_id::text, true),
            set_config('app.role', role, true);
    perform thicket_see();
  end if;
  return next;
end $$;

create function thicket_refresh_access() returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  every uuid[] := thicket_projects();
  opened uuid[] := thicket_open_projects();
begin
  perform thicket_see();
  perform set_config('app.project_ids', (every || thicket_projects())::text, true),
          set_config('app.open_project_ids', (opened || thicket_open_projects())::text, true);
end $$;

create function thicket_see_every_project() returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if coalesce(current_setting('app.role', true), '') <> 'owner' then
    raise insufficient_privilege;
  end if;
  perform set_config('app.project_ids', coalesce(array_agg(id), '{}')::text, true)
     from projects where org_id = thicket_org();
end $$;

create function thicket_found(new_org uuid, new_membership uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if exists (select 1 from organizations where id = new_org) then
    raise insufficient_privilege;
  end if;
  perform set_config('app.org_id', new_org::text, true), set_config('app.membership_id', new_membership::text, true),
          set_config('app.role', 'owner', true), set_config('app.project_ids', '{}', true),
          set_config('app.open_project_ids', '{}', true);
end $$;

create function thicket_my_organizations()
returns table (id uuid, name text, slug text, role text, membership_id uuid, sole_owner boolean, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select o.id, o.name, o.slug, m.role, m.id,
         m.role = 'owner' and not exists (
           select 1 from memberships x
            where x.org_id = o.id and x.role = 'owner' and x.removed_at is null and x.id <> m.id),
         o.created_at
    from memberships m join organizations o on o.id = m.org_id
   where m.user_id = thicket_user() and m.removed_at is null and o.cancelled_at is null
     and (thicket_key_org() is null or o.id = thicket_key_org())
   order by lower(o.name), o.id
$$;

create function thicket_locate(thing uuid)
returns table (slug text, kind text)
language sql stable security definer set search_path = pg_catalog, public as $$
  with mine as (
    select o.id, o.slug from memberships m join organizations o on o.id = m.org_id
     where m.user_id = thicket_user() and m.removed_at is null and o.cancelled_at is null
       and (thicket_key_org() is null or o.id = thicket_key_org())),
  found as (
    select org_id, type as kind from recordings where id = thing
    union all select org_id, 'project' from projects where id = thing
    union all select org_id, 'person' from memberships where id = thing
    union all select org_id, 'company' from companies where id = thing
    union all select org_id, 'group' from people_groups where id = thing
    union all select org_id, 'invitation' from invitations where id = thing
    union all select id, 'organization' from organizations where id = thing)
  select mine.slug, found.kind from found join mine on mine.id = found.org_id limit 1
$$;

create function thicket_invitations_for(address text)
returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select i.id
    from users u join invitations i on i.email = u.email join organizations o on o.id = i.org_id
   where u.id = thicket_user() and u.email = address
     and i.accepted_at is null and not i.declined and o.cancelled_at is null
   order by i.id
$$;

create function thicket_offered(token_digest bytea)
returns table (email text, name text, role text, expires_at timestamptz, organization_name text, inviter_name text,
               inviter_image text, workspace_name text, icon text, color text, permission_level text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select i.email, i.name, i.role, i.expires_at, o.name, m.name, m.image, w.name, w.icon, w.color, w.permission_level
    from invitations i
         join organizations o on o.id = i.org_id and o.cancelled_at is null
         join memberships m on m.id = i.invited_by_id
         left join lateral (
           select p.name, s.icon, p.color, i.levels ->> p.id::text as permission_level
             from projects p join workspaces s on s.project_id = p.id
            where p.org_id = i.org_id and p.id = any (i.project_ids) and i.levels ? p.id::text
              and p.status <> 'trashed'
            order by array_position(i.project_ids, p.id) limit 1) w on true
   where i.digest = token_digest and i.accepted_at is null and not i.declined
     and (thicket_key_org() is null or i.org_id = thicket_key_org())
$$;

create function thicket_myself()
returns table (id uuid, name text, email text, image text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, u.name, u.email, u.image from users u where u.id = thicket_user()
$$;

create function thicket_user_by_email(address text)
returns table (id uuid, name text, email text, image text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, u.name, u.email, u.image from users u where u.email = address
$$;

create function thicket_join(which uuid, token_digest bytea)
returns table (invitation_id uuid, slug text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  offered invitations;
begin
  select i.org_id into offered.org_id
    from invitations i
   where (i.digest = token_digest
          or (i.id = which and i.email = (select u.email from users u where u.id = thicket_user())));
  select o.slug into slug from organizations o
   where o.id = offered.org_id and o.cancelled_at is null for no key update;
  if slug is null then
    return;
  end if;
  select i.* into offered
    from invitations i
   where i.accepted_at is null and not i.declined
     and (i.digest = token_digest
          or (i.id = which and i.email = (select u.email from users u where u.id = thicket_user())));
  if not found then
    return;
  end if;
  invitation_id := offered.id;
  perform set_config('app.org_id', offered.org_id::text, true), set_config('app.role', offered.role, true),
          set_config('app.membership_id', '', true),
          set_config('app.project_ids', offered.project_ids::text, true),
          set_config('app.open_project_ids', offered.project_ids::text, true);
  return next;
end $$;

create function thicket_let_go(who uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if who is distinct from thicket_me()
     and coalesce(current_setting('app.role', true), '') not in ('owner', 'admin') then
    raise insufficient_privilege;
  end if;
  delete from project_accesses where org_id = thicket_org() and membership_id = who;
  delete from project_stars where org_id = thicket_org() and membership_id = who;
  delete from subscriptions where org_id = thicket_org() and membership_id = who;
  delete from group_members where org_id = thicket_org() and membership_id = who;
  delete from calendar_feeds where org_id = thicket_org() and membership_id = who;
  update api_keys set revoked_at = now()
   where org_id = thicket_org() and membership_id = who and revoked_at is null;
  delete from notifications where org_id = thicket_org() and membership_id = who;
  delete from project_bells where org_id = thicket_org() and membership_id = who;
  update time_entries
     set ended_at = least(now(), started_at + interval '1 day'), auto_stopped = true,
         duration_seconds = extract(epoch from least(now(), started_at + interval '1 day') - started_at)::integer
   where org_id = thicket_org() and membership_id = who and ended_at is null;
end $$;

create function thicket_count_projects() returns bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*) from projects
   where org_id = thicket_org() and status = 'active' and not is_template and not is_sample and not is_system
$$;

create function thicket_shows_tool(which uuid, shown text) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select shown = 'clientside' or exists (
    select 1 from recordings r
     where r.project_id = which and r.tool = shown and r.visible_to_clients and r.status = 'active'
       and r.tool_enabled)
$$;
"""

SHARING = """
create function thicket_shared(token_digest bytea)
returns table (title text, starts_at timestamptz, time_zone text, timer jsonb, status text, created_at timestamptz,
               updated_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.title, r.starts_at, r.time_zone, r.timer, r.status, r.created_at, r.updated_at
    from public_links l join recordings r on r.id = l.recording_id
         join projects p on p.id = r.project_id join organizations o on o.id = r.org_id
   where l.digest = token_digest and r.type = 'timer' and r.status = 'active' and r.tool_enabled
     and p.status = 'active' and o.cancelled_at is null
$$;
"""

TRIGGERS = """
create trigger index_words after insert or update of title, content, file_id on recordings
  for each row execute function thicket_index_recording();
create trigger index_name after insert or update of filename on file_versions
  for each row execute function thicket_index_file();
"""

SCRIPTS = (
    SETTINGS,
    BECOMING,
    locking.LOCKING,
    presence.PRESENCE,
    identity.IDENTITY,
    ORGANIZATIONS,
    SHARING,
    WEBHOOKS,
    feeds.FEEDS,
    reading.READING,
    jobs.JOBS,
    telling.ABSENCE,
    words.SEARCH,
    retries.RETRIES,
    telling.TELLING,
    mailing.MAILING,
    reminding.REMINDING,
    workspaces.WORKSPACES,
)
"""Every function, in an order in which each finds those that it calls."""


def statements(script: str) -> list[str]:
    """The statements of one of these scripts."""
    parts, open_body, current = [], False, []
    for line in script.strip().splitlines():
        current.append(line)
        if line.count("$$") % 2:
            open_body = not open_body
        if line.endswith(";") and not open_body:
            parts.append("\n".join(current))
            current = []
    return parts
