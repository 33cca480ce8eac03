"""Measures scenarios: sees that all lanes give the same answer, counts statements, then times them in turns."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import asyncpg

from benchmarks import data, large, postgres, wire
from benchmarks.answers import difference
from benchmarks.asking import Asker
from benchmarks.lanes import LARGE, SMALL, Lane, Scenario
from benchmarks.load import burst
from benchmarks.report import Cost, Result, Round
from benchmarks.servers import Server, connection, running
from benchmarks.usage import processor_seconds

DATABASES = {SMALL: data.DATABASE, LARGE: large.DATABASE}
COUNTED = 20
WARM_UP = 0.3


class Different(Exception):
    """Two lanes do not give the same answer, so there is nothing to compare."""


@dataclass(frozen=True)
class Bench:
    """What all scenarios are measured on."""

    postgres: postgres.Server
    node: str | None
    """The command that starts Node.js."""
    asking: dict[str, list[Asker]]
    """By the data set."""
    rounds: int
    seconds: float
    """Of each lane in each round."""

    def wanted(self, scenarios: Sequence[Scenario], url: Callable[[str, str], str]) -> dict[str, tuple[str, str]]:
        """The servers of some scenarios, with the address of a database by its name and that of a role."""
        lanes = [lane for scenario in scenarios for lane in scenario.lanes]
        return {server_of(lane): (lane.peer, url(DATABASES[lane.data], role_of(lane))) for lane in lanes}


async def measure(bench: Bench, scenarios: Sequence[Scenario]) -> AsyncIterator[tuple[Scenario, list[Result]]]:
    """All that is found out about the scenarios' lanes, on servers that are started once for them all.

    Raises Different and Failed.
    """
    costs = await _costs(bench, scenarios)
    with running(bench.wanted(scenarios, bench.postgres.serving_url), bench.node) as servers:
        for scenario in scenarios:
            results = [Result(lane.name, cost) for lane, cost in zip(scenario.lanes, costs[scenario.name], strict=True)]
            began = await _now(bench)
            await _check(bench, scenario, servers, results)
            await _time(bench, scenario, servers, results)
            if scenario.written:
                await _take_back(bench, scenario, began)
            yield scenario, results


async def _time(bench: Bench, scenario: Scenario, servers: dict[str, Server], results: list[Result]) -> None:
    for lane in scenario.lanes:
        await burst(servers[server_of(lane)].port, _requests(bench, lane), WARM_UP, lane.connections)
    for number in range(bench.rounds):
        # Backwards every other time: whoever comes first finds another machine than whoever comes last.
        for lane, result in list(zip(scenario.lanes, results, strict=True))[:: 1 if number % 2 == 0 else -1]:
            result.rounds.append(await _round(bench, servers[server_of(lane)], lane))


def role_of(lane: Lane) -> str:
    """The database role that its peer connects as."""
    return data.UNBOUND_ROLE if lane.unbound else data.SERVER_ROLE


def server_of(lane: Lane) -> str:
    """The name of the server that a lane asks."""
    return f"{lane.peer} on {lane.data} as {role_of(lane)}"


def _requests(bench: Bench, lane: Lane) -> list[bytes]:
    return lane.requests(bench.asking[lane.data])


async def _round(bench: Bench, server: Server, lane: Lane) -> Round:
    before = used(bench, server)
    done = await burst(server.port, _requests(bench, lane), bench.seconds, lane.connections)
    per_request = [(now - then) * 1000 / len(done.times) for now, then in zip(used(bench, server), before, strict=True)]
    return Round(
        rate=done.rate,
        median=done.percentile(0.5),
        tail=done.percentile(0.99),
        server_milliseconds=per_request[0],
        postgres_milliseconds=per_request[1] if bench.postgres.pid else None,
    )


def used(bench: Bench, server: Server) -> tuple[float, float]:
    """Processor seconds so far: the server's, and PostgreSQL's (0 where it is not ours)."""
    pid = bench.postgres.pid
    return processor_seconds(server.process.pid), processor_seconds(pid) if pid else 0.0


async def _costs(bench: Bench, scenarios: Sequence[Scenario]) -> dict[str, list[Cost]]:
    """Statements and round trips of one request, by scenario and lane."""
    async with wire.listening(bench.postgres.url) as (folder, counter):
        wanted = bench.wanted(scenarios, lambda database, role: postgres.socket_url(folder, database, role))
        with running(wanted, bench.node) as servers:
            costs = {}
            for scenario in scenarios:
                began = await _now(bench)
                costs[scenario.name] = [
                    await _cost(servers[server_of(lane)], _requests(bench, lane), counter) for lane in scenario.lanes
                ]
                if scenario.written:
                    await _take_back(bench, scenario, began)
            return costs


async def _cost(server: Server, requests: Sequence[bytes], counter: wire.Counter) -> Cost:
    """The usual cost: a server may just be opening one more connection, which asks something too."""
    counted = []
    async with connection(server) as asked:
        for request in requests[: 2 * COUNTED]:
            before = counter.statements, counter.round_trips
            await asked.ask(request)
            counted.append((counter.statements - before[0], counter.round_trips - before[1]))
    usual = counted[COUNTED:]  # what is prepared once per connection has been prepared before
    return Cost(*(median(numbers) for numbers in zip(*usual, strict=True)))


async def _check(bench: Bench, scenario: Scenario, servers: dict[str, Server], results: list[Result]) -> None:
    """Every organization's answer is what was meant, and the same on every lane; how many rows it has is kept.

    Raises Different.
    """
    expected: list[Any] | None = None
    rows: list[int] | None = None
    for lane, result in zip(scenario.lanes, results, strict=True):
        before = await _counts(bench, scenario.written)
        async with connection(servers[server_of(lane)]) as asked:
            answers = [lane.read(await asked.ask(request)) for request in _requests(bench, lane)]
        added = [now - then for now, then in zip(await _counts(bench, scenario.written), before, strict=True)]
        if not all(scenario.enough(answer) for answer in answers):
            raise Different(f"{scenario.name}: {lane.name} does not answer what was to be asked for")
        result.answered = mean(len(answer["rows"]) for answer in answers)
        if expected is None or rows is None or not scenario.equal:
            expected, rows = answers, added
        _compare(scenario, lane, bench.asking[lane.data], answers, expected)
        if added != rows:
            raise Different(f"{scenario.name}: {lane.name} adds {added} rows to {scenario.written}, others {rows}")


def _compare(
    scenario: Scenario, lane: Lane, asking: Sequence[Asker], answers: Sequence[Any], expected: Sequence[Any]
) -> None:
    for asker, given, wanted in zip(asking, answers, expected, strict=True):
        if given != wanted:
            raise Different(
                f"{scenario.name}: {lane.name} and {scenario.lanes[0].name} differ for {asker.slug}. "
                f"{difference(given, wanted)}"
            )


async def _counts(bench: Bench, tables: Sequence[str]) -> list[int]:
    owner = await asyncpg.connect(data.on_database(bench.postgres.url))
    counts = [await owner.fetchval(f"select count(*) from {table}") for table in tables]
    await owner.close()
    return counts


async def _now(bench: Bench) -> Any:
    owner = await asyncpg.connect(data.on_database(bench.postgres.url))
    now = await owner.fetchval("select now()")
    await owner.close()
    return now


async def _take_back(bench: Bench, scenario: Scenario, began: Any) -> None:
    """Delete what the lanes have written, so that the next run finds the same data."""
    owner = await asyncpg.connect(data.on_database(bench.postgres.url))
    for table in reversed(scenario.written):
        await owner.execute(f"delete from {table} where created_at >= $1", began)
        await owner.execute(f"vacuum (analyze) {table}")
    await owner.close()
