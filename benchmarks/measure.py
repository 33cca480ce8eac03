"""Measures one scenario: sees that all lanes give the same answer, counts statements, then times them in turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
WARM_UP = 0.5


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

    def wanted(self, scenario: Scenario, url: Callable[[str], str]) -> dict[str, tuple[str, str]]:
        """The servers of a scenario, with the address of a database by its name."""
        return {_server(lane): (lane.peer, url(DATABASES[lane.data])) for lane in scenario.lanes}


async def measure(bench: Bench, scenario: Scenario) -> list[Result]:
    """All that is found out about a scenario's lanes. Raises Different and Failed."""
    began = await _now(bench)
    costs = await _costs(bench, scenario)
    results = [Result(lane.name, cost) for lane, cost in zip(scenario.lanes, costs, strict=True)]
    with running(bench.wanted(scenario, bench.postgres.serving_url), bench.node) as servers:
        await _check(bench, scenario, servers)
        for lane in scenario.lanes:
            await burst(servers[_server(lane)].port, _requests(bench, lane), WARM_UP, lane.connections)
        for number in range(bench.rounds):
            # Backwards every other time: whoever comes first finds another machine than whoever comes last.
            for lane, result in list(zip(scenario.lanes, results, strict=True))[:: 1 if number % 2 == 0 else -1]:
                result.rounds.append(await _round(bench, servers[_server(lane)], lane))
    if scenario.written:
        await _take_back(bench, scenario, began)
    return results


def _server(lane: Lane) -> str:
    return f"{lane.peer} on {lane.data}"


def _requests(bench: Bench, lane: Lane) -> list[bytes]:
    return lane.requests(bench.asking[lane.data])


async def _round(bench: Bench, server: Server, lane: Lane) -> Round:
    before = _used(server.process.pid), _used(bench.postgres.pid)
    done = await burst(server.port, _requests(bench, lane), bench.seconds, lane.connections)
    used = [
        now - then for now, then in zip((_used(server.process.pid), _used(bench.postgres.pid)), before, strict=True)
    ]
    per_request = [spent * 1000 / len(done.times) for spent in used]
    return Round(
        rate=done.rate,
        median=done.percentile(0.5),
        tail=done.percentile(0.99),
        server_milliseconds=per_request[0],
        postgres_milliseconds=per_request[1] if bench.postgres.pid else None,
    )


def _used(pid: int | None) -> float:
    return processor_seconds(pid) if pid else 0.0


async def _costs(bench: Bench, scenario: Scenario) -> list[Cost]:
    """Statements and round trips of one request, by lane."""
    costs = []
    async with wire.listening(bench.postgres.url) as (folder, counter):
        wanted = bench.wanted(scenario, lambda database: postgres.socket_url(folder, database))
        with running(wanted, bench.node) as servers:
            for lane in scenario.lanes:
                async with connection(servers[_server(lane)]) as asked:
                    requests = _requests(bench, lane)
                    for request in requests:  # what is prepared once per connection is prepared now
                        await asked.ask(request)
                    statements, trips = counter.statements, counter.round_trips
                    for request in requests[:COUNTED]:
                        await asked.ask(request)
                    costs.append(
                        Cost((counter.statements - statements) / COUNTED, (counter.round_trips - trips) / COUNTED)
                    )
    return costs


async def _check(bench: Bench, scenario: Scenario, servers: dict[str, Server]) -> None:
    """Every organization's answer is what was meant, and the same on every lane. Raises Different."""
    expected: list[Any] | None = None
    rows: list[int] | None = None
    for lane in scenario.lanes:
        before = await _counts(bench, scenario.written)
        async with connection(servers[_server(lane)]) as asked:
            answers = [lane.read(await asked.ask(request)) for request in _requests(bench, lane)]
        added = [now - then for now, then in zip(await _counts(bench, scenario.written), before, strict=True)]
        if not all(scenario.enough(answer) for answer in answers):
            raise Different(f"{scenario.name}: {lane.name} does not answer what was to be asked for")
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
