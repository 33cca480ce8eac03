"""The benchmarks keep fitting to what they measure; running them takes a quiet machine and is nobody's test."""

import asyncio

import pytest
from graphql import parse, validate

from app.api.schema import schema
from benchmarks import documents
from benchmarks.exporting import EXPORT, Exported
from benchmarks.goals import GOALS, Found
from benchmarks.lanes import SMALL, Scenario
from benchmarks.load import Connection
from benchmarks.report import Alone, Cost, Result, Round, Start
from benchmarks.scenarios import GROWTH, SCENARIOS
from benchmarks.servers import PEERS, in_node

OURS = ("TODOS", "PAGE_IN_FIVE", "LISTS", "FIRST", "AFTER", "CHILDREN")


@pytest.mark.parametrize("name", OURS)
def test_what_is_asked_is_in_the_schema(name: str) -> None:
    assert validate(schema._schema, parse(getattr(documents, name))) == []


def test_every_goal_finds_the_lanes_that_it_names() -> None:
    round = Round(rate=2.0, median=1.0, tail=2.0, server_milliseconds=0.5, postgres_milliseconds=0.5)
    measured = {
        scenario.name: [Result(lane.name, Cost(1, 1), [round], answered=1) for lane in scenario.lanes]
        for scenario in SCENARIOS
    }
    exports = [Exported(lane.name, 1.0, 2.0, [1.0], [1.0], [1.0]) for lane in EXPORT.lanes]
    found = Found(
        measured,
        exports,
        [Start("Thicket", 1.0, 100.0)],
        execution=Alone("", 1.0, 20.0, 20.0),
        calendar=Alone("", 1.0, 20.0, 20.0),
    )
    assert [goal.what for goal in GOALS if goal.figure(found) is None] == []
    assert [goal.what for goal in GOALS if goal.figure(Found()) is not None] == []


def test_every_lane_has_a_peer() -> None:
    peers = {lane.peer for scenario in (*SCENARIOS, EXPORT) for lane in scenario.lanes}
    assert {peer for peer in peers if not in_node(peer) and not (PEERS / f"{peer}.py").exists()} == set()


def test_where_time_is_short_the_limit_stays_what_others_are_compared_with() -> None:
    short = [scenario.shortened() for scenario in SCENARIOS]
    kept = [scenario for scenario in short if scenario]
    assert [scenario.name for scenario in kept] == ["list", "one"]
    assert [scenario.lanes[0] for scenario in kept] == [_named(scenario.name).lanes[0] for scenario in kept]


def _named(name: str) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.name == name)


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    ],
)
async def test_answers_are_read_whole_however_they_come(sent: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            for place in range(len(sent)):
                writer.write(sent[place : place + 1])
                await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        connection = await Connection.open(server.sockets[0].getsockname()[1])
        bodies = [(await connection.ask(b"GET / HTTP/1.1\r\n\r\n")).body for _ in range(2)]
        connection.close()
    assert bodies == [b"hello", b"hello"]


def test_growth_is_seen_from_the_small_database() -> None:
    assert [lane.data for scenario in GROWTH for lane in scenario.lanes[:1]] == [SMALL] * 5


def test_every_scenario_is_for_a_goal_or_says_none() -> None:
    """What its title names before the colon are the goals that look at it."""
    seen = _Seen()
    named = {}
    for goal in GOALS:
        seen.asked.clear()
        goal.figure(seen)
        for name in seen.asked:
            named.setdefault(name, set()).add(goal.number)
    titles = {scenario.name: scenario.title for scenario in SCENARIOS}
    assert {name: _numbers(title) for name, title in titles.items()} == {
        name: named.get(name, set()) for name in titles
    }


def test_every_goal_of_the_design_has_a_figure() -> None:
    assert {goal.number for goal in GOALS} == set(range(1, 16))


class _Seen(Found):
    """Found nothing, but remembers which scenarios it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def lane(self, scenario: str, name: str) -> None:
        self.asked.add(scenario)


def _numbers(title: str) -> set[int]:
    numbers, colon, _ = title.partition(":")
    return {int(number) for number in numbers.split(",")} if colon else set()
