"""`/healthz` and `/readyz`: for whoever watches over the server."""

from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette

from app.api.health import health_routes
from app.core.db import Database
from app.revisions import is_behind, newest
from app.settings import Settings
from tests.world import World


async def test_a_server_that_lives_says_so_and_that_is_all(world: World) -> None:
    answer = await world.rest("nobody", "GET", "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


async def test_a_server_with_a_migrated_database_is_ready(world: World) -> None:
    answer = await world.rest("nobody", "GET", "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "revision": newest()})


async def test_health_is_asked_by_get_and_head_alone(world: World) -> None:
    assert (await world.rest("nobody", "HEAD", "/readyz")).status_code == 200
    assert (await world.rest("nobody", "POST", "/readyz")).status_code == 405


async def test_without_its_database_a_server_lives_but_is_not_ready() -> None:
    async with _asking(Database()) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json() == {"error": {"code": "unavailable", "message": "The database does not answer"}}


async def test_a_database_that_was_never_migrated_is_not_ready(
    settings: Settings, owner: "asyncpg.Connection[Any]", app: FastAPI
) -> None:
    database = Database()
    await database.open(settings.database_url or "", size=1, statement_cache_size=0, role="thicket_app")
    await owner.execute("revoke select on alembic_version from thicket_app")
    try:
        async with _asking(database) as client:
            answer = await client.get("/readyz")
    finally:
        await owner.execute("grant select on alembic_version to thicket_app")
        await database.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["error"]["message"] == "The database lacks migrations: run `thicket migrate`"


@pytest.mark.parametrize(("revision", "behind"), [(None, True), (newest(), False), ("9999", False)])
def test_only_a_database_that_lacks_what_we_know_is_behind(revision: str | None, behind: bool) -> None:
    assert is_behind(revision) is behind


def _asking(database: Database) -> httpx.AsyncClient:
    app = Starlette(routes=health_routes(database, is_behind))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://thicket.example")
