"""Copying (routes.md 3.2.12)."""

from typing import Any

import pytest

from tests.recordings.deeds import (
    board,
    children,
    done,
    events,
    numbered,
    places,
    put,
    refusal,
    seen,
    share,
    status,
    titles,
)
from tests.recordings.test_subscriptions import followers
from tests.recordings.test_tree import one_of_each
from tests.world import World


async def copy(world: World, id: str, who: str = "ana", **body: Any) -> Any:
    return await done(world, who, "POST", f"recordings/{id}/copy", body)


async def full_list(world: World) -> dict[str, str]:
    """A list, its done to-do with a subtask, a comment and an assignee, an open one, and one in the trash."""
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List", content="About")
    a = await world.child(
        "ana", todolist["id"], "todo", title="a", content="A", due_on="2026-06-15", assignee_ids=[world.id("bob")]
    )
    await world.child("ana", a["id"], "todo", title="sub")
    await world.child("mia", a["id"], "comment", content="said")
    await put(world, "bob", a["id"], "completion")
    await world.child("ana", todolist["id"], "todo", title="b")
    trashed = await world.child("ana", todolist["id"], "todo", title="c")
    await put(world, "ana", trashed["id"], "status/trashed")
    return {"project": project["id"], "todoset": project["containers"]["todoset"], "list": todolist["id"], "a": a["id"]}


async def test_a_copy_has_all_that_is_active_but_the_comments(world: World) -> None:
    made = await full_list(world)
    copied = await copy(world, made["list"], "abe")
    assert (copied["title"], copied["content"], copied["creator_id"]) == ("List", "About", world.id("abe"))
    assert copied["id"] != made["list"]
    assert (copied["parent_id"], copied["position"]) == (made["todoset"], 1)
    rows = await children(world, "ana", copied["id"])
    assert [(row["title"], row["position"]) for row in rows] == [("a", 0), ("b", 1)]
    a = rows[0]
    original = await seen(world, "ana", made["a"])
    for field in ("content", "due_on", "completed_at", "completed_by_id", "assignee_ids"):
        assert a[field] == original[field], field
    assert (a["creator_id"], a["comment_count"], a["last_comment_at"]) == (world.id("abe"), 0, None)
    assert await titles(world, "ana", a["id"]) == ["sub"]
    assert await children(world, "ana", a["id"], "?type=comment") == []
    assert await titles(world, "ana", made["list"]) == ["a", "b"]


async def test_comments_come_along_when_wanted_and_stay_their_authors(world: World) -> None:
    made = await full_list(world)
    copied = await copy(world, made["a"], include_comments=True)
    original = (await children(world, "ana", made["a"], "?type=comment"))[0]
    comment = (await children(world, "ana", copied["id"], "?type=comment"))[0]
    assert (comment["content"], comment["creator_id"]) == ("said", world.id("mia"))
    assert comment["created_at"] == original["created_at"]
    assert (copied["comment_count"], copied["last_comment_at"]) == (1, original["created_at"])


async def test_nobody_is_told_of_a_copy_but_its_people_hear_of_it_later(world: World) -> None:
    made = await full_list(world)
    copied = await copy(world, made["a"], "abe")
    assert await events(world, "ana", copied["id"]) == ["created"]
    rows = await done(world, "ana", "GET", f"recordings/{copied['id']}/events")
    assert rows[0]["detail"] == {"copied_from": made["a"]}
    assert await followers(world, copied["id"]) == ["Abe", "Bob"]


async def test_a_copy_goes_to_the_end_of_the_parent_that_was_named(world: World) -> None:
    made = await full_list(world)
    other = await world.child("ana", made["todoset"], "todolist", title="Other")
    await world.child("ana", other["id"], "todo", title="x")
    copied = await copy(world, made["a"], parent_id=other["id"], include_comments=False)
    assert copied["parent_id"] == other["id"]
    assert await places(world, other["id"]) == numbered("xa")


async def test_a_copy_in_another_project_keeps_only_who_is_on_it(world: World) -> None:
    made = await full_list(world)
    other = await world.project(name="Private", all_access=False)
    copied = await copy(world, made["list"], parent_id=other["containers"]["todoset"])
    assert copied["project_id"] == other["id"]
    a = (await children(world, "ana", copied["id"]))[0]
    assert (a["project_id"], a["assignee_ids"]) == (other["id"], [])
    assert await followers(world, a["id"]) == ["Ana"]


async def test_a_copy_is_shared_in_its_own_project_only(world: World) -> None:
    made = await full_list(world)
    await share(world, made["list"])
    other = await world.project(name="Other")
    here = await copy(world, made["list"])
    there = await copy(world, made["list"], parent_id=other["containers"]["todoset"])
    for copied, visible in ((here, True), (there, False)):
        assert copied["visible_to_clients"] is visible
        assert [row["visible_to_clients"] for row in await children(world, "ana", copied["id"])] == [visible] * 2
    loose = await copy(world, made["a"], parent_id=made["todoset"])
    assert loose["visible_to_clients"] is False


async def test_a_copied_card_is_done_exactly_where_it_lies_in_done(world: World) -> None:
    made = await board(world, await world.project())
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await world.child("ana", card["id"], "card_step", title="Step")
    await put(world, "ana", card["id"], "completion")
    opened = await copy(world, card["id"], parent_id=made["Doing"])
    assert (opened["completed"], opened["meta"]) == (False, {})
    assert await titles(world, "ana", opened["id"]) == ["Step"]
    assert (await copy(world, opened["id"], parent_id=made["Done"]))["completed"] is True
    column = await copy(world, made["Done"])
    assert column["meta"] == {"special": None, "on_hold_enabled": False, "card_count": 2}
    assert [row["completed"] for row in await children(world, "ana", column["id"])] == [False, False]
    assert await titles(world, "ana", made.table) == ["Triage", "Doing", "Done", "Not now", "Done"]


async def test_a_folder_can_be_copied_into_itself(world: World) -> None:
    vault = (await world.project())["containers"]["vault"]
    folder = await world.child("ana", vault, "vault", title="Folder")
    await world.child("ana", folder["id"], "document", title="Document")
    copied = await copy(world, folder["id"], parent_id=folder["id"])
    assert await titles(world, "ana", folder["id"]) == ["Document", "Folder"]
    assert await titles(world, "ana", copied["id"]) == ["Document"]


async def test_tools_comments_and_lines_are_not_copied(world: World) -> None:
    made = await one_of_each(world)
    refused = {"message_board", "todoset", "vault", "schedule", "card_table", "chat", "questionnaire", "clientside"}
    for type, id in made.items():
        expected = 404 if type in {*refused, "comment", "chat_line"} else 201
        assert await status(world, "ana", "POST", f"recordings/{id}/copy", {}) == expected, type


async def test_a_copy_needs_a_parent_that_may_hold_it(world: World) -> None:
    made = await one_of_each(world)
    path = f"recordings/{made['card']}/copy"
    code, message, field = await refusal(world, "ana", "POST", path, {"parent_id": made["todolist"]})
    assert (code, message, field) == (422, "A card cannot be copied under a todolist", "parent_id")
    assert await status(world, "ana", "POST", path, {"parent_id": "unknown"}) == 404
    assert await titles(world, "ana", made["card_column"]) == ["card"]


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_nothing_is_copied_into_what_is_gone(world: World, gone: str) -> None:
    made = await full_list(world)
    other = await world.child("ana", made["todoset"], "todolist", title="Other")
    await put(world, "ana", other["id"], f"status/{gone}")
    code, _, field = await refusal(world, "ana", "POST", f"recordings/{made['a']}/copy", {"parent_id": other["id"]})
    assert (code, field) == (422, "parent_id")
    assert await children(world, "ana", other["id"]) == []
