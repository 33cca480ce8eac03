"""The limit: no framework, and one statement that finds out who asks, enters the organization and builds the JSON.

It can answer these few requests and nothing else: what is missing, wrong or forbidden it does not tell apart.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, unquote

import asyncpg
import orjson

from app.core.ids import new_id
from app.core.secret import digest, is_signed
from app.settings import Settings
from benchmarks.peers import statements
from benchmarks.serve import POOL

SETTINGS = Settings(_env_file=None)
SLUG = re.compile(r"[a-z0-9-]+")

Scope = dict[str, Any]
Shown = tuple[str, str | None]
"""JSON, and how many rows there are in all where that was asked for."""
pool: asyncpg.Pool


class Unreset(asyncpg.Connection):
    """A connection that is not reset between uses: nothing of a session ever lasts."""

    def get_reset_query(self) -> str:
        return ""


async def app(scope: Scope, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    _, _, _, slug, what, *which = scope["path"].split("/")  # /api/v1/{org}/…
    body, total = await ROUTES[what, len(which)](scope, receive, slug, *which)
    raw = body.encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
    if total is not None:
        headers.append((b"x-total-count", total.encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": raw})


async def _list(scope: Scope, receive: Any, slug: str) -> Shown:
    ((body, total),) = await pool.fetch(statements.LIST, digest(_token(scope)), slug)
    return body, total


async def _page(scope: Scope, receive: Any, slug: str) -> Shown:
    return await pool.fetchval(statements.PAGE, digest(_token(scope)), slug), None


async def _lists(scope: Scope, receive: Any, slug: str) -> Shown:
    return await pool.fetchval(statements.LISTS, digest(_token(scope)), slug), None


async def _one(scope: Scope, receive: Any, slug: str, id: str) -> Shown:
    return await pool.fetchval(statements.ONE, digest(_token(scope)), slug, id), None


async def _told(scope: Scope, receive: Any, slug: str, id: str) -> Shown:
    settings = _header(scope, b"x-settings").decode().split("|")
    return await pool.fetchval(statements.ONE_TOLD, *settings, id), None


async def _search(scope: Scope, receive: Any, slug: str) -> Shown:
    (wanted,) = parse_qs(scope["query_string"].decode())["q"]
    ((body, total),) = await pool.fetch(statements.SEARCH, digest(_token(scope)), slug, wanted)
    return body, total


async def _create(scope: Scope, receive: Any, slug: str, parent_id: str, _: str) -> Shown:
    given = orjson.loads((await receive())["body"])
    if not SLUG.fullmatch(slug):
        raise ValueError(slug)
    begin = statements.BEGIN.replace("SLUG", slug).replace("DIGEST", digest(_token(scope)).hex())
    values = (given["title"], given["content"], given["assignee_ids"])
    async with pool.acquire() as connection:
        await connection.execute(begin)
        ((_, body),) = await connection.fetch(statements.CREATE, new_id(), parent_id, *values, new_id(), new_id())
        await connection.execute("commit")
    return body, None


ROUTES: dict[tuple[str, int], Callable[..., Awaitable[Shown]]] = {
    ("recordings", 0): _list,
    ("recordings", 1): _one,
    ("recordings", 2): _create,
    ("told", 1): _told,
    ("search", 0): _search,
    ("page", 0): _page,
    ("lists", 0): _lists,
}


def _token(scope: Scope) -> str:
    cookie = _header(scope, b"cookie")
    token, _, signature = unquote(cookie.decode().partition("=")[2]).rpartition(".")
    if not is_signed(SETTINGS.secret, token, signature):
        raise PermissionError
    return token


def _header(scope: Scope, wanted: bytes) -> bytes:
    return next(value for name, value in scope["headers"] if name == wanted)


async def _live(receive: Any, send: Any) -> None:
    global pool
    await receive()
    pool = await asyncpg.create_pool(SETTINGS.database_url, min_size=POOL, max_size=POOL, connection_class=Unreset)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pool.close()
    await send({"type": "lifespan.shutdown.complete"})
