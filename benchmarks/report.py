"""What was measured, as numbers and as tables for people."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from benchmarks.lanes import Scenario


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
    answered: float = 0
    """Rows of an answer; the mean over the organizations."""

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


@dataclass(frozen=True)
class Start:
    """How a server comes up."""

    name: str
    seconds: float
    """Until its first answer; the median of some starts."""
    megabytes: float
    """What it holds after some seconds of work."""


@dataclass(frozen=True)
class Alone:
    """What was measured without a server: milliseconds of processor time, ours and another's."""

    what: str
    ours: float
    theirs: float
    ratio: float
    """How many times ours is contained in theirs."""


@dataclass(frozen=True)
class Verdict:
    """What has become of a goal."""

    number: int
    goal: str
    reached: float | None
    """None: not measured."""
    wanted: float
    at_least: bool

    @property
    def word(self) -> str:
        if self.reached is None:
            return "-"
        good = self.reached >= self.wanted if self.at_least else self.reached <= self.wanted
        return "yes" if good else "NO"


Table = tuple[str, list[str], list[list[str]]]
"""A title, the columns' names, the rows."""


def scenario_table(scenario: Scenario, results: Sequence[Result]) -> Table:
    """One line a lane; ratios are to the first."""
    columns = ["", "req/s", "ratio", "server ms", "PostgreSQL ms", "p50 ms", "p99 ms", "statements", "round trips"]
    rows = []
    for result in results:
        numbers = {name: result.middle(name) for name in Round.__dataclass_fields__}
        shown = {name: "-" if value is None else f"{value:.2f}" for name, value in numbers.items()}
        rows.append(
            [
                result.name,
                f"{numbers['rate']:.0f}",
                f"{result.ratio(results[0]):.3f}",
                shown["server_milliseconds"],
                shown["postgres_milliseconds"],
                shown["median"],
                shown["tail"],
                f"{result.cost.statements:.0f}",
                f"{result.cost.round_trips:.0f}",
            ]
        )
    return scenario.title, columns, rows


def start_table(starts: Sequence[Start]) -> Table:
    rows = [[start.name, f"{start.seconds:.2f}", f"{start.megabytes:.0f}"] for start in starts]
    return "14: from start to the first answer, and memory after some work", ["", "seconds", "MB"], rows


def alone_table(measured: Sequence[Alone]) -> Table:
    rows = [[each.what, f"{each.ours:.2f}", f"{each.theirs:.2f}", f"{each.ratio:.1f}"] for each in measured]
    return "Without a server", ["", "ms", "ms, the other", "times"], rows


def goal_table(verdicts: Sequence[Verdict]) -> Table:
    rows = [
        [
            str(verdict.number),
            verdict.goal,
            "not measured" if verdict.reached is None else f"{verdict.reached:.3g}",
            f"{'at least' if verdict.at_least else 'at most'} {verdict.wanted:.3g}",
            verdict.word,
        ]
        for verdict in verdicts
    ]
    return "Goals", ["#", "", "reached", "wanted", ""], rows


def as_text(table: Table) -> str:
    """For a terminal: the first column and words to the left, numbers to the right."""
    title, columns, rows = table
    widths = [max(len(row[place]) for row in [columns, *rows]) for place in range(len(columns))]
    left = [all(not _is_number(row[place]) for row in rows) for place in range(len(columns))]

    def line(row: list[str]) -> str:
        cells = [
            text.ljust(width) if to_left else text.rjust(width)
            for text, width, to_left in zip(row, widths, left, strict=True)
        ]
        return "  ".join(cells).rstrip()

    return "\n".join(["", title, "", line(columns), *(line(row) for row in rows)])


def as_markdown(table: Table) -> str:
    """For a README."""
    title, columns, rows = table
    ends = ["---:" if rows and _is_number(rows[0][place]) else "---" for place in range(len(columns))]
    lines = [columns, ends, *rows]
    return "\n".join([f"**{title}**", "", *(f"| {' | '.join(row)} |" for row in lines), ""])


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
