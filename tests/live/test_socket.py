"""The protocol graphql-transport-ws, message by message (graphql-ws, PROTOCOL.md)."""

import json
from typing import Any

import pytest

from app.api import socket as door
from app.core.metrics import REGISTRY
from tests.live.connections import connected
from tests.live.questions import ACTIVITY, cursor, listening
from tests.world import World

pytestmark = pytest.mark.database

HELLO = {"query": "{ viewer { name } }"}


async def test_the_protocol_is_agreed_on_in_the_handshake(world: World) -> None:
    async with connected(world.app, {}, ("graphql-ws", "graphql-transport-ws")) as socket:
        assert socket.accepted == {"type": "websocket.accept", "subprotocol": "graphql-transport-ws"}


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",)])
async def test_another_protocol_is_not_spoken(world: World, protocols: tuple[str, ...]) -> None:
    async with connected(world.app, {}, protocols) as socket:
        assert await socket.hear() is None
        assert socket.closed == 4406


async def test_a_page_of_a_foreign_site_gets_no_connection_with_the_cookie(world: World) -> None:
    async with connected(world.app, {**world.headers("ana"), "origin": "https://evil.example"}) as socket:
        assert socket.closed == 1008
    async with connected(world.app, {**world.headers("ana"), "origin": "http://thicket.example"}) as socket:
        await socket.begin()


async def test_a_refused_handshake_says_why_where_the_server_can(world: World) -> None:
    headers = {**world.headers("ana"), "origin": "https://evil.example"}
    async with connected(world.app, headers, extensions={"websocket.http.response": {}}) as socket:
        assert (socket.accepted["type"], socket.accepted["status"]) == ("websocket.http.response.start", 403)
        body = json.loads((await socket.line.next())["body"])
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def counted(status: int) -> float:
    labels = {"surface": "graphql", "method": "GET", "route": "/graphql", "status": str(status)}
    return REGISTRY.get_sample_value("thicket_requests_total", labels) or 0


async def test_connections_are_counted_by_their_handshake_and_not_timed(world: World) -> None:
    before = {status: counted(status) for status in (101, 403, 500)}
    timed = REGISTRY.get_sample_value("thicket_request_seconds_count", {"surface": "graphql", "route": "/graphql"})
    for options in ({}, {"extensions": {"websocket.http.response": {}}}):
        for origin in ("https://evil.example", "http://thicket.example"):
            async with connected(world.app, {**world.headers("ana"), "origin": origin}, **options):
                pass
    assert {status: counted(status) - before[status] for status in before} == {101: 2, 403: 2, 500: 0}
    assert timed == REGISTRY.get_sample_value(
        "thicket_request_seconds_count", {"surface": "graphql", "route": "/graphql"}
    )


async def test_nothing_is_run_before_the_client_has_begun(world: World) -> None:
    async with connected(world.app, world.headers("ana")) as socket:
        await socket.say(type="subscribe", id="1", payload=HELLO)
        assert await socket.hear() is None
        assert socket.closed == 4401


async def test_who_does_not_begin_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "TO_BEGIN", 0.01)
    async with connected(world.app, {}) as socket:
        assert await socket.hear() is None
        assert socket.closed == 4408


async def test_one_begins_once(world: World) -> None:
    async with connected(world.app, {}) as socket:
        await socket.begin()
        await socket.say(type="connection_init")
        assert await socket.hear() is None
        assert socket.closed == 4429


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"x"',
        "{}",
        '{"type":1}',
        '{"type":"start","id":"1"}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","id":""}',
        '{"type":"subscribe","id":7,"payload":{}}',
        '{"type":"subscribe","id":"1","payload":[]}',
        '{"type":"complete"}',
        '{"type":"ping","payload":"x"}',
        "[" * 100_000,
    ],
)
async def test_what_is_no_message_ends_the_connection(world: World, text: str) -> None:
    async with connected(world.app, {}) as socket:
        await socket.begin()
        socket.line.to_app.put_nowait({"type": "websocket.receive", "text": text})
        assert await socket.hear() is None
        assert socket.closed == 4400


async def test_bytes_and_what_is_too_large_end_the_connection(world: World) -> None:
    for received, code in (({"bytes": b"{}"}, 4400), ({"text": " " * 1_048_577}, 1009)):
        async with connected(world.app, {}) as socket:
            await socket.begin()
            socket.line.to_app.put_nowait({"type": "websocket.receive", **received})
            assert await socket.hear() is None
            assert socket.closed == code


async def test_a_ping_is_answered_with_its_payload(world: World) -> None:
    async with connected(world.app, {}) as socket:
        await socket.say(type="ping", payload={"n": 1})
        assert await socket.hear() == {"type": "pong", "payload": {"n": 1}}
        await socket.say(type="pong")
        await socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}


async def test_queries_and_mutations_are_run_too(world: World) -> None:
    async with listening(world, "ana") as socket:
        await socket.say(type="subscribe", id="q", payload=HELLO)
        answer = {"data": {"viewer": {"name": "Ana"}}}
        assert await socket.hear() == {"id": "q", "type": "next", "payload": answer}
        assert await socket.hear() == {"id": "q", "type": "complete"}
        create = 'mutation ($org: String!) { createProject(org: $org, input: { name: "New" }) { name } }'
        await socket.subscribe("q", create, org=world.org)
        assert (await socket.hear())["payload"] == {"data": {"createProject": {"name": "New"}}}
        assert await socket.hear() == {"id": "q", "type": "complete"}


async def test_a_document_that_does_not_fit_is_refused_without_ending_the_connection(world: World) -> None:
    async with listening(world, "ana") as socket:
        for payload, code in (
            ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
            ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
            ({"query": "subscription { a: liveCursor, b: liveCursor }"}, "GRAPHQL_VALIDATION_FAILED"),
            ({}, "BAD_REQUEST"),
            ({"query": "{ viewer { name } }", "variables": [1]}, "BAD_REQUEST"),
            ({"query": ACTIVITY, "variables": {}}, "INVALID"),
        ):
            await socket.say(type="subscribe", id="1", payload=payload)
            said: Any = await socket.hear()
            assert (said["type"], said["id"], said["payload"][0]["extensions"]["code"]) == ("error", "1", code)


async def test_an_id_names_one_operation_at_a_time(world: World) -> None:
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", ACTIVITY, org=world.org)
        await socket.say(type="complete", id="1")
        await socket.subscribe("1", ACTIVITY, org=world.org)
        await socket.subscribe("1", ACTIVITY, org=world.org)
        assert await socket.hear() is None
        assert socket.closed == 4409


async def test_one_connection_runs_only_so_many_operations_at_once(world: World) -> None:
    async with listening(world, "ana") as socket:
        for number in range(51):
            await socket.subscribe(str(number), ACTIVITY, org=world.org)
        said = await socket.hear()
        assert (said["type"], said["id"]) == ("error", "50")
        assert said["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert said["payload"][0]["message"] == "One connection runs at most 50 operations at once"


async def test_a_token_may_come_with_the_beginning(world: World) -> None:
    made = await world.rest("bob", "POST", "/api/v1/me/tokens", {"name": "Ticker", "scope": "read"})
    here = await cursor(world)
    async with connected(world.app, {"origin": "https://elsewhere.example"}) as socket:
        await socket.begin(Authorization=f"Bearer {made.json()['token']}")
        await socket.say(type="subscribe", id="1", payload=HELLO)
        assert (await socket.hear())["payload"] == {"data": {"viewer": {"name": "Bob"}}}
        assert (await socket.hear())["type"] == "complete"
        await socket.subscribe("2", ACTIVITY, org=world.org, after=here)
        await world.project()
        assert (await socket.told("2"))["event"]["action"] == "project_created"


async def test_a_client_that_does_not_read_is_let_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await cursor(world)
    async with listening(world, "ana") as socket:
        monkeypatch.setattr(door, "PATIENCE", 0.01)
        socket.line.reads.clear()
        await socket.subscribe("1", ACTIVITY, org=world.org, after=here)
        await world.project()
        await socket.line.waited()
        socket.line.reads.set()
        assert await socket.hear() is None
        assert socket.closed == 1013


async def test_all_connections_are_closed_when_the_server_leaves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    watchers = world.app.state.watchers
    async with listening(world, "ana") as socket:
        await socket.subscribe("1", ACTIVITY, org=world.org)
        await socket.say(type="ping")
        assert (await socket.hear())["type"] == "pong"
        watchers.leave()
        try:
            assert await socket.hear() is None
            assert socket.closed == 1012
        finally:
            watchers.leaving.clear()
