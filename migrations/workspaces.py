"""The SQL functions behind workspaces: a person's are in several organizations, and one list shows them all."""

WORKSPACES = """
create function thicket_workspaces(which uuid)
returns table (id uuid, org_slug text, user_id uuid, name text, description text, template text, is_public boolean,
               slug text, icon text, color text, sort_order integer, last_opened_at timestamptz,
               created_at timestamptz, updated_at timestamptz, is_shared boolean, permission_level text,
               shared_at timestamptz, canvas_id uuid, state jsonb, version integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select p.id, o.slug, owner.user_id, p.name, coalesce(p.description, ''), w.template, w.is_public, w.slug, w.icon,
         p.color, w.sort_order, a.last_opened_at, p.created_at, p.updated_at, theirs.shared,
         case when not theirs.shared then 'owner'
              when a.level <> 'member' then a.level
              when m.role = 'client' then 'viewer'
              else 'editor' end,
         case when theirs.shared then coalesce(a.created_at, p.created_at) end, w.canvas_id, w.state,
         w.version
    from memberships m
         join organizations o on o.id = m.org_id and o.cancelled_at is null
         join workspaces w on w.org_id = m.org_id
         join projects p on p.id = w.project_id
         join memberships owner on owner.id = w.owner_id
         left join project_accesses a on a.project_id = p.id and a.membership_id = m.id
         cross join lateral (select owner.user_id <> thicket_user() as shared) theirs
   where m.user_id = thicket_user() and m.removed_at is null
     and (thicket_key_org() is null or o.id = thicket_key_org())
     and (a.membership_id is not null or (p.all_access and m.role <> 'client'))
     and case when which is null then p.status = 'active' else p.id = which and p.status <> 'trashed' end
   order by theirs.shared and a.last_opened_at is null desc,
            case when theirs.shared and a.last_opened_at is null then coalesce(a.created_at, p.created_at) end
              desc nulls last,
            a.last_opened_at desc nulls last, w.sort_order, p.updated_at desc, p.id
$$;

create function thicket_is_workspace(which uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (
    select 1 from workspaces w join projects p on p.id = w.project_id
     where w.project_id = which and p.status <> 'trashed'
       and (thicket_key_org() is null or w.org_id = thicket_key_org()))
$$;

create function thicket_workspace_slugs(owner uuid) returns table (slug text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select w.slug from workspaces w where w.org_id = thicket_org() and w.owner_id = owner
$$;

create function thicket_lose_personal() returns void
language sql security definer set search_path = pg_catalog, public as $$
  update organizations set personal_user_id = null
   where personal_user_id = thicket_user() and id not in (select p.id from thicket_personal() p)
$$;
"""
