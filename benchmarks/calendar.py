"""A month of 500 series of any age: ours beside dateutil walking each of them from its beginning.

Both have to find the very same occurrences; what is told is the processor time of an expansion, and the ratio.
"""

import gc
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from app.calendar.expansion import occurrences
from app.calendar.loaders import Window
from app.calendar.recurrence import Begins, read
from benchmarks.measure import Different

SERIES, ROUNDS = 500, 7
OLDEST = 3 * 365
"""How many days ago the oldest began."""
BEGIN = datetime(2026, 3, 10, tzinfo=UTC)
"""The month has a change of the clock in it, in Europe and in America."""
END = BEGIN + timedelta(days=31)
WINDOW = Window(BEGIN, END, BEGIN.date(), END.date() - timedelta(days=1))
ZONES = ("Europe/Paris", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "UTC")
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=YEARLY",
)

Found = list[tuple[datetime, datetime]]


@dataclass
class Series:
    """What the calendar's rows have, as far as it is expanded."""

    starts_at: datetime
    ends_at: datetime
    recurrence: dict[str, Any]
    repeats_until: date | None
    all_day: bool = False


def make() -> list[Series]:
    """The series, from one seed."""
    chance = random.Random(12)
    made = []
    for _ in range(SERIES):
        minutes = chance.randrange(OLDEST * 24 * 4) * 15
        starts_at = BEGIN - timedelta(minutes=minutes)
        given = {"rrule": chance.choice(RULES), "time_zone": chance.choice(ZONES)}
        kept = read(given, Begins(moment=starts_at), zone="UTC")
        made.append(Series(starts_at, starts_at + timedelta(minutes=30), kept.shown, kept.last))
    return made


def ours(series: list[Series]) -> Found:
    return [(start, end or start) for row in series for start, end, *_ in occurrences(row, WINDOW)]


def naive(series: list[Series]) -> Found:
    """As one writes it with dateutil: every rule from its beginning, in its own zone."""
    found = []
    for row in series:
        zone = ZoneInfo(row.recurrence["time_zone"])
        start = row.starts_at.astimezone(zone)
        lasts = row.ends_at - row.starts_at
        rule = rrulestr(row.recurrence["rrule"], dtstart=start)
        for moment in rule.between(BEGIN.astimezone(zone) - lasts, END.astimezone(zone), inc=True):
            begins, ends = moment.astimezone(UTC), (moment + lasts).astimezone(UTC)
            if begins < END and (begins >= BEGIN or ends > BEGIN):
                found.append((begins, ends))
    return found


def milliseconds(expand: Callable[[list[Series]], Found], series: list[Series]) -> float:
    begun = time.process_time()
    expand(series)
    return (time.process_time() - begun) * 1000


@dataclass(frozen=True)
class Measured:
    """Milliseconds of processor time, and how many times ours is contained in dateutil's."""

    occurrences: int
    ours: float
    naive: float
    ratio: float


def measure() -> Measured:
    """Expand in turns. Raises Different when one occurrence is another."""
    series = make()
    if sorted(ours(series)) != sorted(naive(series)):
        raise Different("The calendar's occurrences are not those that dateutil finds.")
    gc.collect()
    gc.freeze()  # as the server does, once it has started
    rounds = [(milliseconds(ours, series), milliseconds(naive, series)) for _ in range(ROUNDS)]
    quick, slow = (median(each) for each in zip(*rounds, strict=True))
    return Measured(len(ours(series)), quick, slow, median(theirs / mine for mine, theirs in rounds))
