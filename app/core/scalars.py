"""How single values are written on the wire: the same on every surface."""

import re
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any, NewType
from zoneinfo import ZoneInfo

import strawberry

wall_clock: ContextVar[str] = ContextVar("wall_clock", default="UTC")
"""The caller's time zone: an instant without an offset is read in it (domain.md 2.1)."""

_TWO = [f"{number:02}" for number in range(100)]
_THREE = [f"{number:03}" for number in range(1000)]

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def write_instant(value: datetime) -> str:
    """`2026-06-07T12:00:00.000Z`: UTC, always milliseconds."""
    at = value if value.tzinfo is UTC else value.astimezone(UTC)
    # By `isoformat` it takes three times as long, and a page of 50 has hundreds of instants.
    day = f"{_TWO[at.year // 100]}{_TWO[at.year % 100]}-{_TWO[at.month]}-{_TWO[at.day]}"
    return f"{day}T{_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]}.{_THREE[at.microsecond // 1000]}Z"


def local_day(moment: datetime) -> date:
    """The day that it is for the caller."""
    return moment.astimezone(ZoneInfo(wall_clock.get())).date()


class Midnight(datetime):
    """An instant that was given as a day alone. All-day entries want the day, whatever the zone."""

    day_given: date


def read_instant(text: object) -> datetime:
    """An instant with any offset, or the caller's wall clock without one; a date alone is its Midnight.

    Raises ValueError for anything else, and for what leaves the years 1 to 9999 in UTC.
    """
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("must be an RFC 3339 date and time")
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(wall_clock.get()))
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("must be an RFC 3339 date and time") from error
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if len(text) == len("2026-06-07"):
        moment = Midnight.fromtimestamp(moment.timestamp(), UTC)
        moment.day_given = date.fromisoformat(text)
    return moment


def read_date(text: object) -> date:
    """`2026-06-07`. Raises ValueError for anything else."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError("must be YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("must be YYYY-MM-DD") from error


def read_audience(value: object) -> Any:
    """Raises ValueError for what names no audience."""
    if value in ("everyone", "none"):
        return value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return value
    raise ValueError('must be "everyone", "none" or a list of membership ids')


DateTime = strawberry.scalar(
    name="DateTime",
    description="An instant, always written `2026-06-07T12:00:00.000Z`. Read with any offset; without one it is the "
    "wall clock of your preferred time zone.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=write_instant,
    parse_value=read_instant,
)
Date = strawberry.scalar(
    name="Date",
    description="A day, written `2026-06-07`.",
    serialize=date.isoformat,
    parse_value=read_date,
)
AudienceValue = NewType("AudienceValue", object)
Audience = strawberry.scalar(
    name="Audience",
    description='Who hears of it: `"everyone"` on the project, `"none"`, or a list of membership ids.',
    serialize=lambda value: value,
    parse_value=read_audience,
)
FileOrAddress = NewType("FileOrAddress", object)
FileOrAddressScalar = strawberry.scalar(
    name="FileOrAddress",
    description="A file of a multipart request, as `Upload` is one; or the address of a file elsewhere, as text.",
    serialize=lambda value: value,
    parse_value=lambda value: value,
)
JsonValue = NewType("JsonValue", object)
Json = strawberry.scalar(
    name="JSON",
    description="Any JSON value.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
    serialize=lambda value: value,
    parse_value=lambda value: value,
)

SCALARS: dict[object, Any] = {
    datetime: DateTime,
    date: Date,
    AudienceValue: Audience,
    JsonValue: Json,
    FileOrAddress: FileOrAddressScalar,
}
