"""What subscribers are told: everything that happens, once, and also when they were away."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, true
from sqlmodel import col

from app.core.context import Caller, Context
from app.core.ids import first_of, new_id
from app.core.live import Position, Watch
from app.live.actions import WRITER
from app.live.loaders import News, news, position_of
from app.recordings.model import Event
from tests.conftest import server_url
from tests.live.questions import ACTIVITY, CHAT, RECORDINGS, cursor, listening, message
from tests.world import World

pytestmark = pytest.mark.database


async def test_a_change_to_a_recording_is_told_with_the_recording_as_it_is(world: World) -> None:
    project = await world.project()
    here = await cursor(world)
    async with listening(world, "bob") as socket:
        await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=here)
        made = await message(world, project, "Hello", content_html="<p>Read <b>this</b></p>")
        told = await socket.told("1")
        assert told.pop("cursor")
        assert told == {
            "recordingId": made["id"],
            "event": {"action": "created", "actor": {"name": "Ana"}, "excerpt": "Read this"},
            "recording": {"type": "MESSAGE", "title": "Hello"},
        }
        await world.rest("bob", "PUT", f"/api/v1/{{org}}/recordings/{made['id']}/status/trashed")
        assert (await socket.told("1"))["event"]["action"] == "trashed"
        assert socket.heard_nothing()


async def test_what_comes_after_the_subscription_is_told_without_a_cursor(world: World) -> None:
    project = await world.project()
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", RECORDINGS, projectId=project["id"])
        async with asyncio.timeout(10):
            while project["id"] not in world.app.state.watchers.waiting:
                await asyncio.sleep(0.01)
        await message(world, project, "One")
        assert (await socket.told("1"))["recording"]["title"] == "One"


async def test_activity_is_told_of_all_projects_or_of_one(world: World) -> None:
    here = await cursor(world)
    async with listening(world, "ana") as socket:
        launch, other = await world.project(), await world.project(name="Other")
        await socket.subscribe("all", ACTIVITY, org=world.org, after=here)
        told = [(await socket.told("all"))["event"] for _ in range(2)]
        assert [(each["action"], each["place"]["name"]) for each in told] == [
            ("project_created", "Launch"),
            ("project_created", "Other"),
        ]
        await socket.say(type="complete", id="all")
        await socket.subscribe("one", ACTIVITY, org=world.org, projectId=other["id"], after=here)
        await message(world, launch, "Elsewhere")
        await message(world, other, "Here")
        assert [(await socket.told("one"))["event"]["action"] for _ in range(2)] == ["project_created", "created"]
        assert socket.heard_nothing()


async def test_lines_of_a_chat_are_told_with_their_end(world: World) -> None:
    project = await world.project()
    chat = project["containers"]["chat"]
    here = await cursor(world)
    async with listening(world, "bob") as socket:
        await socket.subscribe("1", CHAT, chatId=chat, after=here)
        line = await world.child("ana", chat, "chat_line", content_html="<p>Hi</p>")
        told = await socket.told("1")
        assert (told["lineId"], told["line"]["content"], told["event"]["action"]) == (
            line["id"],
            "<p>Hi</p>",
            "created",
        )
        await message(world, project, "No line")
        await world.rest("ana", "DELETE", f"/api/v1/{{org}}/recordings/{line['id']}")
        told = await socket.told("1")
        assert (told["lineId"], told["line"], told["event"]["action"]) == (line["id"], None, "line_deleted")
        assert socket.heard_nothing()


async def test_who_comes_back_with_the_last_cursor_misses_nothing_and_hears_nothing_twice(world: World) -> None:
    project = await world.project()
    here = await cursor(world)
    for number in range(3):
        await message(world, project, f"Before {number}")
    titles, cursors = [], [here]
    for _ in range(3):  # a new connection for every event
        async with listening(world, "ana") as socket:
            await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=cursors[-1])
            told = await socket.told("1")
            titles.append(told["recording"]["title"])
            cursors.append(told["cursor"])
    assert titles == ["Before 0", "Before 1", "Before 2"]
    await message(world, project, "Away")
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=cursors[-1])
        assert (await socket.told("1"))["recording"]["title"] == "Away"
        assert socket.heard_nothing()


async def test_what_is_committed_late_is_told_late_but_told(world: World, worker_database: str) -> None:
    """Its id is older than that of an event that was told before it."""
    project = await world.project()
    here = await cursor(world)
    insert = (
        "insert into events (id, org_id, action, actor_id, project_id, created_at) values ($1, $2, $3, $4, $5, now())"
    )
    other = await asyncpg.connect(server_url(worker_database))
    begun = other.transaction()
    await begun.start()
    await other.execute(insert, new_id(), world.org_id, "late", world.id("ana"), project["id"])
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", ACTIVITY, org=world.org, projectId=project["id"], after=here)
        await message(world, project, "Quick")
        told = await socket.told("1")
        assert told["event"]["action"] == "created"
    await begun.commit()
    await other.close()
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", ACTIVITY, org=world.org, projectId=project["id"], after=told["cursor"])
        assert (await socket.told("1"))["event"]["action"] == "late"
        assert socket.heard_nothing()


async def test_more_than_a_batch_is_told_in_order_also_from_its_middle(world: World) -> None:
    project = await world.project()
    here = await cursor(world)
    rows = [(new_id(), world.org_id, f"{number}", world.id("ana"), project["id"]) for number in range(150)]
    await world.owner.executemany(
        "insert into events (id, org_id, action, actor_id, project_id, created_at) values ($1, $2, $3, $4, $5, now())",
        rows,
    )
    heard: list[Any] = []
    for stop in (60, 140, 150):
        async with listening(world, "ana") as socket:
            after = heard[-1]["cursor"] if heard else here
            await socket.subscribe("1", ACTIVITY, org=world.org, projectId=project["id"], after=after)
            while len(heard) < stop:
                heard.append(await socket.told("1"))
    assert [each["event"]["action"] for each in heard] == [str(number) for number in range(150)]


async def test_a_forged_cursor_is_refused(world: World) -> None:
    project = await world.project()
    async with listening(world, "ana") as socket:
        for place, forged in enumerate(("", "x", "W10", "WyI5OjE6IiwxLG51bGwsbnVsbF0", "WyIxOjE6IiwxLG51bGwsIngiXQ")):
            await socket.subscribe(str(place), RECORDINGS, projectId=project["id"], after=forged or "!")
            refusal = await socket.hear()
            assert (refusal["type"], refusal["payload"][0]["extensions"]["code"]) == ("error", "INVALID"), forged


async def test_what_is_committed_while_somebody_looks_is_found_at_the_next_look(world: World) -> None:
    """Were the projects that one sees older than what is looked for, the event would be passed over for good."""
    database, caller = world.app.state.database, Caller(world.settings, world.app.state.database)
    start = position_of(await cursor(world))
    watch = Watch(
        org=world.org,
        topics=frozenset(),
        table=Event,
        where=(),
        recent=lambda moment: col(Event.id) >= first_of(moment),
        seen=lambda snapshot: func.thicket_was_seen(WRITER, snapshot),
        there=true(),
        since=None,
        start=start,
    )

    async def look(position: Position, *, meanwhile: bool) -> News:
        async with database.transaction(writes=False, still=True) as tx:
            await tx.become(world.people["ana"].user_id)
            place = await tx.enter(world.people["ana"].user_id, world.org)
            if meanwhile:
                await world.project()
            return await news(Context(caller, tx, None, writes=False, place=place), watch, position)

    first = await look(start, meanwhile=True)
    assert first.rows == []
    assert len((await look(first.position, meanwhile=False)).rows) == 1
