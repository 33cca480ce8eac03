"""Whether this server lives (`/healthz`), and whether it can do its work (`/readyz`). For whoever watches over it."""

import asyncio
from collections.abc import Callable

import asyncpg
import orjson
from sqlalchemy import Select, String, column, select, table
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.core.db import Database
from app.core.errors import AppError, Unavailable

PATIENCE = 2
"""Seconds that the database is given to answer."""
REVISION: Select[str] = select(column("version_num", String())).select_from(table("alembic_version"))


def health_routes(database: Database, is_behind: Callable[[str | None], bool]) -> list[BaseRoute]:
    """Both routes. `is_behind` says whether a database of that revision lacks migrations."""

    async def live(_: Request) -> Response:
        return _answer(200, {"status": "ok"})

    async def ready(_: Request) -> Response:
        try:
            revision = await _revision(database)
        except AppError:
            return _unavailable("The database does not answer")
        if is_behind(revision):
            return _unavailable("The database lacks migrations: run `thicket migrate`")
        return _answer(200, {"status": "ok", "revision": revision})

    return [Route("/healthz", live), Route("/readyz", ready)]


async def _revision(database: Database) -> str | None:
    """The newest migration that the database has had, None if it never had any.

    Raises AppError when it does not answer in time.
    """
    try:
        async with asyncio.timeout(PATIENCE), database.transaction(writes=False) as tx:
            revision: str | None = await tx.value(REVISION)
            return revision
    except TimeoutError as error:
        raise Unavailable from error
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        return None


def _unavailable(message: str) -> Response:
    refusal = Unavailable(message)
    response = _answer(refusal.status, {"error": {"code": refusal.code, "message": refusal.message}})
    response.headers.update(refusal.headers)
    return response


def _answer(status: int, body: dict[str, object]) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")
