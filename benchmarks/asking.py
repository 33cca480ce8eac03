"""Who sends the requests: one ordinary member of each organization, and what he asks about."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg
from sqlmodel import col

from app.core.paging import Order, cursor_of
from app.core.secret import derived_token, signature
from app.recordings.model import Recording
from benchmarks import data

SETTINGS = ("user_id", "org_id", "membership_id", "role", "project_ids", "open_project_ids")
"""What a transaction becomes, as row-level security reads it (migrations/functions.py)."""
BECOME = "select " + ", ".join(f"current_setting('app.{name}', true)" for name in SETTINGS)

MEMBERS = """
select o.slug, s.id::text as session_id, s.user_id::text, owning.id::text as owner_session_id
  from organizations o
  join memberships m on m.org_id = o.id and m.role = 'member'
  join sessions s on s.user_id = m.user_id
  join memberships owner on owner.org_id = o.id and owner.role = 'owner'
  join sessions owning on owning.user_id = owner.user_id
 order by o.slug
"""
PASSED = 995
"""Rows before page 200, of 5 rows each."""
ORDER = (Order(col(Recording.created_at), "created_at"), Order(col(Recording.id), "id"))
LAST_PASSED = f"""
select created_at, id::text from recordings where type = 'todo' and status = 'active' and tool_enabled
 order by created_at desc, id desc offset {PASSED - 1} limit 1
"""
SEEN = """
select (select id::text from recordings where type = 'todo' and status = 'active' and tool_enabled
         order by created_at desc, id desc limit 1) as todo,
       l.id::text as todolist,
       array(select a.membership_id::text from project_accesses a join memberships m on m.id = a.membership_id
              where a.project_id = l.project_id and m.role <> 'client' and m.id <> thicket_me()
              order by 1 limit 5) as people
  from recordings l
 where l.type = 'todolist' and l.status = 'active' and l.tool_enabled
 order by l.created_at desc, l.id desc limit 1
"""


@dataclass(frozen=True)
class Asker:
    """A member of an organization, signed in."""

    slug: str
    cookie: str
    owner_cookie: str
    """Of the one who may take the organization's data along."""
    settings: tuple[str, ...]
    """The values of SETTINGS once he has entered his organization."""
    todo: str
    """The newest that he sees."""
    todolist: str
    """The newest that he sees: he may add to it."""
    people: tuple[str, ...]
    """Five other people of that list's project."""
    cursor: str
    """What page 200 of his to-dos begins after, five a page."""


async def askers(database_url: str) -> list[Asker]:
    """One for each organization of a database, by its slug. The address is a superuser's."""
    owner = await asyncpg.connect(database_url)
    try:
        return [await _asker(owner, member) for member in await owner.fetch(MEMBERS)]
    finally:
        await owner.close()


async def _asker(owner: "asyncpg.Connection[Any]", member: asyncpg.Record) -> Asker:
    async with owner.transaction():
        await owner.execute("set local role thicket_app")
        await owner.fetch("select thicket_become($1)", member["user_id"])
        await owner.fetch("select * from thicket_enter($1)", member["slug"])
        (settings,) = await owner.fetch(BECOME)
        (seen,), (last,) = await owner.fetch(SEEN), await owner.fetch(LAST_PASSED)
    return Asker(
        slug=member["slug"],
        cookie=_cookie(member["session_id"]),
        owner_cookie=_cookie(member["owner_session_id"]),
        settings=tuple(settings),
        todo=seen["todo"],
        todolist=seen["todolist"],
        people=tuple(seen["people"]),
        cursor=cursor_of(last, ORDER),
    )


def _cookie(session_id: str) -> str:
    token = derived_token(data.SECRET, "session", session_id)
    return quote(f"{token}.{signature(data.SECRET, token)}", safe="")
