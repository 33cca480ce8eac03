"""What cards are planned by: a priority, an estimate, and a project that they are work for (routes.md 3.3)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, Problem, Reason
from app.core.ids import is_id
from app.projects.model import Project, ProjectStatus
from app.recordings.actions.holding import let_go, lock_tree
from app.recordings.actions.involvement import drop_those_without_access
from app.recordings.kind import Kind, kind_of
from app.recordings.model import Priority, Recording, RecordingTag
from app.registries.model import Tag, TaskType

MOST_HOURS = 100_000


def planned(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to set of priority and estimate, checked; null takes an estimate away, and means normal.

    Raises Invalid where the kind has no such thing, or for hours that nobody can work.
    """
    wanted: dict[str, Any] = {}
    for field in ("priority", "estimated_hours"):
        if values.get(field) is not None:
            _require_planned(kind, field)
        if field in values and kind.planned:
            wanted[field] = values[field]
    if "priority" in wanted:
        wanted["priority"] = str(wanted["priority"] or Priority.NORMAL.value)
    hours = wanted.get("estimated_hours")
    if hours is not None and not (math.isfinite(hours) and 0 <= hours <= MOST_HOURS):
        message = f"estimated_hours must be between 0 and {MOST_HOURS}"
        raise Invalid.field("estimated_hours", Reason.out_of_range, message)
    return wanted


async def linked_project(ctx: Context, kind: Kind, id: str | None) -> str | None:
    """The id of an active project that the caller sees. Raises Invalid for any other, or where the kind has none."""
    if id is None:
        return None
    _require_planned(kind, "linked_project_id")
    query = select(col(Project.id)).where(
        col(Project.id) == id.lower(), col(Project.status) == ProjectStatus.ACTIVE.value
    )
    found = await ctx.tx.value(query) if is_id(id) else None
    if found is None:
        raise Invalid.field("linked_project_id", Reason.not_found, "Unknown project")
    return str(found)


async def task_type(ctx: Context, kind: Kind, id: str | None) -> str | None:
    """The id of one of the organization's types of tasks. Raises Invalid for any other, or where the kind has none."""
    if id is None:
        return None
    _require_planned(kind, "task_type_id")
    found = await ctx.tx.value(select(col(TaskType.id)).where(col(TaskType.id) == id.lower())) if is_id(id) else None
    if found is None:
        raise Invalid.field("task_type_id", Reason.not_found, "Unknown type of tasks")
    return str(found)


async def tag(ctx: Context, recording: Recording, ids: Sequence[str]) -> bool:
    """Mark it with exactly these tags; whether that changed anything. Raises Invalid for unknown ones."""
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    if wanted:
        _require_planned(kind_of(recording.type), "tag_ids")
    query = select(col(Tag.id)).where(among(Tag.id, [id for id in wanted if is_id(id)]))
    known = {row[0] for row in await ctx.tx.rows(query)}
    if unknown := [id for id in wanted if id not in known]:
        raise Invalid([Problem("tag_ids", Reason.not_found, f"Unknown tag {id}") for id in unknown], "Unknown tag")
    mine = col(RecordingTag.recording_id) == recording.id
    before = {row[0] for row in await ctx.tx.rows(select(col(RecordingTag.tag_id)).where(mine).with_for_update())}
    if before == known:
        return False
    await ctx.tx.run(delete(RecordingTag).where(mine, among(RecordingTag.tag_id, before - known)))
    new = [id for id in wanted if id not in before]
    await ctx.tx.add_all([RecordingTag(recording_id=recording.id, tag_id=id, org_id=ctx.org_id) for id in new])
    return True


async def relink(ctx: Context, card: Recording, project_id: str | None) -> None:
    """What lies in a card is work for the same project; people who are not on that let go of it."""
    ids = await lock_tree(ctx, card.id)
    await ctx.tx.run(update(Recording).where(among(Recording.id, ids)).values(linked_project_id=project_id))
    if project_id is not None:
        await drop_those_without_access(ctx, ids, project_id)
    await let_go(ctx)
    ctx.forget()


def _require_planned(kind: Kind, field: str) -> None:
    if not kind.planned:
        raise Invalid.field(field, Reason.invalid_value, f"A {kind.words} has no {field}")
