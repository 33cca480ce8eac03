"""What becomes of an organization that was cancelled."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.core import clock
from app.orgs import jobs
from tests.world import World


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Sets the server's clock ahead."""
    yield clock.move
    clock.move(timedelta())


async def left(world: World, org_id: str) -> dict[str, int]:
    """How many rows of the organization there are, in every table that has some."""
    tables = await world.owner.fetch("select table_name from information_schema.columns where column_name = 'org_id'")
    found = {"organizations": await world.owner.fetchval("select count(*) from organizations where id = $1", org_id)}
    for (table,) in tables:
        found[table] = await world.owner.fetchval(f"select count(*) from {table} where org_id = $1", org_id)
    return {table: count for table, count in found.items() if count}


async def test_30_days_after_it_was_cancelled_nothing_of_an_organization_is_left_but_its_people(
    world: World, later: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 3)
    project = await world.project()
    todolist = await world.child("bob", project["containers"]["todoset"], "todolist", title="Launch")
    await world.child("mia", todolist["id"], "todo", title="Paint", assignee_ids=[world.id("bob")])
    assert (await world.rest("ana", "POST", "/api/v1/{org}/groups", {"name": "G"})).status_code == 201
    before, other = await left(world, world.org_id), await left(world, world.other_org_id)
    assert len(before) > 8
    await world.owner.execute("update organizations set cancelled_at = $1 where id = $2", clock.now(), world.org_id)
    later(timedelta(days=29, hours=23))
    await world.tick(jobs.PURGE)
    assert await left(world, world.org_id) == before
    later(timedelta(days=30, seconds=1))
    tally = await world.tick(jobs.PURGE)
    assert tally.failed == {}
    assert await left(world, world.org_id) == {}
    assert await left(world, world.other_org_id) == other
    people = [world.people[name].user_id for name in ("ana", "bob")]
    assert await world.owner.fetchval("select count(*) from users where id = any ($1::uuid[])", people) == 2
