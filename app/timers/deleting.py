"""Deleting for good: a project of timers, a space, a timer; and what that would do, told before."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from app.core.context import Context
from app.projects.loaders import people_ids_on
from app.projects.model import Project
from app.recordings.actions.holding import lock
from app.recordings.actions.places import last_place
from app.recordings.events import event, leave
from app.recordings.model import Recording, RecordingType
from app.timers.loaders import PROJECT, SPACE, TIMER, find_space, find_timer, key_of, lying_on, shares_on
from app.timers.places import open_board


@dataclass(frozen=True)
class Gone:
    """What was deleted, as it was called."""

    id: str
    name: str
    project_id: str
    project_name: str


async def delete_project(ctx: Context, key: str) -> Gone:
    """Delete a project for good, with all that is in it. Raises NotFound, Forbidden, LimitReached."""
    _, project = await open_board(ctx, key)
    gone = Gone(key_of(PROJECT, project.id), project.name, key_of(PROJECT, project.id), project.name)
    seen_by = await people_ids_on(ctx, project.id)
    await ctx.tx.run(delete(Project).where(col(Project.id) == project.id))
    await leave(ctx, [event(ctx, "project_deleted", None, detail=_detail("project", gone))], {"seen_by": seen_by})
    return gone


async def delete_space(ctx: Context, key: str, space_key: str) -> Gone:
    """Delete a space; its timers lie directly on the board then. Raises NotFound, Forbidden, LimitReached."""
    board, project = await open_board(ctx, key)
    space = await find_space(ctx, board, space_key)
    await lock(ctx, board.id, space.id)
    last = await last_place(ctx, board.id, TIMER)
    inside = await ctx.tx.all(select(Recording).where(col(Recording.parent_id) == space.id))
    for number, timer in enumerate(inside):
        place = {"parent_id": board.id, "position": last + number, "updated_at": ctx.now}
        await ctx.tx.run(update(Recording).where(col(Recording.id) == timer.id).values(place))
    return await _erase(ctx, space, SPACE, project)


async def delete_timer(ctx: Context, key: str, timer_key: str) -> Gone:
    """Delete a timer for good, with its public link. Raises NotFound, Forbidden, LimitReached."""
    board, project = await open_board(ctx, key)
    return await _erase(ctx, await find_timer(ctx, board, timer_key), TIMER, project)


async def _erase(ctx: Context, row: Recording, prefix: str, project: Project) -> Gone:
    gone = Gone(key_of(prefix, row.id, row.key), str(row.title), key_of(PROJECT, project.id), project.name)
    await ctx.tx.run(delete(Recording).where(col(Recording.id) == row.id))
    await leave(ctx, [event(ctx, "deleted", project.id, detail=_detail(prefix, gone))])
    return gone


def _detail(type: str, gone: Gone) -> dict[str, Any]:
    return {
        "type": type,
        "id": gone.id,
        "name": gone.name,
        "project_id": gone.project_id,
        "project_name": gone.project_name,
    }


async def preview_of_project(ctx: Context, key: str) -> dict[str, Any]:
    """What deleting the project would do. Raises as deleting it would."""
    board, project = await open_board(ctx, key)
    name = key_of(PROJECT, project.id)
    spaces = await lying_on(ctx, board, RecordingType.TIMER_SPACE)
    timers = await lying_on(ctx, board, RecordingType.TIMER)
    shares = await shares_on(ctx, board)
    changes: list[dict[str, Any]] = [{"action": "delete", "id": name, "name": project.name, "type": "project"}]
    changes += [_cascaded(SPACE, each, "name") for each in spaces] + [
        _cascaded(TIMER, each, "label") for each in timers
    ]
    return {
        "operation": "delete_project",
        "target": {"id": name, "name": project.name, "type": "project"},
        "would_change": True,
        "summary": {
            "projects": {"delete": 1},
            "share_links": {"delete": len(shares)},
            "spaces": {"delete": len(spaces)},
            "timers": {"delete": len(timers)},
        },
        "changes": changes,
        "warnings": [],
        "apply": _apply(f"/api/v1/projects/{name}"),
    }


async def preview_of_space(ctx: Context, key: str, space_key: str) -> dict[str, Any]:
    """What deleting the space would do. Raises as deleting it would."""
    board, project = await open_board(ctx, key)
    space = await find_space(ctx, board, space_key)
    where = {"project_id": key_of(PROJECT, project.id), "project_name": project.name}
    name = key_of(SPACE, space.id, space.key)
    target = {"id": name, "name": space.title, "type": "space", **where}
    inside = [each for each in await lying_on(ctx, board, RecordingType.TIMER) if each.parent_id == space.id]
    moved = [
        {"action": "update", "id": key_of(TIMER, each.id, each.key), "label": each.title, "reason": "detach"}
        for each in inside
    ]
    return {
        "operation": "delete_space",
        "target": target,
        "would_change": True,
        "summary": {"spaces": {"delete": 1}, "timers": {"update": len(inside)}},
        "changes": [{"action": "delete", **target}, *({**each, "type": "timer"} for each in moved)],
        "warnings": [],
        "apply": _apply(f"/api/v1/projects/{where['project_id']}/spaces/{name}"),
    }


def _cascaded(prefix: str, row: Recording, called: str) -> dict[str, Any]:
    key = key_of(prefix, row.id, row.key)
    return {"action": "delete", "id": key, called: row.title, "reason": "cascade", "type": prefix}


def _apply(path: str) -> dict[str, Any]:
    return {"method": "DELETE", "path": path, "requires_idempotency_key": True}
