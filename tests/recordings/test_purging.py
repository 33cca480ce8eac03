"""What becomes of the trash after 30 days."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.core import clock
from app.recordings import jobs
from tests.recordings.deeds import done, put, seen
from tests.world import World

HANGING = ("recordings", "assignments", "subscriptions", "mentions", "cheers", "events")
SHORTLY_BEFORE, AFTER = timedelta(days=29, hours=23), timedelta(days=30, seconds=1)


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Sets the server's clock ahead."""
    yield clock.move
    clock.move(timedelta())


async def rows(world: World, ids: list[str]) -> dict[str, int]:
    """How many rows there are of each kind that are, or hang on, these recordings."""
    found = {}
    for table in HANGING:
        column = "id" if table == "recordings" else "recording_id"
        found[table] = await world.owner.fetchval(
            f"select count(*) from {table} where {column} = any ($1::uuid[])", ids
        )
    return found


async def test_after_30_days_the_trash_is_destroyed_with_all_that_hangs_on_it(
    world: World, later: Callable[[timedelta], None]
) -> None:
    project = await world.project()
    kept = await world.child("ana", project["containers"]["todoset"], "todolist", title="Kept")
    gone = await world.child("ana", project["containers"]["todoset"], "todolist", title="Gone")
    todo = await world.child("bob", gone["id"], "todo", title="Paint", assignee_ids=[world.id("mia")])
    await done(world, "mia", "POST", f"recordings/{todo['id']}/comments", {"content": "Which colour?"})
    await done(world, "mia", "POST", f"recordings/{todo['id']}/cheers", {"content": "👏"})
    await put(world, "ana", gone["id"], "status/trashed")
    ids = [gone["id"], todo["id"]]
    before = await rows(world, ids)
    assert {table for table, count in before.items() if count} >= {"recordings", "assignments", "cheers", "events"}
    later(SHORTLY_BEFORE)
    await world.tick(jobs.PURGE)
    assert await rows(world, ids) == before
    later(AFTER)
    await world.tick(jobs.PURGE)
    assert await rows(world, ids) == dict.fromkeys(HANGING, 0)
    later(timedelta())
    assert await seen(world, "ana", todo["id"]) is None
    assert (await seen(world, "ana", kept["id"]))["title"] == "Kept"


async def test_what_was_brought_back_is_not_destroyed(world: World, later: Callable[[timedelta], None]) -> None:
    project = await world.project()
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Hello", content="x")
    await put(world, "ana", message["id"], "status/trashed")
    await put(world, "ana", message["id"], "status/active")
    archived = await world.child("ana", project["containers"]["message_board"], "message", title="Old", content="x")
    await put(world, "ana", archived["id"], "status/archived")
    later(AFTER)
    await world.tick(jobs.PURGE)
    later(timedelta())
    assert (await seen(world, "ana", message["id"]))["status"] == "active"
    assert (await seen(world, "ana", archived["id"]))["status"] == "archived"


async def test_a_trashed_project_is_destroyed_with_everything_in_it(
    world: World, later: Callable[[timedelta], None]
) -> None:
    project, other = await world.project(), await world.project(name="Other")
    todos = await world.child("ana", project["containers"]["todoset"], "todolist", title="Gone")
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/trashed")
    later(AFTER)
    await world.tick(jobs.PURGE)
    left = await world.owner.fetch("select id from projects where org_id = $1", world.org_id)
    assert [str(row["id"]) for row in left] == [other["id"]]
    assert await rows(world, [todos["id"]]) == dict.fromkeys(HANGING, 0)
    for table in ("recordings", "project_tools", "events"):
        assert await world.owner.fetchval(f"select count(*) from {table} where project_id = $1", project["id"]) == 0, (
            table
        )


async def test_a_full_trash_is_emptied_bit_by_bit(
    world: World, later: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    project = await world.project()
    ids = []
    for number in range(5):
        line = await world.child(
            "ana", project["containers"]["message_board"], "message", title=f"{number}", content="x"
        )
        await put(world, "ana", line["id"], "status/trashed")
        ids.append(line["id"])
    later(AFTER)
    tally = await world.tick(jobs.PURGE)
    assert tally.done[jobs.PURGE] >= 4
    assert (await rows(world, ids))["recordings"] == 0


async def test_the_trash_of_every_organization_is_emptied(world: World, later: Callable[[timedelta], None]) -> None:
    ids = []
    for who, org in (("ana", world.org), ("eve", world.other_org)):
        made = (
            await world.client.post(f"/api/v1/{org}/projects", json={"name": "P"}, headers=world.headers(who))
        ).json()
        path = f"/api/v1/{org}/projects/{made['id']}/status/trashed"
        assert (await world.client.put(path, headers=world.headers(who))).status_code == 200
        ids.append(made["id"])
    later(AFTER)
    await world.tick(jobs.PURGE)
    assert await world.owner.fetchval("select count(*) from projects where id = any ($1::uuid[])", ids) == 0
