"""What single occurrences of a series differ in, kept beside the series."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Date, any_, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.calendar.model import EventOverride
from app.calendar.recurrence import kept
from app.calendar.series import begins, is_of
from app.core.context import Context
from app.core.db import among
from app.core.sources import whole
from app.recordings.model import Recording


async def keep_what_fits(ctx: Context, recording: Recording) -> None:
    """After a change of a series: let go of what differed from one that is there no more (domain.md 2.13)."""
    of_it = col(EventOverride.recording_id) == recording.id
    known = [row[0] for row in await ctx.tx.rows(select(col(EventOverride.occurrence_key)).where(of_it))]
    if not known:
        return
    series = kept(recording.recurrence, begins(recording)) if recording.recurrence else None  # type: ignore[arg-type]
    lost = [day for day in known if series is None or not is_of(series, day)]
    if lost:
        await ctx.tx.run(
            delete(EventOverride).where(
                of_it, col(EventOverride.occurrence_key) == any_(bindparam(None, lost, type_=ARRAY(Date)))
            )
        )


async def cancelled_of(ctx: Context, recording: Recording) -> set[date]:
    """The days on which it does not take place though the series has room for no more exceptions."""
    query = select(col(EventOverride.occurrence_key)).where(
        col(EventOverride.recording_id) == recording.id, col(EventOverride.cancelled)
    )
    return {row[0] for row in await ctx.tx.rows(query)}


async def override_on(ctx: Context, recording: Recording, day: date) -> EventOverride | None:
    """In what the one of that day differs; None: in nothing."""
    query = select(EventOverride).where(
        col(EventOverride.recording_id) == recording.id, col(EventOverride.occurrence_key) == day
    )
    return await ctx.tx.first(query)


async def set_override(ctx: Context, recording: Recording, day: date, values: Mapping[str, Any]) -> None:
    """Let the one of that day differ in these columns; in what it differed before, it still does."""
    row = EventOverride(
        recording_id=recording.id,
        occurrence_key=day,
        org_id=ctx.org_id,
        created_at=ctx.now,
        updated_at=ctx.now,
        **values,
    )
    keys = [col(EventOverride.recording_id), col(EventOverride.occurrence_key)]
    changed = {**values, "updated_at": ctx.now}
    await ctx.tx.run(
        insert(EventOverride).values(row.model_dump()).on_conflict_do_update(index_elements=keys, set_=changed)
    )


async def drop_override(ctx: Context, recording: Recording, day: date) -> None:
    """Let the one of that day be as the others are."""
    await ctx.tx.run(
        delete(EventOverride).where(
            col(EventOverride.recording_id) == recording.id, col(EventOverride.occurrence_key) == day
        )
    )


async def hand_over(ctx: Context, recording: Recording, to: str, since: date) -> None:
    """Give another series what differs from that day on."""
    await ctx.tx.run(
        update(EventOverride)
        .where(col(EventOverride.recording_id) == recording.id, col(EventOverride.occurrence_key) >= since)
        .values(recording_id=to)
    )


async def drop_since(ctx: Context, recording: Recording, day: date) -> None:
    """Forget what differs from that day on, when the series ends before it."""
    await ctx.tx.run(
        delete(EventOverride).where(
            col(EventOverride.recording_id) == recording.id, col(EventOverride.occurrence_key) >= day
        )
    )


async def copy_overrides(ctx: Context, copies: Mapping[str, str]) -> None:
    """Let the copies of series, by the originals' ids, differ as the originals do."""
    rows = await ctx.tx.rows(whole(EventOverride).where(among(EventOverride.recording_id, copies)))
    await ctx.tx.add_all([EventOverride(**{**dict(row), "recording_id": copies[row.recording_id]}) for row in rows])
