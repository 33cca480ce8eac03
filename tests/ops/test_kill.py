"""The server is killed while it writes; nothing that it acknowledged is lost, doubled or half there."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from tests.conftest import server_url
from tests.ops.conftest import NewDatabase, Running, Thicket, addresses
from tests.world import World, populate

WRITERS = 8
ENOUGH = 12
"""Acknowledged writes, after which the server is killed in the middle of others."""
WHOLE = """
select p.name, count(distinct t.tool) as tools, count(distinct a.membership_id) as people,
       count(distinct e.id) as events
  from projects p
  left join project_tools t on t.project_id = p.id
  left join project_accesses a on a.project_id = p.id
  left join events e on e.project_id = p.id
 where p.org_id = $1
 group by p.id
"""


@dataclass
class Writing:
    """Writers that make projects, each with a key of its own, until nobody answers."""

    world: World
    client: httpx.AsyncClient
    begun: dict[str, str] = field(default_factory=dict)
    """Key → the name of the project, not yet acknowledged."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    """The id that was answered → the name."""

    async def ask(self, key: str, name: str) -> None:
        headers = {**self.world.headers("ana"), "idempotency-key": key}
        path = f"/api/v1/{self.world.org}/projects"
        answer = await self.client.post(path, headers=headers, json={"name": name})
        assert answer.status_code == 201, answer.text
        self.acknowledged[answer.json()["id"]] = name
        del self.begun[key]

    async def write(self, who: str) -> None:
        for number in range(1_000):
            key = name = f"{who}-number-{number}"
            self.begun[key] = name
            try:
                await self.ask(key, name)
            except httpx.TransportError:
                return

    async def until_killed(self, running: Running) -> None:
        """Write as fast as it goes, and have the server killed meanwhile."""
        writers = [asyncio.create_task(self.write(f"writer-{number}")) for number in range(WRITERS)]
        while len(self.acknowledged) < ENOUGH and not all(writer.done() for writer in writers):
            await asyncio.sleep(0)
        running.process.kill()
        await asyncio.gather(*writers)
        running.process.communicate()


@pytest.fixture
def started(thicket: Thicket) -> Iterator[list[Running]]:
    servers: list[Running] = []
    yield servers
    for running in servers:
        if running.process.poll() is None:
            running.end(signal.SIGINT)


@pytest.fixture
async def ours(new_database: NewDatabase) -> AsyncIterator[tuple[str, "asyncpg.Connection[Any]"]]:
    database = await new_database()
    connection = await asyncpg.connect(server_url(database))
    yield database, connection
    await connection.close()


async def test_what_was_acknowledged_is_there_once_and_whole(
    thicket: Thicket, ours: tuple[str, Any], app: FastAPI, settings: Settings, started: list[Running]
) -> None:
    database, owner = ours
    world = await populate(owner, app, settings)
    where = {**addresses(database), "base_url": settings.url, "rate_limits": "off"}
    started.append(thicket.start("--no-seed", **where))
    async with httpx.AsyncClient(base_url=started[-1].url, timeout=20) as client:
        writing = Writing(world, client)
        await writing.until_killed(started[-1])
    assert len(writing.acknowledged) >= ENOUGH
    assert writing.begun  # somebody had no answer, and asks again
    started.append(thicket.start("--no-seed", **where))
    async with httpx.AsyncClient(base_url=started[-1].url, timeout=20) as writing.client:
        await asyncio.gather(*(writing.ask(key, name) for key, name in list(writing.begun.items())))
    found = {str(row["id"]): row["name"] for row in await owner.fetch("select id, name from projects")}
    assert found == writing.acknowledged
    assert len(set(found.values())) == len(found)
    shapes = {tuple(row.values())[1:] for row in await owner.fetch(WHOLE, world.org_id)}
    assert len(shapes) == 1  # none has fewer tools, people or events than another
    assert all(number > 0 for number in shapes.pop())
