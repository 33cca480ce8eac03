"""When a timer ends next, or reaches its next milestone, and when it reminds of that: by its own time zone's clock.

Source: routes.md 3.6 ("effective_target_date").
"""

import calendar
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.recordings.model import RecordingType
from app.timers.facts import DEFAULTS, TimerMode

LONGEST_LOOK = 60
"""Steps that are tried from where the next one should be: enough for 29 February and for months without a 31st."""


def shown_target(target: datetime, zone: str | None, facts: Mapping[str, Any], now: datetime) -> datetime:
    """What the timer counts to at this moment; where nothing is to come any more, the date that was given."""
    return next_moment(target, zone, facts, now) or target


def next_moment(target: datetime, zone: str | None, facts: Mapping[str, Any], now: datetime) -> datetime | None:
    """The first moment after `now` at which it ends or reaches a milestone; None if there is none."""
    try:
        return _next(target, ZoneInfo(zone or "UTC"), facts, now)
    except OverflowError:  # at the ends of time a zone's own clock may have no such year
        return None


def next_alarm(target: datetime, zone: str | None, facts: Mapping[str, Any], now: datetime) -> datetime | None:
    """The first moment after `now` at which somebody is to be told of it: that, or a reminder; None if there is none.

    Of the next time alone: a reminder that would come before the time before that is passed over (routes.md 3.6).
    """
    moment = next_moment(target, zone, facts, now)
    if moment is None:
        return None
    return min(each for each in (moment, *reminding_moments(moment, facts)) if each > now)


def reminding_moments(moment: datetime, facts: Mapping[str, Any]) -> list[datetime]:
    """When it reminds of that moment."""
    return [moment - timedelta(minutes=each["offset_minutes"]) for each in facts["reminders"]]


def native_alarm(type: str, starts_at: datetime | None, timer: Any, zone: str | None, now: datetime) -> datetime | None:
    """When a recording that is made or changed as any other rings next; None for all but timers."""
    if type != RecordingType.TIMER or starts_at is None:
        return None
    return next_alarm(starts_at, zone, {**DEFAULTS, **(timer or {})}, now)


def _next(target: datetime, clock: ZoneInfo, facts: Mapping[str, Any], now: datetime) -> datetime | None:
    if facts["mode"] == TimerMode.SINCE:
        rules = (facts["milestones"] or {"rules": []})["rules"]
        return min((each for rule in rules if (each := _milestone(target, clock, rule, now))), default=None)
    if target > now:
        return target
    recurrence = facts["recurrence"]
    if not recurrence or not recurrence.get("enabled"):
        return None
    return _recurring(target, clock, recurrence, now)


def _recurring(target: datetime, clock: ZoneInfo, recurrence: Mapping[str, Any], now: datetime) -> datetime | None:
    start = target.astimezone(clock).replace(tzinfo=None)
    last = bool(recurrence.get("lastDay"))
    rhythm = recurrence["type"]
    if rhythm in ("daily", "weekly"):
        days = 1 if rhythm == "daily" else 7
        first = max((now - target).days // days - 1, 0)
        return _first_after(now, clock, first, lambda count: start + timedelta(days=count * days))
    months = 1 if rhythm == "monthly" else 12
    first = max(((now.year - start.year) * 12 + now.month - start.month) // months - 1, 0)
    return _first_after(now, clock, first, lambda count: _months_on(start, count * months, last=last, skip=True))


def _milestone(target: datetime, clock: ZoneInfo, rule: Mapping[str, Any], now: datetime) -> datetime | None:
    start = target.astimezone(clock).replace(tzinfo=None)
    unit = rule["unit"]

    def after(amount: int) -> datetime | None:
        if unit in ("days", "weeks"):
            return start + timedelta(days=amount * (7 if unit == "weeks" else 1))
        return _months_on(start, amount * (12 if unit == "years" else 1), last=False, skip=False)

    if "at" in rule:
        return next((each for each in _moments(clock, map(after, rule["at"])) if each > now), None)
    every = rule["every"]
    length = {"days": 1, "weeks": 7, "months": 31, "years": 366}[unit] * every
    first = max((now - target).days // length, 1)
    # A month is taken for longer than it is, so this begins early; later ones are at most a few steps away.
    step = first
    while True:
        found = next(_moments(clock, [_attempt(after, step * every)]), None)
        if found is None or found > now:
            return found
        step += max(((now - found).days // length), 1)


def _attempt(after: Callable[[int], datetime | None], amount: int) -> datetime | None:
    try:
        return after(amount)
    except OverflowError:
        return None


def _first_after(now: datetime, clock: ZoneInfo, first: int, slot: Callable[[int], datetime | None]) -> datetime | None:
    slots = (_attempt(slot, count) for count in range(first, first + LONGEST_LOOK))
    return next((each for each in _moments(clock, slots) if each > now), None)


def _moments(clock: ZoneInfo, slots: Any) -> Iterator[datetime]:
    """The instants of these clock times; those that the calendar has not are left out."""
    try:
        for slot in slots:
            if slot is not None:
                yield slot.replace(tzinfo=clock).astimezone(UTC)
    except OverflowError:
        return


def _months_on(start: datetime, months: int, *, last: bool, skip: bool) -> datetime | None:
    """The same day so many months later, or the month's last day.

    A month that has no such day is skipped, or its last day is taken. None where there is no such year.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > 9999:
        return None
    days = calendar.monthrange(year, month + 1)[1]
    if not last and skip and start.day > days:
        return None
    return start.replace(year=year, month=month + 1, day=days if last else min(start.day, days))
