"""What people do with time: write down what they spent, and let timers run."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, cast, delete, func, literal, or_, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.effects import Happening, follower
from app.core.errors import Forbidden, Invalid, NotFound, Reason
from app.core.ids import new_id
from app.core.policy import Verb, owns_or_manages, require
from app.core.rules import optional_text
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.events import note
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType
from app.timekeeping.loaders import find_entry, spent_on
from app.timekeeping.model import TimeEntry, TimeSource

LONGEST = 86_400
"""Seconds of one entry: a day (routes.md 3.3)."""
DESCRIPTION = 2_000
ONE = "Provide exactly one of card_id or step_id"
OTHERS = "Only who spent the time, an owner or an admin can change it"
ENDS_IT = frozenset({"completed", "moved", "trashed", "archived"})
"""What happens to a card or a step after which nobody works on it, if it is done or gone then."""


async def log(
    ctx: Context,
    *,
    recording_id: str | None = None,
    card_id: str | None = None,
    step_id: str | None = None,
    started_at: datetime,
    duration_seconds: int,
    description: str | None,
) -> TimeEntry:
    """Write down time that the caller spent on a card or a step.

    Raises NotFound, Forbidden, and Invalid unless exactly one thing is named, and for more than a day.
    """
    given = [each for each in (recording_id, card_id, step_id) if each is not None]
    worked_on = await _worked_on(ctx, given[0], card_id, step_id) if len(given) == 1 else None
    require(ctx, Verb.log_time)
    if worked_on is None:
        raise Invalid.field("card_id", Reason.required if not given else Reason.conflict, ONE)
    _check_duration(duration_seconds)
    entry = _new(ctx, worked_on, started_at, description, TimeSource.MANUAL)
    entry.duration_seconds, entry.ended_at = duration_seconds, _end(started_at, duration_seconds)
    await ctx.tx.add(entry)
    return await _told(ctx, entry.id, "time_logged")


async def change(ctx: Context, id: str, values: dict[str, Any]) -> TimeEntry:
    """Change when it began, how long it took or what was done; its end follows. A running timer given a length stops.

    Raises NotFound, Forbidden (somebody else's, for members), Invalid.
    """
    entry = await _own(ctx, id)
    wanted = dict(values)
    if "description" in wanted:
        wanted["description"] = optional_text("description", wanted["description"], most=DESCRIPTION)
    started_at = wanted.get("started_at", entry.started_at)
    seconds = wanted.get("duration_seconds", entry.duration_seconds)
    if seconds is not None:
        _check_duration(seconds)
        wanted |= {"duration_seconds": seconds, "ended_at": _end(started_at, seconds)}
    await _set(ctx, entry, wanted)
    return await _told(ctx, entry.id, "time_changed")


async def remove(ctx: Context, id: str) -> None:
    """Delete an entry for good. Raises NotFound, Forbidden."""
    entry = await _own(ctx, id)
    await _note(ctx, entry, "time_removed")
    await ctx.tx.run(delete(TimeEntry).where(col(TimeEntry.id) == entry.id))


async def start_timer(ctx: Context, recording_id: str, description: str | None) -> TimeEntry:
    """Begin to measure the caller's time on a card or a step; a timer of theirs that runs is stopped first."""
    worked_on = await _worked_on(ctx, recording_id, None, None)
    require(ctx, Verb.log_time)
    await _stop(ctx, col(TimeEntry.membership_id) == ctx.me, auto=False)
    entry = _new(ctx, worked_on, ctx.now, description, TimeSource.TIMER)
    await ctx.tx.add(entry)
    return await _told(ctx, entry.id, "timer_started")


async def stop_timer(ctx: Context) -> TimeEntry:
    """Stop the caller's running timer. Raises NotFound where none runs."""
    mine = col(TimeEntry.membership_id) == ctx.me
    running = await ctx.tx.first(select(TimeEntry).where(mine, col(TimeEntry.ended_at).is_(None)))
    if running is None:
        raise NotFound
    require(ctx, Verb.log_time)
    await _stop(ctx, col(TimeEntry.id) == running.id, auto=False)
    return await _told(ctx, running.id, "time_logged")


@follower
async def stop_what_is_over(ctx: Context, happened: Sequence[Happening]) -> None:
    """Stop whoever's timers run on a card or step that is done, or gone, or on a step of such: the entries say so."""
    ids = [each.recording_id for each in happened if each.action in ENDS_IT and each.recording_id]
    if not ids:
        return
    over = select(col(Recording.id)).where(
        among(Recording.id, ids),
        or_(col(Recording.completed_at).is_not(None), col(Recording.status) != RecordingStatus.ACTIVE.value),
    )
    below = select(col(Recording.id)).where(col(Recording.parent_id).in_(over))
    on = spent_on(TimeEntry)
    await _stop(ctx, or_(on.in_(over), on.in_(below)), auto=True)


async def _stop(ctx: Context, which: Any, *, auto: bool) -> None:
    """Stop running timers now; none counts more than a day."""
    elapsed = cast(func.extract("epoch", literal(ctx.now) - col(TimeEntry.started_at)), Integer)
    seconds = func.least(func.greatest(elapsed, 0), LONGEST)
    await ctx.tx.run(
        update(TimeEntry)
        .where(which, col(TimeEntry.ended_at).is_(None))
        .values(
            duration_seconds=seconds,
            ended_at=col(TimeEntry.started_at) + func.make_interval(0, 0, 0, 0, 0, 0, seconds),
            auto_stopped=auto,
            updated_at=ctx.now,
        )
    )
    ctx.forget()


async def _worked_on(ctx: Context, id: str, card_id: str | None, step_id: str | None) -> Recording:
    """The active card or step. Raises NotFound for anything else."""
    recording = await find(ctx, id)
    allowed = {RecordingType.CARD.value, RecordingType.CARD_STEP.value}
    if card_id is not None:
        allowed = {RecordingType.CARD.value}
    if step_id is not None:
        allowed = {RecordingType.CARD_STEP.value}
    if recording.type not in allowed:
        raise NotFound
    await require_open_project(ctx, recording)
    return recording


def _new(
    ctx: Context, worked_on: Recording, started_at: datetime, description: str | None, source: TimeSource
) -> TimeEntry:
    require_active(worked_on)
    return TimeEntry(
        id=new_id(),
        org_id=ctx.org_id,
        card_id=worked_on.id if worked_on.type == RecordingType.CARD else None,
        step_id=worked_on.id if worked_on.type == RecordingType.CARD_STEP else None,
        membership_id=ctx.me,
        description=optional_text("description", description, most=DESCRIPTION),
        started_at=started_at,
        source=source.value,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _check_duration(seconds: int) -> None:
    if not 1 <= seconds <= LONGEST:
        message = f"duration_seconds must be between 1 and {LONGEST}"
        raise Invalid.field("duration_seconds", Reason.out_of_range, message)


def _end(started_at: datetime, seconds: int) -> datetime:
    """Raises Invalid for what would end after the year 9999."""
    try:
        return started_at + timedelta(seconds=seconds)
    except OverflowError as error:
        raise Invalid.field("started_at", Reason.out_of_range, "started_at is too late") from error


async def _own(ctx: Context, id: str) -> TimeEntry:
    """The entry, which the caller may change."""
    entry = await find_entry(ctx, id)
    recording = await find(ctx, entry.card_id or entry.step_id or "")
    await require_open_project(ctx, recording)
    require(ctx, Verb.log_time)
    if not owns_or_manages(ctx, entry.membership_id):
        raise Forbidden(OTHERS)
    return entry


async def _set(ctx: Context, entry: TimeEntry, values: dict[str, Any]) -> None:
    if values:
        await ctx.tx.run(update(TimeEntry).where(col(TimeEntry.id) == entry.id).values(**values, updated_at=ctx.now))
    ctx.forget()


async def _told(ctx: Context, id: str, event: str) -> TimeEntry:
    entry = await find_entry(ctx, id)
    await _note(ctx, entry, event)
    return entry


async def _note(ctx: Context, entry: TimeEntry, event: str) -> None:
    recording = await find(ctx, entry.card_id or entry.step_id or "")
    detail = {"time_entry_id": entry.id, "duration_seconds": entry.duration_seconds}
    await note(ctx, event, project_id=recording.project_id, recording_id=recording.id, detail=detail)
