"""Reads workspaces, the viewer's own and those that others share with him, and what lies on them."""

from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from app.core.context import Context
from app.core.db import Row, Tx, among
from app.core.errors import Forbidden, NotFound
from app.core.ids import read_id
from app.recordings.model import Recording, RecordingStatus, RecordingType
from app.workspaces.model import CanvasContent

DENIED = "Access denied"


async def workspaces_of_viewer(ctx: Context) -> list[Row]:
    """All active ones that the signed-in user owns or is let into.

    Shared ones that he has not seen yet first, the newest share first; then what he opened last; then by their order.
    Raises Unauthenticated.
    """
    assert ctx.user_id
    return await ctx.tx.call("thicket_workspaces", None)


async def find_workspace(ctx: Context, id: str) -> Row:
    """One of them, also an archived one.

    Raises Unauthenticated, NotFound where there is none, and Forbidden where it is somebody else's: seed 003's
    product tells the two apart (domain.md 4, ruling 3).
    """
    assert ctx.user_id
    wanted = read_id(id)
    rows = await ctx.tx.call("thicket_workspaces", wanted)
    if rows:
        return rows[0]
    ((exists,),) = await ctx.tx.call("thicket_is_workspace", wanted)
    raise Forbidden(DENIED) if exists else NotFound


async def find_by_slug(ctx: Context, slug: str) -> Row:
    """The viewer's own workspace of that slug, else one that is shared with him. Raises Unauthenticated, NotFound."""
    found = [row for row in await workspaces_of_viewer(ctx) if row.slug == slug]
    if not found:
        raise NotFound
    return min(found, key=lambda row: bool(row.is_shared))


async def items_on(tx: Tx, canvas_ids: list[str]) -> list[list[dict[str, Any]]]:
    """The active items of each canvas in their places, each as its program wants it."""
    found: dict[str, list[dict[str, Any]]] = {id: [] for id in canvas_ids}
    for row in await tx.rows(items_query(canvas_ids)):
        found[row.parent_id].append(as_kept(row))
    return [found[id] for id in canvas_ids]


def items_query(canvas_ids: list[str]) -> Select[Any]:
    """The active items of these canvases, in their places."""
    columns: tuple[Any, ...] = (
        col(Recording.id), col(Recording.parent_id), col(Recording.title), col(Recording.position),
        col(CanvasContent.item),
    )  # fmt: skip
    return (
        select(*columns)
        .join(CanvasContent, col(CanvasContent.recording_id) == col(Recording.id), isouter=True)
        .where(
            among(Recording.parent_id, canvas_ids),
            col(Recording.type) == RecordingType.CANVAS_ITEM.value,
            col(Recording.status) == RecordingStatus.ACTIVE.value,
        )
        .order_by(col(Recording.position), col(Recording.created_at), col(Recording.id))
    )


def as_kept(row: Row) -> dict[str, Any]:
    """The item as its program wrote it; its name is the title, whoever has written that last."""
    if row.item is None:
        return {"id": row.id, "type": "note", "name": row.title or "", "subtitle": "", "data": {}}
    item: dict[str, Any] = row.item
    return item if title_of(item) == row.title else {**item, "name": row.title or ""}


def title_of(item: dict[str, Any]) -> str | None:
    """What an item is called as a recording: one line; null where it has no name."""
    name = item.get("name")
    return (" ".join(name.split()) or None) if isinstance(name, str) else None
