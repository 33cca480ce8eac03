"""Reading notifications, and the work that is one's own (routes.md 3.2.7)."""

from typing import Any

from tests.notifications.bell import comment, follow, told
from tests.recordings.deeds import NOT_FOUND, answer, board, done, put
from tests.world import World


async def a_todo(world: World) -> dict[str, Any]:
    made = await world.project()
    list_ = await world.child("ana", made["containers"]["todoset"], "todolist", title="Launch tasks")
    return await world.child("ana", list_["id"], "todo", title="Write copy", assignee_ids=[world.id("bob")])


async def test_a_notification_says_all_of_what_it_is_about(world: World) -> None:
    todo = await a_todo(world)
    shown = await done(world, "bob", "GET", "my/notifications")
    (row,) = shown["notifications"]
    assert {**row, "id": "", "created_at": ""} == {
        "id": "",
        "action": "assigned",
        "title": "Ana",
        "body": "assigned you Write copy",
        "bundle_count": 1,
        "recording_id": todo["id"],
        "project_id": todo["project_id"],
        "project_name": "Launch",
        "recording_type": "todo",
        "recording_title": "Write copy",
        "recording_parent_id": todo["parent_id"],
        "actor_membership_id": world.id("ana"),
        "actor_name": "Ana",
        "actor_role": "owner",
        "actor_kind": "person",
        "read_at": None,
        "created_at": "",
    }


async def test_notifications_come_newest_first_in_pages(world: World) -> None:
    todo = await a_todo(world)
    await comment(world, "ana", todo["id"])
    response = await world.rest("bob", "GET", "/api/v1/{org}/my/notifications?per_page=1")
    assert [row["action"] for row in response.json()["notifications"]] == ["commented"]
    assert response.json()["unread_count"] == 2
    assert response.headers["x-total-count"] == "2"
    assert "page=2" in response.headers["link"]


async def test_one_is_read_and_unread_again(world: World) -> None:
    todo = await a_todo(world)
    await comment(world, "ana", todo["id"])
    (_, first) = (await done(world, "bob", "GET", "my/notifications"))["notifications"]
    assert await done(world, "bob", "PATCH", f"my/notifications/{first['id']}", {"read": True}) == {"ok": True}
    unread = await done(world, "bob", "GET", "my/notifications?unread=true")
    assert (unread["unread_count"], [row["action"] for row in unread["notifications"]]) == (1, ["commented"])
    assert await done(world, "bob", "PATCH", f"my/notifications/{first['id']}", {"read": False}) == {"ok": True}
    assert (await done(world, "bob", "GET", "my/notifications"))["unread_count"] == 2


async def test_all_are_read_at_once_and_only_ones_own(world: World) -> None:
    todo = await a_todo(world)
    await follow(world, todo["id"], "mia")
    await comment(world, "ana", todo["id"])
    assert await done(world, "bob", "PUT", "my/notifications", {"read": True}) == {"ok": True, "unread_count": 0}
    assert await told(world) == {"mia": ["commented"]}


async def test_somebody_elses_is_not_found_by_owners_neither(world: World) -> None:
    await a_todo(world)
    (row,) = (await done(world, "bob", "GET", "my/notifications"))["notifications"]
    assert await answer(world, "ana", "PATCH", f"my/notifications/{row['id']}", {"read": True}) == (404, NOT_FOUND)
    assert (await done(world, "bob", "GET", "my/notifications"))["unread_count"] == 1


async def titles(world: World, who: str) -> list[str]:
    return [row["title"] for row in await done(world, who, "GET", "my/assignments")]


async def test_my_assignments_are_my_open_work_by_due_day_then_age(world: World) -> None:
    todo = await a_todo(world)
    bob = [world.id("bob")]
    project = await world.project(name="Print")
    columns = await board(world, project)
    await world.child("ana", columns["Doing"], "card", title="Later", due_on="2030-02-01", assignee_ids=bob)
    await world.child("ana", todo["parent_id"], "todo", title="First", due_on="2030-01-01", assignee_ids=bob)
    done_ = await world.child("ana", todo["parent_id"], "todo", title="Done", assignee_ids=bob)
    await done(world, "ana", "PUT", f"recordings/{done_['id']}/completion")
    gone = await world.child("ana", todo["parent_id"], "todo", title="Gone", assignee_ids=bob)
    await put(world, "ana", gone["id"], "status/trashed")
    await world.child("ana", todo["parent_id"], "todo", title="Mia's", assignee_ids=[world.id("mia")])
    assert await titles(world, "bob") == ["First", "Later", "Write copy"]
    (first, *_) = await done(world, "bob", "GET", "my/assignments")
    assert (first["project_name"], first["parent_title"], first["assignee_ids"]) == ("Launch", "Launch tasks", bob)
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/archived")
    assert await titles(world, "bob") == ["First", "Write copy"]
    assert await titles(world, "ana") == []


async def test_grouped_assignments_put_steps_and_subtasks_into_what_holds_them(world: World) -> None:
    todo = await a_todo(world)
    bob = [world.id("bob")]
    await world.child("ana", todo["id"], "todo", title="Part", assignee_ids=bob)
    columns = await board(world, await world.project(name="Print"))
    card = await world.child("ana", columns["Doing"], "card", title="Hero image")
    await world.child("ana", card["id"], "card_step", title="Crop", assignee_ids=bob, due_on="2030-01-01")
    shown = await done(world, "bob", "GET", "my/assignments?grouped=true")
    assert shown["priorities"] == []
    assert [
        (row["title"], row["assigned_to_me"], [child["title"] for child in row["children"]])
        for row in shown["non_priorities"]
    ] == [("Hero image", False, ["Crop"]), ("Write copy", True, ["Part"])]
    assert shown["non_priorities"][1]["parent_title"] == "Launch tasks"
