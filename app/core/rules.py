"""Rules for single fields that several domains share. Each raises Invalid and names the field and what is allowed."""

import re
import unicodedata
from datetime import date

from app.core.errors import Invalid, Reason

TITLE = 1_000
"""The longest title, in characters."""
CONTENT = 500_000
"""The longest rich text, in bytes: below what the search index can hold."""

_EMAIL = re.compile(r"[^\s@\"(),:;<>\[\]\\]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def line(field: str, value: str | None, *, most: int) -> str:
    """A line of text that must say something, without the blanks around it."""
    if value is None:
        raise Invalid.field(field, Reason.required, f"{field} is required")
    stripped = " ".join(value.split())
    if not stripped:
        raise Invalid.field(field, Reason.blank, f"{field} can't be blank")
    if len(stripped) > most:
        raise Invalid.field(field, Reason.too_long, f"{field} is longer than {most} characters")
    return stripped


def optional_text(field: str, value: str | None, *, most: int) -> str | None:
    """A text that may be missing; blank is missing."""
    if value is None or not value.strip():
        return None
    if len(value) > most:
        raise Invalid.field(field, Reason.too_long, f"{field} is longer than {most} characters")
    return value.strip()


def normal_email(field: str, value: str) -> str:
    """An address as it is stored and compared: NFKC, lower case. Raises Invalid where it cannot be one."""
    address = unicodedata.normalize("NFKC", value).strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in address.split("@")[0]:
        raise Invalid.field(field, Reason.invalid_format, f"{field} is invalid")
    return address


def in_order(start: tuple[str, date | None], end: tuple[str, date | None]) -> None:
    """Both days or neither, the second not before the first."""
    (start_name, starts), (end_name, ends) = start, end
    if (starts is None) != (ends is None):
        missing = start_name if starts is None else end_name
        raise Invalid.field(missing, Reason.required, f"{start_name} and {end_name} go together: {missing} is missing")
    if starts and ends and ends < starts:
        raise Invalid.field(end_name, Reason.out_of_range, f"{end_name} must not be before {start_name}")
