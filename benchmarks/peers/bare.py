"""The limit: no framework, and one statement that finds out who asks, enters the organization and builds the JSON.

It can answer this one route and nothing else: what is missing, wrong or forbidden it does not tell apart.
"""

from typing import Any
from urllib.parse import unquote

import asyncpg

from app.core.secret import digest, is_signed
from app.settings import Settings
from benchmarks.serve import POOL

SETTINGS = Settings(_env_file=None)
LIST = """
with who as materialized (
  select entered.org_id
    from thicket_identify('session', $1, now()) identified,
         -- who asks must be known before the organization is entered
         lateral thicket_enter(case when identified.user_id is not null then $2 end) entered
)
select
  (select coalesce(json_agg(shown), '[]')::text
     from (select r.id, r.type, r.project_id, r.parent_id, r.status, r.title, r.content, r.position, r.due_on,
                  r.starts_on,
                  to_char(r.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') starts_at,
                  to_char(r.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ends_at,
                  r.all_day, r.recurrence, r.completed_at is not null completed,
                  to_char(r.completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') completed_at,
                  r.completed_by_id, r.creator_id, m.name creator_name, m.image creator_image, r.visible_to_clients,
                  to_char(r.pinned_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') pinned_at,
                  to_char(r.scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') scheduled_at,
                  r.category_id, r.approval_status, r.comments_closed, r.comment_count,
                  to_char(r.last_comment_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') last_comment_at,
                  (select coalesce(json_agg(a.membership_id order by a.created_at, a.membership_id), '[]')
                     from assignments a where a.recording_id = r.id) assignee_ids,
                  (select coalesce(json_agg(n.membership_id order by n.created_at, n.membership_id), '[]')
                     from mentions n where n.recording_id = r.id) mentioned_membership_ids,
                  '[]'::json content_attachments, -- the data set embeds nothing
                  r.color, r.on_hold, '{}'::json meta,
                  to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') created_at,
                  to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') updated_at
             from (select * from recordings
                    where who.org_id is not null and type = 'todo' and status = 'active' and tool_enabled
                    order by created_at desc, id desc limit 50) r
             join memberships m on m.id = r.creator_id
            order by r.created_at desc, r.id desc) shown),
  (select count(*) from recordings
    where who.org_id is not null and type = 'todo' and status = 'active' and tool_enabled)
from who
"""
"""Row-level security leaves the organization's rows. What asks for them refers to `who`, and so runs after it."""

Scope = dict[str, Any]
pool: asyncpg.Pool


class Unreset(asyncpg.Connection):
    """A connection that is not reset between uses: nothing of a session ever lasts."""

    def get_reset_query(self) -> str:
        return ""


async def app(scope: Scope, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    _, _, _, slug, _ = scope["path"].split("/")  # /api/v1/{org}/recordings
    token = _token(next(value for name, value in scope["headers"] if name == b"cookie"))
    async with pool.acquire() as connection:
        ((body, total),) = await connection.fetch(LIST, digest(token), slug)
    raw = body.encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(raw)).encode()),
        (b"x-total-count", str(total).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": raw})


def _token(cookie: bytes) -> str:
    token, _, signature = unquote(cookie.decode().partition("=")[2]).rpartition(".")
    if not is_signed(SETTINGS.secret, token, signature):
        raise PermissionError
    return token


async def _live(receive: Any, send: Any) -> None:
    global pool
    await receive()
    pool = await asyncpg.create_pool(SETTINGS.database_url, min_size=POOL, max_size=POOL, connection_class=Unreset)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pool.close()
    await send({"type": "lifespan.shutdown.complete"})
