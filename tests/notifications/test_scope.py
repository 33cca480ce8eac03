"""Who is not told although a rule names them: out of sight, out of scope, gone."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.core.db import Call, Tx
from tests.notifications.bell import comment, follow, mention, prefer, told
from tests.recordings.deeds import done, put, share, with_cleo
from tests.world import World


@pytest.fixture
async def made(world: World) -> dict[str, Any]:
    """A to-do in a list of a project that the client is on, followed by bob; nobody was told of anything yet."""
    project = await world.project()
    await with_cleo(world, project)
    list_ = await world.child("ana", project["containers"]["todoset"], "todolist", title="Launch tasks")
    todo = await world.child("ana", list_["id"], "todo", title="Write copy", assignee_ids=[world.id("bob")])
    await told(world)
    return {**todo, "project": project}


async def test_a_client_hears_of_what_is_shared_and_of_nothing_else(world: World, made: dict[str, Any]) -> None:
    await comment(world, "bob", made["id"], mention(world, "cleo"))
    assert await told(world) == {"ana": ["commented"]}
    await share(world, made["parent_id"])
    await follow(world, made["id"], "cleo")
    await comment(world, "bob", made["id"])
    assert await told(world) == {"ana": ["commented"], "cleo": ["commented"]}


async def test_what_is_hidden_again_leaves_a_clients_notifications(world: World, made: dict[str, Any]) -> None:
    await share(world, made["parent_id"])
    await follow(world, made["id"], "cleo")
    await comment(world, "bob", made["id"])
    await share(world, made["parent_id"], visible=False)
    shown = await done(world, "cleo", "GET", "my/notifications")
    assert (shown["unread_count"], [row["action"] for row in shown["notifications"]]) == (0, ["added_to_project"])


async def test_who_is_off_the_project_hears_nothing_and_sees_nothing_of_it(world: World, made: dict[str, Any]) -> None:
    await comment(world, "ana", made["id"])
    await done(world, "ana", "PATCH", f"projects/{made['project_id']}", {"all_access": False})
    assert await told(world) == {}
    await comment(world, "ana", made["id"])
    assert await told(world) == {}


async def test_mentions_only_leaves_what_is_meant_in_person(world: World, made: dict[str, Any]) -> None:
    await prefer(world, "bob", notify_scope="mentions")
    await comment(world, "ana", made["id"])
    await world.child("ana", made["project"]["containers"]["message_board"], "message", title="A", content="B")
    assert "bob" not in await told(world)
    await comment(world, "ana", made["id"], mention(world, "bob"))
    await world.child("ana", made["parent_id"], "todo", title="B", assignee_ids=[world.id("bob")])
    assert await told(world) == {"bob": ["assigned", "mentioned"]}


async def test_a_projects_bell_is_stronger_than_the_preference(world: World, made: dict[str, Any]) -> None:
    path = f"projects/{made['project_id']}/notification-pref"
    assert await done(world, "bob", "PUT", path, {"scope": "mentions"}) == {"scope": "mentions"}
    await comment(world, "ana", made["id"])
    assert await told(world) == {}
    await prefer(world, "bob", notify_scope="mentions")
    await done(world, "bob", "PUT", path, {"scope": "everything"})
    await comment(world, "ana", made["id"])
    assert await told(world) == {"bob": ["commented"]}
    assert await done(world, "bob", "PUT", path, {"scope": None}) == {"scope": None}
    assert await done(world, "bob", "GET", path) == {"scope": None}
    await comment(world, "ana", made["id"])
    assert await told(world) == {}


async def test_a_thread_that_one_follows_by_hand_is_stronger_than_both(world: World, made: dict[str, Any]) -> None:
    await prefer(world, "mia", notify_scope="mentions")
    await done(world, "mia", "PUT", f"projects/{made['project_id']}/notification-pref", {"scope": "mentions"})
    await follow(world, made["id"], "mia")
    await comment(world, "ana", made["id"])
    assert await told(world) == {"bob": ["commented"], "mia": ["commented"]}


async def test_a_card_for_a_project_out_of_sight_tells_nobody_of_itself(world: World, made: dict[str, Any]) -> None:
    await follow(world, made["id"], "mia", "abe")
    secret = await world.project(name="Secret", all_access=False)
    link = "update recordings set linked_project_id = $1 where id = $2"
    await world.owner.execute(link, secret["id"], made["id"])
    await done(world, "ana", "PUT", f"recordings/{made['id']}/completion")
    assert await told(world) == {"abe": ["completed"]}


async def test_who_was_removed_hears_nothing_more(world: World, made: dict[str, Any]) -> None:
    await done(world, "ana", "DELETE", f"people/{world.id('bob')}")
    await comment(world, "ana", made["id"])
    rows = await world.owner.fetch("select action from notifications where membership_id = $1", world.id("bob"))
    assert rows == []


async def test_a_refused_deed_tells_nobody(world: World, made: dict[str, Any]) -> None:
    two = (
        "mutation($org: String!, $id: ID!) { completeRecording(org: $org, id: $id) { id }"
        " again: pinRecording(org: $org, id: $id) { id } }"
    )
    assert await world.gql("ana", two, id=made["id"]) is None
    assert await told(world) == {}


async def test_two_deeds_of_one_operation_are_two(world: World, made: dict[str, Any]) -> None:
    await put(world, "ana", made["id"], "subscribers", {"add": [world.id("mia")]})
    two = (
        "mutation($org: String!, $id: ID!) {"
        ' one: createComment(org: $org, recordingId: $id, content: "A") { id }'
        ' two: createComment(org: $org, recordingId: $id, content: "B") { id } }'
    )
    assert await world.gql("ana", two, id=made["id"]), world.errors
    assert await told(world) == {"bob": ["commented", "commented"], "mia": ["commented", "commented"]}


async def test_telling_costs_as_much_for_many_as_for_one(
    world: World, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    usual, together = Tx.call, Tx.ask

    async def call(tx: Tx, function: str, *arguments: Any) -> Any:
        asked.append(function)
        return await usual(tx, function, *arguments)

    async def ask(tx: Tx, calls: Sequence[Call]) -> Any:
        asked.append(" and ".join(each.function for each in calls))
        return await together(tx, calls)

    monkeypatch.setattr(Tx, "call", call)
    monkeypatch.setattr(Tx, "ask", ask)
    board = made["project"]["containers"]["message_board"]
    for audience in ([world.id("bob")], "everyone"):
        asked.clear()
        await world.child("ana", board, "message", title="A", content="B", notify=audience)
        assert asked[-2:] == ["thicket_subjects and thicket_webhook_listeners", "thicket_tell"]
        assert "thicket_tell" not in asked[:-1]
