"""Rules of repetition as RFC 5545 writes them (RRULE), and the days that they name.

Only days: the time of day is the entry's. A rule is jumped into at any day, so the age of a series costs nothing; the
usual ones are plain arithmetic, the odd ones are left to dateutil, from the beginning of the period on.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from dateutil.rrule import weekday as nth_weekday

FREQUENCIES: dict[str, Any] = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""In the order of Python's weekdays: Monday is 0."""

MOST_APART = 999
"""The largest interval."""
MOST_TIMES = 1_000
"""The largest count."""
LATEST_FIRST = 20
"""Within how many years of its beginning an odd rule must name a day."""
LONGEST_COUNT = 200
"""Within how many years an odd rule must come to the end of its count."""

_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)


class BadRule(ValueError):
    """What is wrong with a rule, for people: what comes after the name of the field."""


@dataclass(frozen=True)
class Rule:
    """A rule without its end. Weekdays are pairs: which one of the period (0: each), and the day of the week."""

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def text(self) -> str:
        """As an RRULE, its parts in one order."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.months:
            parts.append("BYMONTH=" + ",".join(map(str, self.months)))
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.month_days)))
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{nth or ''}{WEEKDAYS[day]}" for nth, day in self.weekdays))
        if self.week_start:
            parts.append(f"WKST={WEEKDAYS[self.week_start]}")
        return ";".join(parts)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The days of a week that it names, counted from the week's first; empty: the day that it begins on."""
        return tuple(sorted((day - self.week_start) % 7 for _, day in self.weekdays))

    @cached_property
    def odd(self) -> bool:
        """More than one condition, or one that is not counted from the front of a month."""
        if self.frequency == "WEEKLY":
            return bool(self.months or self.month_days or any(nth for nth, _ in self.weekdays))
        if self.frequency == "MONTHLY" and not self.months:
            if not self.month_days and len(self.weekdays) == 1:
                return self.weekdays[0][0] < 1
            return bool(self.weekdays or len(self.month_days) > 1 or any(day < 1 for day in self.month_days))
        return bool(self.months or self.month_days or self.weekdays)


def days(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    """The days that a rule beginning on `start` names, from `first` to `last`, both included, in order.

    Days that a month does not have are skipped. The start itself counts only if the rule names it.
    """
    first = max(first, start)
    if first > last:
        return iter(())
    if rule.odd:
        return _odd(rule, start, first, last)
    return _WALKS[rule.frequency](rule, start, first, last)


def names(rule: Rule, start: date, day: date) -> bool:
    """Whether the rule names the day."""
    return next(days(rule, start, day, day), None) is not None


def first_day(rule: Rule, start: date) -> date | None:
    """The first day that the rule names; None if that is too far away for an odd rule, or after the last year."""
    return next(days(rule, start, start, _years_after(start, LATEST_FIRST) if rule.odd else date.max), None)


def last_of(rule: Rule, start: date, count: int) -> date | None:
    """The day on which the count is full; None if it never is, or after more than 200 years of an odd rule."""
    horizon = _years_after(start, LONGEST_COUNT) if rule.odd else date.max
    return next(islice(days(rule, start, start, horizon), count - 1, None), None)


def _years_after(day: date, years: int) -> date:
    return date(min(day.year + years, 9999), 12, 31)


def _daily(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    begun = start.toordinal()
    jumped = -(-(first.toordinal() - begun) // rule.interval) * rule.interval
    return map(date.fromordinal, range(begun + jumped, last.toordinal() + 1, rule.interval))


def _weekly(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    week = start.toordinal() - (start.weekday() - rule.week_start) % 7
    places = rule.places or ((start.weekday() - rule.week_start) % 7,)
    step = 7 * rule.interval
    lowest, highest = first.toordinal(), last.toordinal()
    for begin in range(week + (lowest - week) // step * step, highest + 1, step):
        for place in places:
            if lowest <= begin + place <= highest:
                yield date.fromordinal(begin + place)


def _monthly(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    begun = start.year * 12 + start.month - 1
    jumped = (first.year * 12 + first.month - 1 - begun) // rule.interval * rule.interval
    nth, weekday = rule.weekdays[0] if rule.weekdays else (0, 0)
    wanted = rule.month_days[0] if rule.month_days else start.day
    for month in range(begun + jumped, last.year * 12 + last.month, rule.interval):
        year, month = month // 12, month % 12 + 1
        number = (weekday - date(year, month, 1).weekday()) % 7 + 7 * nth - 6 if nth else wanted
        if number <= 28 or number <= monthrange(year, month)[1]:
            day = date(year, month, number)
            if first <= day <= last:
                yield day


def _yearly(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    jumped = (first.year - start.year) // rule.interval * rule.interval
    for year in range(start.year + jumped, last.year + 1, rule.interval):
        if start.day <= 28 or start.day <= monthrange(year, start.month)[1]:
            day = start.replace(year=year)
            if first <= day <= last:
                yield day


_WALKS = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}


def _odd(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    """By dateutil, which is given the period to begin with, and all that it would else take from its beginning."""
    month_days, weekdays, months = rule.month_days, rule.weekdays, rule.months
    if not month_days and not weekdays:
        weekdays = ((0, start.weekday()),) if rule.frequency == "WEEKLY" else ()
        month_days = (start.day,) if rule.frequency in ("MONTHLY", "YEARLY") else ()
    named = rrule(
        FREQUENCIES[rule.frequency],
        dtstart=datetime.combine(_period(rule, start, first), datetime.min.time()),
        interval=rule.interval,
        wkst=rule.week_start,
        until=datetime.combine(last, datetime.min.time()),
        byweekday=[nth_weekday(day, nth or None) for nth, day in weekdays] or None,
        bymonthday=month_days or None,
        bymonth=months or None,
    )
    return (moment.date() for moment in named if moment.date() >= first)


def _period(rule: Rule, start: date, first: date) -> date:
    """The first day of the last period of the rule that begins no later than `first`."""
    match rule.frequency:
        case "DAILY":
            return date.fromordinal(start.toordinal() + (first - start).days // rule.interval * rule.interval)
        case "WEEKLY":
            # The first week may begin before there are years; its days before the start are none of the rule's.
            week = start.toordinal() - (start.weekday() - rule.week_start) % 7
            step = 7 * rule.interval
            return date.fromordinal(max(1, week + (first.toordinal() - week) // step * step))
        case "MONTHLY":
            begun = start.year * 12 + start.month - 1
            month = begun + (first.year * 12 + first.month - 1 - begun) // rule.interval * rule.interval
            return date(month // 12, month % 12 + 1, 1)
    return date(start.year + (first.year - start.year) // rule.interval * rule.interval, 1, 1)


@dataclass(frozen=True)
class Ending:
    """How an RRULE ends, as it was written: after so many times, or with a day or an instant in UTC."""

    count: int | None = None
    until: date | datetime | None = None


@lru_cache(4096)
def read_rule(text: str) -> tuple[Rule, Ending]:
    """An RRULE, with or without its name. Raises BadRule for what cannot be kept exactly.

    Days and longer only; no BYSETPOS but for one weekday of a month, no BYYEARDAY, BYWEEKNO and times of day.
    """
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").strip(";").split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise BadRule("is not an RRULE")
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        raise BadRule("must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY")
    ending = _ending(parts.pop("COUNT", None), parts.pop("UNTIL", None))
    rule = _usual(
        Rule(
            frequency,
            _number(parts.pop("INTERVAL", "1"), "INTERVAL", 1, MOST_APART),
            _weekdays(parts.pop("BYDAY", ""), frequency),
            _numbers(parts.pop("BYMONTHDAY", ""), "BYMONTHDAY", 31, negative=True),
            _numbers(parts.pop("BYMONTH", ""), "BYMONTH", 12, negative=False),
            _week_start(parts.pop("WKST", "MO")),
        ),
        parts.pop("BYSETPOS", None),
    )
    if parts:
        raise BadRule(f"cannot have {min(parts)} here")
    return rule, ending


def _usual(rule: Rule, position: str | None) -> Rule:
    """BYDAY=TU;BYSETPOS=2 is BYDAY=2TU; no other position can be kept. Months have no place for days of the month."""
    if rule.frequency == "WEEKLY" and rule.month_days:
        raise BadRule("cannot have BYMONTHDAY in a FREQ of WEEKLY")
    if position is None:
        return rule
    if rule.frequency != "MONTHLY" or len(rule.weekdays) != 1 or rule.weekdays[0][0] or rule.month_days:
        raise BadRule("cannot have BYSETPOS but to say which weekday of the month")
    nth = _number(position, "BYSETPOS", -5, 5)
    if nth == 0:
        raise BadRule("must have a BYSETPOS of -5 to 5, not 0")
    return Rule(rule.frequency, rule.interval, ((nth, rule.weekdays[0][1]),), (), rule.months, rule.week_start)


def _ending(count: str | None, until: str | None) -> Ending:
    if count is not None and until is not None:
        raise BadRule("cannot have both COUNT and UNTIL")
    if count is not None:
        return Ending(count=_number(count, "COUNT", 1, MOST_TIMES))
    return Ending(until=None if until is None else _until(until))


def _until(text: str) -> date | datetime:
    for pattern in ("%Y%m%d", "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S"):
        try:
            moment = datetime.strptime(text, pattern)
        except ValueError:
            continue
        if pattern == "%Y%m%d":
            return moment.date()
        return moment.replace(tzinfo=UTC) if pattern.endswith("Z") else moment
    raise BadRule("must have an UNTIL like 20261231 or 20261231T225959Z")


def _number(text: str, name: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise BadRule(f"must have {name} of {least} to {most}")
    return int(text)


def _numbers(text: str, name: str, most: int, *, negative: bool) -> tuple[int, ...]:
    numbers = {_number(each, name, -most if negative else 1, most) for each in text.split(",")} if text else set()
    if 0 in numbers:
        raise BadRule(f"cannot have 0 in {name}")
    return tuple(sorted(numbers))


def _weekdays(text: str, frequency: str) -> tuple[tuple[int, int], ...]:
    found: set[tuple[int, int]] = set()
    for each in text.split(",") if text else ():
        match = _WEEKDAY.fullmatch(each)
        most = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
        nth = int(match[1] or 0) if match else 0
        if match is None or abs(nth) > most or (match[1] and nth == 0):
            raise BadRule("must have a BYDAY like MO,WE; with a FREQ of MONTHLY or YEARLY also like 2MO or -1FR")
        found.add((nth, WEEKDAYS.index(match[2])))
    if len(found) > 31:
        raise BadRule("cannot have more than 31 weekdays in BYDAY")
    return tuple(sorted(found))


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise BadRule("must have a WKST like MO")
    return WEEKDAYS.index(text)
