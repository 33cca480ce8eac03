"""Places among siblings: finite numbers, fractions allowed, never two alike (domain.md 2.7)."""

import math
from typing import Any

from sqlalchemy import case, func, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.policy import Verb, require
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.involvement import drop_those_without_access
from app.recordings.events import note
from app.recordings.kind import kind_of
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingType, SpecialColumn

SMALLEST_GAP = 1e-9
LARGEST = 1e15


async def lock(ctx: Context, *parent_ids: str | None) -> None:
    """Let nobody else arrange what lies in these until this operation ends.

    In id order: two moves at once would otherwise each wait for the other.
    """
    ids = sorted({id for id in parent_ids if id})
    if ids:
        await ctx.tx.rows(
            select(col(Recording.id)).where(among(Recording.id, ids)).order_by(col(Recording.id)).with_for_update()
        )


async def next_position(ctx: Context, parent_id: str) -> float:
    """The place after the last sibling; the first child's is 0. The parent must be locked."""
    last = await ctx.tx.value(select(func.max(col(Recording.position))).where(col(Recording.parent_id) == parent_id))
    return 0.0 if last is None else math.floor(last) + 1.0


async def place_column(ctx: Context, table_id: str) -> float:
    """The place of a new column: before Not now and Done, which move on (ruling 7). The table must be locked."""
    columns = await _siblings(ctx, table_id)
    ordinary = [row for row in columns if row.special not in (SpecialColumn.NOT_NOW, SpecialColumn.DONE)]
    place = math.floor(max((row.position for row in ordinary), default=-1.0)) + 1.0
    last = [row for row in columns if row.special in (SpecialColumn.NOT_NOW, SpecialColumn.DONE)]
    await _write(ctx, {row.id: place + 1 + number for number, row in enumerate(last)})
    return place


async def move(ctx: Context, id: str, *, parent_id: str | None, position: float | None) -> Recording:
    """Move a recording among its siblings, under another parent, or both.

    Raises NotFound (unknown parent, or one inside the recording itself; a kind that has no place), Invalid (neither
    given; a pair of types that does not go together; archived or trashed), Forbidden.
    """
    recording = await find(ctx, id)
    await require_open_project(ctx, recording)
    require(ctx, Verb.arrange)
    if parent_id is None and position is None:
        raise Invalid.field("position", Reason.required, "Provide parent_id or position")
    if position is not None and (not math.isfinite(position) or abs(position) > LARGEST):
        raise Invalid.field("position", Reason.out_of_range, f"position must be between -{LARGEST:g} and {LARGEST:g}")
    kind = kind_of(recording.type)
    if not kind.positionable or recording.special is not None or recording.parent_id is None:
        raise NotFound
    require_active(recording)
    target_id = recording.parent_id
    if parent_id is not None and parent_id.lower() != recording.parent_id:
        target_id = (await _new_parent(ctx, recording, parent_id)).id
    await lock(ctx, recording.parent_id, target_id)
    # Read again now that nobody else moves it: the place it comes from decides which side of a tie it lands on.
    recording = await find(ctx, recording.id)
    target = await find(ctx, target_id)
    if target.id == recording.parent_id:
        if position is not None:
            await settle(ctx, recording, target, position)
            await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(updated_at=ctx.now))
    else:
        await _rehome(ctx, recording, target, position)
    ctx.forget()
    return await find(ctx, recording.id)


async def _new_parent(ctx: Context, recording: Recording, parent_id: str) -> Recording:
    target = await find(ctx, parent_id)
    if target.id in await subtree(ctx, recording.id):
        raise NotFound
    await require_open_project(ctx, target)
    await require_may_lie_in(ctx, recording, target)
    require_active(target, field="parent_id")
    return target


async def require_may_lie_in(ctx: Context, recording: Recording, target: Recording) -> None:
    """Raise Invalid for a pair of types that does not go together, or a nesting that is too deep."""
    kind = kind_of(recording.type)
    fits = RecordingType(target.type) in kind.parents and not await too_deep(ctx, recording.type, target)
    if not fits:
        message = f"A {kind.words} cannot be moved under a {target.type}"
        raise Invalid([Problem("parent_id", Reason.invalid_value, message)], message)


async def too_deep(ctx: Context, type: str, target: Recording) -> bool:
    """Groups in groups and subtasks of subtasks: to-do lists and to-dos nest one level (domain.md 2.4)."""
    if type != target.type or type not in (RecordingType.TODO, RecordingType.TODOLIST):
        return False
    above = await ctx.tx.value(select(col(Recording.type)).where(col(Recording.id) == target.parent_id))
    return bool(above == type)


async def _rehome(ctx: Context, recording: Recording, target: Recording, position: float | None) -> None:
    """Put it under its new parent; entering or leaving Done completes or reopens a card (domain.md 2.6)."""
    before = await find(ctx, recording.parent_id or "")
    values: dict[str, Any] = {"parent_id": target.id, "position": None, "on_hold": False}
    if recording.type == RecordingType.CARD:
        values |= card_completion(ctx, recording, before, target)
        if position is None and target.special == SpecialColumn.DONE:
            position = await top(ctx, target.id)
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**values, updated_at=ctx.now))
    if target.project_id != recording.project_id or target.tool != recording.tool:
        await _carry_over(ctx, recording, target)
    if position is None:
        position = await next_position(ctx, target.id)
        await _write(ctx, {recording.id: position})
    else:
        recording = await find(ctx, recording.id)
        await settle(ctx, recording, target, position)
    detail = {"from": before.title, "to": target.title}
    await note(ctx, "moved", project_id=target.project_id, recording_id=recording.id, detail=detail)


async def _carry_over(ctx: Context, recording: Recording, target: Recording) -> None:
    """Take the whole subtree into another project or tool, and let go of who cannot see it there."""
    ids = await subtree(ctx, recording.id)
    await ctx.tx.run(
        update(Recording)
        .where(among(Recording.id, ids))
        .values(project_id=target.project_id, tool=target.tool, tool_enabled=target.tool_enabled)
    )
    if target.project_id != recording.project_id:
        assert target.project_id is not None
        await drop_those_without_access(ctx, ids, target.project_id)


def card_completion(ctx: Context, card: Recording, before: Recording, target: Recording) -> dict[str, Any]:
    """What crossing the border of the Done column changes of a card."""
    if target.special == SpecialColumn.DONE and card.completed_at is None:
        return {"completed_at": ctx.now, "completed_by_id": ctx.me, "completed_from_id": before.id}
    if before.special == SpecialColumn.DONE and target.special != SpecialColumn.DONE:
        return {"completed_at": None, "completed_by_id": None, "completed_from_id": None}
    return {}


async def top(ctx: Context, parent_id: str) -> float:
    """The place that is first: the first sibling's own, which makes way for it."""
    first = await ctx.tx.value(select(func.min(col(Recording.position))).where(col(Recording.parent_id) == parent_id))
    return 0.0 if first is None else float(first)


async def settle(ctx: Context, moved: Recording, parent: Recording, position: float) -> None:
    """Give it the position as sent; where a sibling has that number, or none is left between two, number all anew.

    The tie rule: it lands before that sibling, or after it when it comes from a lower place of the same parent.
    The parent must be locked.
    """
    others = [row for row in await _siblings(ctx, parent.id) if row.id != moved.id]
    taken = any(abs(row.position - position) < SMALLEST_GAP for row in others)
    if not taken and _keeps_special_places(others, position):
        await _write(ctx, {moved.id: position})
        return
    order = _between_special(others, moved, position)
    await _write(ctx, {row.id: float(number) for number, row in enumerate(order)})


def _keeps_special_places(others: list[Any], position: float) -> bool:
    """Whether a column there would stand after Triage, and before Not now and Done."""
    first = [row.position for row in others if row.special == SpecialColumn.TRIAGE]
    last = [row.position for row in others if row.special in (SpecialColumn.NOT_NOW, SpecialColumn.DONE)]
    return all(position > place for place in first) and all(position < place for place in last)


def _inserted(others: list[Any], moved: Recording, position: float) -> list[Any]:
    rises = moved.position is not None and moved.position < position
    index = sum(row.position <= position if rises else row.position < position for row in others)
    return [*others[:index], moved, *others[index:]]


def _between_special(others: list[Any], moved: Recording, position: float) -> list[Any]:
    """Columns in their new order, with Triage first, Not now and Done last."""
    order = _inserted(others, moved, position)
    rank = {SpecialColumn.TRIAGE.value: 0, None: 1, SpecialColumn.NOT_NOW.value: 2, SpecialColumn.DONE.value: 3}
    return sorted(order, key=lambda row: rank[row.special])


async def _siblings(ctx: Context, parent_id: str) -> list[Any]:
    """All that have a place under the parent, of any status, in order."""
    return await ctx.tx.all(
        select(Recording)
        .where(col(Recording.parent_id) == parent_id, col(Recording.position).is_not(None))
        .order_by(col(Recording.position), col(Recording.created_at), col(Recording.id))
    )


async def _write(ctx: Context, positions: dict[str, float]) -> None:
    """Set positions in one statement; the unique constraint looks at them only when the transaction ends."""
    if not positions:
        return
    await ctx.tx.run(
        update(Recording)
        .where(among(Recording.id, positions))
        .values(position=case(positions, value=col(Recording.id)))
    )


async def subtree(ctx: Context, root_id: str) -> list[str]:
    """The ids of a recording and of all that lies in it, at any depth and of any status."""
    tree = select(col(Recording.id)).where(col(Recording.id) == root_id).cte("tree", recursive=True)
    tree = tree.union_all(select(col(Recording.id)).join(tree, col(Recording.parent_id) == tree.c.id))
    return [row[0] for row in await ctx.tx.rows(select(tree.c.id))]
