"""Places among siblings (domain.md 2.7)."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, board, children, events, numbered, places, put, refusal, seen, titles
from tests.world import World


async def todos(world: World, names: str) -> tuple[str, dict[str, str]]:
    """A list, and the ids of its to-dos by their one-letter titles."""
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    made = {name: (await world.child("ana", todolist["id"], "todo", title=name))["id"] for name in names}
    return todolist["id"], made


async def test_the_first_child_is_at_0_and_the_next_at_the_last_place_plus_1(world: World) -> None:
    parent, made = await todos(world, "ab")
    await put(world, "ana", made["b"], "position", {"position": 7.25})
    await world.child("ana", parent, "todo", title="c")
    assert await places(world, parent) == {"a": 0, "b": 7.25, "c": 8.25}


async def test_a_free_number_is_stored_as_sent(world: World) -> None:
    parent, made = await todos(world, "abc")
    shown = await put(world, "ana", made["c"], "position", {"position": 0.5})
    assert shown["position"] == 0.5
    assert await places(world, parent) == {"a": 0, "c": 0.5, "b": 1}


async def test_negative_numbers_come_first(world: World) -> None:
    parent, made = await todos(world, "ab")
    await put(world, "ana", made["b"], "position", {"position": -3})
    assert await places(world, parent) == {"b": -3, "a": 0}


@pytest.mark.parametrize(
    ("moved", "to", "order"),
    [
        ("d", 0, "dabc"),
        ("d", 1, "adbc"),
        ("a", 1, "bacd"),
        ("a", 3, "bcda"),
        ("b", 2, "acbd"),
        ("c", 1, "acbd"),
    ],
)
async def test_an_index_moves_before_the_one_there_or_after_it_from_below(
    world: World, moved: str, to: int, order: str
) -> None:
    parent, made = await todos(world, "abcd")
    await put(world, "ana", made[moved], "position", {"position": to})
    assert await places(world, parent) == numbered(order)


async def test_its_own_number_changes_nothing(world: World) -> None:
    parent, made = await todos(world, "abc")
    await put(world, "ana", made["b"], "position", {"position": 1})
    assert await places(world, parent) == numbered("abc")


async def test_what_comes_from_another_parent_lands_before_the_one_there(world: World) -> None:
    parent, _ = await todos(world, "abc")
    _, other = await todos(world, "xy")
    shown = await put(world, "ana", other["x"], "position", {"parent_id": parent, "position": 1})
    assert (shown["parent_id"], shown["position"]) == (parent, 1)
    assert await places(world, parent) == numbered("axbc")


async def test_without_a_number_it_becomes_the_new_parents_last(world: World) -> None:
    parent, _ = await todos(world, "ab")
    other, there = await todos(world, "xy")
    await put(world, "ana", there["x"], "position", {"parent_id": parent})
    assert await places(world, parent) == numbered("abx")
    assert await places(world, other) == {"y": 1}


async def test_its_own_parent_without_a_number_changes_nothing(world: World) -> None:
    parent, made = await todos(world, "ab")
    await put(world, "ana", made["a"], "position", {"parent_id": parent})
    assert await places(world, parent) == numbered("ab")
    assert await events(world, "ana", made["a"]) == ["created"]


async def test_a_gap_that_is_too_small_is_numbered_anew(world: World) -> None:
    parent, made = await todos(world, "abc")
    await put(world, "ana", made["c"], "position", {"position": 5e-10})
    assert await places(world, parent) == numbered("acb")


async def test_trashed_siblings_keep_their_places(world: World) -> None:
    parent, made = await todos(world, "abc")
    await put(world, "ana", made["c"], "status/trashed")
    await world.child("ana", parent, "todo", title="d")
    assert await places(world, parent) == {"a": 0, "b": 1, "d": 3}
    await put(world, "ana", made["c"], "status/active")
    assert await places(world, parent) == numbered("abcd")


@pytest.mark.parametrize("position", ["1", True, 1e16, -1e16, [1]])
async def test_what_is_no_place_is_refused(world: World, position: Any) -> None:
    parent, made = await todos(world, "ab")
    code, _, field = await refusal(world, "ana", "PUT", f"recordings/{made['a']}/position", {"position": position})
    assert (code, field) == (422, "position")
    assert await places(world, parent) == numbered("ab")


async def test_neither_parent_nor_place_is_refused(world: World) -> None:
    _, made = await todos(world, "a")
    assert await answer(world, "ana", "PUT", f"recordings/{made['a']}/position", {}) == (
        422,
        {
            "error": {
                "code": "invalid",
                "message": "Provide parent_id or position",
                "details": [{"field": "position", "code": "required", "message": "Provide parent_id or position"}],
            }
        },
    )


async def test_documents_and_folders_share_one_list(world: World) -> None:
    vault = (await world.project())["containers"]["vault"]
    await world.child("ana", vault, "document", title="a")
    folder = await world.child("ana", vault, "vault", title="b")
    await world.child("ana", vault, "document", title="c")
    await put(world, "ana", folder["id"], "position", {"position": 0})
    assert await places(world, vault) == numbered("bac")


async def test_somebody_elses_draft_keeps_its_place_unseen(world: World) -> None:
    vault = (await world.project())["containers"]["vault"]
    a = await world.child("ana", vault, "document", title="a")
    draft = await world.child("bob", vault, "document", title="draft", status="drafted")
    await world.child("ana", vault, "document", title="c")
    assert await places(world, vault) == {"a": 0, "c": 2}
    await put(world, "ana", a["id"], "position", {"position": 1})
    assert await places(world, vault) == {"a": 1, "c": 2}
    assert (await seen(world, "bob", draft["id"]))["position"] == 0
    assert await seen(world, "ana", draft["id"]) is None


async def test_messages_have_no_place(world: World) -> None:
    message_board = (await world.project())["containers"]["message_board"]
    message = await world.child("ana", message_board, "message", title="Hello")
    assert message["position"] is None
    code, _, _ = await refusal(world, "ana", "PUT", f"recordings/{message['id']}/position", {"position": 1})
    assert code == 404


async def test_messages_are_pinned_first_then_newest(world: World) -> None:
    message_board = (await world.project())["containers"]["message_board"]
    made = [await world.child("ana", message_board, "message", title=name) for name in "abc"]
    await put(world, "ana", made[0]["id"], "pin")
    assert await titles(world, "ana", message_board) == ["a", "c", "b"]


async def test_lines_and_entries_come_oldest_first(world: World) -> None:
    containers = (await world.project())["containers"]
    for content in ("one", "two"):
        await world.child("ana", containers["chat"], "chat_line", content=content)
    assert [row["content"] for row in await children(world, "ana", containers["chat"])] == ["one", "two"]


async def test_only_a_new_parent_is_an_event(world: World) -> None:
    parent, made = await todos(world, "ab")
    other, _ = await todos(world, "x")
    await put(world, "ana", made["a"], "position", {"position": 5})
    assert await events(world, "ana", made["a"]) == ["created"]
    await put(world, "ana", made["a"], "position", {"parent_id": other})
    assert await events(world, "ana", made["a"]) == ["created", "moved"]
    _, rows = await answer(world, "ana", "GET", f"recordings/{made['a']}/events")
    assert rows[0]["detail"] == {"from": "List", "to": "List"}
    assert parent != other


async def test_new_columns_go_before_not_now_and_done(world: World) -> None:
    project = await world.project()
    made = await board(world, project)
    await world.child("ana", made.table, "card_column", title="Review")
    assert await places(world, made.table) == {"Triage": 0, "Doing": 1, "Review": 2, "Not now": 3, "Done": 4}


@pytest.mark.parametrize("position", [-10, 0, 3, 4, 99])
async def test_a_boards_own_columns_stay_first_and_last(world: World, position: float) -> None:
    made = await board(world, await world.project())
    await put(world, "ana", made["Doing"], "position", {"position": position})
    assert await places(world, made.table) == {"Triage": 0, "Doing": 1, "Not now": 2, "Done": 3}


async def test_a_column_between_two_keeps_its_number(world: World) -> None:
    made = await board(world, await world.project())
    review = await world.child("ana", made.table, "card_column", title="Review")
    await put(world, "ana", review["id"], "position", {"position": 0.5})
    assert await places(world, made.table) == {"Triage": 0, "Review": 0.5, "Doing": 1, "Not now": 3, "Done": 4}


@pytest.mark.parametrize("title", ["Triage", "Not now", "Done"])
async def test_a_boards_own_columns_cannot_be_moved(world: World, title: str) -> None:
    made = await board(world, await world.project())
    before = await places(world, made.table)
    code, _, _ = await refusal(world, "ana", "PUT", f"recordings/{made[title]}/position", {"position": 1})
    assert code == 404
    assert await places(world, made.table) == before


async def test_a_column_moved_to_another_board_goes_before_its_not_now(world: World) -> None:
    mine, other = await board(world, await world.project()), await board(world, await world.project(name="Other"))
    card = await world.child("ana", mine["Doing"], "card", title="Card")
    shown = await put(world, "ana", mine["Doing"], "position", {"parent_id": other.table})
    assert await titles(world, "ana", other.table) == ["Triage", "Doing", "Doing", "Not now", "Done"]
    assert shown["position"] == 2
    assert (await seen(world, "ana", card["id"]))["project_id"] == shown["project_id"]
