"""What only a timer has: how it counts, repeats, reminds and looks. Kept as JSON, read and written here alone.

Source: seed 004 and its product's public description (routes.md 3.6).
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import strawberry

from app.core.errors import Invalid, Problem, Reason
from app.core.scalars import read_instant, write_instant

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
MOST_REMINDERS = 5
EARLIEST_REMINDER = 40_320
"""Four weeks, in minutes."""
MOST_RULES = 4
MOST_AMOUNTS = 12
LARGEST_AMOUNT = 10_000
LARGEST_STEP = 1_000
SLACK = timedelta(minutes=1)
"""By so much a client's clock may be fast: an anchor that is not later than that is in the past."""
UNITS = ("years", "months", "weeks", "days")
"""Of milestones; the larger first."""
RHYTHMS = ("daily", "weekly", "monthly", "yearly")
IMAGES = "images.unsplash.com"
LONGEST_ADDRESS = 2_000


@strawberry.enum(description="Which way a timer counts.")
class TimerMode(StrEnum):
    """Which way a timer counts."""

    UNTIL = "until"
    SINCE = "since"


class TimerRuleBroken(Invalid):
    """A timer's fields are each well, but not together."""

    code = "unprocessable"


DEFAULTS: Mapping[str, Any] = {
    "description": None,
    "mode": TimerMode.UNTIL.value,
    "notify": True,
    "reminders": [],
    "recurrence": None,
    "pinned": False,
    "image": None,
    "milestones": None,
    "archived_at": None,
}
"""What a timer is of which nobody has said more."""

Wrong = Callable[[str, str], None]
"""Notes that the part of that name does not fit: what is said after the name."""


def facts_of(row: Any) -> dict[str, Any]:
    """All that a timer's row says of it."""
    return {**DEFAULTS, **(row["timer"] or {})}


def archived_at(row: Any) -> datetime | None:
    """When it was archived: the moment that was given, else that of its last change."""
    if row["status"] != "archived":
        return None
    given = facts_of(row)["archived_at"]
    return read_instant(given) if given else row["updated_at"]


def color_of(field: str, color: str | None) -> str | None:
    """A colour as `#2563eb`; empty text takes it away."""
    if not color:
        return None
    if not COLOR.fullmatch(color):
        raise Invalid.field(field, Reason.invalid_format, f"{field} must be a hex color such as #2563eb")
    return color


def read_facts(given: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The facts among these fields, each checked. Raises Invalid with the path of every part that does not fit."""
    problems: list[Problem] = []

    def wrong(name: str, rest: str) -> None:
        problems.append(Problem(prefix + name, Reason.invalid_value, f"{prefix}{name} {rest}"))

    facts: dict[str, Any] = {}
    for name, read in READERS.items():
        if name in given:
            facts[name] = read(given[name], wrong)
    if problems:
        raise Invalid(problems)
    return facts


def require_sense(facts: Mapping[str, Any], target: datetime, now: datetime) -> None:
    """Raise TimerRuleBroken where a timer's mode, milestones, recurrence and date do not go together."""
    if facts["mode"] != TimerMode.SINCE:
        if facts["milestones"] is not None:
            _refuse("milestones", "Only since timers can define milestones.")
        return
    if facts["milestones"] is None:
        _refuse("milestones", "Since timers need at least one milestone rule.")
    if facts["recurrence"] is not None:
        _refuse("recurrence", "Since timers cannot recur.")
    rules = facts["milestones"]["rules"]
    for index, rule in enumerate(rules):
        if rule in rules[:index]:
            _refuse(f"milestones.rules.{index}", "Milestone rules must be unique.")
    if target > now + SLACK:
        _refuse("target_date", "Anchor must be in the past.")


def _refuse(field: str, message: str) -> None:
    raise TimerRuleBroken.field(field, Reason.conflict, message)


def _text(value: Any, wrong: Wrong) -> str | None:
    if value is None:
        return None
    if len(value) > 200:
        wrong("description", "is longer than 200 characters")
    return value.strip() or None


def _plain(default: Any) -> Callable[[Any, Wrong], Any]:
    return lambda value, _: default if value is None else value


def _moment(value: datetime | None, _: Wrong) -> str | None:
    return write_instant(value) if value is not None else None


def _reminders(value: Any, wrong: Wrong) -> list[dict[str, int]]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_REMINDERS:
        wrong("reminders", f"must be a list of up to {MOST_REMINDERS}")
        return []
    for index, each in enumerate(value):
        name = f"reminders.{index}"
        if not _only(each, {"offset_minutes"}, name, wrong):
            continue
        if not _is_number(each.get("offset_minutes"), 0, EARLIEST_REMINDER):
            wrong(f"{name}.offset_minutes", f"must be an integer from 0 to {EARLIEST_REMINDER}")
        elif each in value[:index]:
            wrong(f"{name}.offset_minutes", "must not be there twice")
    return value


def _recurrence(value: Any, wrong: Wrong) -> Any:
    if value is None or not _only(value, {"type", "enabled", "lastDay"}, "recurrence", wrong):
        return None
    if value.get("type") not in RHYTHMS:
        wrong("recurrence.type", f"must be one of {', '.join(RHYTHMS)}")
    if not isinstance(value.get("enabled"), bool):
        wrong("recurrence.enabled", "must be true or false")
    if not isinstance(value.get("lastDay", False), bool):
        wrong("recurrence.lastDay", "must be true or false")
    return value


def _image(value: Any, wrong: Wrong) -> Any:
    names = ("unsplashId", "url", "thumbUrl", "authorName", "authorUrl")
    if value is None or not _only(value, set(names), "image", wrong):
        return None
    for name in names:
        said = value.get(name)
        if not isinstance(said, str) or not said or len(said) > LONGEST_ADDRESS:
            wrong(f"image.{name}", "must be text")
        elif name in ("url", "thumbUrl") and not _is_address(said, IMAGES):
            wrong(f"image.{name}", f"must begin with https://{IMAGES}/")
        elif name == "authorUrl" and not _is_address(said):
            wrong(f"image.{name}", "must be an https address")
    return value


def _milestones(value: Any, wrong: Wrong) -> Any:
    if value is None or not _only(value, {"rules"}, "milestones", wrong):
        return None
    rules = value.get("rules")
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        wrong("milestones.rules", f"must be a list of up to {MOST_RULES}")
        return None
    for index, rule in enumerate(rules):
        _check_rule(rule, f"milestones.rules.{index}", wrong)
    return value if rules else None


def _check_rule(rule: Any, name: str, wrong: Wrong) -> None:
    """`{"unit": "days", "at": [1, 3]}` or `{"unit": "years", "every": 1}`."""
    if not _only(rule, {"unit", "at", "every"}, name, wrong):
        return
    if rule.get("unit") not in UNITS:
        wrong(f"{name}.unit", f"must be one of {', '.join(UNITS)}")
    if ("at" in rule) == ("every" in rule):
        wrong(name, "must have either at or every")
    elif "every" in rule:
        if not _is_number(rule["every"], 1, LARGEST_STEP):
            wrong(f"{name}.every", f"must be an integer from 1 to {LARGEST_STEP}")
    else:
        amounts = rule["at"]
        fits = isinstance(amounts, list) and 0 < len(amounts) <= MOST_AMOUNTS
        if not fits or not all(_is_number(each, 1, LARGEST_AMOUNT) for each in amounts):
            wrong(f"{name}.at", f"must be a list of 1 to {MOST_AMOUNTS} integers from 1 to {LARGEST_AMOUNT}")
        elif sorted(set(amounts)) != amounts:
            wrong(f"{name}.at", "must be strictly ascending")


READERS: Mapping[str, Callable[[Any, Wrong], Any]] = {
    "description": _text,
    "mode": _plain(TimerMode.UNTIL.value),
    "notify": _plain(True),
    "reminders": _reminders,
    "recurrence": _recurrence,
    "pinned": _plain(False),
    "image": _image,
    "milestones": _milestones,
    "archived_at": _moment,
}


def _only(value: Any, known: set[str], name: str, wrong: Wrong) -> bool:
    """Whether it is an object; what it has beside these is noted."""
    if not isinstance(value, dict):
        wrong(name, "must be an object")
        return False
    for key in value:
        if key not in known:
            wrong(f"{name}.{key}", "is not a known field")
    return True


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_address(value: str, host: str | None = None) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc) and (host is None or parts.netloc == host)
