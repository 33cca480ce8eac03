"""Two servers on one database: what happens in one is told in the other, also when announcements are lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from app.api import streams
from app.main import create_app
from app.settings import Settings
from tests.live.connections import connected
from tests.live.questions import RECORDINGS, cursor, message
from tests.world import World

pytestmark = pytest.mark.database

LISTENING = """from pg_stat_activity
 where datname = current_database() and (query ilike 'listen%' or query = 'select 1')"""
"""Connections that listen; what they said last is that, or a sign of life."""


@pytest.fixture
async def other(settings: Settings, world: World) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def test_what_happens_in_one_process_is_told_in_the_other(world: World, other: FastAPI) -> None:
    project = await world.project()
    here = await cursor(world)
    async with connected(other, world.headers("bob")) as socket:
        await socket.begin()
        await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=here)
        for number in range(10):
            await message(world, project, f"Before {number}")
        titles = [(await socket.told("1"))["recording"]["title"] for _ in range(10)]
        assert titles == [f"Before {number}" for number in range(10)]
        async with asyncio.timeout(30):  # the other tests' server may just be listening again
            while await world.owner.fetchval(f"select count(*) {LISTENING}") < 2:
                await asyncio.sleep(0.01)
        assert await world.owner.fetchval(f"select count(pg_terminate_backend(pid)) {LISTENING}") >= 2
        for number in range(10):
            await message(world, project, f"After {number}")
        titles = [(await socket.told("1"))["recording"]["title"] for _ in range(10)]
        assert titles == [f"After {number}" for number in range(10)]
        assert socket.heard_nothing()


async def test_without_announcements_it_is_found_at_the_next_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "RECHECK", 0.05)
    monkeypatch.setattr(world.app.state.watchers, "hear", lambda _: None)
    monkeypatch.setattr(world.app.state.database.herald, "tell", _silence)
    project = await world.project()
    here = await cursor(world)
    async with connected(world.app, world.headers("bob")) as socket:
        await socket.begin()
        await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=here)
        await message(world, project, "Quiet")
        assert (await socket.told("1"))["recording"]["title"] == "Quiet"


async def _silence(_: object) -> None:
    """Say nothing."""
