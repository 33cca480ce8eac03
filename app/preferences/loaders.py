"""Reads preferences, with the defaults for who never changed any."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.auth.model import User
from app.core.context import Context
from app.preferences.model import Preferences, Weekday

ALL_DAY = {"start": "00:00", "end": "00:00"}


async def own_preferences(ctx: Context) -> dict[str, Any]:
    """The signed-in user's, as fields of the GraphQL type. Raises Unauthenticated."""
    query: Any = (
        select(col(User.time_zone).label("timezone"), *Preferences.__table__.columns)  # type: ignore[attr-defined]
        .join_from(User, Preferences, col(Preferences.user_id) == col(User.id), isouter=True)
        .where(col(User.id) == ctx.user_id)
    )
    (row,) = await ctx.tx.rows(query)
    return shown(dict(row))


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of preferences, none in it if `user_id` is null, with defaults and what follows from others."""
    chosen: dict[str, Any] = Preferences(user_id="").model_dump() if row["user_id"] is None else dict(row)
    return {
        **chosen,
        "timezone": row["timezone"] or "UTC",
        "quiet_hours": {"enabled": chosen["work_hours_enabled"], **quiet(chosen["work_hours"])},
    }


def quiet(work_hours: Mapping[str, Mapping[str, str] | None]) -> dict[str, str]:
    """The night between two working days, as the first working day from Monday on has it; all day if none has one."""
    days = [*list(Weekday)[1:], Weekday.SUNDAY]
    hours = next((work_hours[day] for day in days if work_hours[day] is not None), None)
    return {"start": hours["end"], "end": hours["start"]} if hours else dict(ALL_DAY)
