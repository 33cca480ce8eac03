"""What speed we want, as figures that a run can reach or miss. Rates are compared round by round within one run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.exporting import Exported
from benchmarks.lanes import LARGE, SMALL
from benchmarks.report import Alone, Result, Start, Verdict
from benchmarks.scenarios import LIMIT, UNBOUND, UNBOUND_LIMIT

REST, GRAPHQL = "Thicket REST", "Thicket GraphQL"
BY_HAND, SOFA, STRAWBERRY = "FastAPI + SQLModel by hand", "SOFA over the yoga schema", "plain Strawberry + dataloaders"
POSTGRAPHILE, MERCURIUS = "PostGraphile", "mercurius + JIT + loaders"
NODE = (POSTGRAPHILE, MERCURIUS, "graphql-yoga + dataloader", "Apollo Server + dataloader")
BARE_INSERTS = "bare inserts of the same rows"


@dataclass
class Found:
    """All that a run has found out."""

    results: dict[str, list[Result]] = field(default_factory=dict)
    """By the scenario's name."""
    exports: list[Exported] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    execution: Alone | None = None
    """Beside graphql-core."""
    calendar: Alone | None = None
    """Beside dateutil."""

    @property
    def alone(self) -> list[Alone]:
        return [each for each in (self.execution, self.calendar) if each]

    def lane(self, scenario: str, name: str) -> Result | None:
        return next((result for result in self.results.get(scenario, []) if result.name == name), None)

    def start(self, name: str) -> Start | None:
        return next((start for start in self.starts if start.name == name), None)


Figure = Callable[[Found], float | None]
"""None where it was not measured."""


@dataclass(frozen=True)
class Goal:
    """One figure that we want to reach."""

    number: int
    what: str
    figure: Figure
    wanted: float
    at_least: bool = True

    def verdict(self, found: Found) -> Verdict:
        return Verdict(self.number, self.what, self.figure(found), self.wanted, self.at_least)


def _rate(scenario: str, ours: str, *theirs: str) -> Figure:
    """Our rate beside that of the fastest of the others."""

    def figure(found: Found) -> float | None:
        own = found.lane(scenario, ours)
        others = [other for other in (found.lane(scenario, name) for name in theirs) if other]
        return min(own.ratio(other) for other in others) if own and others else None

    return figure


def _processor(scenario: str, ours: str, theirs: str) -> Figure:
    """Our server's processor time per request beside another's."""

    def figure(found: Found) -> float | None:
        own, other = found.lane(scenario, ours), found.lane(scenario, theirs)
        if own is None or other is None:
            return None
        pairs = zip(own.rounds, other.rounds, strict=True)
        return median(one.server_milliseconds / two.server_milliseconds for one, two in pairs)

    return figure


def _postgres(scenario: str, ours: str, theirs: str) -> Figure:
    """PostgreSQL's processor time per request of ours, beside that of another's."""

    def figure(found: Found) -> float | None:
        own, other = found.lane(scenario, ours), found.lane(scenario, theirs)
        if own is None or other is None:
            return None
        pairs = [
            (one.postgres_milliseconds, two.postgres_milliseconds)
            for one, two in zip(own.rounds, other.rounds, strict=True)
        ]
        return median([one / two for one, two in pairs if one is not None and two]) if pairs[0][0] else None

    return figure


def _tail(scenario: str, ours: str) -> Figure:
    def figure(found: Found) -> float | None:
        own = found.lane(scenario, ours)
        return median(each.tail / each.median for each in own.rounds) if own else None

    return figure


def _trips(scenario: str, ours: str) -> Figure:
    def figure(found: Found) -> float | None:
        own = found.lane(scenario, ours)
        return own.cost.round_trips if own else None

    return figure


def _alone(which: Callable[[Found], Alone | None]) -> Figure:
    def figure(found: Found) -> float | None:
        measured = which(found)
        return measured.ratio if measured else None

    return figure


def _start(what: Callable[[Start], float]) -> Figure:
    def figure(found: Found) -> float | None:
        start = found.start("Thicket")
        return what(start) if start else None

    return figure


def _export(what: Callable[[Exported, Exported], float | None]) -> Figure:
    """Of our export and the other one."""

    def figure(found: Found) -> float | None:
        by_name = {each.name: each for each in found.exports}
        return what(by_name[REST], by_name[BY_HAND]) if by_name else None

    return figure


def _growth(scenario: str) -> Figure:
    return _rate(scenario, SMALL, LARGE)


def _growth_of_a_row(scenario: str) -> Figure:
    """The same, for each of the rows that an answer has."""

    def figure(found: Found) -> float | None:
        small, large = found.lane(scenario, SMALL), found.lane(scenario, LARGE)
        return small.ratio(large) * small.answered / large.answered if small and large else None

    return figure


GOALS = (
    Goal(1, "REST list: rate beside the limit", _rate("list", REST, LIMIT), 0.80),
    Goal(1, "REST list: times FastAPI + SQLModel by hand", _rate("list", REST, BY_HAND), 8),
    Goal(1, "REST list: times SOFA", _rate("list", REST, SOFA), 4),
    Goal(2, "GraphQL list: rate beside the limit", _rate("list", GRAPHQL, LIMIT), 0.75),
    Goal(2, "GraphQL list: times PostGraphile", _rate("list", GRAPHQL, POSTGRAPHILE), 3.5),
    Goal(2, "GraphQL list: processor beside PostGraphile's", _processor("list", GRAPHQL, POSTGRAPHILE), 1 / 8, False),
    Goal(2, "GraphQL list: times the best Node.js server", _rate("list", GRAPHQL, *NODE), 2),
    Goal(2, "GraphQL list: times plain Strawberry", _rate("list", GRAPHQL, STRAWBERRY), 15),
    Goal(3, "500 rows: rate beside the limit", _rate("page", GRAPHQL, LIMIT), 0.80),
    Goal(3, "500 rows: times PostGraphile", _rate("page", GRAPHQL, POSTGRAPHILE), 3.5),
    Goal(4, "depth 3: times PostGraphile", _rate("depth", GRAPHQL, POSTGRAPHILE), 3),
    Goal(4, "depth 3: times mercurius with JIT", _rate("depth", GRAPHQL, MERCURIUS), 2.5),
    Goal(
        5,
        "one by id: beside the limit without authentication",
        _rate("one", REST, f"{LIMIT} without authentication"),
        0.60,
    ),
    Goal(5, "one by id: times FastAPI + SQLModel by hand", _rate("one", REST, BY_HAND), 7),
    Goal(5, "one by id: round trips", _trips("one", REST), 1, False),
    Goal(6, "new to-do: rate beside bare inserts", _rate("new", REST, BARE_INSERTS), 0.5),
    Goal(6, "new to-do: times FastAPI + SQLModel by hand", _rate("new", REST, BY_HAND), 2.5),
    Goal(7, "REST route: processor beside the same in GraphQL", _processor("list", REST, GRAPHQL), 1.1, False),
    Goal(8, "execution alone: times graphql-core", _alone(lambda found: found.execution), 12),
    Goal(9, "REST list, 16 connections: p99 beside p50", _tail("list", REST), 2.5, False),
    Goal(9, "GraphQL list, 16 connections: p99 beside p50", _tail("list", GRAPHQL), 2.5, False),
    Goal(10, "ten times the data: the list", _growth("growth of a list"), 1.3, False),
    Goal(10, "ten times the data: the list and its count", _growth("growth of a counted list"), 1.3, False),
    Goal(10, "ten times the data: a late page", _growth("growth of a late page"), 1.3, False),
    Goal(10, "ten times the data: children", _growth("growth of children"), 1.3, False),
    Goal(
        10, "ten times the data: a month of the calendar, per row", _growth_of_a_row("growth of a calendar"), 1.3, False
    ),
    Goal(
        11, "a rare word: times the same without row-level security", _rate("rare", f"{REST}{UNBOUND}", REST), 3, False
    ),
    Goal(11, "a rare word: PostgreSQL beside the limit's without it", _postgres("rare", REST, UNBOUND_LIMIT), 3, False),
    Goal(12, "a month of series: times dateutil alone", _alone(lambda found: found.calendar), 20),
    Goal(13, "export: times SQLModel by hand", _export(lambda ours, theirs: ours.ratio(theirs)), 4),
    Goal(13, "export: megabytes of memory more", _export(lambda ours, _: ours.grown), 15, False),
    Goal(14, "seconds from start to the first answer", _start(lambda start: start.seconds), 1.5, False),
    Goal(14, "megabytes after some work", _start(lambda start: start.megabytes), 180, False),
    Goal(15, "REST: rate over 64 connections beside 16", _rate("connections", f"{REST}, 64", f"{REST}, 16"), 1),
    Goal(
        15, "GraphQL: rate over 64 connections beside 16", _rate("connections", f"{GRAPHQL}, 64", f"{GRAPHQL}, 16"), 1
    ),
)


def verdicts(found: Found) -> list[Verdict]:
    """What has become of each goal, in their order."""
    return [goal.verdict(found) for goal in GOALS]
