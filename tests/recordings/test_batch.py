"""One deed on many recordings (routes.md 3.2.12)."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, board, children, done, put, refusal, seen, titles
from tests.world import World


async def some(world: World) -> dict[str, str]:
    """Two to-dos in a list."""
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    made = {"todoset": project["containers"]["todoset"], "list": todolist["id"]}
    for name, due in (("a", "2026-06-15"), ("b", None)):
        made[name] = (await world.child("ana", todolist["id"], "todo", title=name, due_on=due))["id"]
    return made


async def batch(world: World, ids: list[str], action: str, **fields: Any) -> Any:
    return await done(world, "ana", "POST", "recordings/batch", {"ids": ids, "action": action, **fields})


async def test_many_are_assigned(world: World) -> None:
    made = await some(world)
    ids = [made["b"], made["a"]]
    assert await batch(world, [*ids, ids[0]], "assign", assignee_ids=[world.id("bob")]) == {"count": 2, "ids": ids}
    for id in ids:
        assert (await seen(world, "ana", id))["assignee_ids"] == [world.id("bob")]


async def test_many_are_due_on_the_same_day_or_on_none(world: World) -> None:
    made = await some(world)
    for day in ("2026-07-01", None):
        await batch(world, [made["a"], made["b"]], "due", due_on=day)
        assert [row["due_on"] for row in await children(world, "ana", made["list"])] == [day, day]


async def test_dates_are_shifted_where_there_are_some(world: World) -> None:
    made = await some(world)
    schedule = (await world.project())["containers"]["schedule"]
    entry = await world.child(
        "ana",
        schedule,
        "schedule_entry",
        title="Entry",
        starts_at="2026-06-30T09:00:00Z",
        ends_at="2026-06-30T10:00:00Z",
    )
    await batch(world, [made["a"], made["b"], entry["id"]], "shift_dates", days=-14)
    assert [row["due_on"] for row in await children(world, "ana", made["list"])] == ["2026-06-01", None]
    shown = await seen(world, "ana", entry["id"])
    assert (shown["starts_at"], shown["ends_at"]) == ("2026-06-16T09:00:00.000Z", "2026-06-16T10:00:00.000Z")


async def test_many_are_moved_in_their_order(world: World) -> None:
    made = await some(world)
    other = await world.child("ana", made["todoset"], "todolist", title="Other")
    await batch(world, [made["b"], made["a"]], "move", parent_id=other["id"])
    assert await titles(world, "ana", other["id"]) == ["b", "a"]
    assert await titles(world, "ana", made["list"]) == []


async def test_many_are_copied_and_the_copies_named(world: World) -> None:
    made = await some(world)
    other = await world.child("ana", made["todoset"], "todolist", title="Other")
    answered = await batch(world, [made["a"], made["b"]], "copy", parent_id=other["id"])
    assert answered == {"count": 2, "ids": [row["id"] for row in await children(world, "ana", other["id"])]}
    assert await titles(world, "ana", made["list"]) == ["a", "b"]


async def test_many_are_put_away_and_brought_back(world: World) -> None:
    made = await some(world)
    ids = [made["list"], made["a"], made["b"]]
    for wanted in ("trashed", "active", "archived", "active"):
        await batch(world, ids, "status", status=wanted)
        assert [(await seen(world, "ana", id))["status"] for id in ids] == [wanted] * 3


async def test_many_columns_are_coloured(world: World) -> None:
    made = await board(world, await world.project())
    await batch(world, [made["Doing"]], "color", color="pink")
    assert (await seen(world, "ana", made["Doing"]))["color"] == "pink"


async def test_todos_are_grouped_in_their_list(world: World) -> None:
    made = await some(world)
    await batch(world, [made["a"]], "group", title="Group")
    rows = await children(world, "ana", made["list"])
    assert [(row["type"], row["title"]) for row in rows] == [("todo", "b"), ("todolist", "Group")]
    assert await titles(world, "ana", rows[1]["id"]) == ["a"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "dance"}, "action"),
        ({"action": "assign"}, "assignee_ids"),
        ({"action": "assign", "assignee_ids": ["x"]}, "membership_ids"),
        ({"action": "due"}, "due_on"),
        ({"action": "shift_dates"}, "days"),
        ({"action": "shift_dates", "days": 3651}, "days"),
        ({"action": "move"}, "parent_id"),
        ({"action": "move", "parent_id": "x"}, "parent_id"),
        ({"action": "copy"}, "parent_id"),
        ({"action": "status"}, "status"),
        ({"action": "status", "status": "drafted"}, "status"),
        ({"action": "color", "color": "red"}, "ids"),
        ({"action": "group"}, "title"),
        ({"action": "status", "status": "trashed", "ids": []}, "ids"),
        ({"action": "status", "status": "trashed", "ids": None}, "ids"),
        ({"action": "status", "status": "trashed", "ids": ["x"] * 101}, "ids"),
    ],
)
async def test_what_makes_no_sense_is_refused(world: World, body: dict[str, Any], field: str) -> None:
    made = await some(world)
    before = await children(world, "ana", made["list"])
    if body.get("ids") == ["x"] * 101:
        body = {**body, "ids": [f"x{number}" for number in range(101)]}
    body = {"ids": [made["a"], made["b"]], **body}
    code, _, named = await refusal(world, "ana", "POST", "recordings/batch", body)
    assert (code, named) == (422, field)
    assert await children(world, "ana", made["list"]) == before


async def test_unknown_ids_are_named_and_nothing_happens(world: World) -> None:
    made = await some(world)
    unknown = "01890000-0000-7000-8000-000000000000"
    body = {"ids": [made["a"], unknown], "action": "status", "status": "trashed"}
    problem = {"field": "ids", "code": "not_found", "message": f"Unknown recording {unknown}"}
    assert await answer(world, "ana", "POST", "recordings/batch", body) == (
        422,
        {"error": {"code": "invalid", "message": "Unknown recording", "details": [problem]}},
    )
    assert (await seen(world, "ana", made["a"]))["status"] == "active"


async def test_all_of_it_happens_or_nothing(world: World) -> None:
    made = await some(world)
    message = await world.child("ana", (await world.project())["containers"]["message_board"], "message", title="M")
    code, _, field = await refusal(
        world, "ana", "POST", "recordings/batch",
        {"ids": [made["a"], message["id"]], "action": "assign", "assignee_ids": [world.id("bob")]},
    )  # fmt: skip
    assert (code, field) == (422, "ids")
    assert (await seen(world, "ana", made["a"]))["assignee_ids"] == []
    await put(world, "ana", made["b"], "status/archived")
    code, text, _ = await refusal(
        world, "ana", "POST", "recordings/batch", {"ids": [made["a"], made["b"]], "action": "due", "due_on": None}
    )
    assert (code, text) == (422, "b is archived")
    assert (await seen(world, "ana", made["a"]))["due_on"] == "2026-06-15"


async def test_clients_change_nothing_at_once(world: World) -> None:
    made = await some(world)
    code, _, _ = await refusal(world, "cleo", "POST", "recordings/batch", {"ids": [made["a"]], "action": "dance"})
    assert code == 403
