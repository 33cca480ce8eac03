"""Moving: among siblings, under another parent, into another project."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.policy import Verb, require
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.holding import lock_in_place, lock_tree, path, read_back
from app.recordings.actions.involvement import drop_those_without_access
from app.recordings.actions.places import last_place, place_at, require_number, settle, top, write_places
from app.recordings.events import note
from app.recordings.kind import Sharing, kind_of
from app.recordings.loaders import find
from app.recordings.model import Event, Recording, RecordingType, SpecialColumn


async def move(
    ctx: Context, id: str, *, parent_id: str | None, position: float | None, index: int | None = None
) -> Recording:
    """Move a recording among its siblings, under another parent, or both.

    `position` is a number of the siblings' own; `index` counts those that are active, from 0, and one beyond the last
    means the last.

    Raises NotFound (unknown parent, or one inside the recording itself; a kind that has no place), Invalid (neither
    given; a pair of types that does not go together; archived or trashed), Forbidden.
    """
    recording = await find(ctx, id)
    await require_open_project(ctx, recording)
    require(ctx, Verb.arrange)
    if parent_id is None and position is None and index is None:
        raise Invalid.field("position", Reason.required, "Provide parent_id or position")
    if position is not None:
        require_number(position)
    if index is not None and index < 0:
        raise Invalid.field("index", Reason.out_of_range, "index must not be negative")
    if not kind_of(recording.type).positionable or recording.special is not None or recording.parent_id is None:
        raise NotFound
    target = await find(ctx, parent_id if parent_id is not None else recording.parent_id)
    if target.id != recording.parent_id:
        await require_open_project(ctx, target)
    # What it is once nobody else moves it: the place it comes from decides which side of a tie it lands on.
    recording = await lock_in_place(ctx, recording, target.id, *(await _above(ctx, recording, target)))
    target = await find(ctx, target.id if parent_id is not None else recording.parent_id or "")
    require_active(recording)
    if index is not None:
        position = await place_at(ctx, recording, target.id, index)
    if target.id != recording.parent_id:
        await _require_new_parent(ctx, recording, target)
        await _rehome(ctx, recording, target, position)
    elif position is not None:
        await settle(ctx, recording, target.id, position)
        await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(updated_at=ctx.now))
    ctx.forget()
    return await read_back(ctx, recording.id)


async def _above(ctx: Context, recording: Recording, target: Recording) -> list[str]:
    """What else to lock for a kind that lies in its own kind: two moves at once must not put each into the other."""
    nests = RecordingType(recording.type) in kind_of(recording.type).parents
    return await path(ctx, target.id) if nests and target.id != recording.parent_id else []


async def _require_new_parent(ctx: Context, recording: Recording, target: Recording) -> None:
    if recording.id in await path(ctx, target.id):
        raise NotFound
    await require_may_lie_in(ctx, recording, target, "moved")
    require_active(target, field="parent_id")


async def require_may_lie_in(ctx: Context, recording: Recording, target: Recording, done: str) -> None:
    """Raise Invalid for a pair of types that does not go together, or a nesting that is too deep.

    `done` is what was to happen to it, in the message: "moved".
    """
    kind = kind_of(recording.type)
    fits = RecordingType(target.type) in kind.parents and not await too_deep(ctx, recording.type, target)
    if fits and recording.type == target.type and kind.shallow:
        own = select(col(Recording.id)).where(
            col(Recording.parent_id) == recording.id, col(Recording.type) == recording.type
        )
        fits = await ctx.tx.value(own.limit(1)) is None
    if not fits:
        message = f"A {kind.words} cannot be {done} under a {target.type}"
        raise Invalid([Problem("parent_id", Reason.invalid_value, message)], message)


async def too_deep(ctx: Context, type: str, target: Recording) -> bool:
    """Groups in groups and subtasks of subtasks: to-do lists and to-dos nest one level (domain.md 2.4)."""
    if type != target.type or not kind_of(type).shallow:
        return False
    above = await ctx.tx.value(select(col(Recording.type)).where(col(Recording.id) == target.parent_id))
    return bool(above == type)


async def _rehome(ctx: Context, recording: Recording, target: Recording, position: float | None) -> None:
    """Put it under its new parent; entering or leaving Done completes or reopens a card (domain.md 2.6)."""
    before = await find(ctx, recording.parent_id or "")
    values: dict[str, Any] = {"parent_id": target.id, "position": None}
    completion = _card_completion(ctx, recording, before, target) if recording.type == RecordingType.CARD else {}
    if recording.type == RecordingType.CARD:
        values |= {"on_hold": False, **completion}
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**values, updated_at=ctx.now))
    await _carry_over(ctx, recording, target)
    if position is None and target.special == SpecialColumn.DONE:
        position = await top(ctx, target.id)
    if position is None:
        await write_places(ctx, {recording.id: await last_place(ctx, target.id, recording.type)})
    else:
        await settle(ctx, await find(ctx, recording.id), target.id, position)
    detail = {"from": before.title, "to": target.title}
    aside = {"completed": completion.get("completed_at") is not None}
    await note(ctx, "moved", project_id=target.project_id, recording_id=recording.id, detail=detail, aside=aside)


def _card_completion(ctx: Context, card: Recording, before: Recording, target: Recording) -> dict[str, Any]:
    """What crossing the border of the Done column changes of a card."""
    if target.special == SpecialColumn.DONE and card.completed_at is None:
        return {"completed_at": ctx.now, "completed_by_id": ctx.me, "completed_from_id": before.id}
    if before.special == SpecialColumn.DONE and target.special != SpecialColumn.DONE:
        return {"completed_at": None, "completed_by_id": None, "completed_from_id": None}
    return {}


async def _carry_over(ctx: Context, recording: Recording, target: Recording) -> None:
    """What the new place changes of the whole subtree: project and tool, and who sees it where that is the parent's.

    What happened to it goes along; people who cannot see it there let go of it.
    """
    place = {"project_id": target.project_id, "tool": target.tool, "tool_enabled": target.tool_enabled}
    if not kind_of(recording.type).planned:
        place["linked_project_id"] = target.linked_project_id
    values: dict[str, Any] = {name: value for name, value in place.items() if getattr(recording, name) != value}
    if "project_id" in values:
        values["key"] = None  # the other project may have one of that name
    inherits = kind_of(recording.type).sharing is Sharing.INHERITED
    if inherits and recording.visible_to_clients != target.visible_to_clients:
        values["visible_to_clients"] = target.visible_to_clients
    if not values:
        return
    ids = await lock_tree(ctx, recording.id)
    await ctx.tx.run(update(Recording).where(among(Recording.id, ids)).values(**values))
    if "project_id" in values:
        assert target.project_id is not None
        await ctx.tx.run(update(Event).where(among(Event.recording_id, ids)).values(project_id=target.project_id))
        await drop_those_without_access(ctx, ids, target.project_id)
