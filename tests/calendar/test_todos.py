"""To-dos that repeat: when one is done, the next is there."""

from typing import Any

from tests.calendar.agenda import problem
from tests.recordings.deeds import children, done, events, put, seen
from tests.world import World


async def setting(world: World, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A list, and a to-do in it that repeats."""
    project = await world.project()
    made = await world.child("ana", project["containers"]["todoset"], "todolist", title="Chores")
    body = {"title": "Water the plants", "due_on": "2026-06-15", "recurrence": "weekly", **fields}
    return made["id"], await world.child("ana", made["id"], "todo", **body)


async def open_ones(world: World, list_id: str) -> list[dict[str, Any]]:
    return await children(world, "ana", list_id, "?completed=false")


async def test_the_next_one_is_made_when_one_is_done(world: World) -> None:
    list_id, todo = await setting(world, assignee_ids=[world.id("bob")], content="All of them", starts_on="2026-06-14")
    assert todo["recurrence"]["rrule"] == "FREQ=WEEKLY"
    assert todo["meta"] == {}
    finished = await put(world, "bob", todo["id"], "completion")
    assert (finished["id"], finished["completed"]) == (todo["id"], True)
    (following,) = await open_ones(world, list_id)
    same = ("title", "content", "assignee_ids", "creator_id", "parent_id", "recurrence", "visible_to_clients")
    assert {name: following[name] for name in same} == {name: todo[name] for name in same}
    assert (following["starts_on"], following["due_on"]) == ("2026-06-21", "2026-06-22")
    assert following["meta"] == {"series_id": todo["id"]}
    assert (following["completed"], following["comment_count"], following["position"]) == (False, 0, 1)
    heard = await done(world, "ana", "GET", f"recordings/{following['id']}/subscription")
    assert {row["name"] for row in heard["subscribers"]} == {"Ana", "Bob"}
    assert await events(world, "ana", following["id"]) == ["created"]
    await put(world, "bob", following["id"], "completion")
    (third,) = await open_ones(world, list_id)
    assert (third["due_on"], third["meta"]) == ("2026-06-29", {"series_id": todo["id"]})


async def test_doing_it_again_makes_no_second_one(world: World) -> None:
    list_id, todo = await setting(world)
    await put(world, "ana", todo["id"], "completion")
    await put(world, "ana", todo["id"], "completion")
    await done(world, "ana", "DELETE", f"recordings/{todo['id']}/completion")
    await put(world, "ana", todo["id"], "completion")
    assert [row["due_on"] for row in await open_ones(world, list_id)] == ["2026-06-22"]


async def test_a_count_comes_to_its_end(world: World) -> None:
    list_id, todo = await setting(world, recurrence={"frequency": "daily", "count": 2})
    await put(world, "ana", todo["id"], "completion")
    (following,) = await open_ones(world, list_id)
    assert following["recurrence"]["rrule"] == "FREQ=DAILY;COUNT=1"
    await put(world, "ana", following["id"], "completion")
    assert await open_ones(world, list_id) == []


async def test_the_last_day_and_days_left_out_hold(world: World) -> None:
    recurrence = {"frequency": "daily", "until": "2026-06-18", "exdates": ["2026-06-16", "2026-06-17"]}
    list_id, todo = await setting(world, recurrence=recurrence)
    assert todo["recurrence"]["rrule"] == "FREQ=DAILY;UNTIL=20260618"
    await put(world, "ana", todo["id"], "completion")
    (following,) = await open_ones(world, list_id)
    assert following["due_on"] == "2026-06-18"
    await put(world, "ana", following["id"], "completion")
    assert await open_ones(world, list_id) == []


async def test_a_month_without_the_day_is_skipped(world: World) -> None:
    list_id, todo = await setting(world, due_on="2026-01-31", recurrence="monthly")
    await put(world, "ana", todo["id"], "completion")
    assert [row["due_on"] for row in await open_ones(world, list_id)] == ["2026-03-31"]


async def test_what_repeats_needs_a_day(world: World) -> None:
    list_id, todo = await setting(world)
    path = f"recordings/{list_id}/children"
    body = {"type": "todo", "title": "x", "recurrence": "daily"}
    assert await problem(world, "POST", path, body) == (422, "due_on", "required")
    assert await problem(world, "PATCH", f"recordings/{todo['id']}", {"due_on": None}) == (422, "due_on", "required")
    assert await seen(world, "ana", todo["id"]) == todo
    changed = await done(world, "ana", "PATCH", f"recordings/{todo['id']}", {"due_on": None, "recurrence": None})
    assert (changed["due_on"], changed["recurrence"]) == (None, None)
    await put(world, "ana", todo["id"], "completion")
    assert await open_ones(world, list_id) == []


async def test_only_entries_and_to_dos_repeat(world: World) -> None:
    project = await world.project()
    path = f"recordings/{project['containers']['message_board']}/children"
    body = {"type": "message", "title": "x", "recurrence": "daily"}
    assert await problem(world, "POST", path, body) == (422, "recurrence", "invalid_value")


async def test_who_is_gone_does_not_come_along(world: World) -> None:
    list_id, todo = await setting(world, assignee_ids=[world.id("bob"), world.id("mia")])
    await done(world, "ana", "DELETE", f"people/{world.id('mia')}")
    await put(world, "ana", todo["id"], "completion")
    (following,) = await open_ones(world, list_id)
    assert following["assignee_ids"] == [world.id("bob")]
