"""Streams of events by HTTP, as the protocol "GraphQL over Server-Sent Events" has them (distinct connections)."""

import pytest

from tests.live.connections import reading
from tests.live.questions import ACTIVITY, RECORDINGS, cursor, message
from tests.world import World

pytestmark = pytest.mark.database

SSE = "text/event-stream"


async def test_a_subscription_is_a_stream_of_events(world: World) -> None:
    project = await world.project()
    variables = {"projectId": project["id"], "after": await cursor(world)}
    async with reading(world.app, world.headers("bob"), RECORDINGS, variables, SSE) as events:
        assert (events.status, events.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert events.headers["cache-control"] == "no-store"
        await message(world, project, "Hello")
        assert (await events.told())["recording"]["title"] == "Hello"
        await message(world, project, "Again")
        assert (await events.told())["recording"]["title"] == "Again"


async def test_a_refused_subscription_says_so_and_is_complete(world: World) -> None:
    async with reading(world.app, world.headers("eve"), ACTIVITY, {"org": world.org}, SSE) as events:
        name, data = await events.next()
        assert (name, data["errors"][0]["extensions"]["code"]) == ("next", "NOT_FOUND")
        assert await events.next() == ("complete", None)
        assert await events.next() == ("", None)
        assert events.ended


async def test_a_subscription_is_told_to_nobody_who_reads_no_events(world: World) -> None:
    for accept in ("application/json", "*/*", "text/event-stream;q=0, */*"):
        async with reading(world.app, world.headers("ana"), ACTIVITY, {"org": world.org}, accept) as events:
            assert events.status == 400
            _, body = await events.next()
            assert body["errors"][0]["message"].startswith("A subscription is a stream of events: ask for it with")


async def test_a_query_is_an_event_only_for_who_reads_nothing_else(world: World) -> None:
    query = "{ viewer { name } }"
    async with reading(world.app, world.headers("ana"), query, {}, SSE) as events:
        assert await events.next() == ("next", {"data": {"viewer": {"name": "Ana"}}})
        assert await events.next() == ("complete", None)
    async with reading(world.app, world.headers("ana"), query, {}, f"application/json, {SSE}") as events:
        assert events.headers["content-type"] == "application/json; charset=utf-8"
        assert await events.next() == ("", {"data": {"viewer": {"name": "Ana"}}})


async def test_a_document_that_does_not_fit_begins_no_stream(world: World) -> None:
    async with reading(world.app, world.headers("ana"), "subscription { nothing }", {}, SSE) as events:
        assert events.status == 200
        assert events.headers["content-type"] == "application/json; charset=utf-8"
        _, body = await events.next()
        assert body["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_stream_ends_without_a_word_when_the_server_leaves(world: World) -> None:
    """So its reader comes again."""
    watchers = world.app.state.watchers
    variables = {"org": world.org, "after": await cursor(world)}
    async with reading(world.app, world.headers("ana"), ACTIVITY, variables, SSE) as events:
        await world.project()
        assert (await events.told())["event"]["action"] == "project_created"
        watchers.leave()
        try:
            assert await events.next() == ("", None)
            assert events.ended
        finally:
            watchers.leaving.clear()
