"""Getting things done: to-dos, cards and steps of cards; everything else cannot be (domain.md 2.6)."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.policy import Verb, require
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.positions import lock, next_position, settle, top
from app.recordings.events import note
from app.recordings.kind import kind_of
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType, SpecialColumn


async def complete(ctx: Context, id: str) -> Recording:
    """Mark it done; a card goes to the top of its board's Done column. Doing it twice keeps the first stamp."""
    recording = await _completable(ctx, id)
    if recording.completed_at is not None:
        return recording
    values = {"completed_at": ctx.now, "completed_by_id": ctx.me}
    if recording.type == RecordingType.CARD:
        column = await find(ctx, recording.parent_id or "")
        done = await _special_column(ctx, column, SpecialColumn.DONE)
        await _send(ctx, recording, done, values | {"completed_from_id": column.id}, first=True)
    else:
        await _write(ctx, recording, values)
    await note(ctx, "completed", project_id=recording.project_id, recording_id=recording.id)
    return await find(ctx, recording.id)


async def reopen(ctx: Context, id: str) -> Recording:
    """Make it open again; a card goes back to the column that it came from, else to Triage."""
    recording = await _completable(ctx, id)
    if recording.completed_at is None:
        return recording
    values: dict[str, Any] = {"completed_at": None, "completed_by_id": None}
    if recording.type == RecordingType.CARD:
        column = await _column_before(ctx, recording)
        await _send(ctx, recording, column, values | {"completed_from_id": None}, first=False)
    else:
        await _write(ctx, recording, values)
    await note(ctx, "reopened", project_id=recording.project_id, recording_id=recording.id)
    return await find(ctx, recording.id)


async def _completable(ctx: Context, id: str) -> Recording:
    recording = await find(ctx, id)
    if not kind_of(recording.type).completable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.complete)
    require_active(recording)
    # Whoever comes second sees what the first has done.
    await ctx.tx.rows(select(col(Recording.id)).where(col(Recording.id) == recording.id).with_for_update())
    return await find(ctx, recording.id)


async def _column_before(ctx: Context, card: Recording) -> Recording:
    """The column that the card was done in, if it is still there; else Triage."""
    done = await find(ctx, card.parent_id or "")
    if card.completed_from_id is not None:
        query = select(Recording).where(
            col(Recording.id) == card.completed_from_id,
            col(Recording.parent_id) == done.parent_id,
            col(Recording.status) == RecordingStatus.ACTIVE.value,
        )
        column = await ctx.tx.first(query)
        if column is not None:
            return column
    return await _special_column(ctx, done, SpecialColumn.TRIAGE)


async def _special_column(ctx: Context, sibling: Recording, special: SpecialColumn) -> Recording:
    query = select(Recording).where(
        col(Recording.parent_id) == sibling.parent_id, col(Recording.special) == special.value
    )
    column = await ctx.tx.first(query)
    if column is None:
        raise NotFound
    return column


async def _send(ctx: Context, card: Recording, column: Recording, values: dict[str, Any], *, first: bool) -> None:
    await lock(ctx, card.parent_id, column.id)
    await _write(ctx, card, values | {"parent_id": column.id, "position": None, "on_hold": False})
    place = await (top if first else next_position)(ctx, column.id)
    await settle(ctx, await find(ctx, card.id), column, place)


async def _write(ctx: Context, recording: Recording, values: dict[str, Any]) -> None:
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**values, updated_at=ctx.now))
