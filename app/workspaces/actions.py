"""What people do with workspaces. A new one is its maker's own; only its owner changes and deletes it (seed 003)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import any_, delete, func, literal, select, update
from sqlmodel import col

from app.core.context import Context
from app.core.db import Row
from app.core.errors import Forbidden, Invalid, Reason
from app.core.policy import Verb, require
from app.core.rules import line, optional_text
from app.core.table import Id
from app.orgs.actions import enter_personal
from app.people.model import Invitation
from app.projects import actions as projects
from app.projects.loaders import find_project
from app.projects.model import Project, ProjectAccess, ProjectStatus
from app.recordings.events import note
from app.workspaces.canvas import begun, empty_canvas, lay
from app.workspaces.loaders import DENIED, find_workspace, workspaces_of_viewer
from app.workspaces.model import Workspace, WorkspaceLevel, WorkspaceTemplate
from app.workspaces.slugs import follow_name, free_slug

COLOR = 40
ICON = 100
OF_PROJECT = ("name", "description", "color")
OWN = ("icon", "is_public")


@dataclass(frozen=True)
class New:
    """What a new workspace is to be."""

    name: str
    description: str | None
    template: object
    """Anything but the name of a template is the blank one."""
    is_public: bool
    icon: str | None
    color: str | None
    initial_state: object


async def create(ctx: Context, wish: New) -> Row:
    """A new workspace in the caller's own organization, which is founded if there is none yet; its state is as said.

    Raises Unauthenticated, Invalid, LimitReached.
    """
    await enter_personal(ctx)
    ctx.check_fields()
    template = _template(wish.template)
    state, items = begun(template, wish.initial_state)
    icon = optional_text("icon", wish.icon, most=ICON)
    color = optional_text("color", wish.color, most=COLOR)
    project = await projects.create(ctx, wish.name, wish.description, all_access=False)
    if color:
        await ctx.tx.run(update(Project).where(col(Project.id) == project.id).values(color=color))
    canvas = empty_canvas(ctx, project.id)
    await ctx.tx.add(canvas)
    last = await ctx.tx.value(select(func.max(col(Workspace.sort_order))).where(col(Workspace.owner_id) == ctx.me))
    await ctx.tx.add(
        Workspace(
            project_id=project.id,
            org_id=ctx.org_id,
            owner_id=ctx.me,
            canvas_id=canvas.id,
            template=template.value,
            slug=await free_slug(ctx, ctx.me, project.name),
            icon=icon,
            is_public=wish.is_public,
            sort_order=0 if last is None else last + 1,
            state=state,
        )
    )
    await lay(ctx, project.id, canvas.id, items, 0.0)
    return await find_workspace(ctx, project.id)


async def change(ctx: Context, id: str, values: dict[str, Any]) -> Row:
    """Change what is in `values`: name (the slug follows it), description, icon, color, is_public.

    Raises NotFound, Forbidden (for all but the owner), Invalid.
    """
    workspace = await owned(ctx, id)
    of_project: dict[str, Any] = {field: values[field] for field in OF_PROJECT if field in values}
    own: dict[str, Any] = {field: values[field] for field in OWN if field in values}
    if "name" in of_project:
        of_project["name"] = line("name", of_project["name"], most=projects.NAME)
    if "icon" in own:
        own["icon"] = optional_text("icon", own["icon"], most=ICON)
    if "is_public" in own:
        own["is_public"] = bool(own["is_public"])
    await projects.change(ctx, workspace.id, of_project)
    changed = {field: value for field, value in own.items() if workspace[field] != value}
    if changed:
        await ctx.tx.run(update(Workspace).where(col(Workspace.project_id) == workspace.id).values(**changed))
        await ctx.tx.run(update(Project).where(col(Project.id) == workspace.id).values(updated_at=ctx.now))
        await note(ctx, "project_changed", project_id=workspace.id, detail={"fields": sorted(changed)})
    if "name" in of_project:
        await follow_name(ctx, [workspace.id])
    return await find_workspace(ctx, workspace.id)


async def remove(ctx: Context, id: str) -> str:
    """Delete a workspace for good, with all that lies in it and every invitation that leads to it alone; its id.

    Raises NotFound, Forbidden (for all but the owner).
    """
    workspace = await owned(ctx, id)
    require(ctx, Verb.change_project)
    waiting = col(Invitation.accepted_at).is_(None)
    await ctx.tx.run(delete(Invitation).where(waiting, col(Invitation.project_ids) == [workspace.id]))
    await ctx.tx.run(
        update(Invitation)
        .where(literal(workspace.id, Id) == any_(col(Invitation.project_ids)))
        .values(project_ids=func.array_remove(col(Invitation.project_ids), literal(workspace.id, Id)))
    )
    await ctx.tx.run(delete(Project).where(col(Project.id) == workspace.id))
    await note(ctx, "project_deleted", detail={"project_id": workspace.id})
    return str(workspace.id)


async def track_open(ctx: Context, id: str) -> Row:
    """Remember that the caller has opened it now. Of who sees it only with all the team, nothing is kept.

    Raises NotFound, Forbidden.
    """
    workspace = await find_workspace(ctx, id)
    await ctx.enter(workspace.org_slug)
    ctx.check_fields()
    mine = col(ProjectAccess.project_id) == workspace.id, col(ProjectAccess.membership_id) == ctx.me
    await ctx.tx.run(update(ProjectAccess).where(*mine).values(last_opened_at=ctx.now))
    return await find_workspace(ctx, workspace.id)


async def reorder(ctx: Context, ids: Sequence[str]) -> list[Row]:
    """Put the caller's own workspaces into this order, those that are not named behind; all of them then, in order.

    Raises Unauthenticated, and Invalid for an id that is none of his own.
    """
    own = _in_order(await workspaces_of_viewer(ctx))
    ctx.check_fields()
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    if not set(wanted) <= {row.id for row in own}:
        raise Invalid.field("workspace_ids", Reason.not_found, "One of these workspaces is not yours")
    if not own:
        return own
    await ctx.enter(own[0].org_slug)
    others = [row.id for row in own if row.id not in set(wanted)]
    before = {row.id: row.sort_order for row in own}
    for number, id in enumerate([*wanted, *others]):
        if before[id] != number:
            await ctx.tx.run(update(Workspace).where(col(Workspace.project_id) == id).values(sort_order=number))
    return _in_order(await workspaces_of_viewer(ctx))


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """The viewer's own in their order, all of one organization: his own one."""
    own = sorted((row for row in rows if not row.is_shared), key=lambda row: int(row.sort_order))
    return [row for row in own if row.org_slug == own[0].org_slug]


async def owned(ctx: Context, id: str) -> Row:
    """One of the caller's own workspaces, entered. Raises NotFound and, for what others share, Forbidden."""
    return await _entered(ctx, id, {WorkspaceLevel.OWNER})


async def edited(ctx: Context, id: str) -> Row:
    """A workspace that the caller owns or edits, entered. Raises NotFound, Forbidden (viewers; it is archived)."""
    workspace = await _entered(ctx, id, {WorkspaceLevel.OWNER, WorkspaceLevel.EDITOR})
    project = await find_project(ctx, workspace.id)
    if project.status != ProjectStatus.ACTIVE:
        raise Forbidden(f"Project is {project.status}")
    return workspace


async def _entered(ctx: Context, id: str, levels: set[WorkspaceLevel]) -> Row:
    workspace = await find_workspace(ctx, id)
    if workspace.permission_level not in levels:
        raise Forbidden(DENIED)
    await ctx.enter(workspace.org_slug)
    ctx.check_fields()
    return workspace


def _template(value: object) -> WorkspaceTemplate:
    known = [template for template in WorkspaceTemplate if template == value]
    return known[0] if known else WorkspaceTemplate.BLANK
