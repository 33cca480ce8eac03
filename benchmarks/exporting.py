"""An organization of 40,000 recordings taken along: ours beside what one writes with SQLModel.

Both documents have to hold the very same rows; only the order of the rows in a list is evened out. What is told is the
time until the last byte, and how much more memory the server has held than before its first export.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median
from typing import Any

import orjson

from benchmarks.asking import Asker
from benchmarks.lanes import LARGE, Lane, Scenario, get
from benchmarks.load import Answer
from benchmarks.measure import Bench, Different, server_of, used
from benchmarks.report import Table
from benchmarks.servers import Server, connection, running
from benchmarks.usage import forget_peak, memory

ROUNDS = 5
OURS, THEIRS = "Thicket REST", "FastAPI + SQLModel by hand"


def _as_owner(what: str, asker: Asker) -> bytes:
    return get(replace(asker, cookie=asker.owner_cookie), f"/api/v1/{asker.slug}/{what}")


_export, _projects = partial(_as_owner, "account/export"), partial(_as_owner, "projects")


def _document(answer: Answer) -> Any:
    """What it says, but when."""
    said = orjson.loads(answer.body)
    del said["exported_at"]
    return _ordered(said)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _ordered(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(each) for each in value), key=_identity)
    return value


def _identity(value: Any) -> bytes:
    """What a row is told from others by: its ids."""
    ids = {name: each for name, each in value.items() if name.endswith("id")} if isinstance(value, dict) else value
    return orjson.dumps(ids, option=orjson.OPT_SORT_KEYS)


EXPORT = Scenario(
    "export",
    "13: 40,000 recordings and all that belongs to them, one at a time",
    (
        Lane(THEIRS, "orm_export", _export, _document, LARGE, connections=1),
        Lane(OURS, "thicket", _export, _document, LARGE, connections=1),
    ),
    enough=bool,
)


@dataclass
class Exported:
    """What one lane's exports cost; times are in seconds, one of each for a round."""

    name: str
    megabytes: float
    """Of the document."""
    grown: float | None
    """How many megabytes more the server has held; None where nobody tells."""
    times: list[float] = field(default_factory=list)
    server_times: list[float] = field(default_factory=list)
    postgres_times: list[float] = field(default_factory=list)
    """Empty where the database server is not ours."""

    def ratio(self, other: "Exported") -> float:
        """How many times its time is contained in the other's, round by round; the median of those."""
        return median(theirs / own for own, theirs in zip(self.times, other.times, strict=True))


async def measure(bench: Bench) -> list[Exported]:
    """Take the first organization along, in turns. Raises Different and Failed."""
    asker = bench.asking[LARGE][0]
    with running(bench.wanted([EXPORT], bench.postgres.serving_url), bench.node) as servers:
        lanes = [(lane, servers[server_of(lane)]) for lane in EXPORT.lanes]
        found, documents = [], []
        for lane, server in lanes:
            exported, document = await _first(lane, server, asker)
            found.append(exported)
            documents.append(document)
        if documents[0] != documents[1]:
            raise Different(f"export: {_difference(documents[0], documents[1])}")
        documents.clear()
        for number in range(ROUNDS):
            for (lane, server), exported in list(zip(lanes, found, strict=True))[:: 1 if number % 2 == 0 else -1]:
                await _turn(bench, server, lane.request(asker), exported)
    return found


async def _first(lane: Lane, server: Server, asker: Asker) -> tuple[Exported, Any]:
    """The first export of a server that has answered something before, and so has its connections and its caches."""
    async with connection(server) as asked:
        await asked.ask(_projects(asker))
        before = memory(server.process.pid)
        forget_peak(server.process.pid)
        answer = await asked.ask(lane.request(asker))
        after = memory(server.process.pid)
    grown = after.most - before.held if before and after else None
    return Exported(lane.name, len(answer.body) / 2**20, grown), lane.read(answer)


async def _turn(bench: Bench, server: Server, request: bytes, exported: Exported) -> None:
    before = used(bench, server)
    async with connection(server) as asked:
        begun = time.perf_counter()
        await asked.ask(request)
        exported.times.append(time.perf_counter() - begun)
    after = used(bench, server)
    exported.server_times.append(after[0] - before[0])
    if bench.postgres.pid:
        exported.postgres_times.append(after[1] - before[1])


def _difference(one: Any, other: Any, path: str = "") -> str:
    """Where two documents part first, for people."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(_difference(one[name], other[name], f"{path}.{name}") for name in one if one[name] != other[name])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        number = next(number for number, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
        return _difference(one[number], other[number], f"{path}[{number}]")
    if isinstance(one, dict) and isinstance(other, dict):
        return f"{path} has {sorted(one.keys() ^ other.keys())} once alone"
    return f"{path} is {str(one)[:300]} and {str(other)[:300]}"


def table(found: Sequence[Exported]) -> Table:
    """One line a lane; ratios are to the first."""
    columns = ["", "seconds", "ratio", "server seconds", "PostgreSQL seconds", "MB written", "MB of memory more"]
    rows = [
        [
            each.name,
            f"{median(each.times):.2f}",
            f"{each.ratio(found[0]):.2f}",
            f"{median(each.server_times):.2f}",
            f"{median(each.postgres_times):.2f}" if each.postgres_times else "-",
            f"{each.megabytes:.0f}",
            "-" if each.grown is None else f"{each.grown:.1f}",
        ]
        for each in found
    ]
    return EXPORT.title, columns, rows
