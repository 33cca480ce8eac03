"""The life of a recording (domain.md 2.5)."""

import pytest

from tests.recordings.deeds import answer, board, children, done, events, put, refusal, seen, status, titles
from tests.world import World


async def tree(world: World) -> dict[str, str]:
    """A list with two to-dos, a subtask and a comment; their ids by name."""
    todolist = await world.child("ana", (await world.project())["containers"]["todoset"], "todolist", title="list")
    made = {"list": todolist["id"]}
    for name in "ab":
        made[name] = (await world.child("ana", made["list"], "todo", title=name))["id"]
    made["sub"] = (await world.child("ana", made["a"], "todo", title="sub"))["id"]
    made["comment"] = (await world.child("ana", made["b"], "comment", content="comment"))["id"]
    return made


async def statuses(world: World, made: dict[str, str]) -> dict[str, str]:
    return {name: (await seen(world, "ana", id))["status"] for name, id in made.items()}


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_what_lies_in_it_goes_along_and_comes_back(world: World, gone: str) -> None:
    made = await tree(world)
    shown = await put(world, "ana", made["list"], f"status/{gone}")
    assert shown["status"] == gone
    assert await statuses(world, made) == dict.fromkeys(made, gone)
    shown = await put(world, "ana", made["list"], "status/active")
    assert shown["status"] == "active"
    assert await statuses(world, made) == dict.fromkeys(made, "active")
    verbs = ["created", gone, "restored"]
    assert await events(world, "ana", made["list"]) == verbs
    assert await events(world, "ana", made["a"]) == ["created"]


async def test_what_went_before_stays_away(world: World) -> None:
    made = await tree(world)
    await put(world, "ana", made["a"], "status/trashed")
    await put(world, "ana", made["b"], "status/archived")
    await put(world, "ana", made["list"], "status/trashed")
    await put(world, "ana", made["list"], "status/active")
    assert await statuses(world, made) == {
        "list": "active",
        "a": "trashed",
        "sub": "trashed",
        "b": "archived",
        "comment": "archived",
    }


async def test_what_is_trashed_out_of_the_archive_stays_in_the_trash(world: World) -> None:
    made = await tree(world)
    await put(world, "ana", made["list"], "status/archived")
    await put(world, "ana", made["a"], "status/trashed")
    await put(world, "ana", made["list"], "status/active")
    assert await statuses(world, made) == {
        "list": "active", "a": "trashed", "sub": "trashed", "b": "active", "comment": "active",
    }  # fmt: skip


async def test_archive_to_trash_and_back_moves_the_whole_batch(world: World) -> None:
    made = await tree(world)
    for gone in ("archived", "trashed", "archived"):
        await put(world, "ana", made["list"], f"status/{gone}")
        assert await statuses(world, made) == dict.fromkeys(made, gone)
    await put(world, "ana", made["list"], "status/active")
    assert await statuses(world, made) == dict.fromkeys(made, "active")


async def test_the_same_status_again_is_no_event(world: World) -> None:
    made = await tree(world)
    first = await put(world, "ana", made["a"], "status/trashed")
    assert await put(world, "bob", made["a"], "status/trashed") == first
    await put(world, "ana", made["b"], "status/active")
    assert await events(world, "ana", made["a"]) == ["created", "trashed"]
    assert await events(world, "ana", made["b"]) == ["created"]


@pytest.mark.parametrize(("parent", "child"), [("trashed", "active"), ("archived", "active"), ("trashed", "archived")])
async def test_nothing_comes_back_before_its_parent(world: World, parent: str, child: str) -> None:
    made = await tree(world)
    await put(world, "ana", made["list"], f"status/{parent}")
    before = await statuses(world, made)
    code, message, field = await refusal(world, "ana", "PUT", f"recordings/{made['a']}/status/{child}")
    assert (code, message, field) == (422, "Restore its parent first", "status")
    assert await statuses(world, made) == before


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_what_is_gone_is_in_no_list_but_is_read_by_id(world: World, gone: str) -> None:
    made = await tree(world)
    await put(world, "ana", made["a"], f"status/{gone}")
    assert await titles(world, "ana", made["list"]) == ["b"]
    assert await titles(world, "ana", made["list"], f"?status={gone}") == ["a"]
    assert [row["title"] for row in await done(world, "ana", "GET", "recordings?type=todo")] == ["b"]
    listed = await done(world, "ana", "GET", f"recordings?type=todo&status={gone}")
    assert sorted(row["title"] for row in listed) == ["a", "sub"]
    assert (await seen(world, "bob", made["a"]))["status"] == gone


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_what_is_gone_cannot_be_changed(world: World, gone: str) -> None:
    made = await tree(world)
    await put(world, "ana", made["a"], f"status/{gone}")
    before = await seen(world, "ana", made["a"])
    path = f"recordings/{made['a']}"
    for method, side, body, field in (
        ("PATCH", "", {"title": "x"}, "status"),
        ("PUT", "/completion", None, "status"),
        ("PUT", "/position", {"position": 3}, "status"),
        ("PUT", "/assignees", {"membership_ids": [world.id("bob")]}, "status"),
        ("POST", "/copy", {}, "status"),
        ("POST", "/cheers", {"content": "x"}, "status"),
        ("PUT", "/comments-closed", {"closed": True}, "status"),
        ("POST", "/children", {"type": "todo", "title": "x"}, "type"),
    ):
        code, message, named = await refusal(world, "ana", method, path + side, body)
        assert (code, message, named) == (422, f"a is {gone}", field), side
    assert await status(world, "ana", "POST", f"{path}/comments", {"content": "x"}) == 404
    assert await seen(world, "ana", made["a"]) == before
    assert await children(world, "ana", made["a"]) == []


@pytest.mark.parametrize("tool", ["message_board", "todoset", "vault", "schedule", "card_table", "chat"])
@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_tools_cannot_be_put_away(world: World, tool: str, gone: str) -> None:
    container = (await world.project())["containers"][tool]
    code, message, field = await refusal(world, "ana", "PUT", f"recordings/{container}/status/{gone}")
    assert (code, message, field) == (422, "Tools cannot be archived or trashed", "status")
    assert (await seen(world, "ana", container))["status"] == "active"


async def test_a_boards_own_columns_cannot_be_put_away_coloured_or_held(world: World) -> None:
    made = await board(world, await world.project())
    for title in ("Triage", "Not now", "Done"):
        path = f"recordings/{made[title]}"
        assert await status(world, "ana", "PUT", f"{path}/status/trashed") == 422
        assert await status(world, "ana", "PUT", f"{path}/color", {"color": "red"}) == 404
        assert await status(world, "ana", "PUT", f"{path}/hold", {"on_hold": True}) == 404
        shown = await seen(world, "ana", made[title])
        assert (shown["status"], shown["color"], shown["on_hold"]) == ("active", None, False)


async def test_folders_can_be_put_away(world: World) -> None:
    vault = (await world.project())["containers"]["vault"]
    folder = await world.child("ana", vault, "vault", title="Folder")
    document = await world.child("ana", folder["id"], "document", title="Document")
    await put(world, "ana", folder["id"], "status/trashed")
    assert (await seen(world, "ana", document["id"]))["status"] == "trashed"


@pytest.mark.parametrize("asked", ["drafted", "foo"])
async def test_other_words_are_no_status(world: World, asked: str) -> None:
    made = await tree(world)
    code, _, field = await refusal(world, "ana", "PUT", f"recordings/{made['a']}/status/{asked}")
    assert (code, field) == (422, "status")
    assert (await seen(world, "ana", made["a"]))["status"] == "active"


async def test_a_comment_in_the_trash_is_not_counted(world: World) -> None:
    made = await tree(world)
    later = await world.child("bob", made["b"], "comment", content="later")
    shown = await seen(world, "ana", made["b"])
    assert (shown["comment_count"], shown["last_comment_at"]) == (2, later["created_at"])
    await put(world, "ana", later["id"], "status/trashed")
    first = await seen(world, "ana", made["comment"])
    shown = await seen(world, "ana", made["b"])
    assert (shown["comment_count"], shown["last_comment_at"]) == (1, first["created_at"])
    await put(world, "ana", later["id"], "status/active")
    assert (await seen(world, "ana", made["b"]))["comment_count"] == 2
    await put(world, "ana", made["b"], "status/trashed")
    await put(world, "ana", made["b"], "status/active")
    assert (await seen(world, "ana", made["b"]))["comment_count"] == 2


async def test_only_chat_lines_are_deleted_for_good(world: World) -> None:
    project = await world.project()
    line = await world.child("bob", project["containers"]["chat"], "chat_line", content="hi")
    made = await tree(world)
    for name in ("a", "comment"):
        assert await status(world, "ana", "DELETE", f"recordings/{made[name]}") == 404
        assert (await seen(world, "ana", made[name]))["status"] == "active"
    assert await status(world, "mia", "DELETE", f"recordings/{line['id']}") == 403
    assert await seen(world, "mia", line["id"]) == line
    assert await answer(world, "bob", "DELETE", f"recordings/{line['id']}") == (200, {"ok": True})
    assert await seen(world, "bob", line["id"]) is None
    another = await world.child("bob", project["containers"]["chat"], "chat_line", content="hi")
    assert await answer(world, "abe", "DELETE", f"recordings/{another['id']}") == (200, {"ok": True})


async def test_an_archived_project_is_read_only(world: World) -> None:
    project = await world.project()
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="To-do")
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/archived")
    path = f"recordings/{todo['id']}"
    for method, side, body in (
        ("PATCH", "", {"title": "x"}),
        ("PUT", "/status/trashed", None),
        ("PUT", "/completion", None),
        ("DELETE", "/completion", None),
        ("PUT", "/position", {"position": 3}),
        ("PUT", "/assignees", {"membership_ids": []}),
        ("PUT", "/subscription", None),
        ("PUT", "/subscribers", {"add": []}),
        ("PUT", "/visibility", {"visible_to_clients": True}),
        ("PUT", "/comments-closed", {"closed": True}),
        ("POST", "/comments", {"content": "x"}),
        ("POST", "/children", {"type": "todo", "title": "x"}),
        ("POST", "/cheers", {"content": "x"}),
        ("POST", "/copy", {}),
    ):
        code, message, _ = await refusal(world, "ana", method, path + side, body)
        assert (code, message) == (403, "Project is archived"), side
    assert await seen(world, "ana", todo["id"]) == todo
    assert [row["id"] for row in await children(world, "ana", project["containers"]["todoset"])] == [todo["id"]]


async def test_what_lies_in_a_trashed_project_is_not_there_until_it_is_back(world: World) -> None:
    project = await world.project()
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="To-do")
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/trashed")
    assert await seen(world, "ana", todo["id"]) is None
    assert await done(world, "ana", "GET", "recordings?type=todo") == []
    assert await status(world, "ana", "PATCH", f"recordings/{todo['id']}", {"title": "x"}) == 404
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/active")
    assert await seen(world, "ana", todo["id"]) == todo


async def draft(world: World, who: str = "bob") -> dict[str, str]:
    vault = (await world.project())["containers"]["vault"]
    folder = await world.child("ana", vault, "vault", title="Folder")
    made = await world.child(who, folder["id"], "document", title="Draft", status="drafted")
    return {"folder": folder["id"], "draft": made["id"]}


async def test_a_draft_is_its_authors_alone(world: World) -> None:
    made = await draft(world)
    assert (await seen(world, "bob", made["draft"]))["status"] == "drafted"
    for who in ("ana", "abe", "mia"):
        assert await seen(world, who, made["draft"]) is None
        for asked in ("active", "drafted", "trashed"):
            assert await children(world, who, made["folder"], f"?status={asked}") == []
        assert await status(world, who, "PATCH", f"recordings/{made['draft']}", {"title": "x"}) == 404
        assert await status(world, who, "PUT", f"recordings/{made['draft']}/status/trashed") == 404
        assert await status(world, who, "POST", f"recordings/{made['draft']}/publish") == 404
    assert await children(world, "bob", made["folder"]) == []
    assert await titles(world, "bob", made["folder"], "?status=drafted") == ["Draft"]


async def test_a_draft_is_posted_by_its_author(world: World) -> None:
    made = await draft(world)
    posted = await done(world, "bob", "POST", f"recordings/{made['draft']}/publish")
    assert posted["status"] == "active"
    assert await seen(world, "mia", made["draft"]) == posted
    assert await events(world, "mia", made["draft"]) == ["published"]
    assert await status(world, "bob", "POST", f"recordings/{made['draft']}/publish") == 404


async def test_a_draft_cannot_be_archived_and_is_a_draft_again_after_the_trash(world: World) -> None:
    made = await draft(world)
    assert await status(world, "bob", "PUT", f"recordings/{made['draft']}/status/archived") == 422
    assert (await put(world, "bob", made["draft"], "status/trashed"))["status"] == "trashed"
    assert await seen(world, "ana", made["draft"]) is None
    assert await children(world, "ana", made["folder"], "?status=trashed") == []
    assert await status(world, "bob", "PUT", f"recordings/{made['draft']}/status/archived") == 422
    assert (await put(world, "bob", made["draft"], "status/active"))["status"] == "drafted"
    assert await seen(world, "ana", made["draft"]) is None


async def test_a_draft_goes_into_the_trash_and_back_with_somebody_elses_folder(world: World) -> None:
    made = await draft(world)
    await put(world, "ana", made["folder"], "status/trashed")
    assert (await seen(world, "bob", made["draft"]))["status"] == "trashed"
    assert await seen(world, "ana", made["draft"]) is None
    await put(world, "ana", made["folder"], "status/active")
    assert (await seen(world, "bob", made["draft"]))["status"] == "drafted"


async def test_an_answer_shows_nothing_of_somebody_elses_draft(world: World) -> None:
    made = await draft(world)
    document = """mutation($org: String!, $id: ID!) { setRecordingStatus(org: $org, id: $id, status: TRASHED) {
      drafts: children(status: DRAFTED) { totalCount } gone: children(status: TRASHED) { totalCount } } }"""
    data = await world.gql("ana", document, id=made["folder"])
    assert data == {"setRecordingStatus": {"drafts": {"totalCount": 0}, "gone": {"totalCount": 0}}}


async def test_a_draft_stays_a_draft_in_an_archived_folder_and_cannot_be_posted_there(world: World) -> None:
    made = await draft(world)
    await put(world, "ana", made["folder"], "status/archived")
    assert (await seen(world, "bob", made["draft"]))["status"] == "drafted"
    code, message, _ = await refusal(world, "bob", "POST", f"recordings/{made['draft']}/publish")
    assert (code, message) == (422, "Folder is archived")


async def test_a_draft_moves_with_somebody_elses_folder_into_another_project(world: World) -> None:
    made = await draft(world)
    other = await world.project(name="Other")
    await put(world, "ana", made["folder"], "position", {"parent_id": other["containers"]["vault"]})
    assert (await seen(world, "bob", made["draft"]))["project_id"] == other["id"]
