"""How many projects the plan allows (domain.md 2.12)."""

import asyncio

from tests.recordings.deeds import API, answer, done, status
from tests.world import World


async def on_free_plan(world: World) -> None:
    """From now on there is room for 3 active projects."""
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)


REFUSED = {
    "error": {
        "code": "limit_reached",
        "message": "Your plan allows 3 active projects",
        "details": {"limit": "projects", "allowed": 3, "used": 3},
    }
}


async def test_the_fourth_project_is_refused(world: World) -> None:
    await on_free_plan(world)
    for name in "abc":
        await world.project(name=name)
    assert await answer(world, "ana", "POST", "projects", {"name": "d"}) == (402, REFUSED)
    assert [row["name"] for row in await done(world, "ana", "GET", "projects")] == ["a", "b", "c"]


async def test_a_field_is_looked_at_before_the_plan(world: World) -> None:
    await on_free_plan(world)
    for name in "abc":
        await world.project(name=name)
    assert await status(world, "ana", "POST", "projects", {"name": " "}) == 422
    assert await status(world, "cleo", "POST", "projects", {"name": "d"}) == 403


async def test_an_archived_project_makes_room_and_needs_room_to_come_back(world: World) -> None:
    await on_free_plan(world)
    first, *_ = [await world.project(name=name) for name in "abc"]
    for gone in ("archived", "trashed"):
        await done(world, "ana", "PUT", f"projects/{first['id']}/status/{gone}")
    fourth = await world.project(name="d")
    path = f"projects/{first['id']}/status/active"
    assert await answer(world, "ana", "PUT", path) == (402, REFUSED)
    assert (await done(world, "ana", "GET", f"projects/{first['id']}"))["status"] == "trashed"
    await done(world, "ana", "PUT", f"projects/{fourth['id']}/status/archived")
    assert (await done(world, "ana", "PUT", path))["status"] == "active"


async def test_of_twenty_at_once_only_those_are_made_that_the_plan_allows(world: World) -> None:
    await on_free_plan(world)
    await world.project()
    answers = await asyncio.gather(
        *(world.rest("ana", "POST", f"{API}/projects", {"name": f"p{number}"}) for number in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [402] * 18
    assert len(await done(world, "ana", "GET", "projects")) == 3
