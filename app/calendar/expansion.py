"""Turns series into their occurrences, at the moment of reading: nothing of them is ever stored.

A series is jumped into where the window begins, so its age costs nothing, and is walked only as far as somebody reads.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.calendar.loaders import Window
from app.calendar.rule import Rule, days, read_rule
from app.calendar.times import A_DAY, to_instant, to_wall

LONGEST = timedelta(days=31)
"""How long an entry that repeats may last, so that one knows how far back to look for those that still go on."""

LAST_BEGIN = date(9999, 11, 30)
"""The last day on which one begins, so that its end still is in the calendar, in every zone."""


class Occurrence(NamedTuple):
    """Something on the calendar: an entry, one of a series, or a task on its day."""

    start: datetime
    end: datetime | None
    row: Any
    key: date | None = None
    """Which one of a series it is: the day that the rule names."""
    title: str | None = None

    @property
    def order(self) -> tuple[datetime, bool, str, str]:
        """By start; what takes the whole day before what begins with it; then by title."""
        title = self.row.title if self.title is None else self.title
        return self.start, not (self.row.all_day or self.end is None), (title or "").casefold(), self.row.id


def in_order(listed: Iterable[Iterable[Occurrence]]) -> Iterator[Occurrence]:
    """One list of many that each are in order; none is walked further than it is read."""
    return merge(*listed, key=attrgetter("order"))


def rule_of(recurrence: Any) -> Rule:
    """The rule of a repetition that was kept; its end is the row's `repeats_until`."""
    return read_rule(recurrence["rrule"])[0]


def occurrences(row: Any, window: Window, but: Collection[date] = ()) -> Iterator[Occurrence]:
    """Those of a series that show in the window, oldest first, without the days in `but` and its own exceptions.

    The clock on the wall says the same at each of them, whatever the zone does meanwhile; their ends too.
    """
    recurrence = row.recurrence
    left_out = {*map(date.fromisoformat, recurrence["exdates"]), *but}
    span = _AllDay(row) if row.all_day else _Timed(row, recurrence["time_zone"])
    first, last = span.reach(window)
    last = min(last, LAST_BEGIN)
    if row.repeats_until is not None:
        last = min(last, row.repeats_until)
    for day in days(rule_of(recurrence), span.day, first, last):
        if day not in left_out:
            start, end = span.on(day)
            if span.shows(window, start, end):
                yield Occurrence(start, end, row, day)


def occurrence_on(row: Any, day: date) -> tuple[datetime, datetime]:
    """When the one of that day begins and ends."""
    span = _AllDay(row) if row.all_day else _Timed(row, row.recurrence["time_zone"])
    return span.on(day)


class _Timed:
    """A series that takes place at a time of day, in its own zone."""

    def __init__(self, row: Any, zone: str) -> None:
        begins = to_wall(row.starts_at, zone)
        self.day, self.time = begins.date(), begins.time()
        self.lasts = to_wall(row.ends_at, zone) - begins
        self.zone = ZoneInfo(zone)

    def on(self, day: date) -> tuple[datetime, datetime]:
        begins = datetime.combine(day, self.time)
        start = to_instant(begins, self.zone)
        # Where the clock jumps over the beginning, its end must not come before it.
        return start, max(start, to_instant(begins + self.lasts, self.zone))

    def reach(self, window: Window) -> tuple[date, date]:
        return _days_before(to_wall(window.start, self.zone.key).date(), self.lasts), to_wall(
            window.end, self.zone.key
        ).date()

    def shows(self, window: Window, start: datetime, end: datetime) -> bool:
        return window.holds(start, end)


class _AllDay:
    """A series of whole days, which float."""

    def __init__(self, row: Any) -> None:
        self.day = row.starts_at.astimezone(UTC).date()
        self.lasts = row.ends_at.astimezone(UTC).date() - self.day

    def on(self, day: date) -> tuple[datetime, datetime]:
        return datetime.combine(day, time.min, UTC), datetime.combine(day + self.lasts, time(23, 59, 59), UTC)

    def reach(self, window: Window) -> tuple[date, date]:
        return _days_before(window.first, self.lasts), window.last

    def shows(self, window: Window, start: datetime, end: datetime) -> bool:
        return window.holds_days(start.date(), end.date())


def _days_before(day: date, lasts: timedelta) -> date:
    """The first day on which something can begin that is still going on."""
    return date.fromordinal(max(1, day.toordinal() - (lasts + A_DAY).days))
