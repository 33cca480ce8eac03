"""Between the clock on the wall and the instant: where hours are missing or come twice (domain.md 2.13)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

FIRST, LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""Between these, no time zone leads beyond the calendar."""

A_DAY = timedelta(days=1)


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def is_zone(name: str) -> bool:
    """Whether the IANA database knows it."""
    return name in _zones()


def to_wall(moment: datetime, zone: str) -> datetime:
    """What the clock on the wall shows; at the ends of the calendar some days off rather than beyond it."""
    return min(max(moment, FIRST), LAST).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock shows this: the first if there are two; if there is none, by the old clock."""
    steady = _steady(zone, wall.date())
    if steady is None:
        return wall.replace(tzinfo=zone).astimezone(UTC)
    return wall.replace(tzinfo=UTC) - steady


@lru_cache(20_000)
def _steady(zone: ZoneInfo, day: date) -> timedelta | None:
    """By how much the zone is ahead of UTC, if it is so from the eve to the morrow; None where the clock changes."""
    midnight = datetime.combine(day, time.min)
    try:
        offsets = {
            (midnight + A_DAY * days).replace(tzinfo=zone, fold=fold).utcoffset() for days in (0, 1) for fold in (0, 1)
        }
    except OverflowError:
        return None
    return offsets.pop() if len(offsets) == 1 else None
