"""How something repeats, as clients say it and as it is kept (domain.md 2.13).

What comes in may be a word, an RRULE or an object; what is kept and shown is always one and the same object, with the
RRULE that follows from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from app.calendar.rule import (
    MOST_APART,
    MOST_TIMES,
    BadRule,
    Ending,
    Rule,
    first_day,
    last_of,
    read_rule,
)
from app.calendar.times import is_zone, to_instant, to_wall
from app.core.errors import Invalid, Reason

FIELD = "recurrence"
MOST_EXDATES = 400
EARLIEST, LATEST = 1000, 9000
"""The years between which something that repeats begins and ends: no time zone leads beyond the calendar there."""

WORDS = ("daily", "weekly", "monthly", "yearly", "custom")
SUNDAY_FIRST = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
SYNONYMS = {"freq": "frequency", "byweekday": "by_weekday", "days": "by_weekday"}
DAY_OF_MONTH, NTH_WEEKDAY = "day_of_month", "nth_weekday"


@dataclass(frozen=True)
class Begins:
    """When the first of it begins: an instant, or for what takes whole days a day."""

    moment: datetime | None = None
    day: date | None = None

    def wall(self, zone: str) -> datetime:
        """What the clock on the wall shows then, in that zone; of a day its midnight."""
        if self.moment is None:
            assert self.day is not None
            return datetime.combine(self.day, time.min)
        return to_wall(self.moment, zone)


@dataclass(frozen=True)
class Recurrence:
    """A repetition that was read: `shown` is what is kept, `rule` with `start` and `last` what it means."""

    rule: Rule
    start: date
    last: date | None
    """The day of the last one; None: there is no last one."""
    shown: dict[str, Any]


def read(given: object, begins: Begins, *, zone: str) -> Recurrence:
    """What a client sends. `zone` is the one that holds where it names none.

    Raises Invalid, which names the part that is wrong.
    """
    said = _said(given)
    zone = _zone(said.get("time_zone") or zone)
    wall = begins.wall(zone)
    if not EARLIEST <= wall.year <= LATEST:
        _refuse("", Reason.out_of_range, f"{FIELD} must begin between the years {EARLIEST} and {LATEST}")
    rule, ending, by_text = _rule(said, wall.date())
    count = _count(said, ending)
    until = _until(said, ending, wall, zone)
    if count is not None and until is not None:
        _refuse("count", Reason.conflict, f"{FIELD} can have count or until, not both")
    first = first_day(rule, wall.date())
    if first is None:
        _refuse("rrule" if by_text else "", Reason.out_of_range, "names no day near its beginning")
    if until is not None and until < first:
        _refuse("until", Reason.out_of_range, "must not be before the first day")
    last = until if count is None else last_of(rule, wall.date(), count)
    if count is not None and (last is None or last.year > LATEST):
        _refuse("count", Reason.out_of_range, "reaches too far into the future")
    exdates = _exdates(said.get("exdates"))
    timed = begins.moment is not None
    shown = _shown(rule, by_text, said, count, until, exdates, zone, timed)
    return Recurrence(rule, wall.date(), last, shown)


def kept(shown: Mapping[str, Any], begins: Begins) -> Recurrence:
    """A repetition that was kept, from where it begins now."""
    return read(shown, begins, zone=shown["time_zone"])


def _refuse(part: str, code: Reason, rest: str) -> NoReturn:
    name = f"{FIELD}.{part}" if part else FIELD
    raise Invalid.field(name, code, rest if rest.startswith(FIELD) else f"{name} {rest}")


def _said(given: object) -> dict[str, Any]:
    """An object with the keys of ours, whatever came."""
    if isinstance(given, str):
        text = given.strip()
        if text.upper().startswith(("FREQ=", "RRULE:")):
            return {"rrule": text}
        return {"frequency": text}
    if not isinstance(given, Mapping):
        _refuse("", Reason.invalid_format, "must be an object, a word like weekly, or an RRULE")
    said = {SYNONYMS.get(str(key), str(key)): value for key, value in given.items() if str(key) in SYNONYMS}
    return said | {str(key): value for key, value in given.items() if str(key) not in SYNONYMS and value is not None}


def _zone(name: object) -> str:
    if not isinstance(name, str) or not is_zone(name):
        _refuse("time_zone", Reason.invalid_value, "must be a time zone like Europe/Paris")
    return name


def _rule(said: Mapping[str, Any], start: date) -> tuple[Rule, Ending, bool]:
    """The rule, how its text ends it, and whether the text is the only truth.

    It is where the other keys say nothing, or only that it is a custom one.
    """
    text, frequency = said.get("rrule"), said.get("frequency")
    weekdays = _weekdays(said.get("by_weekday"))
    if text is not None and not weekdays and (frequency is None or frequency == "custom"):
        return *_from_text(text), True
    if frequency is None:
        _refuse("frequency", Reason.required, "is required")
    word = frequency.lower() if isinstance(frequency, str) else ""
    if word not in WORDS:
        _refuse("frequency", Reason.invalid_value, "must be daily, weekly, monthly, yearly or custom")
    interval = _whole(said, "interval", MOST_APART) or 1
    if weekdays and word not in ("weekly", "custom"):
        _refuse("by_weekday", Reason.invalid_value, f"cannot be said of a {word} frequency, only of custom")
    if word == "custom" and not weekdays:
        _refuse("by_weekday", Reason.required, "is required for custom, or an rrule")
    nth = _nth(said, word, start)
    if word in ("weekly", "custom"):
        return Rule("WEEKLY", interval, weekdays), Ending(), False
    return Rule(word.upper(), interval, nth), Ending(), False


def _from_text(text: object) -> tuple[Rule, Ending]:
    if not isinstance(text, str):
        _refuse("rrule", Reason.invalid_format, "must be text")
    try:
        return read_rule(text)
    except BadRule as error:
        _refuse("rrule", Reason.invalid_value, str(error))


def _nth(said: Mapping[str, Any], word: str, start: date) -> tuple[tuple[int, int], ...]:
    """Which weekday of the month it begins on, where that is how it repeats."""
    mode = said.get("monthly_mode")
    if mode is None:
        return ()
    if word != "monthly":
        _refuse("monthly_mode", Reason.invalid_value, f"cannot be said of a {word} frequency")
    if mode not in (DAY_OF_MONTH, NTH_WEEKDAY):
        _refuse("monthly_mode", Reason.invalid_value, f"must be {DAY_OF_MONTH} or {NTH_WEEKDAY}")
    return (((start.day - 1) // 7 + 1, start.weekday()),) if mode == NTH_WEEKDAY else ()


def _whole(said: Mapping[str, Any], name: str, most: int) -> int | None:
    value = said.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        _refuse(name, Reason.invalid_format, "must be an integer")
    if not 1 <= value <= most:
        _refuse(name, Reason.out_of_range, f"must be between 1 and {most}")
    return int(value)


def _weekdays(given: object) -> tuple[tuple[int, int], ...]:
    """Days of the week as numbers, 0 being Sunday, or as names, of which two letters will do."""
    if given is None:
        return ()
    listed = given if isinstance(given, list) else [given]
    found = set()
    for index, each in enumerate(listed):
        name = each.strip().lower() if isinstance(each, str) else ""
        if isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= 6:
            found.add((0, (each - 1) % 7))
        elif len(name) > 1 and (match := [day for day in SUNDAY_FIRST if day.startswith(name)]):
            found.add((0, (SUNDAY_FIRST.index(match[0]) - 1) % 7))
        else:
            _refuse(f"by_weekday.{index}", Reason.invalid_value, "must be 0 (Sunday) to 6, or the name of a weekday")
    return tuple(sorted(found))


def _count(said: Mapping[str, Any], ending: Ending) -> int | None:
    return _whole(said, "count", MOST_TIMES) or ending.count


def _until(said: Mapping[str, Any], ending: Ending, wall: datetime, zone: str) -> date | None:
    """The last day on which there may be one. Within the text it may be an instant, which that day's may come after."""
    until = said.get("until")
    if until is not None:
        return _day(until, "until")
    limit = ending.until
    if isinstance(limit, datetime):
        limit = to_wall(limit, zone) if limit.tzinfo else limit
        days = limit.toordinal() - (limit.time() < wall.time())
        limit = date.fromordinal(max(1, days))
    if limit is not None and limit.year > LATEST:
        _refuse("rrule", Reason.out_of_range, f"must have an UNTIL before the year {LATEST}")
    return limit


def _day(given: object, name: str) -> date:
    """A day; of an instant its day."""
    try:
        if not isinstance(given, str) or len(given) < 10 or given[10:11] not in ("", "T"):
            raise ValueError
        day = date.fromisoformat(given[:10])
    except ValueError:
        _refuse(name, Reason.invalid_format, "must be YYYY-MM-DD")
    if not EARLIEST <= day.year <= LATEST:
        _refuse(name, Reason.out_of_range, f"must be between the years {EARLIEST} and {LATEST}")
    return day


def _exdates(given: object) -> list[date]:
    if given is None:
        return []
    if not isinstance(given, list):
        _refuse("exdates", Reason.invalid_format, "must be a list of days")
    if len(given) > MOST_EXDATES:
        _refuse("exdates", Reason.out_of_range, f"can be at most {MOST_EXDATES} days")
    return sorted({_day(each, f"exdates.{index}") for index, each in enumerate(given)})


def _shown(
    rule: Rule,
    by_text: bool,
    said: Mapping[str, Any],
    count: int | None,
    until: date | None,
    exdates: list[date],
    zone: str,
    timed: bool,
) -> dict[str, Any]:
    """The object that is kept and shown."""
    plain = rule.frequency == "WEEKLY" and rule.weekdays and not rule.odd and not (by_text and rule.week_start)
    custom = by_text or bool(rule.weekdays and rule.frequency == "WEEKLY")
    return {
        "frequency": "custom" if custom else rule.frequency.lower(),
        "interval": rule.interval,
        "by_weekday": sorted((day + 1) % 7 for _, day in rule.weekdays) if plain else None,
        "monthly_mode": None if custom or rule.frequency != "MONTHLY" else said.get("monthly_mode") or DAY_OF_MONTH,
        "count": count,
        "until": until.isoformat() if until else None,
        "exdates": [day.isoformat() for day in exdates],
        "time_zone": zone,
        "rrule": rule.text + _end(count, until, zone, timed),
    }


def _end(count: int | None, until: date | None, zone: str, timed: bool) -> str:
    """How the rule ends, as an RRULE says it: for what begins at a time the last day's last second, in UTC."""
    if count is not None:
        return f";COUNT={count}"
    if until is None:
        return ""
    if not timed:
        return f";UNTIL={until:%Y%m%d}"
    return (
        f";UNTIL={to_instant(datetime.combine(until, time(23, 59, 59)), ZoneInfo(zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    )
