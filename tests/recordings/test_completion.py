"""Getting things done (domain.md 2.6)."""

import pytest

from tests.recordings.deeds import answer, board, done, events, numbered, places, put, seen, status, titles
from tests.recordings.test_tree import one_of_each
from tests.world import World


async def test_only_todos_cards_and_steps_can_be_done(world: World) -> None:
    made = await one_of_each(world)
    for type, id in made.items():
        expected = 200 if type in ("todo", "card", "card_step") else 404
        for method in ("PUT", "DELETE"):
            assert await status(world, "bob", method, f"recordings/{id}/completion") == expected, type


@pytest.mark.parametrize("type", ["todo", "card", "card_step"])
async def test_doing_it_twice_keeps_the_first_stamp(world: World, type: str) -> None:
    id = (await one_of_each(world))[type]
    first = await put(world, "bob", id, "completion")
    assert (first["completed"], first["completed_by_id"]) == (True, world.id("bob"))
    assert first["completed_at"] is not None
    assert await put(world, "mia", id, "completion") == first
    opened = await done(world, "mia", "DELETE", f"recordings/{id}/completion")
    assert (opened["completed"], opened["completed_at"], opened["completed_by_id"]) == (False, None, None)
    assert await done(world, "mia", "DELETE", f"recordings/{id}/completion") == opened
    assert [verb for verb in await events(world, "ana", id) if verb != "moved"] == ["created", "completed", "reopened"]


async def test_a_todo_and_its_subtasks_are_done_apart(world: World) -> None:
    made = await one_of_each(world)
    subtask = await world.child("ana", made["todo"], "todo", title="Subtask")
    await put(world, "ana", made["todo"], "completion")
    assert (await seen(world, "ana", subtask["id"]))["completed"] is False
    await done(world, "ana", "DELETE", f"recordings/{made['todo']}/completion")
    await put(world, "ana", subtask["id"], "completion")
    assert (await seen(world, "ana", made["todo"]))["completed"] is False


async def test_a_card_and_its_steps_are_done_apart(world: World) -> None:
    made = await one_of_each(world)
    await put(world, "ana", made["card"], "completion")
    assert (await seen(world, "ana", made["card_step"]))["completed"] is False


async def test_done_todos_can_be_listed_apart(world: World) -> None:
    todolist = await world.child("ana", (await world.project())["containers"]["todoset"], "todolist", title="List")
    made = [await world.child("ana", todolist["id"], "todo", title=name) for name in "ab"]
    await put(world, "ana", made[0]["id"], "completion")
    assert await titles(world, "ana", todolist["id"], "?completed=true") == ["a"]
    assert await titles(world, "ana", todolist["id"], "?completed=false") == ["b"]
    assert await titles(world, "ana", todolist["id"]) == ["a", "b"]


async def test_a_done_card_goes_to_the_top_of_done_and_back_to_where_it_was(world: World) -> None:
    made = await board(world, await world.project())
    cards = [await world.child("ana", made["Doing"], "card", title=name) for name in "abc"]
    await put(world, "ana", cards[0]["id"], "completion")
    shown = await put(world, "ana", cards[1]["id"], "completion")
    assert (shown["parent_id"], shown["position"], shown["meta"]) == (
        made["Done"],
        0,
        {"completed_from": made["Doing"]},
    )
    assert await places(world, made["Done"]) == numbered("ba")
    opened = await done(world, "ana", "DELETE", f"recordings/{cards[1]['id']}/completion")
    assert (opened["parent_id"], opened["meta"]) == (made["Doing"], {})
    assert await titles(world, "ana", made["Doing"]) == ["c", "b"]


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_a_card_whose_column_is_gone_goes_back_to_triage(world: World, gone: str) -> None:
    made = await board(world, await world.project())
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await put(world, "ana", card["id"], "completion")
    await put(world, "ana", made["Doing"], f"status/{gone}")
    opened = await done(world, "ana", "DELETE", f"recordings/{card['id']}/completion")
    assert opened["parent_id"] == made["Triage"]


async def test_moving_a_card_into_done_completes_it_and_out_opens_it(world: World) -> None:
    made = await board(world, await world.project())
    for name in "ab":
        card = await world.child("ana", made["Doing"], "card", title=name)
        shown = await put(world, "bob", card["id"], "position", {"parent_id": made["Done"]})
        assert (shown["completed"], shown["completed_by_id"], shown["position"]) == (True, world.id("bob"), 0)
        assert shown["meta"] == {"completed_from": made["Doing"]}
    assert await places(world, made["Done"]) == numbered("ba")
    shown = await put(world, "bob", card["id"], "position", {"parent_id": made["Triage"]})
    assert (shown["completed"], shown["completed_at"], shown["meta"]) == (False, None, {})
    assert (await done(world, "bob", "DELETE", f"recordings/{card['id']}/completion"))["parent_id"] == made["Triage"]


async def test_a_card_made_in_done_is_done(world: World) -> None:
    made = await board(world, await world.project())
    card = await world.child("bob", made["Done"], "card", title="Card")
    assert (card["completed"], card["completed_by_id"]) == (True, world.id("bob"))
    opened = await done(world, "bob", "DELETE", f"recordings/{card['id']}/completion")
    assert (opened["completed"], opened["parent_id"]) == (False, made["Triage"])


async def test_a_parked_card_is_parked_no_more_once_it_leaves(world: World) -> None:
    made = await board(world, await world.project())
    card = await world.child("ana", made["Doing"], "card", title="Card")
    assert (await put(world, "ana", card["id"], "hold", {"on_hold": True}))["on_hold"] is True
    assert (await put(world, "ana", card["id"], "position", {"position": 4}))["on_hold"] is True
    assert (await put(world, "ana", card["id"], "position", {"parent_id": made["Triage"]}))["on_hold"] is False
    await put(world, "ana", card["id"], "hold", {"on_hold": True})
    assert (await put(world, "ana", card["id"], "completion"))["on_hold"] is False


async def test_a_column_can_have_a_section_for_parked_cards_and_a_colour(world: World) -> None:
    made = await board(world, await world.project())
    shown = await put(world, "ana", made["Doing"], "hold", {"on_hold": True})
    assert (shown["on_hold"], shown["meta"]["on_hold_enabled"]) == (True, True)
    for name in ("red", "orange", "yellow", "green", "blue", "aqua", "purple", "gray", "pink", "brown"):
        assert (await put(world, "ana", made["Doing"], "color", {"color": name}))["color"] == name
    assert (await put(world, "ana", made["Doing"], "color", {"color": "white"}))["color"] is None
    problem = {"field": "color", "code": "invalid_value", "message": "color is not available"}
    assert await answer(world, "ana", "PUT", f"recordings/{made['Doing']}/color", {"color": "mauve"}) == (
        422,
        {"error": {"code": "invalid", "message": "color is not available", "details": [problem]}},
    )
