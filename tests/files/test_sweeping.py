"""Bytes that nobody needs any more are let go of, and no others. In both storages."""

import io
from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.ids import new_id
from app.core.storage import Storage
from app.files import jobs
from app.files.sweeping import YOUNGEST
from tests.contract.scene import LOGO
from tests.files.deeds import address, fetched, kept, rows, vault
from tests.multipart import File
from tests.world import World

TEXT = File("a.txt", b"Hello")


@pytest.fixture
def later() -> Any:
    """Sets the clock past the youngest age of what is swept."""
    yield lambda: clock.move(YOUNGEST + timedelta(minutes=1))
    clock.move(timedelta())


async def test_what_is_destroyed_lets_go_of_its_bytes(world: World, storage: Storage) -> None:
    parent = await vault(world)
    gone, stays = await world.upload("ana", parent, TEXT), await world.upload("ana", parent, LOGO)
    await world.rest("ana", "POST", f"/api/v1/{{org}}/uploads/{gone['id']}/versions", {"file": TEXT})
    await world.owner.execute("delete from recordings where id = $1", gone["id"])
    assert len(await kept(world, storage)) == 3
    await world.tick(jobs.SWEEP)
    assert await rows(world) == {"stored_files": 1, "file_versions": 1, "recordings": 1}
    assert len(await kept(world, storage)) == 1
    assert (await fetched(world, await address(world, "ana", stays["id"]))).content == LOGO.content
    assert await world.owner.fetchval("select count(*) from discarded_files") == 0


async def test_bytes_that_a_copy_shares_stay(world: World, storage: Storage) -> None:
    made = await world.upload("ana", await vault(world), TEXT)
    copy = (await world.rest("ana", "POST", f"/api/v1/{{org}}/recordings/{made['id']}/copy", {})).json()
    await world.owner.execute("delete from recordings where id = $1", made["id"])
    await world.tick(jobs.SWEEP)
    assert (await fetched(world, await address(world, "ana", copy["id"]))).content == b"Hello"
    await world.owner.execute("delete from recordings where id = $1", copy["id"])
    await world.tick(jobs.SWEEP)
    assert await kept(world, storage) == []


async def test_an_organization_that_is_destroyed_leaves_no_bytes(world: World, storage: Storage) -> None:
    await world.upload("ana", await vault(world), TEXT)
    for table in ("file_versions", "stored_files"):
        await world.owner.execute(f"delete from {table} where org_id = $1", world.org_id)
    await world.tick(jobs.SWEEP)
    assert await kept(world, storage) == []


async def test_bytes_without_a_row_are_let_go_of_after_two_hours(world: World, storage: Storage, later: Any) -> None:
    made = await world.upload("ana", await vault(world), TEXT)
    lost, foreign = f"{world.org_id}/{new_id()}", f"{new_id()}/{new_id()}"
    for key in (lost, foreign):
        await storage.put(key, io.BytesIO(b"lost"), 4)
    await world.tick(jobs.SEARCH)
    assert lost in await kept(world, storage)
    later()
    await world.tick(jobs.SEARCH)
    assert len(await kept(world, storage)) == 1
    assert foreign in [key async for key in storage.listed()]
    clock.move(timedelta())
    assert (await fetched(world, await address(world, "ana", made["id"]))).content == b"Hello"
    await storage.delete(foreign)
