"""The limit's statements: each finds out who asks, enters the organization, and builds the JSON in PostgreSQL.

Row-level security leaves the organization's rows. What asks for them refers to `who`, and so runs after it.
"""

WHO = """
with who as materialized (
  select entered.org_id
    from thicket_identify('session', $1, now()) identified,
         -- who asks must be known before the organization is entered
         lateral thicket_enter(case when identified.user_id is not null then $2 end) entered
)
"""
TOLD = """
with who as materialized (
  select set_config('app.user_id', $1, true), set_config('app.org_id', $2, true) org_id,
         set_config('app.membership_id', $3, true), set_config('app.role', $4, true),
         set_config('app.project_ids', $5, true), set_config('app.open_project_ids', $6, true)
)
"""
"""Nothing is looked up: the request says what its sender is and sees. No server could do that; it is the floor."""


def _moment(column: str) -> str:
    return f"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


def _people(table: str) -> str:
    return f"""(select coalesce(json_agg(l.membership_id order by l.created_at, l.membership_id), '[]')
                  from {table} l where l.recording_id = r.id)"""


SHOWN = f"""
  r.id, r.type, r.project_id, r.parent_id, r.status, r.title, r.content, r.position, r.due_on, r.starts_on,
  {_moment("r.starts_at")} starts_at, {_moment("r.ends_at")} ends_at, r.all_day, r.recurrence,
  r.completed_at is not null completed, {_moment("r.completed_at")} completed_at, r.completed_by_id, r.creator_id,
  m.name creator_name, m.image creator_image, r.visible_to_clients, {_moment("r.pinned_at")} pinned_at,
  {_moment("r.scheduled_at")} scheduled_at, r.category_id, r.approval_status, r.comments_closed, r.comment_count,
  {_moment("r.last_comment_at")} last_comment_at, {_people("assignments")} assignee_ids,
  {_people("mentions")} mentioned_membership_ids, '[]'::json content_attachments, -- the data set embeds nothing
  r.color, r.on_hold, '{{}}'::json meta, {_moment("r.created_at")} created_at, {_moment("r.updated_at")} updated_at
"""
BRIEF = f"""
  r.id, r.title, r.content, r.completed_at is not null completed, r.due_on "dueOn", r.comment_count "commentCount",
  {_moment("r.created_at")} "createdAt", json_build_object('id', m.id, 'name', m.name, 'image', m.image) creator,
  (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name) order by a.created_at, p.id), '[]')
     from assignments a join memberships p on p.id = a.membership_id where a.recording_id = r.id) assignees
"""


def _list(shown: str, type: str, count: int) -> str:
    return f"""
  (select coalesce(json_agg(shown), '[]')::text
     from (select {shown}
             from (select * from recordings
                    where who.org_id is not null and type = '{type}' and status = 'active' and tool_enabled
                    order by created_at desc, id desc limit {count}) r
             join memberships m on m.id = r.creator_id
            order by r.created_at desc, r.id desc) shown)
"""


LIST = f"""{WHO}
select {_list(SHOWN, "todo", 50)},
  (select count(*) from recordings
    where who.org_id is not null and type = 'todo' and status = 'active' and tool_enabled)::text
from who
"""
PAGE = f"{WHO} select {_list(BRIEF, 'todo', 500)} from who"
CHILDREN = f"""
  r.id, r.title,
  (select coalesce(json_agg(child), '[]')
     from (select {BRIEF}
             from (select * from recordings c
                    where c.parent_id = r.id and -- the list around
                           c.type = 'todo' and c.status = 'active' and c.tool_enabled
                    order by c.position, c.created_at, c.id limit 20) r
             join memberships m on m.id = r.creator_id
            order by r.position, r.created_at, r.id) child) children
"""
LISTS = f"{WHO} select {_list(CHILDREN, 'todolist', 50)} from who"
SEARCH = f"""{WHO},
seen as materialized (select org_id, thicket_places() places from who where org_id is not null limit 1),
found as materialized (
  select r.*, ln(ts_rank_cd(s.words, asked, 1) + 1e-6) + extract(epoch from r.created_at)::float8 / 22437000 score
    from thicket_query($3) asked, search_entries s join recordings r on r.id = s.recording_id
   where s.org_id = (select org_id from seen) and s.words @@ asked and r.type = 'todo'
         and r.status in ('active', 'drafted') and r.tool_enabled
         and r.place_id = any ((select places from seen)::uuid[])
)
select (select coalesce(json_agg(shown), '[]')::text
          from (select {SHOWN}, p.name project_name, o.title parent_title, null byte_size, null content_type,
                       thicket_highlight(r.title, $3, true) title_excerpt,
                       thicket_highlight(thicket_plain(r.content), $3, false) excerpt
                  from (select * from found order by score desc, created_at desc, id desc limit 50) r
                  join memberships m on m.id = r.creator_id
                  join projects p on p.id = r.project_id
                  join recordings o on o.id = r.parent_id
                 order by r.score desc, r.created_at desc, r.id desc) shown),
       (select count(*) from found)::text
"""
"""Without row-level security it may look words up as it likes, and says itself whose they are and where they lie."""
_ONE = f"""
select (select row_to_json(shown)::text
          from (select {SHOWN} from recordings r join memberships m on m.id = r.creator_id
                 where who.org_id is not null and r.id = WHICH) shown)
from who
"""
ONE = WHO + _ONE.replace("WHICH", "$3")
ONE_TOLD = TOLD + _ONE.replace("WHICH", "$7")

BEGIN = """
begin;
select thicket_enter('SLUG') from thicket_identify('session', '\\xDIGEST', now()) where user_id is not null
"""
"""One message, so no parameters: the slug and the hash have to be harmless."""
CREATE = f"""
with parent as (select * from recordings where id = $2),
made as (
  insert into recordings (
    id, org_id, project_id, parent_id, tool, tool_enabled, type, status, title, content, creator_id, position, all_day,
    visible_to_clients, comments_closed, comment_count, on_hold, circled, drafted_before, priority, created_at,
    updated_at)
  select $1, org_id, project_id, id, tool, tool_enabled, 'todo', 'active', $3, $4, thicket_me(),
         -- one that nobody else gets, without a look at the siblings
         extract(epoch from clock_timestamp()), false, visible_to_clients, false, 0, false, false, false, 'normal',
         now(), now()
    from parent
  returning *
),
assigned as (
  insert into assignments (recording_id, membership_id, org_id, assigned_by_id, created_at)
  select id, unnest($5::uuid[]), org_id, creator_id, created_at from made
  returning membership_id
),
following as (
  insert into subscriptions (recording_id, membership_id, org_id, reason, created_at)
  select id, person, org_id, 'assigned', created_at from made, unnest($5::uuid[] || thicket_me()) person
),
noted as (
  insert into events (id, org_id, action, actor_id, project_id, recording_id, detail, created_at)
  select event_id, org_id, action, creator_id, project_id, made.id, detail, created_at
    from made, (values ($6::uuid, 'assigned', jsonb_build_object('added', $5::uuid[], 'removed', array[]::uuid[])),
                       ($7::uuid, 'created', null)) event (event_id, action, detail)
),
told as (
  insert into notifications (
    id, org_id, membership_id, action, title, body, bundle_count, recording_id, project_id, actor_id, key, mail_at,
    created_at)
  select thicket_new_id(made.created_at), made.org_id, person, 'assigned', m.name, 'assigned you ' || made.title, 1,
         made.id, made.project_id, m.id, $6::uuid::text, made.created_at, made.created_at
    from made join memberships m on m.id = made.creator_id, unnest($5::uuid[]) person
),
mailing as (
  insert into jobs (id, name, payload, run_at, attempts, created_at)
  select thicket_new_id(created_at), 'notifications.mail', '{{}}', created_at, 0, created_at from made
)
select pg_notify('thicket_jobs', '') is null, (select row_to_json(shown)::text
          from (select {SHOWN.replace(_people("assignments"), "to_json($5::uuid[])")}) shown)
from made r join memberships m on m.id = r.creator_id
"""
"""What one statement inserts it does not see yet: the people are those that were told."""
