"""Places among siblings: finite numbers, fractions allowed, never two alike (domain.md 2.7).

Everything here wants the parent to be locked.
"""

import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, Float, Uuid, bindparam, func, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.recordings.actions.holding import Taken
from app.recordings.model import Recording, RecordingStatus, RecordingType, SpecialColumn

SMALLEST_GAP = 1e-9
LARGEST = 1e15
RANKS = {SpecialColumn.TRIAGE.value: 0, None: 1, SpecialColumn.NOT_NOW.value: 2, SpecialColumn.DONE.value: 3}
"""A card table's own columns keep their ends."""


def require_number(position: float) -> None:
    """Raise Invalid for what is no place."""
    if not math.isfinite(position) or abs(position) > LARGEST:
        message = f"position must be between -{LARGEST:.0f} and {LARGEST:.0f}"
        raise Invalid.field("position", Reason.out_of_range, message)


async def last_place(ctx: Context, parent_id: str, type: str) -> float:
    """The place of something new: after its last sibling; the first child's is 0.

    A column's is before Not now and Done, which move on (ruling 7).
    """
    if type == RecordingType.CARD_COLUMN:
        return await _column_place(ctx, parent_id)
    last = await ctx.tx.value(select(func.max(col(Recording.position))).where(col(Recording.parent_id) == parent_id))
    return 0.0 if last is None else float(last) + 1.0


async def place_in(ctx: Context, taken: Taken, type: str) -> float:
    """The same in a parent that was taken, without another look but for columns."""
    if type == RecordingType.CARD_COLUMN:
        return await _column_place(ctx, taken.recording.id)
    return 0.0 if taken.last_place is None else taken.last_place + 1.0


async def _column_place(ctx: Context, table_id: str) -> float:
    columns = await _siblings(ctx, table_id)
    first = [row for row in columns if RANKS[row.special] <= RANKS[None]]
    place = float(max((row.position for row in first), default=-1.0)) + 1.0
    last = [row for row in columns if RANKS[row.special] > RANKS[None]]
    await write_places(ctx, {row.id: place + 1 + number for number, row in enumerate(last)})
    return place


async def top(ctx: Context, parent_id: str) -> float:
    """The place that is first: the first sibling's own, which makes way for it."""
    first = await ctx.tx.value(select(func.min(col(Recording.position))).where(col(Recording.parent_id) == parent_id))
    return 0.0 if first is None else float(first)


async def place_at(ctx: Context, moved: Recording, parent_id: str, index: int) -> float:
    """The number with which it comes to stand there among its active siblings, counted from 0; beyond them: last."""
    query = select(col(Recording.position)).where(
        col(Recording.parent_id) == parent_id,
        col(Recording.type) == moved.type,
        col(Recording.status) == RecordingStatus.ACTIVE.value,
        col(Recording.special).is_distinct_from(SpecialColumn.NOT_NOW.value),
        col(Recording.id) != moved.id,
    )
    order = [col(Recording.position), col(Recording.created_at), col(Recording.id)]
    places = [row.position for row in await ctx.tx.rows(query.order_by(*order))]
    if index >= len(places):
        return await last_place(ctx, parent_id, moved.type) if not places else places[-1] + 1.0
    return places[0] - 1.0 if index == 0 else (places[index - 1] + places[index]) / 2


async def settle(ctx: Context, moved: Recording, parent_id: str, position: float) -> None:
    """Give it the position as sent; where a sibling has that number, or none is left between two, number all anew.

    The tie rule: it lands before that sibling, or after it when it comes from a lower place of the same parent.
    A card table's own columns stay first and last.
    """
    others = [row for row in await _siblings(ctx, parent_id) if row.id != moved.id]
    order = _inserted(others, moved, position)
    ranked = sorted(order, key=lambda row: RANKS[row.special])
    crowded = any(abs(row.position - position) < SMALLEST_GAP for row in others)
    if ranked == order and not crowded:
        await write_places(ctx, {moved.id: position})
        return
    was = {row.id: row.position for row in order}
    places = {row.id: float(number) for number, row in enumerate(ranked)}
    await write_places(ctx, {id: place for id, place in places.items() if was[id] != place})


def _inserted(others: list[Any], moved: Any, position: float) -> list[Any]:
    rises = moved.position is not None and moved.position < position
    index = sum(row.position <= position if rises else row.position < position for row in others)
    return [*others[:index], moved, *others[index:]]


async def _siblings(ctx: Context, parent_id: str) -> list[Any]:
    """All that have a place under the parent, of any status, in order."""
    query = select(col(Recording.id), col(Recording.position), col(Recording.special), col(Recording.created_at)).where(
        col(Recording.parent_id) == parent_id, col(Recording.position).is_not(None)
    )
    return list(
        await ctx.tx.rows(query.order_by(col(Recording.position), col(Recording.created_at), col(Recording.id)))
    )


async def write_places(ctx: Context, places: Mapping[str, float]) -> None:
    """Set positions in one statement; the unique constraint looks at them only when the transaction ends."""
    if not places:
        return
    ids = bindparam(None, list(places), type_=ARRAY(Uuid(as_uuid=False)))
    numbers = bindparam(None, list(places.values()), type_=ARRAY(Float))
    wanted = func.unnest(ids, numbers).table_valued("id", "position", name="wanted").render_derived()
    await ctx.tx.run(update(Recording).where(col(Recording.id) == wanted.c.id).values(position=wanted.c.position))
