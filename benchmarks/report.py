"""What was measured, as numbers and as a table for people."""

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from benchmarks.lanes import Lane


@dataclass(frozen=True)
class Cost:
    """What one request asks of PostgreSQL."""

    statements: float
    round_trips: float


@dataclass(frozen=True)
class Round:
    """One lane's turn. Times are in milliseconds; those of processors are per request."""

    rate: float
    median: float
    tail: float
    """The 99th percentile."""
    server_milliseconds: float
    postgres_milliseconds: float | None


@dataclass
class Result:
    """All that is known of a lane."""

    name: str
    cost: Cost
    rounds: list[Round] = field(default_factory=list)

    def ratio(self, base: "Result") -> float:
        """How many times the base's rate, round by round; the median of those."""
        return median(own.rate / other.rate for own, other in zip(self.rounds, base.rounds, strict=True))

    def middle(self, name: str) -> float | None:
        """The median of one number over the rounds; None where it is not known."""
        values = [getattr(each, name) for each in self.rounds]
        return None if None in values else median(values)

    def facts(self, base: "Result") -> dict[str, Any]:
        medians = {name: self.middle(name) for name in Round.__dataclass_fields__}
        return {**asdict(self), "ratio": self.ratio(base), "medians": medians}


def table(results: list[Result], base: Lane) -> str:
    """One line a lane; ratios are to the base's."""
    limit = next(result for result in results if result.name == base.name)
    lines = [
        "",
        f"{'':36}{'req/s':>8}{'ratio':>8}{'server':>10}{'PostgreSQL':>12}{'p50':>9}{'p99':>9}{'state-':>9}{'round':>7}",
        f"{'':36}{'':8}{'':8}{'ms CPU':>10}{'ms CPU':>12}{'ms':>9}{'ms':>9}{'ments':>9}{'trips':>7}",
    ]
    for result in results:
        numbers = {name: result.middle(name) for name in Round.__dataclass_fields__}
        shown = {name: "-" if value is None else f"{value:.2f}" for name, value in numbers.items()}
        lines.append(
            f"{result.name:36}{numbers['rate'] or 0:8.0f}{result.ratio(limit):8.3f}{shown['server_milliseconds']:>10}"
            f"{shown['postgres_milliseconds']:>12}{shown['median']:>9}{shown['tail']:>9}"
            f"{result.cost.statements:9.1f}{result.cost.round_trips:7.1f}"
        )
    return "\n".join(lines)
