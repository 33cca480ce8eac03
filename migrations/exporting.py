"""Our SQL functions for exports and imports: an organization's rows as JSON, and JSON as rows (app/exports).

A new table of organizations' must be named below; a test asks for it. What is read is what the owner of the account
may take along, the projects that he is not on among it, but no private place: only projects and the calendar of all.
"""

OF_ORGANIZATION = (
    "memberships",
    "companies",
    "people_groups",
    "group_members",
    "tags",
    "task_types",
    "custom_fields",
    "invitations",
)
"""Exported once."""
OF_PROJECT = (
    "project_accesses",
    "project_bells",
    "project_links",
    "project_stars",
    "project_tools",
    "custom_field_values",
    "workspaces",
    "workspace_events",
    "workspace_snapshots",
)
"""Exported with their project."""
OF_RECORDING = (
    "assignments",
    "canvas_contents",
    "cheers",
    "event_overrides",
    "file_versions",
    "mentions",
    "message_sources",
    "recording_tags",
    "subscriptions",
)
"""Exported with the place where their recording is."""
PLACED = ("recordings", "events", "stored_files", "time_entries")
"""Exported with the place where they are."""
KEPT_BACK = (
    "api_keys",  # secrets
    "billing_accounts",  # the payment provider's
    "calendar_feeds",  # secrets
    "chat_participants",  # of private chats
    "idempotency_records",  # gone in a day
    "public_links",  # secrets
    "notifications",  # each person's own
    "regular_letters",  # each person's own
    "search_entries",  # made of recordings
    "webhook_deliveries",  # sent already
    "webhook_endpoints",  # programs that expect the other installation
)

BATCH = 1_000
"""Recordings that are written at a time: together they would not fit into PostgreSQL's memory for a sort. `offset 0`
has it look them up by their ids: it would read the whole table for each thousand."""

_EXPORTED = ", ".join(f"'{each}'" for each in (*OF_ORGANIZATION, "projects", *OF_PROJECT, *OF_RECORDING, *PLACED))
_OF_RECORDING = ", ".join(f"'{each}'" for each in OF_RECORDING)
_OF_PROJECT = ", ".join(f"'{each}'" for each in OF_PROJECT)

EXPORTING = f"""
create function thicket_columns(place text) returns text
language sql stable set search_path = pg_catalog, public as $$
  select string_agg(
           case when t.typname = 'timestamptz'
                then format('to_char(t.%1$I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'') as %1$I',
                            a.attname)
                when place = 'memberships' and a.attname = 'id' then 't.id as membership_id'
                else format('t.%I', a.attname) end, ', ' order by a.attnum)
    from pg_attribute a join pg_type t on t.oid = a.atttypid
   where a.attrelid = place::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     and t.typname <> 'bytea' and a.attname <> 'org_id'
     and not (place = 'memberships' and a.attname in ('time_zone', 'last_seen_at'))  -- each person's own
$$;

create function thicket_order(place text) returns text
language sql stable set search_path = pg_catalog, public as $$
  select string_agg(format('t.%I', a.attname), ', ' order by k.number)
    from pg_index i cross join unnest(i.indkey) with ordinality k (column_number, number)
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.column_number
   where i.indrelid = place::regclass and i.indisprimary
$$;

create function thicket_export_organization() returns text
language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  line text;
begin
  if thicket_role() is distinct from 'owner' then
    raise insufficient_privilege;
  end if;
  execute format('select row_to_json(x)::text from (select %s from organizations t where t.id = thicket_org()) x',
                 thicket_columns('organizations')) into line;
  return line;
end $$;

create function thicket_export(place text, whose uuid) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  chosen text := 'true';
begin
  if thicket_role() is distinct from 'owner' or not place = any (array[{_EXPORTED}]) then
    raise insufficient_privilege;
  end if;
  if place = 'recordings' then
    return query select * from thicket_export_recordings(whose);
    return;
  elsif place = 'projects' then
    chosen := '$1 is null or t.id = $1';
  elsif place = 'events' and whose = thicket_org() then
    chosen := 't.project_id is null and (t.recording_id is null'
      || ' or exists (select from recordings r where r.id = t.recording_id and r.place_id = $1))';
  elsif place = 'events' or place = any (array[{_OF_PROJECT}]) then
    chosen := 't.project_id = $1';
  elsif place = 'stored_files' then
    chosen := 't.id in (select v.stored_file_id from file_versions v join recordings r on r.id = v.recording_id'
      || ' where r.org_id = thicket_org() and r.place_id = $1)';
  elsif place = 'time_entries' then
    chosen := 'coalesce(t.card_id, t.step_id)'
      || ' in (select r.id from recordings r where r.org_id = thicket_org() and r.place_id = $1)';
  elsif place = any (array[{_OF_RECORDING}]) then
    chosen := 't.recording_id in (select r.id from recordings r where r.org_id = thicket_org() and r.place_id = $1)';
  end if;
  return query execute format(
    'select row_to_json(x)::text from (select %s from %I t where t.org_id = thicket_org() and (%s) order by %s) x',
    thicket_columns(place), place, chosen, thicket_order(place)) using whose;
end $$;

create function thicket_export_recordings(whose uuid) returns setof text
language plpgsql stable set search_path = pg_catalog, public as $$
declare
  every uuid[];
  done integer := 0;
  said text := format('
    with doing as (
      select a.recording_id, json_agg(a.membership_id order by a.created_at, a.membership_id) as ids
        from assignments a where a.recording_id = any ($1) group by a.recording_id),
    following as (
      select s.recording_id, json_agg(s.membership_id order by s.created_at, s.membership_id) as ids
        from subscriptions s
       where s.recording_id = any ($1) and s.unsubscribed_at is null group by s.recording_id)
    select row_to_json(x)::text from (
      select %s, t.completed_at is not null as completed, coalesce(d.ids, ''[]'') as assignee_ids,
             coalesce(f.ids, ''[]'') as subscriber_ids
        from unnest($1) with ordinality as o (id, number)
             cross join lateral (select * from recordings r where r.id = o.id offset 0) t
             left join doing d on d.recording_id = o.id left join following f on f.recording_id = o.id
       order by o.number) x', thicket_columns('recordings'));
begin
  with recursive tree as (
    select r.id, 0 as depth from recordings r
     where r.org_id = thicket_org() and r.place_id = whose
       and not exists (select from recordings p where p.id = r.parent_id and p.place_id = whose)
    union all
    select r.id, t.depth + 1 from tree t join recordings r on r.parent_id = t.id and r.place_id = whose)
  select array_agg(tree.id order by tree.depth, tree.id) into every from tree;
  while done < cardinality(every) loop
    return query execute said using every[done + 1 : done + {BATCH}];
    done := done + {BATCH};
  end loop;
end $$;

create function thicket_import(place text, given jsonb) returns bigint
language plpgsql set search_path = pg_catalog, public as $$
declare
  columns text;
  made bigint;
begin
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into columns
    from pg_attribute a
   where a.attrelid = place::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
  execute format('insert into %1$I (%2$s) select %2$s from jsonb_populate_recordset(null::%1$I, $1)', place, columns)
    using given;
  get diagnostics made = row_count;
  return made;
end $$;
"""
"""Importing is done with the rights of who does it: the serving role gains nothing by it.

A recording comes after the one that it lies in."""
