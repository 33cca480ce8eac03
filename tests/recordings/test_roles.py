"""Who may do what to recordings (domain.md 2.11)."""

from typing import Any

import pytest

from tests.recordings.deeds import done, put, refusal, seen, share, status, with_cleo
from tests.world import World

TEAM = ("ana", "abe", "bob", "mia")


async def shared_card(world: World, by: str = "ana") -> dict[str, Any]:
    """A list with a to-do that everybody sees; its keys: list, todo."""
    project = await world.project()
    await with_cleo(world, project)
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="List")
    await share(world, todolist["id"])
    todo = await world.child(by, todolist["id"], "todo", title="To-do")
    return {"project": project, "list": todolist["id"], "todo": todo["id"]}


@pytest.mark.parametrize(
    ("method", "side", "body"),
    [
        ("PUT", "position", {"position": 4}),
        ("PUT", "assignees", {"membership_ids": []}),
        ("PUT", "visibility", {"visible_to_clients": False}),
        ("PUT", "subscribers", {"add": []}),
        ("PUT", "comments-closed", {"closed": True}),
        ("POST", "copy", {}),
        ("PATCH", "", {"title": "x"}),
        ("PUT", "status/trashed", None),
    ],
)
async def test_what_clients_may_not_do_to_what_they_see(world: World, method: str, side: str, body: Any) -> None:
    made = await shared_card(world)
    before = await seen(world, "ana", made["todo"])
    path = f"recordings/{made['todo']}/{side}".rstrip("/")
    assert await status(world, "cleo", method, path, body) == 403
    assert await seen(world, "ana", made["todo"]) == before
    for who in TEAM[:3] if side != "status/trashed" else ("mia",):
        code = 422 if side == "visibility" else 201 if side == "copy" else 200
        assert await status(world, who, method, path, body) == code, who


@pytest.mark.parametrize("side", ["pin", "hold", "color"])
async def test_clients_arrange_nothing(world: World, side: str) -> None:
    made = await shared_card(world)
    assert (
        await status(world, "cleo", "PUT", f"recordings/{made['todo']}/{side}", {"on_hold": True, "color": "x"}) == 403
    )


async def test_clients_comment_cheer_follow_and_complete_what_they_see(world: World) -> None:
    made = await shared_card(world)
    path = f"recordings/{made['todo']}"
    for method, side, body, code in (
        ("POST", "comments", {"content": "x"}, 201),
        ("POST", "cheers", {"content": "x"}, 201),
        ("PUT", "subscription", None, 200),
        ("DELETE", "subscription", None, 200),
        ("PUT", "completion", None, 200),
        ("DELETE", "completion", None, 200),
    ):
        assert await status(world, "cleo", method, f"{path}/{side}", body) == code, side


async def test_clients_change_and_trash_what_they_made_themselves(world: World) -> None:
    made = await shared_card(world, by="cleo")
    changed = await done(world, "cleo", "PATCH", f"recordings/{made['todo']}", {"title": "Mine"})
    assert changed["title"] == "Mine"
    assert (await put(world, "cleo", made["todo"], "status/trashed"))["status"] == "trashed"


async def test_the_team_changes_each_others_todos(world: World) -> None:
    made = await shared_card(world)
    for who in TEAM:
        shown = await done(world, who, "PATCH", f"recordings/{made['todo']}", {"title": f"By {who}"})
        assert shown["title"] == f"By {who}"


@pytest.mark.parametrize("type", ["comment", "chat_line"])
async def test_comments_and_lines_are_changed_by_their_author_alone(world: World, type: str) -> None:
    made = await shared_card(world)
    parent = made["todo"] if type == "comment" else made["project"]["containers"]["chat"]
    said = await world.child("bob", parent, type, content="Mine")
    for who in ("ana", "abe", "mia"):
        code, message, _ = await refusal(world, who, "PATCH", f"recordings/{said['id']}", {"content": "x"})
        assert (code, message) == (403, "Only the author can edit this")
    assert (await seen(world, "ana", said["id"]))["content"] == "Mine"
    assert (await done(world, "bob", "PATCH", f"recordings/{said['id']}", {"content": "x"}))["content"] == "x"


async def restrict(world: World, flag: str) -> None:
    await world.owner.execute(f"update organizations set {flag} = true where id = $1", world.org_id)


async def test_restricted_content_is_put_away_by_its_maker_owners_and_admins(world: World) -> None:
    await restrict(world, "restrict_content_actions")
    for maker, who, code in (("ana", "bob", 403), ("bob", "mia", 403), ("bob", "bob", 200), ("bob", "abe", 200),
                             ("bob", "ana", 200), ("bob", "cleo", 403), ("cleo", "cleo", 200)):  # fmt: skip
        made = await shared_card(world, by=maker)
        assert await status(world, who, "PUT", f"recordings/{made['todo']}/status/trashed") == code, (maker, who)
        assert (await seen(world, "ana", made["todo"]))["status"] == ("trashed" if code == 200 else "active")


async def test_restricted_projects_are_changed_by_their_maker_owners_and_admins(world: World) -> None:
    await restrict(world, "restrict_project_edits")
    project = await world.project("bob")
    for who, code in (("mia", 403), ("bob", 200), ("abe", 200), ("ana", 200)):
        path = f"projects/{project['id']}"
        assert await status(world, who, "PATCH", path, {"name": f"By {who}"}) == code, who
        assert await status(world, who, "PUT", f"{path}/tools/chat", {"enabled": False}) == code, who
        assert await status(world, who, "PUT", f"{path}/people", {"grant": []}) == code, who
        assert await status(world, who, "PUT", f"{path}/status/active") == code, who


@pytest.mark.parametrize("who", ["ana", "abe", "bob"])
async def test_nobody_reads_a_private_project_without_being_on_it(world: World, who: str) -> None:
    project = await world.project("mia", all_access=False)
    todo = await world.child("mia", project["containers"]["todoset"], "todo", title="Private")
    assert await status(world, who, "GET", f"projects/{project['id']}") == 404
    assert await seen(world, who, todo["id"]) is None
    assert await done(world, who, "GET", "recordings?type=todo") == []
    assert await status(world, who, "PATCH", f"recordings/{todo['id']}", {"title": "x"}) == 404
    assert await seen(world, "mia", todo["id"]) == todo


async def test_a_role_is_asked_before_a_field(world: World) -> None:
    made = await shared_card(world)
    path = f"recordings/{made['todo']}"
    assert await status(world, "cleo", "PUT", f"{path}/position", {"position": "x"}) == 403
    assert await status(world, "cleo", "PATCH", path, {"due_on": "x"}) == 403
    assert await status(world, "bob", "PATCH", path, {"due_on": "x"}) == 422
    assert await status(world, "bob", "PATCH", "recordings/unknown", {"due_on": "x"}) == 404
