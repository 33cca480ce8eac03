"""To-dos that repeat: when one is done, the next is there (domain.md 2.6, 2.13)."""

from datetime import date
from typing import Any

from sqlalchemy import func, insert, literal
from sqlmodel import col, select

from app.calendar.series import beginning_on, next_day, repetition
from app.core.context import Context
from app.core.db import among
from app.core.ids import new_id
from app.core.table import Id
from app.people.model import Membership
from app.projects.loaders import people_ids_on
from app.recordings.actions.places import last_place
from app.recordings.events import note
from app.recordings.model import Assignment, Recording, RecordingType, Subscription


async def spawn_next(ctx: Context, done: Recording) -> None:
    """Make the next of a to-do that repeats: the same people, its days moved on, at the end of its list.

    Not where the series is over, or the next one has been made before: it was done, opened again, and is done again.
    """
    if done.type != RecordingType.TODO or done.recurrence is None:
        return
    day = next_day(done)
    series_id = done.series_id or done.id
    if day is None or await _is_there(ctx, series_id, done):
        return
    values = {**dict(done), **_days(done, day)}
    values |= repetition(values, beginning_on(done, day))
    values |= {
        "id": new_id(),
        "series_id": series_id,
        "completed_at": None,
        "completed_by_id": None,
        "comment_count": 0,
        "last_comment_at": None,
        "comments_closed": False,
        "position": await last_place(ctx, done.parent_id or "", done.type),
        "created_at": ctx.now,
        "updated_at": ctx.now,
    }
    following = Recording(**values)
    await ctx.tx.add(following)
    await _bring_along(ctx, done, following)
    detail = {"series_id": series_id}
    await note(ctx, "created", project_id=following.project_id, recording_id=following.id, detail=detail)


async def _is_there(ctx: Context, series_id: str, done: Recording) -> bool:
    """Whether the series has a later one already, wherever it is by now."""
    later = select(literal(1)).where(
        col(Recording.series_id) == series_id,
        func.coalesce(col(Recording.starts_on), col(Recording.due_on)) > (done.starts_on or done.due_on),
    )
    return await ctx.tx.value(select(later.exists())) is True


def _days(done: Recording, day: date) -> dict[str, Any]:
    """Its days, as far apart as they were."""
    begun = done.starts_on or done.due_on
    assert begun is not None
    assert done.due_on is not None
    return {"due_on": done.due_on + (day - begun), "starts_on": day if done.starts_on else None}


async def _bring_along(ctx: Context, done: Recording, following: Recording) -> None:
    """Who was to do it, and who hears of it, as far as they are still here."""
    there = await people_ids_on(ctx, done.project_id or "")
    for table in (Assignment, Subscription):
        columns = [getattr(table, name) for name in table.model_fields if name not in ("recording_id", "created_at")]
        rows = (
            select(literal(following.id, Id), literal(ctx.now), *columns)
            .join(Membership, col(Membership.id) == col(table.membership_id))
            .where(col(table.recording_id) == done.id, among(Membership.id, there))
        )
        names = ["recording_id", "created_at", *(column.key for column in columns)]
        await ctx.tx.run(insert(table).from_select(names, rows))
