"""Events of workspaces: a program appends what it has done to the version that it knows (routes.md 3.5).

The state is kept as recordings, so every event is carried out when it comes. Who knows an older version is told what
happened since, and nothing is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import Row
from app.core.errors import Forbidden, Invalid, Reason
from app.core.ids import new_id
from app.core.sources import whole
from app.people.model import Membership
from app.projects.model import Project, ProjectStatus
from app.recordings.actions.holding import let_go, lock
from app.workspaces.canvas import items_held, state_of, write_items
from app.workspaces.changes import Canvas, changed
from app.workspaces.loaders import find_workspace
from app.workspaces.model import Workspace, WorkspaceEvent, WorkspaceLevel, WorkspaceSnapshot

EVERY = 50
"""After how many events the whole state is kept."""
MOST = 1_000
"""How many events are told at once."""
KEY = 200
TYPE = 100
LATEST = 2**53
"""The largest whole number that every program reads as it is."""


@dataclass(frozen=True)
class Told:
    """An event as a program tells it."""

    key: str
    type: str
    payload: dict[str, Any]
    timestamp: int


async def append(ctx: Context, id: str, event: object, base_version: int) -> dict[str, Any]:
    """Carry an event out if `base_version` is the present version; the answer says which version there is then.

    Otherwise it is a conflict: the answer has what happened since. An event that is sent again is answered as before.
    Raises NotFound, Forbidden (viewers; archived projects), Invalid.
    """
    workspace = await _editable(ctx, id)
    told = _told(ctx, event)
    await lock(ctx, workspace.canvas_id)
    row = await _locked(ctx, workspace.id)
    before = await ctx.tx.value(
        select(col(WorkspaceEvent.version)).where(
            col(WorkspaceEvent.project_id) == workspace.id, col(WorkspaceEvent.key) == told.key
        )
    )
    if before is not None:
        return {"success": True, "conflict": False, "version": before, "current_events": None}
    if base_version != row.version:
        since = await events_since(ctx, workspace.id, base_version)
        return {"success": None, "conflict": True, "version": row.version, "current_events": since}
    await _carry_out(ctx, workspace, row, told)
    return {"success": True, "conflict": False, "version": row.version + 1, "current_events": None}


async def events_since(ctx: Context, project_id: str, version: int) -> list[Row]:
    """What came after this version, oldest first, at most the newest 1,000."""
    query = (
        whole(WorkspaceEvent)
        .add_columns(col(Membership.user_id), col(Membership.name).label("user_name"))
        .join(Membership, col(Membership.id) == col(WorkspaceEvent.actor_id))
        .where(col(WorkspaceEvent.project_id) == project_id, col(WorkspaceEvent.version) > version)
        .order_by(col(WorkspaceEvent.version).desc())
        .limit(MOST)
    )
    return list(reversed(await ctx.tx.rows(query)))


async def log_of(ctx: Context, workspace: Row) -> dict[str, Any]:
    """The events of a workspace, how many it has had, and its state now, which may know more than they do."""
    await ctx.enter(workspace.org_slug)
    return {
        "events": await events_since(ctx, workspace.id, 0),
        "version": workspace.version,
        "snapshot": {"version": workspace.version, "state": await state_of(ctx, workspace)},
    }


async def snapshots_of(ctx: Context, workspace: Row) -> list[WorkspaceSnapshot]:
    """The states that were kept, newest first, at most 1,000. Raises Forbidden for all but the owner."""
    if workspace.permission_level != WorkspaceLevel.OWNER:
        raise Forbidden("Access denied")
    await ctx.enter(workspace.org_slug)
    query = select(WorkspaceSnapshot).where(col(WorkspaceSnapshot.project_id) == workspace.id)
    return await ctx.tx.all(query.order_by(col(WorkspaceSnapshot.version).desc()).limit(MOST))


async def _editable(ctx: Context, id: str) -> Row:
    """A workspace whose content the caller may change, entered."""
    workspace = await find_workspace(ctx, id)
    if workspace.permission_level == WorkspaceLevel.VIEWER:
        raise Forbidden("Editor access required")
    await ctx.enter(workspace.org_slug)
    status = await ctx.tx.value(select(col(Project.status)).where(col(Project.id) == workspace.id))
    if status != ProjectStatus.ACTIVE:
        raise Forbidden(f"Project is {status}")
    ctx.check_fields()
    return workspace


async def _locked(ctx: Context, project_id: str) -> Workspace:
    query = select(Workspace).where(col(Workspace.project_id) == project_id).with_for_update()
    row = await ctx.tx.first(query)
    assert row is not None
    return row


async def _carry_out(ctx: Context, workspace: Row, row: Workspace, told: Told) -> None:
    held = await items_held(ctx, workspace.canvas_id)
    before = Canvas([each.item for each in held], row.state)
    after = changed(before, told.type, told.payload, told.timestamp)
    await write_items(ctx, workspace, held, after.items)
    await ctx.tx.add(
        WorkspaceEvent(
            id=new_id(),
            org_id=ctx.org_id,
            project_id=workspace.id,
            version=row.version + 1,
            key=told.key,
            type=told.type,
            payload=told.payload,
            timestamp=told.timestamp,
            actor_id=ctx.me,
            created_at=ctx.now,
        )
    )
    await ctx.tx.run(
        update(Workspace)
        .where(col(Workspace.project_id) == workspace.id)
        .values(version=row.version + 1, state=after.kept)
    )
    await let_go(ctx)
    ctx.forget()
    if (row.version + 1) % EVERY == 0:
        await _keep(ctx, await find_workspace(ctx, workspace.id))


async def _keep(ctx: Context, workspace: Row) -> None:
    state = await state_of(ctx, workspace)
    await ctx.tx.add(
        WorkspaceSnapshot(
            id=new_id(),
            org_id=ctx.org_id,
            project_id=workspace.id,
            version=workspace.version,
            state=state,
            created_at=ctx.now,
        )
    )


def _told(ctx: Context, event: object) -> Told:
    """The event, read. What the program says of who it was is not believed. Raises Invalid."""
    if not isinstance(event, dict):
        raise Invalid.field("event", Reason.invalid_value, "event must be an object")
    type, payload, key = event.get("type"), event.get("payload", {}), event.get("id")
    if not isinstance(type, str) or not 0 < len(type) <= TYPE:
        raise Invalid.field("event.type", Reason.invalid_value, "event.type must name the type of the event")
    if not isinstance(payload, dict):
        raise Invalid.field("event.payload", Reason.invalid_value, "event.payload must be an object")
    if key is not None and (not isinstance(key, str) or not 0 < len(key) <= KEY):
        raise Invalid.field("event.id", Reason.invalid_value, f"event.id must be text of at most {KEY} characters")
    return Told(key or new_id(), type, payload, _moment(ctx, event.get("timestamp")))


def _moment(ctx: Context, given: object) -> int:
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= LATEST:
        return int(given)
    return int(ctx.now.timestamp() * 1000)


def shown(events: Sequence[Row]) -> list[dict[str, Any]]:
    """The events as programs know them."""
    return [
        {
            "id": each.key,
            "type": each.type,
            "payload": each.payload,
            "timestamp": each.timestamp,
            "user_id": each.user_id,
            "user_name": each.user_name,
            "version": each.version,
        }
        for each in events
    ]
