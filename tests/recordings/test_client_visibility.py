"""What clients see (domain.md 2.10), and that nothing else leaks to them."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, board, children, done, put, refusal, seen, share, status, titles, with_cleo
from tests.recordings.test_tree import one_of_each
from tests.world import World

OWN = {"card_table", "chat", "message", "todolist", "vault", "document", "schedule_entry", "card"}
"""Types with a switch of their own. (A project's own vault has one too.)"""


async def shared_project(world: World, **fields: Any) -> dict[str, Any]:
    project = await world.project(**fields)
    await with_cleo(world, project)
    return project


async def test_a_client_on_no_project_sees_none(world: World) -> None:
    project = await world.project()
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Message")
    await share(world, message["id"])
    assert await done(world, "cleo", "GET", "projects") == []
    assert await status(world, "cleo", "GET", f"projects/{project['id']}") == 404
    assert await seen(world, "cleo", message["id"]) is None


async def test_what_the_team_makes_is_hidden_until_it_is_shared(world: World) -> None:
    project = await shared_project(world)
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Message")
    assert message["visible_to_clients"] is False
    assert await seen(world, "cleo", message["id"]) is None
    shown = await put(world, "bob", message["id"], "visibility", {"visible_to_clients": True})
    assert shown["visible_to_clients"] is True
    assert await seen(world, "cleo", message["id"]) == await seen(world, "ana", message["id"])
    await share(world, message["id"], False)
    assert await seen(world, "cleo", message["id"]) is None


async def test_which_types_have_a_switch_of_their_own(world: World) -> None:
    made = await one_of_each(world)
    for type, id in made.items():
        code, shown = await answer(world, "ana", "PUT", f"recordings/{id}/visibility", {"visible_to_clients": True})
        assert code == (200 if type in OWN else 422), (type, shown)
        if type not in OWN:
            assert shown["error"]["details"][0]["field"] == "visible_to_clients"


async def test_a_list_is_shared_with_all_that_lies_in_it(world: World) -> None:
    project = await shared_project(world)
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    group = await world.child("ana", todolist["id"], "todolist", title="Group")
    grouped = await world.child("ana", group["id"], "todo", title="Grouped")
    todo = await world.child("ana", todolist["id"], "todo", title="To-do")
    subtask = await world.child("ana", todo["id"], "todo", title="Subtask")
    comment = await world.child("ana", subtask["id"], "comment", content="Comment")
    everything = [row["id"] for row in (todolist, group, grouped, todo, subtask, comment)]
    await share(world, todolist["id"])
    assert [await seen(world, "cleo", id) is not None for id in everything] == [True] * 6
    await share(world, todolist["id"], False)
    assert [await seen(world, "cleo", id) for id in everything] == [None] * 6


async def test_what_is_added_to_a_shared_list_is_shared(world: World) -> None:
    project = await shared_project(world)
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    await share(world, todolist["id"])
    todo = await world.child("ana", todolist["id"], "todo", title="To-do")
    group = await world.child("ana", todolist["id"], "todolist", title="Group")
    for parent, type in ((todo["id"], "todo"), (group["id"], "todo"), (todo["id"], "comment")):
        body = {"content": "x"} if type == "comment" else {"title": "x"}
        assert (await world.child("bob", parent, type, **body))["visible_to_clients"] is True
    assert await titles(world, "cleo", todolist["id"]) == ["To-do", "Group"]


async def test_what_is_added_to_a_shared_folder_is_the_teams_until_shared(world: World) -> None:
    project = await shared_project(world)
    folder = await world.child("ana", project["containers"]["vault"], "vault", title="Folder")
    await share(world, folder["id"])
    document = await world.child("ana", folder["id"], "document", title="Document")
    assert document["visible_to_clients"] is False
    assert await children(world, "cleo", folder["id"]) == []


async def test_a_shared_board_shares_columns_cards_and_steps(world: World) -> None:
    project = await shared_project(world)
    made = await board(world, project)
    card = await world.child("ana", made["Doing"], "card", title="Card")
    step = await world.child("ana", card["id"], "card_step", title="Step")
    await share(world, made.table)
    assert await titles(world, "cleo", made.table) == ["Triage", "Doing", "Not now", "Done"]
    assert await titles(world, "cleo", made["Doing"]) == ["Card"]
    assert await seen(world, "cleo", step["id"]) is not None
    later = await world.child("ana", made["Doing"], "card", title="Later")
    assert await seen(world, "cleo", later["id"]) is None


async def test_loose_todos_are_never_shared(world: World) -> None:
    todoset = (await shared_project(world))["containers"]["todoset"]
    todo = await world.child("ana", todoset, "todo", title="Loose")
    subtask = await world.child("ana", todo["id"], "todo", title="Subtask")
    for id in (todo["id"], subtask["id"]):
        code, message, _ = await refusal(
            world, "ana", "PUT", f"recordings/{id}/visibility", {"visible_to_clients": True}
        )
        assert (code, message) == (403, "Loose to-dos are never visible to clients")
        assert (await seen(world, "ana", id))["visible_to_clients"] is False


async def test_what_a_client_makes_is_shared(world: World) -> None:
    project = await shared_project(world)
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Message")
    document = await world.child("ana", project["containers"]["vault"], "document", title="Document")
    for row in (todolist, message, document):
        await share(world, row["id"])
    for parent, type in ((todolist["id"], "todo"), (project["containers"]["message_board"], "message"),
                         (project["containers"]["vault"], "document")):  # fmt: skip
        made = await world.child("cleo", parent, type, title="By Cleo")
        assert made["visible_to_clients"] is True
        assert await seen(world, "cleo", made["id"]) == made
    comment = await world.child("cleo", message["id"], "comment", content="By Cleo")
    assert comment["visible_to_clients"] is True


async def test_a_client_may_make_only_little_and_only_where_it_is_shared(world: World) -> None:
    project = await shared_project(world)
    containers = project["containers"]
    hidden = await world.child("ana", containers["todoset"], "todolist", title="Hidden")
    made = await board(world, project)
    assert await status(world, "cleo", "POST", f"recordings/{hidden['id']}/children", {"type": "todo"}) == 404
    assert await status(world, "cleo", "POST", f"recordings/{containers['chat']}/children", {"type": "x"}) == 404
    todolist = await world.child("ana", containers["todoset"], "todolist", title="List")
    entry = await world.child(
        "ana", containers["schedule"], "schedule_entry", title="Entry", starts_at="2026-06-09T09:00:00Z"
    )
    document = await world.child("ana", containers["vault"], "document", title="Document")
    for id in (todolist["id"], entry["id"], document["id"], made.table, containers["chat"]):
        await share(world, id)
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await share(world, card["id"])
    for parent, type in (
        (containers["todoset"], "todolist"), (containers["todoset"], "todo"), (todolist["id"], "todolist"),
        (containers["vault"], "vault"), (made.table, "card_column"), (made["Doing"], "card"), (card["id"], "card_step"),
        (containers["schedule"], "schedule_entry"),
    ):  # fmt: skip
        body = {"type": type, "title": "x", "starts_at": "2026-06-09T09:00:00Z"}
        code, message, _ = await refusal(world, "cleo", "POST", f"recordings/{parent}/children", body)
        assert (code, message) == (403, "Clients cannot create this here"), (parent, type)
    assert await status(world, "cleo", "POST", f"recordings/{containers['chat']}/children",
                        {"type": "chat_line", "content": "hi"}) == 201  # fmt: skip
    assert await titles(world, "ana", made["Doing"]) == ["Card"]


async def test_clients_assign_nobody_when_they_make_a_todo(world: World) -> None:
    project = await shared_project(world)
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    await share(world, todolist["id"])
    body = {"type": "todo", "title": "x", "assignee_ids": [world.id("ana")]}
    assert await status(world, "cleo", "POST", f"recordings/{todolist['id']}/children", body) == 403
    assert await children(world, "ana", todolist["id"]) == []


async def test_a_client_makes_a_todo_beside_one_in_the_trash(world: World) -> None:
    project = await shared_project(world)
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    await share(world, todolist["id"])
    trashed = await world.child("ana", todolist["id"], "todo", title="Trashed")
    await put(world, "ana", trashed["id"], "status/trashed")
    assert (await world.child("cleo", todolist["id"], "todo", title="New"))["position"] == 1


async def test_a_client_completes_a_card_whose_columns_are_hidden(world: World) -> None:
    project = await shared_project(world)
    made = await board(world, project)
    hidden = await world.child("ana", made["Done"], "card", title="Hidden")
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await share(world, card["id"])
    shown = await put(world, "cleo", card["id"], "completion")
    assert (shown["completed"], shown["completed_by_id"], shown["parent_id"]) == (True, world.id("cleo"), made["Done"])
    assert await titles(world, "ana", made["Done"]) == ["Card", "Hidden"]
    assert await seen(world, "cleo", made["Done"]) is None
    assert await seen(world, "cleo", hidden["id"]) is None
    opened = await done(world, "cleo", "DELETE", f"recordings/{card['id']}/completion")
    assert (opened["completed"], opened["parent_id"]) == (False, made["Doing"])


async def test_an_answer_to_a_client_shows_nothing_of_the_hidden_column(world: World) -> None:
    project = await shared_project(world)
    made = await board(world, project)
    await world.child("ana", made["Done"], "card", title="Hidden")
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await share(world, card["id"])
    document = """mutation($org: String!, $id: ID!) {
      completeRecording(org: $org, id: $id) { completed parent { title children { totalCount } } } }"""
    data = await world.gql("cleo", document, id=card["id"])
    assert data == {"completeRecording": {"completed": True, "parent": None}}


async def test_a_client_is_not_told_which_columns_a_card_came_through(world: World) -> None:
    project = await shared_project(world)
    made = await board(world, project)
    card = await world.child("ana", made["Doing"], "card", title="Card")
    await share(world, card["id"])
    await put(world, "ana", card["id"], "position", {"parent_id": made["Triage"]})
    rows = await done(world, "cleo", "GET", f"recordings/{card['id']}/events")
    assert [(row["action"], row["detail"]) for row in rows] == [("moved", None), ("shared", None), ("created", None)]


async def test_a_client_never_sees_the_trash_not_even_its_own(world: World) -> None:
    project = await shared_project(world)
    shown = await world.child("ana", project["containers"]["message_board"], "message", title="Shown")
    await share(world, shown["id"])
    mine = await world.child("cleo", project["containers"]["message_board"], "message", title="Mine")
    comment = await world.child("ana", mine["id"], "comment", content="x")
    assert (await put(world, "cleo", mine["id"], "status/trashed"))["status"] == "trashed"
    for id in (mine["id"], comment["id"]):
        assert await seen(world, "cleo", id) is None
        assert (await seen(world, "ana", id))["status"] == "trashed"
    board_id = project["containers"]["message_board"]
    assert await children(world, "cleo", board_id, "?status=trashed") == []
    assert await status(world, "cleo", "PUT", f"recordings/{mine['id']}/status/active") == 404


async def test_a_client_archives_and_brings_back_its_own(world: World) -> None:
    project = await shared_project(world)
    folder = await world.child("ana", project["containers"]["vault"], "vault", title="Folder")
    await share(world, folder["id"])
    mine = await world.child("cleo", folder["id"], "document", title="Mine")
    await share(world, folder["id"], False)
    await share(world, mine["id"])
    assert (await put(world, "cleo", mine["id"], "status/archived"))["status"] == "archived"
    assert (await put(world, "cleo", mine["id"], "status/active"))["status"] == "active"


async def test_tools_are_listed_for_clients_only_when_they_hold_something_for_them(world: World) -> None:
    project = await shared_project(world)
    path = f"projects/{project['id']}/tools"
    assert [row["tool"] for row in await done(world, "cleo", "GET", path)] == ["clientside"]
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Message")
    await share(world, message["id"])
    await share(world, project["containers"]["chat"])
    tools = [row["tool"] for row in await done(world, "cleo", "GET", path)]
    assert tools == ["message_board", "chat", "clientside"]
    assert [row["tool"] for row in (await done(world, "cleo", "GET", f"projects/{project['id']}"))["tools"]] == [
        "message_board",
        "chat",
    ]
    await put(world, "ana", message["id"], "status/archived")
    assert [row["tool"] for row in await done(world, "cleo", "GET", path)] == ["chat", "clientside"]
    assert await seen(world, "cleo", project["containers"]["message_board"]) is None


async def test_switching_clients_off_hides_everything_and_takes_them_off(world: World) -> None:
    project = await shared_project(world)
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Message")
    draft = await world.child("bob", project["containers"]["vault"], "document", title="Draft", status="drafted")
    await put(world, "bob", draft["id"], "visibility", {"visible_to_clients": True})
    await share(world, message["id"])
    changed = await done(world, "ana", "PATCH", f"projects/{project['id']}", {"clients_enabled": False})
    assert changed["clients_enabled"] is False
    for id, who in ((message["id"], "ana"), (draft["id"], "bob")):
        assert (await seen(world, who, id))["visible_to_clients"] is False
    assert await done(world, "cleo", "GET", "projects") == []
    await with_cleo(world, project)
    assert (await done(world, "ana", "GET", f"projects/{project['id']}"))["clients_enabled"] is True
    assert await seen(world, "cleo", message["id"]) is None


LISTS = """query($org: String!) { organization(slug: $org) {
  projects { totalCount nodes { id recordings(type: %s) { totalCount nodes { id } } people { nodes { name } } } }
  recordings(type: %s) { totalCount nodes { id } }
  archived: recordings(type: %s, status: ARCHIVED) { totalCount }
  trashed: recordings(type: %s, status: TRASHED) { totalCount }
  people { nodes { name } } companies { totalCount } groups { totalCount } } }"""


async def test_a_client_with_one_shared_item_sees_that_and_nothing_else(world: World) -> None:
    """The probe: a full project, one shared message, and every way to read."""
    hidden_project = await world.project(name="Hidden")
    made = await one_of_each(world)
    await done(world, "ana", "POST", "groups", {"name": "Group", "membership_ids": [world.id("bob")]})
    project_id = (await seen(world, "ana", made["message"]))["project_id"]
    await done(world, "ana", "PUT", f"projects/{project_id}/people", {"grant": [world.id("cleo")]})
    await share(world, made["message"])
    visible = {made["message"], made["message_board"], made["clientside"]}
    for type, id in made.items():
        expected = 200 if id in visible else 404
        assert await status(world, "cleo", "GET", f"recordings/{id}") == expected, type
        assert await status(world, "cleo", "GET", f"recordings/{id}/children") == expected, type
        assert await status(world, "cleo", "GET", f"recordings/{id}/events") == expected, type
        for side in ("comments", "assignees", "subscription"):
            code = await status(world, "cleo", "GET", f"recordings/{id}/{side}")
            assert code == (200 if type == "message" and side != "assignees" else 404), (type, side)
        data = await world.gql(
            "cleo", "query($org: String!, $id: ID!) { organization(slug: $org) { recording(id: $id) { id } } }", id=id
        )
        assert (world.codes == []) is (id in visible), (type, data)
        listed = await done(world, "cleo", "GET", f"recordings?type={type}")
        in_lists = id in visible and type != "clientside"  # which is switched off
        assert [row["id"] for row in listed] == [id] * in_lists, type
        word = type.upper()
        shown = (await world.gql("cleo", LISTS % (word, word, word, word)))["organization"]
        assert [row["id"] for row in shown["recordings"]["nodes"]] == [id] * in_lists, type
        assert shown["recordings"]["totalCount"] == in_lists
        assert shown["projects"]["nodes"][0]["recordings"]["totalCount"] == in_lists
        assert (shown["archived"], shown["trashed"]) == ({"totalCount": 0}, {"totalCount": 0})
    assert [row["id"] for row in await done(world, "cleo", "GET", "projects")] == [project_id]
    assert (shown["projects"]["totalCount"], shown["groups"]) == (1, {"totalCount": 0})
    assert await status(world, "cleo", "GET", f"projects/{hidden_project['id']}") == 404
    assert (await seen(world, "cleo", made["message"]))["comment_count"] == 0
    board_children = await children(world, "cleo", made["message_board"])
    assert [row["id"] for row in board_children] == [made["message"]]


@pytest.mark.parametrize("who", ["eve", "nobody"])
async def test_strangers_see_nothing_at_all(world: World, who: str) -> None:
    made = await one_of_each(world)
    expected = 404 if who == "eve" else 401
    for id in made.values():
        for side in ("", "/children", "/comments", "/events", "/assignees", "/subscription"):
            assert await status(world, who, "GET", f"recordings/{id}{side}") == expected
        response = await world.rest(who, "GET", f"/api/v1/{world.other_org}/recordings/{id}")
        assert response.status_code == expected
