"""Followers of what happened: told once an operation, in its transaction, of all that it did (core/effects.py)."""

from collections.abc import Sequence

import pytest

from app.core import effects
from app.core.context import Context
from app.core.effects import Happening, follower
from app.core.errors import Conflict
from tests.recordings.deeds import done, seen, status
from tests.world import World


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[Happening]]:
    """What one more follower was told, call by call."""
    calls: list[list[Happening]] = []
    monkeypatch.setattr(effects, "_followers", list(effects._followers))

    @follower
    async def listen(ctx: Context, happened: Sequence[Happening]) -> None:
        calls.append(list(happened))

    return calls


async def test_a_follower_is_told_once_of_all_that_an_operation_did(world: World, told: list[list[Happening]]) -> None:
    made = await world.project()
    told.clear()
    todo = await world.child("ana", made["containers"]["todoset"], "todo", title="A", assignee_ids=[world.id("bob")])
    ((assigned, created),) = told
    assert [assigned.action, created.action] == ["assigned", "created"]
    assert {each.recording_id for each in (assigned, created)} == {todo["id"]}
    assert (created.actor_id, created.project_id) == (world.id("ana"), made["id"])
    rows = await world.owner.fetch("select id from events where recording_id = $1 order by id", todo["id"])
    assert [str(row["id"]) for row in rows] == [assigned.id, created.id]


async def test_nobody_is_told_of_what_was_refused_or_only_read(world: World, told: list[list[Happening]]) -> None:
    made = await world.project()
    todo = await world.child("ana", made["containers"]["todoset"], "todo", title="A")
    told.clear()
    two = (
        "mutation($org: String!, $id: ID!) { completeRecording(org: $org, id: $id) { id }"
        " again: pinRecording(org: $org, id: $id) { id } }"
    )
    assert await world.gql("ana", two, id=todo["id"]) is None
    assert world.codes == ["NOT_FOUND"]
    assert (await seen(world, "ana", todo["id"]))["completed"] is False
    assert told == []


async def test_what_a_follower_raises_refuses_the_operation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    todo = await world.child("ana", (await world.project())["containers"]["todoset"], "todo", title="A")
    monkeypatch.setattr(effects, "_followers", [])

    @follower
    async def refuse(ctx: Context, happened: Sequence[Happening]) -> None:
        raise Conflict

    assert await status(world, "ana", "PUT", f"recordings/{todo['id']}/completion") == 409
    assert (await seen(world, "ana", todo["id"]))["completed"] is False


async def test_a_copy_tells_of_every_recording_in_it(world: World, told: list[list[Happening]]) -> None:
    made = await world.project()
    list_ = await world.child("ana", made["containers"]["todoset"], "todolist", title="L")
    await world.child("ana", list_["id"], "todo", title="A")
    told.clear()
    await done(world, "ana", "POST", f"recordings/{list_['id']}/copy", {})
    (happened,) = told
    assert [each.action for each in happened] == ["created", "created"]
