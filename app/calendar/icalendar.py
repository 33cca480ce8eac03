"""Writes entries and tasks as iCalendar (RFC 5545, domain.md 2.15).

By hand: icalendar takes ten times as long for a feed, which programs ask for every few minutes. What a zone does
to its clock comes from there, and is kept.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.calendar.expansion import occurrence_on, rule_of
from app.calendar.rule import first_day
from app.calendar.series import begins
from app.calendar.times import to_wall
from app.core.html import plain_text
from app.recordings.model import RecordingType

LONGEST_LINE = 75
"""Octets, the line's end not counted."""
HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Thicket//Calendar 1.0//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
)

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINE = re.compile(r"[\x00-\x1f\x7f]")


def written(
    rows: Sequence[Any],
    overrides: Mapping[str, Sequence[Any]],
    *,
    name: str,
    base: str,
    attendee: tuple[str, str],
    taking_part: Collection[str],
    until: int,
) -> str:
    """The whole file. `base` is what an id makes an address of, `attendee` the name and address of the reader, who is
    named in what he takes part in, and `until` the year up to which the zones' clocks are told.
    """
    lines = [*HEAD, f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
    for zone, first in sorted(_zones(rows).items()):
        lines += _zone_lines(zone, first, until)
    for row in rows:
        if row.type != RecordingType.SCHEDULE_ENTRY:
            lines += _task(row, base)
            continue
        named = _attendee(*attendee) if row.id in taking_part else ()
        lines += _event(row, overrides.get(row.id, ()), base, named)
    lines.append("END:VCALENDAR")
    return "".join(map(_folded, lines))


def _zones(rows: Iterable[Any]) -> dict[str, int]:
    """The zones that series are kept in, each with the year of its earliest."""
    found: dict[str, int] = {}
    for row in rows:
        if row.type == RecordingType.SCHEDULE_ENTRY and row.recurrence is not None and not row.all_day:
            zone = row.recurrence["time_zone"]
            found[zone] = min(found.get(zone, row.starts_at.year), row.starts_at.year)
    found.pop("UTC", None)
    return found


@lru_cache(200)
def _zone_lines(zone: str, first: int, until: int) -> tuple[str, ...]:
    """The zone's VTIMEZONE. Before 1970 and after some years to come, programs know better by its name."""
    from icalendar import Timezone  # takes long to import, and most processes write no feeds

    made = Timezone.from_tzid(zone, first_date=date(max(1970, first - 1), 1, 1), last_date=date(until, 1, 1))
    text = made.to_ical().decode().replace("\r\n ", "")
    return tuple(line for line in text.split("\r\n") if line and not line.startswith("COMMENT"))


def _event(row: Any, overrides: Sequence[Any], base: str, attendee: Sequence[str]) -> Iterator[str]:
    if row.recurrence is None:
        yield from _entry(row, base, row.title, row.content, _span(row, row.starts_at, row.ends_at, None), attendee)
        return
    zone = None if row.all_day else row.recurrence["time_zone"]
    begun = begins(row).wall(zone or "UTC").date()
    # All programs take the beginning for the first one: so it is that, not what lies before it.
    start, end = occurrence_on(row, first_day(rule_of(row.recurrence), begun) or begun)
    left_out = [date.fromisoformat(day) for day in row.recurrence["exdates"]]
    left_out += [each.occurrence_key for each in overrides if each.cancelled]
    repeats = [f"RRULE:{row.recurrence['rrule']}"]
    repeats += [_time("EXDATE", row, occurrence_on(row, day)[0], zone) for day in sorted(left_out)]
    yield from _entry(row, base, row.title, row.content, [*_span(row, start, end, zone), *repeats], attendee)
    for each in overrides:
        if not each.cancelled:
            usual = occurrence_on(row, each.occurrence_key)
            span = _span(row, each.starts_at or usual[0], each.ends_at or usual[1], zone)
            place = [_time("RECURRENCE-ID", row, usual[0], zone), *span]
            title = row.title if each.title is None else each.title
            content = row.content if each.content is None else each.content
            yield from _entry(row, base, title, content, place, attendee)


def _entry(
    row: Any, base: str, title: str | None, content: str | None, place: Sequence[str], attendee: Sequence[str]
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield from _stamps(row)
    yield from place
    yield f"SUMMARY:{_text(title or '')}"
    if content:
        yield f"DESCRIPTION:{_text(plain_text(content))}"
    yield f"URL:{_LINE.sub('', row.link) if row.link else base + row.id}"
    yield "STATUS:CONFIRMED"
    yield from attendee
    yield "END:VEVENT"


def _task(row: Any, base: str) -> Iterator[str]:
    yield "BEGIN:VTODO"
    yield from _stamps(row)
    yield f"DUE;VALUE=DATE:{row.due_on:%Y%m%d}"
    yield f"SUMMARY:{_text(row.title or '')}"
    if row.content:
        yield f"DESCRIPTION:{_text(plain_text(row.content))}"
    yield f"URL:{base}{row.id}"
    if row.completed_at is None:
        yield "STATUS:NEEDS-ACTION"
        yield "PERCENT-COMPLETE:0"
    else:
        yield "STATUS:COMPLETED"
        yield f"COMPLETED:{_instant(row.completed_at)}"
        yield "PERCENT-COMPLETE:100"
    yield "END:VTODO"


def _stamps(row: Any) -> Iterator[str]:
    yield f"UID:{row.id}@thicket"
    yield f"DTSTAMP:{_instant(row.updated_at)}"
    yield f"CREATED:{_instant(row.created_at)}"
    yield f"LAST-MODIFIED:{_instant(row.updated_at)}"
    # It must only ever grow with changes: seconds between the first and the last do.
    yield f"SEQUENCE:{max(0, int((row.updated_at - row.created_at).total_seconds()))}"


def _span(row: Any, start: datetime, end: datetime, zone: str | None) -> list[str]:
    """From when to when; whole days end before the day after the last."""
    if row.all_day:
        return [_time("DTSTART", row, start, None), f"DTEND;VALUE=DATE:{_day_after(end):%Y%m%d}"]
    return [_time("DTSTART", row, start, zone), _time("DTEND", row, end, zone)]


def _day_after(end: datetime) -> date:
    last = end.astimezone(UTC).date()
    return last if last == date.max else last + timedelta(days=1)


def _time(name: str, row: Any, moment: datetime, zone: str | None) -> str:
    if row.all_day:
        return f"{name};VALUE=DATE:{moment.astimezone(UTC):%Y%m%d}"
    if zone is None or zone == "UTC":
        return f"{name}:{_instant(moment)}"
    return f"{name};TZID={zone}:{to_wall(moment, zone):%Y%m%dT%H%M%S}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _attendee(name: str, email: str) -> tuple[str, ...]:
    called = _LINE.sub("", name).replace('"', "'")
    return (f'ATTENDEE;CN="{called}":mailto:{_LINE.sub("", email)}',)


def _text(value: str) -> str:
    return _CONTROL.sub("", value.replace("\r\n", "\n")).translate(_ESCAPED)


def _folded(line: str) -> str:
    """With its end; longer ones go on in the next line after a blank, never within a character."""
    raw = line.encode("utf-8", "replace")
    if len(raw) <= LONGEST_LINE:
        return line + "\r\n"
    parts = []
    room = LONGEST_LINE
    while len(raw) > room:
        cut = room
        while raw[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(raw[:cut].decode())
        raw, room = raw[cut:], LONGEST_LINE - 1
    return "\r\n ".join([*parts, raw.decode()]) + "\r\n"
