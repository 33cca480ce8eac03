"""Changing what a recording says (routes.md 3.2.3), pinning and scheduling."""

from typing import Any

import pytest

from tests.recordings.deeds import done, events, put, refusal, seen, status, titles
from tests.recordings.test_tree import one_of_each
from tests.world import World


async def test_only_what_is_given_is_changed_and_told_once(world: World) -> None:
    id = (await one_of_each(world))["todo"]
    before = await seen(world, "ana", id)
    changed = await done(world, "bob", "PATCH", f"recordings/{id}", {"title": " Better ", "due_on": "2026-06-16"})
    assert {key for key in before if before[key] != changed[key]} == {"title", "due_on", "updated_at"}
    assert (changed["title"], changed["due_on"]) == ("Better", "2026-06-16")
    assert await done(world, "bob", "PATCH", f"recordings/{id}", {"title": "Better"}) == changed
    assert (
        await done(world, "bob", "PATCH", f"recordings/{id}", {"id": "x", "creator_id": "x", "status": "x"}) == changed
    )
    rows = await done(world, "ana", "GET", f"recordings/{id}/events")
    assert (rows[0]["action"], rows[0]["detail"]) == ("changed", {"fields": ["due_on", "title"]})
    assert [row["action"] for row in rows] == ["changed", "created"]
    emptied = await done(world, "bob", "PATCH", f"recordings/{id}", {"due_on": None})
    assert emptied["due_on"] is None


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ({"content": "Hello team"}, "Hello team"),
        ({"content": "a < b & c"}, "a &lt; b &amp; c"),
        ({"content": "one\n\ntwo\nthree"}, "<p>one</p><p>two<br>three</p>"),
        ({"content_html": "<b>x</b><script>alert(1)</script>"}, "<b>x</b>"),
        ({"content": "plain", "content_html": "<i>rich</i>"}, "<i>rich</i>"),
        ({"content": None}, None),
        ({"content": " "}, None),
        ({"content_html": "<p></p>"}, None),
    ],
)
async def test_text_is_stored_as_safe_html(world: World, body: dict[str, Any], stored: str | None) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    todo = await world.child("ana", todoset, "todo", title="x", content="before")
    changed = await done(world, "ana", "PATCH", f"recordings/{todo['id']}", body)
    assert changed["content"] == stored
    assert await seen(world, "bob", todo["id"]) == changed


@pytest.mark.parametrize(
    ("type", "body", "field"),
    [
        ("todo", {"title": ""}, "title"),
        ("todo", {"title": None}, "title"),
        ("todo", {"due_on": "16/06/2026"}, "due_on"),
        ("todo", {"due_on": "2026-02-30"}, "due_on"),
        ("todo", {"starts_at": "2026-06-08T10:00:00Z"}, "starts_at"),
        ("todo", {"scheduled_at": "2026-06-08T10:00:00Z"}, "scheduled_at"),
        ("message", {"due_on": "2026-06-16"}, "due_on"),
        ("card_step", {"starts_on": "2026-06-16"}, "starts_on"),
        ("comment", {"title": "x"}, "title"),
        ("comment", {"content": ""}, "content"),
        ("schedule_entry", {"starts_at": None}, "starts_at"),
        ("schedule_entry", {"starts_at": "2026-06-10T10:00:00Z", "ends_at": "2026-06-10T09:00:00Z"}, "ends_at"),
    ],
)
async def test_what_the_type_has_not_or_cannot_be_is_refused(
    world: World, type: str, body: dict[str, Any], field: str
) -> None:
    id = (await one_of_each(world))[type]
    before = await seen(world, "ana", id)
    code, _, named = await refusal(world, "ana", "PATCH", f"recordings/{id}", body)
    assert (code, named) == (422, field)
    assert await seen(world, "ana", id) == before
    assert "changed" not in await events(world, "ana", id)


async def test_only_messages_are_pinned(world: World) -> None:
    made = await one_of_each(world)
    for type, id in made.items():
        for method in ("PUT", "DELETE"):
            expected = 200 if type == "message" else 404
            assert await status(world, "bob", method, f"recordings/{id}/pin") == expected, type


async def test_pinning_twice_keeps_the_first_time(world: World) -> None:
    made = await one_of_each(world)
    later = await world.child("ana", made["message_board"], "message", title="later")
    first = await put(world, "ana", made["message"], "pin")
    assert first["pinned_at"] is not None
    assert await put(world, "bob", made["message"], "pin") == first
    assert await titles(world, "ana", made["message_board"]) == ["message", "later"]
    opened = await done(world, "ana", "DELETE", f"recordings/{made['message']}/pin")
    assert opened["pinned_at"] is None
    assert await titles(world, "ana", made["message_board"]) == ["later", "message"]
    assert later["pinned_at"] is None


async def test_only_drafts_are_scheduled_and_posting_ends_it(world: World) -> None:
    made = await one_of_each(world)
    draft = await world.child("ana", made["message_board"], "message", title="Draft", status="drafted")
    when = {"scheduled_at": "2026-12-01T09:00:00+01:00"}
    changed = await done(world, "ana", "PATCH", f"recordings/{draft['id']}", when)
    assert changed["scheduled_at"] == "2026-12-01T08:00:00.000Z"
    posted = await done(world, "ana", "POST", f"recordings/{draft['id']}/publish")
    assert (posted["scheduled_at"], posted["status"]) == (None, "active")


async def test_a_patch_can_share_too(world: World) -> None:
    made = await one_of_each(world)
    body = {"title": "Both", "visible_to_clients": True}
    changed = await done(world, "ana", "PATCH", f"recordings/{made['message']}", body)
    assert (changed["title"], changed["visible_to_clients"]) == ("Both", True)
    code, _, field = await refusal(world, "ana", "PATCH", f"recordings/{made['card_step']}", body)
    assert (code, field) == (422, "visible_to_clients")
    assert (await seen(world, "ana", made["card_step"]))["title"] == "card_step"
