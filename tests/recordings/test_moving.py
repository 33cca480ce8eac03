"""Moving under another parent, and into another project (domain.md 2.7)."""

import pytest

from tests.recordings.deeds import answer, board, done, events, put, refusal, seen, share, status, titles
from tests.recordings.test_tree import TYPES, one_of_each
from tests.world import World

PLACED = {"todolist", "todo", "vault", "document", "card_column", "card", "card_step"}


async def test_each_type_moves_where_it_may_lie_and_nowhere_else(world: World) -> None:
    made, other = await one_of_each(world), await one_of_each(world)
    folder = await world.child("ana", made["vault"], "vault", title="Folder")
    for type in TYPES:
        for parent, target in other.items():
            id = folder["id"] if type == "vault" else made[type]
            before = await seen(world, "ana", id)
            code, message, field = await refusal_or_none(world, id, target)
            if type not in PLACED:
                assert code == 404, (type, parent)
            elif parent in TYPES[type] and not (type == parent == "todo"):
                assert code == 200, (type, parent, message)
                assert (await seen(world, "ana", id))["parent_id"] == target
            else:
                expected = f"A {type} cannot be moved under a {parent}"
                if type != "todo" or parent != "todo":
                    assert (code, message, field) == (422, expected, "parent_id")
                    assert await seen(world, "ana", id) == before


async def refusal_or_none(world: World, id: str, target: str) -> tuple[int, str | None, str | None]:
    path = f"recordings/{id}/position"
    code, shown = await answer(world, "ana", "PUT", path, {"parent_id": target})
    if code == 200:
        return code, None, None
    return code, shown["error"]["message"], (shown["error"].get("details") or [{}])[0].get("field")


@pytest.mark.parametrize("parent", ["unknown", "malformed", "foreign", "inside"])
async def test_a_parent_that_is_not_there_or_inside_is_not_found(world: World, parent: str) -> None:
    made = await one_of_each(world)
    target = {
        "unknown": "01890000-0000-7000-8000-000000000000",
        "malformed": "todo-1",
        "foreign": world.other_org_id,
        "inside": made["todo"],
    }[parent]
    path = f"recordings/{made['todolist']}/position"
    assert await status(world, "ana", "PUT", path, {"parent_id": target}) == 404
    assert (await seen(world, "ana", made["todolist"]))["parent_id"] == made["todoset"]


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_nothing_moves_into_what_is_gone(world: World, gone: str) -> None:
    made = await one_of_each(world)
    other = await world.child("ana", made["todoset"], "todolist", title="Other")
    await put(world, "ana", other["id"], f"status/{gone}")
    code, message, field = await refusal(
        world, "ana", "PUT", f"recordings/{made['todo']}/position", {"parent_id": other["id"]}
    )
    assert (code, message, field) == (422, f"Other is {gone}", "parent_id")
    assert (await seen(world, "ana", made["todo"]))["parent_id"] == made["todolist"]


async def test_a_move_to_another_project_takes_everything_along(world: World) -> None:
    made = await one_of_each(world)
    trashed = await world.child("ana", made["todo"], "todo", title="trashed")
    await put(world, "ana", trashed["id"], "status/trashed")
    other = await world.project(name="Other")
    shown = await put(
        world, "ana", made["todolist"], "position", {"parent_id": other["containers"]["todoset"], "position": 0}
    )
    assert shown["project_id"] == other["id"]
    for id in (made["todo"], made["comment"], trashed["id"]):
        assert (await seen(world, "ana", id))["project_id"] == other["id"]
    listed = await done(world, "ana", "GET", f"recordings?type=todo&project_id={other['id']}")
    assert [row["id"] for row in listed] == [made["todo"]]


async def test_a_move_to_another_project_drops_who_cannot_see_it_there(world: World) -> None:
    made = await one_of_each(world)
    people = [world.id("bob"), world.id("mia")]
    await put(world, "ana", made["card"], "assignees", {"membership_ids": people})
    other = await world.project(name="Private", all_access=False)
    await done(world, "ana", "PUT", f"projects/{other['id']}/people", {"membership_ids": [world.id("mia")]})
    there = await board(world, other)
    shown = await put(world, "ana", made["card"], "position", {"parent_id": there["Doing"]})
    assert shown["assignee_ids"] == [world.id("mia")]
    followers = await done(world, "ana", "GET", f"recordings/{made['card']}/subscription")
    assert [row["name"] for row in followers["subscribers"]] == ["Ana", "Mia"]
    assert await seen(world, "bob", made["card"]) is None
    assert await events(world, "mia", made["card"]) == ["created", "assigned", "moved"]


async def test_both_projects_must_be_open_and_seen(world: World) -> None:
    made = await one_of_each(world)
    private = await world.project("abe", name="Private", all_access=False)
    path = f"recordings/{made['todolist']}/position"
    target = {"parent_id": private["containers"]["todoset"]}
    assert await status(world, "ana", "PUT", path, target) == 404
    archived = await world.project(name="Archived")
    await done(world, "ana", "PUT", f"projects/{archived['id']}/status/archived")
    code, message, _ = await refusal(world, "ana", "PUT", path, {"parent_id": archived["containers"]["todoset"]})
    assert (code, message) == (403, "Project is archived")
    assert (await seen(world, "ana", made["todolist"]))["parent_id"] == made["todoset"]


async def test_what_inherits_its_visibility_takes_the_new_parents(world: World) -> None:
    made = await one_of_each(world)
    subtask = await world.child("ana", made["todo"], "todo", title="Subtask")
    shown = await world.child("ana", made["todoset"], "todolist", title="Shown")
    await share(world, shown["id"])
    moved = await put(world, "ana", made["todo"], "position", {"parent_id": shown["id"]})
    assert moved["visible_to_clients"] is True
    for id in (subtask["id"], made["comment"]):
        assert (await seen(world, "ana", id))["visible_to_clients"] is True
    moved = await put(world, "ana", made["todo"], "position", {"parent_id": made["todoset"]})
    assert moved["visible_to_clients"] is False
    for id in (subtask["id"], made["comment"]):
        assert (await seen(world, "ana", id))["visible_to_clients"] is False


async def test_a_card_keeps_its_own_visibility(world: World) -> None:
    made = await board(world, await world.project())
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await share(world, card["id"])
    assert (await put(world, "ana", card["id"], "position", {"parent_id": made["Triage"]}))[
        "visible_to_clients"
    ] is True
    assert (await put(world, "ana", card["id"], "completion"))["visible_to_clients"] is True
    assert await titles(world, "ana", made["Done"]) == ["Card"]
