"""One deed on many recordings: all of it happens, or nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import strawberry
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.ids import is_id
from app.core.policy import Verb, require
from app.recordings.actions.copying import copy
from app.recordings.actions.create import New, create
from app.recordings.actions.edit import color, edit
from app.recordings.actions.holding import lock
from app.recordings.actions.involvement import set_assignees
from app.recordings.actions.lifecycle import set_status
from app.recordings.actions.moving import move
from app.recordings.kind import kind_of
from app.recordings.model import Recording, RecordingStatus, RecordingType

T = TypeVar("T")

MOST = 100
"""How many recordings one batch can change."""
FARTHEST = 3_650
"""How many days a date can be shifted at once."""


@strawberry.enum(
    description="What to do with many recordings: ASSIGN `assigneeIds` (exactly these), give all the same DUE day "
    "`dueOn`, SHIFT_DATES by `days`, MOVE or COPY into `parentId`, set their STATUS or COLOR, or GROUP to-dos in a new "
    "group called `title` in the list of the first."
)
class BatchAction(StrEnum):
    """What can be done to many recordings at once (routes.md 3.2.12)."""

    ASSIGN = "assign"
    DUE = "due"
    SHIFT_DATES = "shift_dates"
    MOVE = "move"
    COPY = "copy"
    STATUS = "status"
    COLOR = "color"
    GROUP = "group"


@dataclass(frozen=True)
class Batch:
    """What is to be done, and to which. Each action reads its own fields."""

    action: BatchAction
    ids: Sequence[str]
    assignee_ids: Sequence[str] | None = None
    due_on: date | None = None
    due_on_given: bool = False
    days: int | None = None
    parent_id: str | None = None
    include_comments: bool = False
    status: RecordingStatus | None = None
    color: str | None = None
    title: str | None = None


Deed = Callable[[Context, Recording], Awaitable[Recording]]


async def change_many(ctx: Context, batch: Batch) -> list[str]:
    """Do it to each in turn; the ids of what was changed, or of the copies that were made.

    Raises Invalid for ids that name nothing (ruling 12), for a kind that cannot be changed so, and where the single
    change would.
    """
    require(ctx, Verb.arrange)
    recordings = await _addressed(ctx, batch.ids)
    deed = await _deed(ctx, batch, recordings)
    # All at once and in id order: two batches would otherwise wait for each other.
    parents = [recording.parent_id for recording in recordings]
    await lock(ctx, *(recording.id for recording in recordings), *parents)
    return [(await _done(ctx, deed, recording, batch)).id for recording in recordings]


async def _done(ctx: Context, deed: Deed, recording: Recording, batch: Batch) -> Recording:
    try:
        return await deed(ctx, recording)
    except NotFound as refusal:
        kind = kind_of(recording.type)
        message = f"{recording.title or recording.id}: this cannot be done to a {kind.words} ({batch.action})"
        raise Invalid.field("ids", Reason.invalid_value, message) from refusal


async def _addressed(ctx: Context, ids: Sequence[str]) -> list[Recording]:
    """The recordings in the order of their ids, each once."""
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    if not wanted:
        raise Invalid.field("ids", Reason.blank, "ids can't be empty")
    if len(wanted) > MOST:
        raise Invalid.field("ids", Reason.out_of_range, f"ids can be at most {MOST}")
    query = select(Recording).where(among(Recording.id, [id for id in wanted if is_id(id)]))
    found = {recording.id: recording for recording in await ctx.tx.all(query)}
    unknown = [id for id in wanted if id not in found]
    if unknown:
        problems = [Problem("ids", Reason.not_found, f"Unknown recording {id}") for id in unknown]
        raise Invalid(problems, "Unknown recording")
    return [found[id] for id in wanted]


async def _deed(ctx: Context, batch: Batch, recordings: Sequence[Recording]) -> Deed:
    """What to do to each. Raises Invalid where the action misses what it needs."""
    match batch.action:
        case BatchAction.ASSIGN:
            assignees = _needed("assignee_ids", batch.assignee_ids)
            return lambda ctx, row: set_assignees(ctx, row.id, assignees)
        case BatchAction.DUE:
            _needed("due_on", True if batch.due_on_given else None)
            return lambda ctx, row: edit(ctx, row.id, {"due_on": batch.due_on})
        case BatchAction.SHIFT_DATES:
            days = _needed("days", batch.days)
            if abs(days) > FARTHEST:
                message = f"days must be between -{FARTHEST} and {FARTHEST}"
                raise Invalid.field("days", Reason.out_of_range, message)
            return lambda ctx, row: _shift(ctx, row, timedelta(days=days))
        case BatchAction.MOVE:
            target = await _parent(ctx, batch)
            return lambda ctx, row: move(ctx, row.id, parent_id=target, position=None)
        case BatchAction.COPY:
            target = await _parent(ctx, batch)
            return lambda ctx, row: copy(ctx, row.id, target, include_comments=batch.include_comments)
        case BatchAction.STATUS:
            status = _needed("status", batch.status)
            return lambda ctx, row: set_status(ctx, row.id, status)
        case BatchAction.COLOR:
            name = _needed("color", batch.color)
            return lambda ctx, row: color(ctx, row.id, name)
        case BatchAction.GROUP:
            group = await _new_group(ctx, batch, recordings)
            return lambda ctx, row: move(ctx, row.id, parent_id=group, position=None)


def _needed(field: str, value: T | None) -> T:
    if value is None:
        raise Invalid.field(field, Reason.required, f"{field} is required")
    return value


async def _parent(ctx: Context, batch: Batch) -> str:
    """The id of where to. Raises Invalid where the caller sees no such recording."""
    parent_id = _needed("parent_id", batch.parent_id).lower()
    query = select(col(Recording.id)).where(col(Recording.id) == parent_id)
    if not is_id(parent_id) or await ctx.tx.value(query) is None:
        raise Invalid.field("parent_id", Reason.not_found, f"Unknown recording {parent_id}")
    return parent_id


async def _new_group(ctx: Context, batch: Batch, recordings: Sequence[Recording]) -> str:
    """A new group in the list of the first to-do."""
    title = _needed("title", batch.title)
    if any(recording.type != RecordingType.TODO for recording in recordings):
        raise Invalid.field("ids", Reason.invalid_value, "Only to-dos can be grouped")
    group = await create(ctx, recordings[0].parent_id or "", New(RecordingType.TODOLIST, title=title))
    return group.id


async def _shift(ctx: Context, recording: Recording, by: timedelta) -> Recording:
    """Move whatever days and times it has."""
    names = ("due_on", "starts_on", "starts_at", "ends_at")
    if not kind_of(recording.type).dates:
        raise NotFound
    there = {name: getattr(recording, name) for name in names if getattr(recording, name) is not None}
    try:
        return await edit(ctx, recording.id, {name: value + by for name, value in there.items()})
    except OverflowError as error:
        raise Invalid.field("days", Reason.out_of_range, "days leads beyond the calendar") from error
