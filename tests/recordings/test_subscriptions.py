"""Who hears of what (domain.md 2.8), and who is assigned."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, done, events, put, refusal, seen, share, status, with_cleo
from tests.recordings.test_tree import one_of_each
from tests.world import World

FOLLOWED = {"todoset", "chat", "message", "todolist", "todo", "document", "schedule_entry", "card_column", "card"}
ASSIGNED = {"todo", "schedule_entry", "card", "card_step"}


async def followers(world: World, id: str, who: str = "ana") -> list[str]:
    shown = await done(world, who, "GET", f"recordings/{id}/subscription")
    return [row["name"] for row in shown["subscribers"]]


def mention(world: World, *names: str) -> str:
    return "".join(f'<span data-membership-id="{world.id(name)}">@{name}</span>' for name in names)


async def test_only_some_types_can_be_followed_or_assigned(world: World) -> None:
    made = await one_of_each(world)
    for type, id in made.items():
        expected = 200 if type in FOLLOWED else 404
        for method in ("GET", "PUT", "DELETE"):
            assert await status(world, "bob", method, f"recordings/{id}/subscription") == expected, type
        expected = 200 if type in ASSIGNED else 404
        assert await status(world, "bob", "GET", f"recordings/{id}/assignees") == expected, type
        body = {"membership_ids": [world.id("mia")]}
        assert await status(world, "bob", "PUT", f"recordings/{id}/assignees", body) == expected, type


async def test_the_author_of_a_todo_hears_of_it(world: World) -> None:
    made = await one_of_each(world)
    shown = await done(world, "ana", "GET", f"recordings/{made['card']}/subscription")
    assert shown == {"subscribed": True, "subscribers": [{"membership_id": world.id("ana"), "name": "Ana"}]}
    assert (await done(world, "bob", "GET", f"recordings/{made['card']}/subscription"))["subscribed"] is False


async def test_following_and_unfollowing_twice_is_as_once(world: World) -> None:
    id = (await one_of_each(world))["todolist"]
    for method, expected, names in (("PUT", True, ["Ana", "Bob"]), ("DELETE", False, ["Ana"])):
        for _ in range(2):
            body = await done(world, "bob", method, f"recordings/{id}/subscription")
            assert body == {"subscribed": expected}
            assert await followers(world, id) == names


@pytest.mark.parametrize(
    ("notify", "names"),
    [
        (None, ["Abe", "Ana", "Bob", "Mia"]),
        ("everyone", ["Abe", "Ana", "Bob", "Mia"]),
        ("none", []),
        (["mia"], ["Mia"]),
        (["mia", "ana"], ["Ana", "Mia"]),
    ],
)
@pytest.mark.parametrize("type", ["message", "document"])
async def test_a_posts_audience_is_exactly_who_hears_of_it(
    world: World, type: str, notify: Any, names: list[str]
) -> None:
    parent = (await world.project())["containers"]["message_board" if type == "message" else "vault"]
    audience = [world.id(name) for name in notify] if isinstance(notify, list) else notify
    post = await world.child("ana", parent, type, title="Post", notify=audience)
    assert await followers(world, post["id"]) == names


async def test_clients_are_everyone_only_where_they_see_it(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    hidden = await world.child("ana", project["containers"]["message_board"], "message", title="Hidden")
    await share(world, hidden["id"])
    shown = await world.child("cleo", project["containers"]["message_board"], "message", title="Shown")
    assert await followers(world, hidden["id"]) == ["Abe", "Ana", "Bob", "Mia"]
    assert await followers(world, shown["id"]) == ["Abe", "Ana", "Bob", "Cleo", "Mia"]


async def test_a_drafts_audience_is_chosen_when_it_is_posted(world: World) -> None:
    project = await world.project()
    draft = await world.child("ana", project["containers"]["vault"], "document", title="Draft", status="drafted")
    assert await followers(world, draft["id"]) == ["Ana"]
    await done(world, "ana", "POST", f"recordings/{draft['id']}/publish", {"notify": [world.id("bob")]})
    assert await followers(world, draft["id"]) == ["Bob"]


@pytest.mark.parametrize("notify", ["somebody", 5, ["x"], {"a": 1}])
async def test_what_is_no_audience_is_refused(world: World, notify: Any) -> None:
    message_board = (await world.project())["containers"]["message_board"]
    body = {"type": "message", "title": "x", "notify": notify}
    code, _, field = await refusal(world, "ana", "POST", f"recordings/{message_board}/children", body)
    assert (code, field) == (422, "notify")
    assert await done(world, "ana", "GET", f"recordings/{message_board}/children") == []


async def test_who_comments_hears_of_the_thread(world: World) -> None:
    id = (await one_of_each(world))["card"]
    await world.child("bob", id, "comment", content="x")
    await done(world, "mia", "POST", f"recordings/{id}/comments", {"content": "y"})
    assert await followers(world, id) == ["Ana", "Bob", "Mia"]


async def test_a_no_survives_comments_and_mentions_but_not_an_assignment(world: World) -> None:
    id = (await one_of_each(world))["card"]
    await done(world, "bob", "DELETE", f"recordings/{id}/subscription")
    await done(world, "bob", "POST", f"recordings/{id}/comments", {"content_html": mention(world, "bob")})
    assert await followers(world, id) == ["Ana"]
    await put(world, "ana", id, "assignees", {"membership_ids": [world.id("bob")]})
    assert await followers(world, id) == ["Ana", "Bob"]


async def test_assigning_subscribes_both_sides(world: World) -> None:
    id = (await one_of_each(world))["card"]
    await put(world, "abe", id, "assignees", {"membership_ids": [world.id("bob")]})
    assert await followers(world, id) == ["Abe", "Ana", "Bob"]


async def test_who_is_mentioned_hears_of_it_and_is_named(world: World) -> None:
    made = await one_of_each(world)
    rich = mention(world, "mia", "bob", "mia", "eve", "cleo")
    comment = await done(world, "ana", "POST", f"recordings/{made['card']}/comments", {"content_html": rich})
    assert sorted(comment["mentioned_membership_ids"]) == sorted([world.id("bob"), world.id("mia")])
    assert await followers(world, made["card"]) == ["Ana", "Bob", "Mia"]
    edited = await done(world, "ana", "PATCH", f"recordings/{comment['id']}", {"content": "nobody"})
    assert edited["mentioned_membership_ids"] == []


async def test_completion_subscribers_hear_of_it(world: World) -> None:
    todoset = (await world.project())["containers"]["todoset"]
    chosen = [world.id("mia")]
    todo = await world.child("ana", todoset, "todo", title="To-do", completion_subscriber_ids=chosen)
    assert await followers(world, todo["id"]) == ["Ana", "Mia"]


async def test_others_can_be_chosen_to_hear_of_it(world: World) -> None:
    id = (await one_of_each(world))["card"]
    body = {"add": [world.id("bob"), world.id("mia")], "remove": [], "notify": "now"}
    shown = await put(world, "abe", id, "subscribers", body)
    assert shown == [{"membership_id": world.id(name.lower()), "name": name} for name in ("Ana", "Bob", "Mia")]
    await put(world, "abe", id, "subscribers", {"remove": [world.id("ana")]})
    assert await followers(world, id) == ["Bob", "Mia"]
    code, _, field = await refusal(world, "abe", "PUT", f"recordings/{id}/subscribers", {"add": [world.id("eve")]})
    assert (code, field) == (422, "add")


async def test_assignees_are_exactly_these_in_their_order(world: World) -> None:
    id = (await one_of_each(world))["todo"]
    shown = await put(world, "ana", id, "assignees", {"membership_ids": [world.id("bob")]})
    rows = [{"membership_id": world.id("bob"), "name": "Bob", "email": world.people["bob"].email, "image": None}]
    assert shown == {"ok": True, "assignees": rows}
    await put(world, "ana", id, "assignees", {"membership_ids": [world.id("mia"), world.id("bob"), world.id("mia")]})
    assert await events(world, "ana", id) == ["created", "assigned", "assigned"]
    assert sorted((await seen(world, "ana", id))["assignee_ids"]) == sorted([world.id("bob"), world.id("mia")])
    await put(world, "ana", id, "assignees", {"membership_ids": []})
    assert await done(world, "ana", "GET", f"recordings/{id}/assignees") == []
    await put(world, "ana", id, "assignees", {"membership_ids": []})
    assert await events(world, "ana", id) == ["created", "assigned", "assigned", "assigned"]


@pytest.mark.parametrize("stranger", ["unknown", "eve", "cleo", "bob"])
async def test_who_is_not_on_the_project_cannot_be_assigned(world: World, stranger: str) -> None:
    project = await world.project(all_access=False)
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="To-do")
    id = "mem-zzz" if stranger == "unknown" else world.id(stranger)
    problem = {"field": "membership_ids", "code": "not_found", "message": f"Unknown membership {id}"}
    body = {"membership_ids": [world.id("ana"), id]}
    assert await answer(world, "ana", "PUT", f"recordings/{todo['id']}/assignees", body) == (
        422,
        {"error": {"code": "invalid", "message": "Unknown membership", "details": [problem]}},
    )
    assert (await seen(world, "ana", todo["id"]))["assignee_ids"] == []


async def test_losing_access_ends_assignments_and_subscriptions(world: World) -> None:
    project = await world.project(all_access=False)
    path = f"projects/{project['id']}/people"
    await done(world, "ana", "PUT", path, {"membership_ids": [world.id("bob"), world.id("mia")]})
    people = [world.id("bob"), world.id("mia")]
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="To-do", assignee_ids=people)
    await done(world, "ana", "PUT", path, {"revoke": [world.id("bob")]})
    assert (await seen(world, "ana", todo["id"]))["assignee_ids"] == [world.id("mia")]
    assert await followers(world, todo["id"]) == ["Ana", "Mia"]
    await done(world, "ana", "PUT", path, {"grant": [world.id("bob")]})
    assert await followers(world, todo["id"], "bob") == ["Ana", "Mia"]


async def test_closing_a_project_to_the_team_ends_them_too(world: World) -> None:
    project = await world.project()
    people = [world.id("bob"), world.id("abe")]
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="To-do", assignee_ids=people)
    await done(world, "abe", "PATCH", f"projects/{project['id']}", {"all_access": False})
    assert (await seen(world, "abe", todo["id"]))["assignee_ids"] == [world.id("abe")]
    assert await followers(world, todo["id"], "abe") == ["Abe", "Ana"]
    assert await seen(world, "bob", todo["id"]) is None


async def test_closed_threads_take_no_comments(world: World) -> None:
    id = (await one_of_each(world))["card"]
    assert (await put(world, "ana", id, "comments-closed", {"closed": True}))["comments_closed"] is True
    assert await status(world, "bob", "POST", f"recordings/{id}/comments", {"content": "x"}) == 404
    assert (await seen(world, "ana", id))["comment_count"] == 0
    await put(world, "ana", id, "comments-closed", {"closed": False})
    assert await status(world, "bob", "POST", f"recordings/{id}/comments", {"content": "x"}) == 201


async def test_only_some_types_take_comments(world: World) -> None:
    made = await one_of_each(world)
    taken = {"message", "todolist", "todo", "document", "schedule_entry", "card_column", "card"}
    for type, id in made.items():
        expected = 201 if type in taken else 404
        assert await status(world, "bob", "POST", f"recordings/{id}/comments", {"content": "x"}) == expected, type
        expected = 200 if type in taken else 404
        assert await status(world, "bob", "GET", f"recordings/{id}/comments") == expected, type
