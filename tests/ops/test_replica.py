"""Queries on a read replica: never behind what the caller has written, and never in the way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.db import Database
from app.core.replica import Replica
from tests.ops.clusters import Cluster, copy_of, own_cluster, served
from tests.world import World


@dataclass
class Pair:
    """A database, its copy, and a server on both."""

    copy: Cluster
    standby: "asyncpg.Connection[Any]"
    world: World

    @property
    def replica(self) -> Replica:
        replica: Replica = self.world.app.state.database.replica
        return replica

    async def names(self, who: str = "ana", **headers: str) -> set[str]:
        answer = await self.world.rest(who, "GET", "/api/v1/{org}/projects", headers=headers)
        assert answer.status_code == 200, answer.text
        return {project["name"] for project in answer.json()}

    async def create(self, name: str, who: str = "ana") -> httpx.Response:
        answer = await self.world.rest(who, "POST", "/api/v1/{org}/projects", {"name": name})
        assert answer.status_code == 201, answer.text
        return answer

    async def keep_up(self) -> None:
        """Let the copy replay all that there is, and the server find out."""
        await self.standby.execute("select pg_wal_replay_resume()")
        async with asyncio.timeout(60):
            await self.replica.look()  # each look asks for what there was at the one before it
            await self.replica.look()
            while not self.replica.keeps_up:
                await self.replica.look()

    async def hold(self) -> None:
        """Let the copy replay nothing from now on."""
        await self.standby.execute("select pg_wal_replay_pause()")
        async with asyncio.timeout(60):
            while await self.standby.fetchval("select pg_get_wal_replay_pause_state()") != "paused":
                await asyncio.sleep(0.01)


@pytest.fixture
async def pair(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr("app.core.replica.PAUSE", 1_000)
    async with own_cluster() as cluster, copy_of(cluster) as copy:
        url = copy.server.url("thicket_server", "postgres")
        async with served(cluster, cluster.settings(replica_url=url, run_jobs=False)) as world:
            standby = await copy.connect()
            made = Pair(copy, standby, world)
            await made.keep_up()
            yield made
            if not standby.is_closed():
                await standby.close()


async def test_queries_read_the_replica_and_writers_see_what_they_wrote(pair: Pair) -> None:
    await pair.hold()
    await pair.create("First")
    assert await pair.names("ana") == {"First"}
    assert await pair.names("bob") == set()  # so it is the copy that bob reads
    await pair.keep_up()
    await pair.hold()
    await pair.create("Second", who="mia")
    assert await pair.names("ana") == {"First"}
    assert await pair.names("mia") == {"First", "Second"}


async def test_the_position_of_a_write_can_be_carried_to_another_process(pair: Pair) -> None:
    await pair.hold()
    written = await pair.create("First")
    position = written.headers["x-thicket-position"]
    assert f"thicket-position={position}; Max-Age=30; Path=/; HttpOnly; SameSite=Lax" in written.headers["set-cookie"]
    assert await pair.names("bob") == set()
    assert await pair.names("bob", **{"x-thicket-position": position}) == {"First"}
    cookie = f"{pair.world.headers('bob')['cookie']}; thicket-position={position}"
    assert await pair.names("bob", cookie=cookie) == {"First"}
    for nonsense in ("", "x", "0/0", "-1/2", "1" * 50):
        assert await pair.names("bob", **{"x-thicket-position": nonsense}) == set()


async def test_a_fresh_session_is_known_at_once(pair: Pair) -> None:
    await pair.hold()
    body = {"name": "Zoe", "email": f"zoe-{pair.world.tag}@example.com", "password": "correct horse"}
    async with httpx.AsyncClient(transport=pair.world.client._transport, base_url="http://thicket.example") as browser:
        assert (await browser.post("/api/auth/sign-up/email", json=body)).status_code == 200
        assert len((await browser.get("/api/v1/orgs")).json()) == 1


async def test_a_refused_mutation_has_no_position(pair: Pair) -> None:
    answer = await pair.world.rest("cleo", "POST", "/api/v1/{org}/projects", {"name": "No"})
    assert answer.status_code == 403
    assert "x-thicket-position" not in answer.headers


async def test_a_replica_that_falls_behind_is_not_read(pair: Pair) -> None:
    await pair.hold()
    await pair.create("First")
    assert await pair.names("bob") == set()
    for _ in range(2):
        await pair.replica.look()
    assert await pair.names("bob") == {"First"}
    await pair.keep_up()
    assert await pair.names("bob") == {"First"}


async def test_without_its_replica_a_server_goes_on(pair: Pair) -> None:
    await pair.create("First")
    await pair.standby.close()
    await pair.copy.end()
    for _ in range(3):
        assert await pair.names("bob") == {"First"}
    await pair.create("Second")
    await pair.copy.start()
    pair.standby = await pair.copy.connect()
    await pair.keep_up()
    await pair.hold()
    await pair.create("Third")
    assert await pair.names("bob") == {"First", "Second"}


async def test_what_is_read_on_the_replica_is_seen_through_row_level_security(pair: Pair) -> None:
    await pair.create("Secret")
    await pair.keep_up()
    answer = await pair.world.rest("eve", "GET", "/api/v1/{org}/projects")
    assert answer.status_code == 404
    assert await pair.names("cleo") == set()


async def test_a_server_without_a_replica_tells_no_position(world: World) -> None:
    answer = await world.rest("ana", "POST", "/api/v1/{org}/projects", {"name": "P"})
    assert "x-thicket-position" not in answer.headers
    assert isinstance(world.app.state.database, Database)
    assert world.app.state.database.replica is None
