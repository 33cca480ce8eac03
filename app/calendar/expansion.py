"""Turns series into their occurrences, at the moment of reading: nothing of them is ever stored.

A series is jumped into where the window begins, so its age costs nothing, and is walked only as far as somebody reads.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import merge
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.calendar.loaders import Window
from app.calendar.rule import Rule, days, read_rule
from app.calendar.times import A_DAY, midnight_of, to_instant

LONGEST = timedelta(days=31)
"""How long an entry that repeats may last, so that one knows how far back to look for those that still go on."""

NONE: frozenset[date] = frozenset()
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


_made: Callable[[tuple[Any, ...]], Occurrence] = partial(tuple.__new__, Occurrence)
"""The same without looking at the arguments, which is a third of the time that one takes."""


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
    left_out = {*map(date.fromisoformat, recurrence["exdates"]), *but} if recurrence["exdates"] or but else NONE
    last = LAST_BEGIN if row.repeats_until is None else min(row.repeats_until, LAST_BEGIN)
    rule = rule_of(recurrence)
    return _floating(row, rule, window, last, left_out) if row.all_day else _timed(row, rule, window, last, left_out)


def occurrence_on(row: Any, day: date) -> tuple[datetime, datetime]:
    """When the one of that day begins and ends."""
    if row.all_day:
        return _whole_days(day, _days(row)[1])
    zone = ZoneInfo(row.recurrence["time_zone"])
    begins = row.starts_at.astimezone(zone)
    return _span(datetime.combine(day, begins.time()), row.ends_at.astimezone(zone) - begins, zone)


def _timed(row: Any, rule: Rule, window: Window, last: date, left_out: Collection[date]) -> Iterator[Occurrence]:
    """Those that take place at a time of day, in the series' own zone."""
    zone = ZoneInfo(row.recurrence["time_zone"])
    begins = row.starts_at.astimezone(zone)
    at = timedelta(0, begins.hour * 3600 + begins.minute * 60 + begins.second, begins.microsecond)
    lasts = row.ends_at - row.starts_at
    same_day = at + lasts <= A_DAY
    if not same_day or midnight_of(zone, begins.date()) is None:
        lasts = row.ends_at.astimezone(zone) - begins
        same_day = at + lasts <= A_DAY
    # No zone is a whole day away from UTC.
    first = _days_before(window.opens_on, lasts + A_DAY)
    last = min(last, window.closes_on)
    opens, closes = window.start, window.end
    for day in days(rule, begins.date(), first, last):
        if day in left_out:
            continue
        midnight = midnight_of(zone, day) if same_day else None
        if midnight is None:
            start, end = _span(datetime.combine(day, begins.time()), lasts, zone)
        else:
            start = midnight + at
            end = start + lasts
        if start < closes and (start >= opens or end > opens):
            yield _made((start, end, row, day, None))


def _span(begins: datetime, lasts: timedelta, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = to_instant(begins, zone)
    # Where the clock jumps over the beginning, its end must not come before it.
    return start, max(start, to_instant(begins + lasts, zone))


def _floating(row: Any, rule: Rule, window: Window, last: date, left_out: Collection[date]) -> Iterator[Occurrence]:
    """Those that take whole days, wherever one is."""
    begun, lasts = _days(row)
    for day in days(rule, begun, _days_before(window.first, lasts), min(last, window.last)):
        if day not in left_out and window.holds_days(day, day + lasts):
            yield Occurrence(*_whole_days(day, lasts), row, day)


def _days(row: Any) -> tuple[date, timedelta]:
    """The first day, and how many follow it."""
    begun = row.starts_at.astimezone(UTC).date()
    return begun, row.ends_at.astimezone(UTC).date() - begun


def _whole_days(day: date, lasts: timedelta) -> tuple[datetime, datetime]:
    return datetime.combine(day, time.min, UTC), datetime.combine(day + lasts, time(23, 59, 59), UTC)


def _days_before(day: date, lasts: timedelta) -> date:
    """The first day on which something can begin that is still going on."""
    return date.fromordinal(max(1, day.toordinal() - lasts.days - 1))
