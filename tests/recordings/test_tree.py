"""What lies where (domain.md 2.4)."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, board, children, done, put, refusal, seen, titles
from tests.world import World

TYPES = {
    "message": {"message_board"},
    "todolist": {"todoset", "todolist"},
    "todo": {"todoset", "todolist", "todo"},
    "vault": {"vault"},
    "document": {"vault"},
    "schedule_entry": {"schedule"},
    "card_column": {"card_table"},
    "card": {"card_column"},
    "card_step": {"card"},
    "chat_line": {"chat"},
    "comment": {"message", "todolist", "todo", "document", "schedule_entry", "card_column", "card"},
}
"""Type → what it may lie in."""
FIELDS: dict[str, dict[str, Any]] = {
    "schedule_entry": {"title": "x", "starts_at": "2026-06-09T09:00:00Z"},
    "chat_line": {"content": "x"},
    "comment": {"content": "x"},
}
TOOLS = ["message_board", "todoset", "vault", "schedule", "card_table", "chat", "questionnaire", "clientside"]


async def one_of_each(world: World) -> dict[str, str]:
    """A recording of every type, by type."""
    made: dict[str, str] = (await world.project())["containers"]
    for type, parent in (
        ("message", "message_board"), ("todolist", "todoset"), ("todo", "todolist"), ("document", "vault"),
        ("schedule_entry", "schedule"), ("card_column", "card_table"), ("card", "card_column"), ("card_step", "card"),
        ("chat_line", "chat"), ("comment", "todo"),
    ):  # fmt: skip
        made[type] = (await world.child("ana", made[parent], type, **FIELDS.get(type, {"title": type})))["id"]
    return made


async def test_each_type_lies_where_it_may_and_nowhere_else(world: World) -> None:
    made = await one_of_each(world)
    for type, parents in TYPES.items():
        for parent, id in made.items():
            body = {"type": type, **FIELDS.get(type, {"title": "x"})}
            code, shown = await answer(world, "ana", "POST", f"recordings/{id}/children", body)
            assert code == (201 if parent in parents else 422), (type, parent, shown)
            if code == 422:
                message = f"A {type} cannot be created under a {parent}"
                problem = {"field": "type", "code": "invalid_value", "message": message}
                assert shown["error"] == {"code": "invalid", "message": message, "details": [problem]}


@pytest.mark.parametrize("type", TOOLS[:1] + TOOLS[3:])
async def test_nobody_makes_a_tools_container(world: World, type: str) -> None:
    made = (await world.project())["containers"]
    for tool, id in made.items():
        code, _, field = await refusal(world, "ana", "POST", f"recordings/{id}/children", {"type": type, "title": "x"})
        assert (code, field) == (422, "type"), tool


async def test_a_new_project_has_one_container_for_each_tool(world: World) -> None:
    project = await world.project()
    tools = await done(world, "ana", "GET", f"projects/{project['id']}/tools")
    assert [(row["tool"], row["label"], row["enabled"], row["position"]) for row in tools] == [
        ("message_board", "Message Board", True, 0),
        ("todoset", "To-dos", True, 1),
        ("vault", "Docs & Files", True, 2),
        ("schedule", "Schedule", True, 3),
        ("card_table", "Card Table", True, 4),
        ("chat", "Chat", True, 5),
        ("questionnaire", "Check-ins", False, 6),
        ("clientside", "Clients", False, 7),
    ]
    for row in tools:
        container = await seen(world, "bob", row["container_id"])
        assert (container["type"], container["title"], container["parent_id"], container["project_id"]) == (
            row["tool"],
            row["label"],
            None,
            project["id"],
        )


async def test_a_new_board_has_triage_not_now_and_done(world: World) -> None:
    table = (await world.project())["containers"]["card_table"]
    columns = await children(world, "ana", table)
    assert [(row["title"], row["position"], row["meta"]) for row in columns] == [
        ("Triage", 0, {"special": "triage", "on_hold_enabled": False, "card_count": 0}),
        ("Not now", 1, {"special": "not_now", "on_hold_enabled": False, "card_count": 0}),
        ("Done", 2, {"special": "done", "on_hold_enabled": False, "card_count": 0}),
    ]


async def test_groups_nest_one_level(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    todolist = await world.child("ana", todoset, "todolist", title="List")
    group = await world.child("ana", todolist["id"], "todolist", title="Group")
    code, _, field = await refusal(
        world, "ana", "POST", f"recordings/{group['id']}/children", {"type": "todolist", "title": "Deep"}
    )
    assert (code, field) == (422, "type")
    assert await children(world, "ana", group["id"]) == []
    other = await world.child("ana", todoset, "todolist", title="Other")
    code, _, field = await refusal(
        world, "ana", "PUT", f"recordings/{todolist['id']}/position", {"parent_id": other["id"]}
    )
    assert (code, field) == (422, "parent_id")  # it has a group of its own
    assert (await put(world, "ana", group["id"], "position", {"parent_id": other["id"]}))["parent_id"] == other["id"]


async def test_subtasks_nest_one_level(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    todo = await world.child("ana", todoset, "todo", title="To-do")
    subtask = await world.child("ana", todo["id"], "todo", title="Subtask")
    code, _, field = await refusal(
        world, "ana", "POST", f"recordings/{subtask['id']}/children", {"type": "todo", "title": "Deep"}
    )
    assert (code, field) == (422, "type")
    other = await world.child("ana", todoset, "todo", title="Other")
    code, _, field = await refusal(world, "ana", "PUT", f"recordings/{todo['id']}/position", {"parent_id": other["id"]})
    assert (code, field) == (422, "parent_id")
    assert await titles(world, "ana", todoset) == ["To-do", "Other"]


async def test_folders_nest_as_deep_as_you_like_but_never_in_themselves(world: World) -> None:
    outer = (await world.project())["containers"]["vault"]
    chain = []
    for depth in range(5):
        outer = (await world.child("ana", outer, "vault", title=str(depth)))["id"]
        chain.append(outer)
    for inner in chain[1:] + chain[:1]:
        code, _, _ = await refusal(world, "ana", "PUT", f"recordings/{chain[0]}/position", {"parent_id": inner})
        assert code == 404
    assert [await titles(world, "ana", id) for id in chain] == [["1"], ["2"], ["3"], ["4"], []]


async def test_comments_are_children_only_when_asked_for(world: World) -> None:
    made = await one_of_each(world)
    assert await children(world, "ana", made["todo"]) == []
    assert [row["id"] for row in await children(world, "ana", made["todo"], "?type=comment")] == [made["comment"]]


async def test_a_list_counts_its_active_todos_and_the_done_ones(world: World) -> None:
    todolist = await world.child("ana", (await world.project())["containers"]["todoset"], "todolist", title="List")
    made = [await world.child("ana", todolist["id"], "todo", title=name) for name in "abcd"]
    await world.child("ana", made[0]["id"], "todo", title="subtask")
    await put(world, "ana", made[0]["id"], "completion")
    await put(world, "ana", made[1]["id"], "completion")
    await put(world, "ana", made[1]["id"], "status/trashed")
    await put(world, "ana", made[2]["id"], "status/archived")
    assert (await seen(world, "ana", todolist["id"]))["meta"] == {"total_count": 2, "completed_count": 1}


async def test_a_column_counts_its_active_cards(world: World) -> None:
    made = await board(world, await world.project())
    cards = [await world.child("ana", made["Doing"], "card", title=name) for name in "abc"]
    await put(world, "ana", cards[0]["id"], "status/trashed")
    await put(world, "ana", cards[1]["id"], "completion")
    counts = {row["title"]: row["meta"]["card_count"] for row in await children(world, "ana", made.table)}
    assert counts == {"Triage": 0, "Doing": 1, "Not now": 0, "Done": 1}


async def test_a_disabled_tool_is_in_no_list_and_loses_nothing(world: World) -> None:
    project = await world.project()
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="Loose")
    tools = await done(world, "ana", "PUT", f"projects/{project['id']}/tools/todoset", {"enabled": False})
    assert [row["tool"] for row in tools if row["enabled"]] == TOOLS[:1] + TOOLS[2:6]
    listed = f"recordings?type=todo&project_id={project['id']}"
    assert await done(world, "ana", "GET", listed) == []
    assert await done(world, "ana", "GET", f"recordings?type=todoset&project_id={project['id']}") == []
    shown = await done(world, "ana", "GET", f"projects/{project['id']}")
    assert "todoset" not in [row["tool"] for row in shown["tools"]]
    await done(world, "ana", "PUT", f"projects/{project['id']}/tools/todoset", {"enabled": True})
    assert [row["id"] for row in await done(world, "ana", "GET", listed)] == [todo["id"]]


async def test_somebody_elses_draft_goes_out_of_sight_with_its_tool_too(world: World) -> None:
    project = await world.project()
    draft = await world.child("bob", project["containers"]["vault"], "document", title="Draft", status="drafted")
    await done(world, "ana", "PUT", f"projects/{project['id']}/tools/vault", {"enabled": False})
    await done(world, "bob", "POST", f"recordings/{draft['id']}/publish")
    assert await done(world, "bob", "GET", "recordings?type=document") == []


@pytest.mark.parametrize(
    ("type", "body", "field"),
    [
        ("todo", {}, "title"),
        ("todo", {"title": None}, "title"),
        ("todo", {"title": "  "}, "title"),
        ("todo", {"title": "x" * 1001}, "title"),
        ("todo", {"title": "x", "starts_at": "2026-06-09T09:00:00Z"}, "starts_at"),
        ("todo", {"title": "x", "all_day": True}, "all_day"),
        ("todo", {"title": "x", "link": "https://meet.example"}, "link"),
        ("todo", {"title": "x", "status": "drafted"}, "status"),
        ("todo", {"title": "x", "due_on": "16/06/2026"}, "due_on"),
        ("comment", {"title": "x", "content": "x"}, "title"),
        ("comment", {}, "content"),
        ("comment", {"content": " "}, "content"),
        ("todo", {"title": "x", "content": "x" * 500_001}, "content"),
        ("todolist", {"title": "x", "due_on": "2026-06-16"}, "due_on"),
        ("banana", {"title": "x"}, "type"),
    ],
)
async def test_a_field_that_is_missing_or_not_the_types_is_refused(
    world: World, type: str, body: dict[str, Any], field: str
) -> None:
    todolist = await world.child("ana", (await world.project())["containers"]["todoset"], "todolist", title="List")
    todo = await world.child("ana", todolist["id"], "todo", title="To-do")
    parent = todo if type == "comment" else todolist
    path = f"recordings/{parent['id']}/children"
    code, _, named = await refusal(world, "ana", "POST", path, {"type": type, **body})
    assert (code, named) == (422, field)
    assert await titles(world, "ana", todolist["id"]) == ["To-do"]
    assert await children(world, "ana", todo["id"], "?type=comment") == []


async def test_a_new_recording_is_shown_whole(world: World) -> None:
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    todo = await world.child(
        "ana", todolist["id"], "todo", title="Write copy", due_on="2026-06-15", assignee_ids=[world.id("bob")]
    )
    assert {key: value for key, value in todo.items() if key not in ("id", "created_at", "updated_at")} == {
        "type": "todo", "project_id": project["id"], "parent_id": todolist["id"], "status": "active",
        "title": "Write copy", "content": None, "position": 0, "due_on": "2026-06-15", "starts_on": None,
        "starts_at": None, "ends_at": None, "all_day": False, "recurrence": None, "completed": False,
        "completed_at": None, "completed_by_id": None, "creator_id": world.id("ana"), "creator_name": "Ana",
        "creator_image": None, "visible_to_clients": False, "pinned_at": None, "scheduled_at": None,
        "category_id": None, "approval_status": None, "comments_closed": False, "comment_count": 0,
        "last_comment_at": None, "assignee_ids": [world.id("bob")], "mentioned_membership_ids": [],
        "content_attachments": [], "color": None, "on_hold": False, "meta": {},
    }  # fmt: skip
    assert await seen(world, "bob", todo["id"]) == todo


async def test_an_entry_takes_whole_days_whatever_the_zone(world: World) -> None:
    schedule = (await world.project())["containers"]["schedule"]
    entry = await world.child(
        "ana", schedule, "schedule_entry", title="Fair", all_day=True, starts_at="2026-06-08", ends_at="2026-06-10"
    )
    assert (entry["all_day"], entry["starts_at"], entry["ends_at"]) == (
        True,
        "2026-06-08T00:00:00.000Z",
        "2026-06-10T23:59:59.000Z",
    )
    changed = await done(world, "ana", "PATCH", f"recordings/{entry['id']}", {"ends_at": "2026-06-09"})
    assert (changed["starts_at"], changed["ends_at"]) == ("2026-06-08T00:00:00.000Z", "2026-06-09T23:59:59.000Z")


async def test_an_entry_without_an_end_ends_as_it_begins_and_never_before(world: World) -> None:
    schedule = (await world.project())["containers"]["schedule"]
    entry = await world.child("ana", schedule, "schedule_entry", title="Demo", starts_at="2026-06-09T11:00:00+02:00")
    assert (entry["starts_at"], entry["ends_at"]) == ("2026-06-09T09:00:00.000Z", "2026-06-09T09:00:00.000Z")
    code, message, field = await refusal(
        world, "ana", "PATCH", f"recordings/{entry['id']}", {"ends_at": "2026-06-09T08:59:59Z"}
    )
    assert (code, message, field) == (422, "ends_at must not be before starts_at", "ends_at")
    assert await seen(world, "ana", entry["id"]) == entry


async def test_renaming_a_container_renames_its_tool_and_the_other_way_round(world: World) -> None:
    project = await world.project()
    table = project["containers"]["card_table"]
    await done(world, "ana", "PATCH", f"recordings/{table}", {"title": "Kanban"})
    tools = await done(world, "ana", "PUT", f"projects/{project['id']}/tools/chat", {"title": "Coffee"})
    assert [(row["tool"], row["label"]) for row in tools[4:6]] == [("card_table", "Kanban"), ("chat", "Coffee")]
    assert (await seen(world, "ana", project["containers"]["chat"]))["title"] == "Coffee"
    code, _, field = await refusal(world, "ana", "PATCH", f"recordings/{table}", {"title": "x" * 61})
    assert (code, field) == (422, "title")
    code, _, field = await refusal(world, "ana", "PATCH", f"recordings/{table}", {"content": "x"})
    assert (code, field) == (422, "content")
