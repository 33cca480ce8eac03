"""The server behind PgBouncer in transaction mode, with far fewer connections than it thinks to have."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.api import streams
from tests.live.questions import ACTIVITY, cursor, listening
from tests.ops.clusters import own_cluster, pooler, served
from tests.world import World

CONNECTIONS = 2

pytestmark = pytest.mark.skipif(
    not (shutil.which("pgbouncer") or Path("/usr/sbin/pgbouncer").exists()),
    reason="PgBouncer is not installed: on Debian, apt-get install pgbouncer",
)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with own_cluster() as cluster:
        with pooler(cluster, size=CONNECTIONS) as url:
            for _ in range(500):
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2].split("/")[0]))
                except OSError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    break
            settings = cluster.settings(database_url=url, statement_cache_size=0, pool_size=10)
            async with served(cluster, settings) as made:
                yield made


async def test_many_people_at_once_are_never_taken_for_each_other(world: World) -> None:
    """Each request may run on another connection, and each connection has been somebody else's before."""
    names = {"ana": "Apples", "eve": "Pears"}
    orgs = {"ana": world.org, "eve": world.other_org}

    async def create(who: str, number: int) -> int:
        body = {"name": f"{names[who]} {number}"}
        answer = await world.client.post(f"/api/v1/{orgs[who]}/projects", json=body, headers=world.headers(who))
        return answer.status_code

    async def listed(who: str) -> set[str]:
        answer = await world.client.get(f"/api/v1/{orgs[who]}/projects", headers=world.headers(who))
        return {project["name"].split()[0] for project in answer.json()}

    async def ask(who: str) -> str:
        query = "query ($org: String!) { organization(slug: $org) { projects(first: 3) { nodes { name } } } }"
        body = {"query": query, "variables": {"org": orgs[who]}}
        answer = await world.client.post("/graphql", json=body, headers=world.headers(who))
        return str({node["name"].split()[0] for node in answer.json()["data"]["organization"]["projects"]["nodes"]})

    for _ in range(2):
        statuses = await asyncio.gather(*(create(who, number) for number in range(10) for who in names))
        assert set(statuses) == {201}
    for who, mine in names.items():
        assert await asyncio.gather(*(listed(who) for _ in range(5))) == [{mine}] * 5
    mixed = [who for _ in range(15) for who in names]
    assert await asyncio.gather(*(ask(who) for who in mixed)) == [str({names[who]}) for who in mixed]
    assert (await world.rest("eve", "GET", "/api/v1/{org}/projects")).status_code == 404


async def test_jobs_are_done_behind_a_pooler(world: World) -> None:
    address = f"ida-{world.tag}@example.com"
    answer = await world.rest("ana", "POST", "/api/v1/{org}/people", {"email": address, "role": "member"})
    assert answer.status_code == 201, answer.text
    async with asyncio.timeout(60):
        while not any(address.encode() in mail.read_bytes() for mail in world.settings.mails.glob("*.eml")):
            await asyncio.sleep(0.05)


async def test_the_server_is_ready_behind_a_pooler(world: World) -> None:
    assert (await world.rest("nobody", "GET", "/readyz")).status_code == 200


async def test_who_listens_hears_what_happens_without_a_direct_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pooler passes no announcements on: it is found at the next look."""
    monkeypatch.setattr(streams, "RECHECK", 0.05)
    here = await cursor(world)
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", ACTIVITY, org=world.org, after=here)
        await world.project()
        assert (await socket.told("1"))["event"]["action"] == "project_created"
