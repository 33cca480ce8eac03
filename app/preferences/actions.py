"""Changes what a person prefers."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.auth.model import User
from app.core.context import Context
from app.core.errors import Forbidden, Invalid, Reason
from app.core.rules import in_order, optional_text
from app.people.loaders import find_person
from app.people.model import Membership
from app.preferences.loaders import own_preferences
from app.preferences.model import Preferences, Weekday

STATUS = 200
"""The longest location and current status, in characters."""
TINT = 40

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NO_ZONES = {"localtime", "posixrules", "Factory"}


async def change_preferences(ctx: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change what is in `values`; the rest stays. All of them afterwards.

    `quiet_hours` is another way to say `work_hours`: the same ones every day. Raises Unauthenticated, ReadOnlyToken,
    Invalid.
    """
    user_id = ctx.user_id
    ctx.check_unbound()
    ctx.check_readable()
    ctx.check_may_write()
    ctx.check_fields()
    now = await own_preferences(ctx)
    wanted = _checked(now, dict(values))
    zone = wanted.pop("timezone", None)
    if zone is not None:
        await ctx.tx.run(update(User).where(col(User.id) == user_id).values(time_zone=zone))
    if wanted:
        row = Preferences(user_id=user_id, created_at=ctx.now, **wanted).model_dump() | {"updated_at": ctx.now}
        changed = {**wanted, "updated_at": ctx.now}
        await ctx.tx.run(
            insert(Preferences)
            .values(row)
            .on_conflict_do_update(index_elements=[col(Preferences.user_id)], set_=changed)
        )
    return await own_preferences(ctx)


async def be_away(ctx: Context, id: str, days: tuple[date, date] | None) -> Membership:
    """Say from which day to which the caller, who is the person with that id, is away; None: not at all.

    Raises NotFound, Forbidden for anybody else's days, Invalid.
    """
    person = await find_person(ctx, id)
    if person.id != ctx.me:
        raise Forbidden("Only people themselves can say when they are away")
    start, end = days or (None, None)
    if start and end and end < start:
        raise Invalid.field("end_date", Reason.out_of_range, "end_date must be on or after start_date")
    await change_preferences(ctx, {"out_of_office_start": start, "out_of_office_end": end})
    ctx.forget()
    return await find_person(ctx, id)


def _checked(now: Mapping[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored."""
    if "timezone" in wanted and wanted["timezone"] not in _zones():
        raise Invalid.field("timezone", Reason.invalid_value, "timezone is not a known zone")
    for field, most in (("location", STATUS), ("current_status", STATUS), ("background_tint", TINT)):
        if field in wanted:
            wanted[field] = optional_text(field, wanted[field], most=most)
    away = ("out_of_office_start", "out_of_office_end")
    if any(field in wanted for field in away):
        start, end = ((field, wanted.get(field, now[field])) for field in away)
        in_order(start, end)
    if "quiet_hours" in wanted:
        if "work_hours" in wanted:
            message = "quiet_hours cannot be used together with work_hours"
            raise Invalid.field("quiet_hours", Reason.conflict, message)
        wanted |= _working(now["quiet_hours"], wanted.pop("quiet_hours"))
    elif "work_hours" in wanted:
        wanted["work_hours"] = {**now["work_hours"], **wanted["work_hours"]}
        for day, hours in wanted["work_hours"].items():
            _require_hours(f"work_hours.{day}", hours)
    return wanted


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_ZONES)


def _working(now: Mapping[str, Any], quiet: Mapping[str, Any]) -> dict[str, Any]:
    """Quiet hours as working hours: those between them, every day. Half a word of it leaves the other half."""
    wanted: dict[str, Any] = {}
    if "enabled" in quiet:
        wanted["work_hours_enabled"] = quiet["enabled"]
    if "start" in quiet or "end" in quiet:
        hours = {"start": quiet.get("end", now["end"]), "end": quiet.get("start", now["start"])}
        _require_hours("quiet_hours", hours)
        wanted["work_hours"] = {day.value: hours for day in Weekday}
    return wanted


def _require_hours(field: str, hours: Mapping[str, str] | None) -> None:
    """Raise Invalid for what is no stretch of a day."""
    if hours is None:
        return
    for end in ("start", "end"):
        if not _TIME.fullmatch(hours[end]):
            raise Invalid.field(f"{field}.{end}", Reason.invalid_format, f"{field}.{end} must be HH:MM")
    if hours["start"] == hours["end"]:
        raise Invalid.field(f"{field}.end", Reason.invalid_value, f"{field}.end must not be the same as its start")
