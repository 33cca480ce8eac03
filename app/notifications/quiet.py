"""When people may be mailed: in their working hours, and not while they are away (domain.md 2.9)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.calendar.times import A_DAY, to_instant, to_wall
from app.preferences.model import Weekday

FAR = 8
"""Days in which every day of the week begins anew."""


def reachable_from(person: Any, moment: datetime) -> datetime:
    """The first moment, from this one on, at which the person may be mailed.

    `person` has the columns of preferences, null for none of them, and `time_zone`. Who has no working hours on any
    day may be mailed a week later, or whenever that changes.
    """
    zone = person.time_zone or "UTC"
    away = _back(person, moment, zone)
    if away > moment:
        return reachable_from(person, away)
    if not person.work_hours_enabled:
        return moment
    today = to_wall(moment, zone).date()
    for days in range(-1, FAR + 1):
        window = _window(person.work_hours, today + timedelta(days=days), ZoneInfo(zone))
        if window is not None and moment < window[1]:
            begin = max(moment, window[0])
            return begin if _back(person, begin, zone) == begin else reachable_from(person, _back(person, begin, zone))
    return moment + timedelta(days=7)


def _back(person: Any, moment: datetime, zone: str) -> datetime:
    """The moment itself, or the midnight after the last day away."""
    start, end = person.out_of_office_start, person.out_of_office_end
    if start is None or end is None or not start <= to_wall(moment, zone).date() <= end:
        return moment
    return to_instant(datetime.combine(end + A_DAY, time.min), ZoneInfo(zone))


def _window(work_hours: dict[str, Any], day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The working hours that begin on that day; an end before the start is on the next."""
    hours = work_hours[list(Weekday)[(day.weekday() + 1) % 7]]
    if hours is None:
        return None
    start, end = (datetime.combine(day, time.fromisoformat(hours[each])) for each in ("start", "end"))
    return to_instant(start, zone), to_instant(end if end > start else end + A_DAY, zone)
