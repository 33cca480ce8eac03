"""The database goes away and comes back; the server goes on, and nothing that was acknowledged is lost."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest

from app.core.jobs import enqueue
from tests.ops.clusters import Cluster, own_cluster, served
from tests.world import World

WRITERS = 8


@dataclass
class Site:
    """A database of its own, and a server on it that does its jobs too."""

    cluster: Cluster
    world: World
    answers: Counter[int] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    unfit: list[str] = field(default_factory=list)

    async def ask(self, name: str) -> httpx.Response:
        answer = await asyncio.wait_for(
            self.world.rest("ana", "POST", "/api/v1/{org}/projects", {"name": name}), timeout=5
        )
        self.answers[answer.status_code] += 1
        if answer.status_code == 201:
            self.acknowledged.add(answer.json()["id"])
        elif not (
            answer.status_code == 503
            and answer.headers.get("retry-after") == "1"
            and answer.json()["error"]["code"] == "unavailable"
        ):
            self.unfit.append(f"{answer.status_code} {answer.text}")
        return answer

    async def until(self, status: int) -> None:
        """Ask until that is the answer."""
        async with asyncio.timeout(30):
            while (await self.ask("Until")).status_code != status:
                await asyncio.sleep(0)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with own_cluster() as cluster, served(cluster, cluster.settings()) as world:
        made = Site(cluster, world)
        yield made


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_while_the_database_is_away_requests_are_refused_and_then_answered_again(
    site: Site, how: signal.Signals
) -> None:
    ending = False

    async def write(number: int) -> None:
        while not ending:
            await site.ask(f"Writer {number}")

    writers = [asyncio.create_task(write(number)) for number in range(WRITERS)]
    for _ in range(2):
        await site.until(201)
        await site.cluster.end(how)
        await site.until(503)
        assert (await site.world.rest("nobody", "GET", "/healthz")).status_code == 200
        assert (await site.world.rest("nobody", "GET", "/readyz")).status_code == 503
        await site.cluster.start()
        await site.until(201)
        assert (await site.world.rest("nobody", "GET", "/readyz")).status_code == 200
    ending = True
    await asyncio.gather(*writers)
    assert site.unfit == []
    owner = await asyncpg.connect(site.cluster.server.url("postgres", "postgres"))
    found = {str(row["id"]) for row in await owner.fetch("select id from projects")}
    await owner.close()
    assert len(site.acknowledged) > 4
    assert site.acknowledged - found == set()


async def test_jobs_go_on_when_the_database_is_back(site: Site) -> None:
    database = site.world.app.state.database
    mail = {"to": "ida@example.com", "subject": "Hi", "text": "Hello\n", "token": None}
    mails = site.world.settings.mails

    async def leave(id: str) -> None:
        async with database.transaction(writes=True) as tx:
            await enqueue(tx, "mail", {"id": id, **mail})

    async def written(id: str) -> None:
        async with asyncio.timeout(30):
            while not (mails / f"{id}.eml").exists():
                await asyncio.sleep(0.01)

    await leave("before")
    await written("before")
    await site.cluster.end(signal.SIGINT)
    await site.until(503)
    await site.cluster.start()
    await site.until(201)
    await leave("after")
    await written("after")
