"""The rows of domain.md 2.9 one by one: who is told, and who is not."""

from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from tests.notifications.bell import comment, follow, heard, mention, prefer, told
from tests.recordings.deeds import board, done, put, share, with_cleo
from tests.world import World


@pytest.fixture
async def project(world: World) -> dict[str, Any]:
    """A project with the client on it, and nobody told of anything yet."""
    made = await world.project()
    await with_cleo(world, made)
    await told(world)
    return made


async def todo(world: World, project: dict[str, Any], **fields: Any) -> dict[str, Any]:
    list_ = await world.child("ana", project["containers"]["todoset"], "todolist", title="Launch tasks")
    return await world.child("ana", list_["id"], "todo", **{"title": "Write copy", **fields})


async def test_a_post_tells_everybody_on_the_project_but_clients_who_do_not_see_it(
    world: World, project: dict[str, Any]
) -> None:
    await world.child("ana", project["containers"]["message_board"], "message", title="Kick-off", content="Hello")
    assert await heard(world, "bob") == [("posted", "posted Kick-off")]
    assert await told(world) == {"abe": ["posted"], "bob": ["posted"], "mia": ["posted"]}


@pytest.mark.parametrize("type", ["message", "document"])
async def test_a_post_tells_just_whom_notify_names(world: World, project: dict[str, Any], type: str) -> None:
    where = project["containers"]["message_board" if type == "message" else "vault"]
    await world.child("ana", where, type, title="A", content="B", notify=[world.id("mia")])
    assert await told(world) == {"mia": ["posted"]}
    await world.child("ana", where, type, title="A", content="B", notify="none")
    assert await told(world) == {}


async def test_a_draft_tells_nobody_before_it_is_published(world: World, project: dict[str, Any]) -> None:
    board_ = project["containers"]["message_board"]
    html = f"Look {mention(world, 'bob')}"
    draft = await world.child("ana", board_, "message", title="A", content_html=html, status="drafted")
    assert await told(world) == {}
    await done(world, "ana", "POST", f"recordings/{draft['id']}/publish", {"notify": [world.id("mia")]})
    assert await told(world) == {"bob": ["mentioned"], "mia": ["posted"]}


async def test_a_clients_post_is_seen_by_all_and_tells_all(world: World, project: dict[str, Any]) -> None:
    board_ = project["containers"]["message_board"]
    await world.child("ana", board_, "message", title="So that it is seen", content="B", notify="none")
    await share(world, (await done(world, "ana", "GET", f"recordings/{board_}/children"))[0]["id"])
    await world.child("cleo", board_, "message", title="Question", content="When?")
    assert await told(world) == {name: ["posted"] for name in ("ana", "abe", "bob", "mia")}


async def test_a_comment_tells_the_threads_subscribers(world: World, project: dict[str, Any]) -> None:
    made = await todo(world, project)
    await follow(world, made["id"], "bob")
    await comment(world, "mia", made["id"])
    assert await heard(world, "ana") == [("commented", "commented on Write copy")]
    assert await told(world) == {"ana": ["commented"], "bob": ["commented"]}
    await comment(world, "bob", made["id"])
    assert await told(world) == {"ana": ["commented"], "mia": ["commented"]}


async def test_who_unsubscribed_hears_no_comment_but_a_mention(world: World, project: dict[str, Any]) -> None:
    made = await todo(world, project)
    await follow(world, made["id"], "bob")
    await done(world, "bob", "DELETE", f"recordings/{made['id']}/subscription")
    await comment(world, "ana", made["id"])
    assert await told(world) == {}
    await comment(world, "ana", made["id"], mention(world, "bob"))
    assert await told(world) == {"bob": ["mentioned"]}


async def test_of_one_deed_the_strongest_is_told_and_nothing_else(world: World, project: dict[str, Any]) -> None:
    made = await todo(
        world, project, assignee_ids=[world.id("bob"), world.id("mia")], content_html=mention(world, "bob")
    )
    assert await told(world) == {"bob": ["mentioned"], "mia": ["assigned"]}
    await comment(world, "ana", made["id"], mention(world, "mia"))
    assert await told(world) == {"bob": ["commented"], "mia": ["mentioned"]}


async def test_only_who_was_not_mentioned_before_hears_of_an_edit(world: World, project: dict[str, Any]) -> None:
    made = await todo(world, project, content_html=mention(world, "bob"))
    await told(world)
    body = {"content_html": mention(world, "bob", "mia")}
    await done(world, "ana", "PATCH", f"recordings/{made['id']}", body)
    assert await told(world) == {"mia": ["mentioned"]}
    await done(world, "ana", "PATCH", f"recordings/{made['id']}", {"title": "Write more"})
    assert await told(world) == {}


async def test_only_new_assignees_are_told(world: World, project: dict[str, Any]) -> None:
    made = await todo(world, project, assignee_ids=[world.id("bob")])
    assert await heard(world, "bob") == [("assigned", "assigned you Write copy")]
    await told(world)
    await put(world, "ana", made["id"], "assignees", {"membership_ids": [world.id("bob"), world.id("mia")]})
    assert await told(world) == {"mia": ["assigned"]}
    await put(world, "ana", made["id"], "assignees", {"membership_ids": [world.id("ana")]})
    assert await told(world) == {}


async def test_completing_tells_subscribers_and_of_a_subtask_its_parents_too(
    world: World, project: dict[str, Any]
) -> None:
    made = await todo(world, project, completion_subscriber_ids=[world.id("mia")])
    await done(world, "bob", "PUT", f"recordings/{made['id']}/completion")
    assert await told(world) == {"ana": ["completed"], "mia": ["completed"]}
    sub = await world.child("abe", made["id"], "todo", title="Part")
    await told(world)
    await done(world, "bob", "PUT", f"recordings/{sub['id']}/completion")
    assert await told(world) == {"abe": ["completed"], "ana": ["completed"], "mia": ["completed"]}


async def test_nobody_is_told_of_what_is_reopened_moved_edited_archived_or_trashed(
    world: World, project: dict[str, Any]
) -> None:
    made = await todo(world, project)
    other = await world.child("ana", project["containers"]["todoset"], "todolist", title="Later")
    await follow(world, made["id"], "bob", "mia")
    await done(world, "bob", "PUT", f"recordings/{made['id']}/completion")
    await told(world)
    await done(world, "bob", "DELETE", f"recordings/{made['id']}/completion")
    await put(world, "bob", made["id"], "position", {"parent_id": other["id"]})
    await done(world, "bob", "PATCH", f"recordings/{made['id']}", {"due_on": "2030-01-01"})
    for status in ("archived", "active", "trashed"):
        await put(world, "bob", made["id"], f"status/{status}")
    assert await told(world) == {}


async def test_a_todo_in_a_watched_list_or_its_group_tells_the_watchers(world: World, project: dict[str, Any]) -> None:
    list_ = await world.child("ana", project["containers"]["todoset"], "todolist", title="Launch tasks")
    group = await world.child("abe", list_["id"], "todolist", title="Texts")
    await follow(world, list_["id"], "mia")
    await world.child("bob", list_["id"], "todo", title="Write copy")
    assert await heard(world, "mia") == [("todo_added", "added Write copy")]
    assert await told(world) == {"ana": ["todo_added"], "mia": ["todo_added"]}
    await world.child("bob", group["id"], "todo", title="Proofread")
    assert await told(world) == {"abe": ["todo_added"], "ana": ["todo_added"], "mia": ["todo_added"]}


async def test_a_card_made_in_or_moved_into_a_watched_column_tells_the_watchers(
    world: World, project: dict[str, Any]
) -> None:
    columns = await board(world, project)
    await follow(world, columns["Triage"], "mia")
    await follow(world, columns["Done"], "abe")
    card = await world.child("bob", columns["Triage"], "card", title="Hero image")
    assert await told(world) == {"mia": ["card_added"]}
    await put(world, "mia", card["id"], "position", {"parent_id": columns["Doing"]})
    assert await told(world) == {"ana": ["card_added"]}
    await put(world, "mia", card["id"], "position", {"parent_id": columns["Done"]})
    assert await told(world) == {"abe": ["card_added"], "bob": ["completed"]}
    await done(world, "mia", "DELETE", f"recordings/{card['id']}/completion")
    await done(world, "mia", "PUT", f"recordings/{card['id']}/completion")
    assert await told(world) == {"abe": ["card_added"], "bob": ["completed"]}


async def test_who_takes_part_in_an_event_is_invited_and_told_of_changes_and_its_end(
    world: World, project: dict[str, Any]
) -> None:
    event = await world.child(
        "ana",
        project["containers"]["schedule"],
        "schedule_entry",
        title="Demo",
        starts_at="2030-06-09T09:00:00Z",
        assignee_ids=[world.id("bob")],
    )
    assert await heard(world, "bob") == [("invited", "invited you to Demo")]
    assert await told(world) == {"bob": ["invited"]}
    await done(world, "ana", "PATCH", f"recordings/{event['id']}", {"ends_at": "2030-06-09T10:00:00Z"})
    assert await told(world) == {"bob": ["event_updated"]}
    await put(world, "ana", event["id"], "status/trashed")
    assert await told(world) == {"bob": ["event_cancelled"]}


async def test_lines_of_a_chat_are_one_notification_while_unread(world: World, project: dict[str, Any]) -> None:
    chat = project["containers"]["chat"]
    await follow(world, chat, "bob", "ana")
    for who, text in (("ana", "one"), ("mia", "two"), ("ana", "three")):
        await world.child(who, chat, "chat_line", content=text)
    shown = await done(world, "bob", "GET", "my/notifications")
    (row,) = shown["notifications"]
    assert (row["action"], row["bundle_count"], row["recording_id"]) == ("chat_activity", 3, chat)
    assert (row["actor_name"], row["body"]) == ("Ana", "wrote in Chat")
    assert await told(world) == {"ana": ["chat_activity"], "bob": ["chat_activity"]}
    await world.child("ana", chat, "chat_line", content="four")
    shown = await done(world, "bob", "GET", "my/notifications")
    assert [row["bundle_count"] for row in shown["notifications"]] == [1, 3]


async def test_who_is_mentioned_in_a_chat_hears_that_instead(world: World, project: dict[str, Any]) -> None:
    chat = project["containers"]["chat"]
    await follow(world, chat, "bob", "mia")
    await world.child("ana", chat, "chat_line", content_html=f"Hey {mention(world, 'bob', 'abe')}")
    assert await heard(world, "bob") == [("mentioned", "mentioned you in Chat")]
    assert await told(world) == {"abe": ["mentioned"], "bob": ["mentioned"], "mia": ["chat_activity"]}


async def test_a_cheer_tells_the_author_alone_and_three_hours_of_them_are_one(
    world: World, project: dict[str, Any]
) -> None:
    made = await todo(world, project, assignee_ids=[world.id("mia")])
    await told(world)
    for who in ("bob", "mia"):
        await done(world, who, "POST", f"recordings/{made['id']}/cheers", {"content": "🎉"})
    assert await heard(world, "ana") == [("cheered", "cheered Write copy")]
    clock.move(timedelta(hours=3, minutes=1))
    try:
        await done(world, "bob", "POST", f"recordings/{made['id']}/cheers", {"content": "👏"})
    finally:
        clock.move(timedelta())
    shown = await done(world, "ana", "GET", "my/notifications")
    assert [(row["actor_name"], row["bundle_count"]) for row in shown["notifications"]] == [("Bob", 1), ("Mia", 2)]
    assert await told(world) == {"ana": ["cheered", "cheered"]}


async def test_who_wants_no_cheers_is_told_of_none(world: World, project: dict[str, Any]) -> None:
    made = await todo(world, project)
    await prefer(world, "ana", notify_cheers=False)
    await done(world, "bob", "POST", f"recordings/{made['id']}/cheers", {"content": "🎉"})
    assert await told(world) == {}


async def test_who_is_put_on_a_project_is_told(world: World, project: dict[str, Any]) -> None:
    secret = await world.project(name="Secret", all_access=False)
    await done(world, "ana", "PUT", f"projects/{secret['id']}/people", {"grant": [world.id("bob"), world.id("cleo")]})
    assert await heard(world, "bob") == [("added_to_project", "added you to Secret")]
    assert await told(world) == {"bob": ["added_to_project"], "cleo": ["added_to_project"]}


async def test_who_is_made_a_subscriber_is_told_only_when_it_is_asked_for(
    world: World, project: dict[str, Any]
) -> None:
    made = await todo(world, project)
    await put(world, "ana", made["id"], "subscribers", {"add": [world.id("bob")]})
    assert await told(world) == {}
    await put(world, "ana", made["id"], "subscribers", {"add": [world.id("mia")], "notify": "now"})
    assert await told(world) == {"mia": ["posted"]}


async def test_a_copy_tells_nobody(world: World, project: dict[str, Any]) -> None:
    made = await todo(world, project, assignee_ids=[world.id("bob")], content_html=mention(world, "mia"))
    await follow(world, made["parent_id"], "mia")
    await told(world)
    await done(world, "abe", "POST", f"recordings/{made['id']}/copy", {})
    assert await told(world) == {}
