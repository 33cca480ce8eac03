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
    return wall.replace(tzinfo=zone).astimezone(UTC)


@lru_cache(20_000)
def midnight_of(zone: ZoneInfo, day: date) -> datetime | None:
    """The instant at which the day begins, if it has 24 hours like any other; None where the clock is changed."""
    midnight = datetime.combine(day, time.min)
    ends = [(midnight + A_DAY * days).replace(tzinfo=zone, fold=fold) for days in (0, 1) for fold in (0, 1)]
    if len({end.utcoffset() for end in ends}) > 1:
        return None
    return ends[0].astimezone(UTC)
