"""What people do with the calendar: make entries, change one of a series, the rest of it or all, take one out."""

from collections.abc import Sequence
from datetime import UTC, date
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import insert, literal, update
from sqlmodel import col, select

from app.calendar.expansion import occurrence_on
from app.calendar.overrides import (
    cancelled_of,
    drop_override,
    drop_since,
    hand_over,
    override_on,
    set_override,
)
from app.calendar.recurrence import MOST_EXDATES
from app.calendar.series import beginning_on, ending_before, remaining, repetition
from app.calendar.times import A_DAY
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require
from app.core.table import Id
from app.projects.loaders import find_project
from app.projects.model import Tool
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.create import New, contents, create, create_apart, timed, titled
from app.recordings.actions.edit import edit, require_may_edit
from app.recordings.actions.holding import let_go, lock
from app.recordings.actions.involvement import known_on_project, set_assignees
from app.recordings.actions.lifecycle import set_status
from app.recordings.events import note
from app.recordings.kind import kind_of
from app.recordings.loaders import find
from app.recordings.model import Assignment, Recording, RecordingStatus, RecordingType, Subscription

OF_ONE = frozenset({"title", "content", "content_html", "starts_at", "ends_at"})
"""In what one occurrence can differ from its series."""


@strawberry.enum(
    description="How much of a series a change is meant for: the whole SERIES, only THIS occurrence, or this and all "
    "FOLLOWING ones."
)
class EventScope(StrEnum):
    """How much of a series a change is meant for."""

    SERIES = "series"
    THIS = "this"
    FOLLOWING = "following"


@strawberry.enum(description="Which occurrences to take out of a series: this SINGLE one, or it and all in the FUTURE.")
class DeletionMode(StrEnum):
    """Which occurrences are taken out of a series."""

    SINGLE = "single"
    FUTURE = "future"


@strawberry.enum(
    description="What deleting an occurrence came to: it was EXCLUDED, the series was TRUNCATED before it, or, since "
    "nothing was left of it, the whole entry was TRASHED."
)
class DeletionResult(StrEnum):
    """What deleting an occurrence came to (routes.md 3.2.5)."""

    EXCLUDED = "excluded"
    TRUNCATED = "truncated"
    TRASHED = "trashed"


async def create_event(ctx: Context, project_id: str | None, new: New) -> Recording:
    """A new entry of a project's schedule, or, without a project, of the organization's own calendar.

    Raises NotFound for a project or a participant that is none, Forbidden, Invalid.
    """
    if project_id is None:
        require(ctx, Verb.create_content)
        await _known(ctx, None, new.assignee_ids or ())
        return await create_apart(ctx, new, Tool.SCHEDULE)
    project = await find_project(ctx, project_id)
    query = select(Recording).where(
        col(Recording.place_id) == project.id, col(Recording.type) == RecordingType.SCHEDULE.value
    )
    schedule = await ctx.tx.first(query)
    if schedule is None:
        # A client does not even see a schedule that holds nothing for him.
        require(ctx, Verb.create_content)
        raise NotFound
    await require_open_project(ctx, schedule)
    require(ctx, Verb.create_content)
    await _known(ctx, schedule, new.assignee_ids or ())
    return await create(ctx, schedule.id, new)


async def _known(ctx: Context, recording: Recording | None, ids: Sequence[str]) -> None:
    """Raise NotFound for who cannot take part: ids in the calendar's bodies are addresses (ruling 12)."""
    anywhere = recording or Recording(type=RecordingType.SCHEDULE.value, org_id=ctx.org_id, creator_id=ctx.me)
    try:
        await known_on_project(ctx, anywhere, ids, "participant_ids")
    except Invalid as refusal:
        raise NotFound from refusal


async def find_event(ctx: Context, id: str) -> Recording:
    """The entry. Raises NotFound for everything else."""
    recording = await find(ctx, id)
    if recording.type != RecordingType.SCHEDULE_ENTRY:
        raise NotFound
    return recording


async def update_event(
    ctx: Context,
    id: str,
    values: dict[str, Any],
    *,
    participant_ids: Sequence[str] | None,
    scope: EventScope,
    day: date | None,
) -> Recording:
    """Change an entry, one occurrence of it (the series is answered), or all from one on (a new series is answered).

    `day` is the occurrence's key. Raises NotFound, Forbidden, Invalid.
    """
    event = await find_event(ctx, id)
    await require_may_edit(ctx, event)
    if scope is not EventScope.SERIES and day is None:
        raise Invalid.field("occurrence_key", Reason.required, "occurrence_key is required for this scope")
    if participant_ids is not None:
        await _known(ctx, event, participant_ids)
    if scope is EventScope.THIS and day is not None and event.recurrence is not None:
        return await _change_one(ctx, event, day, values, participant_ids)
    if scope is EventScope.FOLLOWING and day is not None and event.recurrence is not None:
        event = await _split(ctx, event, day)
    elif scope is not EventScope.SERIES and day is not None and day != _day_of(event):
        raise _no_occurrence()
    changed = await edit(ctx, event.id, values)
    if participant_ids is not None:
        await set_assignees(ctx, event.id, participant_ids)
        ctx.forget()
    return changed


def _day_of(event: Recording) -> date:
    """The day of one that does not repeat, in UTC."""
    assert event.starts_at is not None
    return event.starts_at.astimezone(UTC).date()


def _no_occurrence() -> Invalid:
    return Invalid.field("occurrence_key", Reason.not_found, "occurrence_key names no occurrence")


async def _locked(ctx: Context, event: Recording) -> Recording:
    """The series as it is once nobody else changes it."""
    await lock(ctx, event.id)
    event = await find(ctx, event.id)
    await let_go(ctx)
    require_active(event)
    return event


async def _takes_place(ctx: Context, event: Recording, day: date) -> bool:
    """Whether the series has one on that day."""
    cancelled = await cancelled_of(ctx, event)
    return event.recurrence is not None and next(remaining(event, cancelled, day, day), None) is not None


async def _change_one(
    ctx: Context, event: Recording, day: date, values: dict[str, Any], participant_ids: Sequence[str] | None
) -> Recording:
    """Let one occurrence differ from its series."""
    event = await _locked(ctx, event)
    if not await _takes_place(ctx, event, day):
        raise _no_occurrence()
    beyond = sorted(set(values) - OF_ONE) + (["participant_ids"] if participant_ids is not None else [])
    if beyond:
        raise Invalid.field(beyond[0], Reason.invalid_value, f"{beyond[0]} can only be changed for the series")
    kind = kind_of(event.type)
    differs: dict[str, Any] = {}
    if "title" in values:
        differs["title"] = titled(kind, values["title"] or "")
    if "content" in values or "content_html" in values:
        differs["content"] = contents(kind, values.get("content") or "", values.get("content_html")) or ""
    if "starts_at" in values or "ends_at" in values:
        before = await override_on(ctx, event, day)
        usual = dict(zip(("starts_at", "ends_at"), occurrence_on(event, day), strict=True))
        known = {name: (before and getattr(before, name)) or usual[name] for name in usual}
        at = {name: values.get(name) or known[name] for name in known}
        differs["starts_at"], differs["ends_at"], _ = timed(kind, at["starts_at"], at["ends_at"], event.all_day)
    if differs:
        await set_override(ctx, event, day, differs)
        await _touch(ctx, event)
        await _tell(ctx, event, "occurrence_changed", {"occurrence_key": day.isoformat(), "fields": sorted(differs)})
    return await find(ctx, event.id)


async def _split(ctx: Context, event: Recording, day: date) -> Recording:
    """Let a series end before that day and another one go on from it; its own first day begins no other."""
    event = await _locked(ctx, event)
    if not await _takes_place(ctx, event, day):
        raise _no_occurrence()
    cancelled = await cancelled_of(ctx, event)
    if next(remaining(event, cancelled, date.min, day - A_DAY), None) is None:
        return event
    starts_at, ends_at = occurrence_on(event, day)
    rest = {**dict(event), "starts_at": starts_at, "ends_at": ends_at}
    rest |= repetition(rest, beginning_on(event, day))
    rest |= {"id": new_id(), "split_from_id": event.id, "created_at": ctx.now, "updated_at": ctx.now}
    later = Recording(**{**rest, "comment_count": 0, "last_comment_at": None})
    await ctx.tx.add(later)
    await _bring_along(ctx, event.id, later.id)
    await hand_over(ctx, event, later.id, day)
    await _touch(ctx, event, **ending_before(event, day))
    await _tell(ctx, event, "split", {"occurrence_key": day.isoformat(), "into": later.id})
    await _tell(ctx, later, "created", {"split_from": event.id})
    return later


async def _bring_along(ctx: Context, id: str, to: str) -> None:
    """Who takes part in one and hears of it, does of the other."""
    for table in (Assignment, Subscription):
        columns = [column for column in table.__table__.columns if column.name != "recording_id"]  # type: ignore[union-attr]
        rows = select(literal(to, Id), *columns).where(col(table.recording_id) == id)
        names = ["recording_id", *(column.name for column in columns)]
        await ctx.tx.run(insert(table).from_select(names, rows))


async def _touch(ctx: Context, event: Recording, **values: Any) -> None:
    await ctx.tx.run(update(Recording).where(col(Recording.id) == event.id).values(**values, updated_at=ctx.now))
    ctx.forget()


async def _tell(ctx: Context, event: Recording, what: str, detail: dict[str, Any]) -> None:
    await note(ctx, what, project_id=event.project_id, recording_id=event.id, detail=detail)


async def delete_occurrence(ctx: Context, id: str, day: date, mode: DeletionMode) -> DeletionResult:
    """Take one occurrence out of a series, or end the series before it; what has no occurrence left is trashed.

    Raises NotFound where there is none on that day, and Forbidden.
    """
    event = await find_event(ctx, id)
    await require_may_edit(ctx, event)
    if event.recurrence is None:
        if day != _day_of(event):
            raise NotFound
        return await _trash(ctx, event)
    event = await _locked(ctx, event)
    cancelled = await cancelled_of(ctx, event)
    if next(remaining(event, cancelled, day, day), None) is None:
        raise NotFound
    earlier = next(remaining(event, cancelled, date.min, day - A_DAY), None)
    if mode is DeletionMode.FUTURE:
        if earlier is None:
            return await _trash(ctx, event)
        await _touch(ctx, event, **ending_before(event, day))
        await drop_since(ctx, event, day)
    else:
        if earlier is None and next(remaining(event, cancelled, day + A_DAY), None) is None:
            return await _trash(ctx, event)
        await _leave_out(ctx, event, day)
    await _tell(ctx, event, "occurrence_cancelled", {"occurrence_key": day.isoformat(), "mode": mode.value})
    return DeletionResult.TRUNCATED if mode is DeletionMode.FUTURE else DeletionResult.EXCLUDED


async def _trash(ctx: Context, event: Recording) -> DeletionResult:
    await set_status(ctx, event.id, RecordingStatus.TRASHED)
    return DeletionResult.TRASHED


async def _leave_out(ctx: Context, event: Recording, day: date) -> None:
    """A day more that the series does not take place on; beyond the 400 that it can list, the day itself says so."""
    shown = event.recurrence
    assert shown is not None
    if len(shown["exdates"]) >= MOST_EXDATES:
        await set_override(ctx, event, day, {"cancelled": True})
        await _touch(ctx, event)
        return
    await drop_override(ctx, event, day)
    await _touch(ctx, event, recurrence={**shown, "exdates": sorted([*shown["exdates"], day.isoformat()])})
