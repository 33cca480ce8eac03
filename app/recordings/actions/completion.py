"""Getting things done: to-dos, cards and steps of cards; everything else cannot be (domain.md 2.6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.policy import Verb, require
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.holding import hold, lock, lock_in_place, read_back
from app.recordings.actions.places import last_place, settle, top
from app.recordings.actions.repeating import spawn_next
from app.recordings.events import note
from app.recordings.kind import kind_of
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType, SpecialColumn


async def complete(ctx: Context, id: str, at: datetime | None = None) -> Recording:
    """Mark it done; a card goes to the top of its board's Done column.

    Doing it twice keeps the first stamp, unless `at` says when it was done.
    """
    recording = await _completable(ctx, id)
    done = await _own_column(ctx, recording, SpecialColumn.DONE) if recording.type == RecordingType.CARD else None
    recording = await _locked(ctx, recording, done)
    if recording.completed_at is not None:
        if at is not None and at != recording.completed_at:
            await _write(ctx, recording, {"completed_at": at})
        return await read_back(ctx, recording.id)
    values: dict[str, Any] = {"completed_at": at or ctx.now, "completed_by_id": ctx.me}
    if done is not None:
        await _send(ctx, recording, done, values | {"completed_from_id": recording.parent_id})
        await settle(ctx, await find(ctx, recording.id), done.id, await top(ctx, done.id))
    else:
        await _write(ctx, recording, values)
    await note(ctx, "completed", project_id=recording.project_id, recording_id=recording.id)
    await spawn_next(ctx, recording)
    return await read_back(ctx, recording.id)


async def reopen(ctx: Context, id: str) -> Recording:
    """Make it open again; a card goes back to the column that it came from, else to Triage."""
    recording = await _completable(ctx, id)
    column = await _column_before(ctx, recording) if recording.type == RecordingType.CARD else None
    recording = await _locked(ctx, recording, column)
    if recording.completed_at is None:
        return await read_back(ctx, recording.id)
    values: dict[str, Any] = {"completed_at": None, "completed_by_id": None}
    if column is not None:
        await _send(ctx, recording, column, values | {"completed_from_id": None})
        place = await last_place(ctx, column.id, recording.type)
        await settle(ctx, await find(ctx, recording.id), column.id, place)
    else:
        await _write(ctx, recording, values)
    await note(ctx, "reopened", project_id=recording.project_id, recording_id=recording.id)
    return await read_back(ctx, recording.id)


async def _completable(ctx: Context, id: str) -> Recording:
    recording = await find(ctx, id)
    if not kind_of(recording.type).completable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.complete)
    require_active(recording)
    return recording


async def _locked(ctx: Context, recording: Recording, column: Recording | None) -> Recording:
    """The recording as it is once nobody else can change it: whoever comes second sees what the first has done."""
    if column is None and recording.recurrence is None:
        await lock(ctx, recording.id)
        recording = await find(ctx, recording.id)
    elif column is None:
        recording = await lock_in_place(ctx, recording)
    else:
        recording = await lock_in_place(ctx, recording, column.id)
    require_active(recording)
    return recording


async def _column_before(ctx: Context, card: Recording) -> Recording:
    """The column that the card was done in, if it is still there; else Triage."""
    triage = await _own_column(ctx, card, SpecialColumn.TRIAGE)
    query = select(Recording).where(
        col(Recording.id) == card.completed_from_id,
        col(Recording.parent_id) == triage.parent_id,
        col(Recording.status) == RecordingStatus.ACTIVE.value,
    )
    return await ctx.tx.first(query) or triage


async def _own_column(ctx: Context, card: Recording, special: SpecialColumn) -> Recording:
    """One of the columns that the card's board has and keeps. Clients need not see it to send a card there."""
    await hold(ctx, card.parent_id)
    column = await find(ctx, card.parent_id or "")
    await hold(ctx, column.parent_id)
    query = select(Recording).where(
        col(Recording.parent_id) == column.parent_id, col(Recording.special) == special.value
    )
    found = await ctx.tx.first(query)
    if found is None:
        raise NotFound
    return found


async def _send(ctx: Context, card: Recording, column: Recording, values: dict[str, Any]) -> None:
    """Into the column, without a place yet; a parked card is parked no more."""
    await _write(ctx, card, values | {"parent_id": column.id, "position": None, "on_hold": False})


async def _write(ctx: Context, recording: Recording, values: dict[str, Any]) -> None:
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**values, updated_at=ctx.now))
