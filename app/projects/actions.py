"""What people do with projects."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from app.billing.plans import require_room_for_project
from app.core.context import Context
from app.core.db import among
from app.core.errors import Forbidden, Invalid, NotFound, Problem, Reason
from app.core.ids import is_id, new_id
from app.core.policy import Verb, allows, is_team, owns_or_manages, require, team_only
from app.core.rules import in_order, line, optional_text
from app.orgs.model import Organization
from app.people.loaders import known_company
from app.people.model import Membership
from app.projects.loaders import ON_PROJECT, find_project, see_every_project, tools_of
from app.projects.model import Project, ProjectAccess, ProjectStar, ProjectStatus, ProjectTool, Tool
from app.recordings.actions.holding import hold_drafts, let_go
from app.recordings.containers import equip
from app.recordings.events import note
from app.recordings.model import Assignment, Recording, Subscription

NAME = 200
DESCRIPTION = 10_000


async def create(ctx: Context, name: str, description: str | None, all_access: bool) -> Project:
    """A new project with its tools. Its creator is on it and keeps it starred."""
    require(ctx, Verb.create_project)
    project = Project(
        id=new_id(),
        org_id=ctx.org_id,
        name=line("name", name, most=NAME),
        description=optional_text("description", description, most=DESCRIPTION),
        all_access=all_access,
        creator_id=ctx.me,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await found(ctx, project)
    await ctx.tx.add(ProjectStar(project_id=project.id, membership_id=ctx.me, org_id=ctx.org_id, created_at=ctx.now))
    return await find_project(ctx, project.id)


async def found(ctx: Context, project: Project) -> None:
    """Add the project with its tools; the caller, whoever its creator is, is on it. Raises LimitReached."""
    await require_room_for_project(ctx)
    await ctx.tx.add(project)
    await ctx.tx.add(ProjectAccess(project_id=project.id, membership_id=ctx.me, org_id=ctx.org_id, created_at=ctx.now))
    await ctx.tx.refresh_access()
    await equip(ctx, project.id)
    await note(ctx, "project_created", project_id=project.id)


async def star(ctx: Context, id: str, starred: bool) -> Project:
    """Keep a project at the top of one's own list, or no longer. Doing it twice changes nothing. Raises NotFound."""
    project = await find_project(ctx, id)
    require(ctx, Verb.star_project)
    mine = col(ProjectStar.project_id) == project.id, col(ProjectStar.membership_id) == ctx.me
    there = await ctx.tx.value(select(func.count()).select_from(ProjectStar).where(*mine))
    if starred and not there:
        await ctx.tx.add(
            ProjectStar(project_id=project.id, membership_id=ctx.me, org_id=ctx.org_id, created_at=ctx.now)
        )
    elif not starred:
        await ctx.tx.run(delete(ProjectStar).where(*mine))
    ctx.forget()
    return project


async def join(ctx: Context, id: str) -> Project:
    """Put oneself on a project of one's organization that one may not even see; for owners.

    Joining again changes nothing. Raises NotFound, and Forbidden for others who see the project.
    """
    if allows(ctx, Verb.join_project):
        await see_every_project(ctx)
    project = await find_project(ctx, id)
    require(ctx, Verb.join_project)
    if ctx.me not in await people_by_name(ctx, project.id):
        return await revise(ctx, project, grant={ctx.me}, revoke=())
    return project


async def change(ctx: Context, id: str, values: dict[str, Any]) -> Project:
    """Change a project's own fields; one that is not in `values` stays as it is.

    Switching clients off makes everything the team's own and takes them off the project.
    """
    project = await writable(ctx, id)
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = line("name", wanted["name"] or "", most=NAME)
    for field, most in (("description", DESCRIPTION), ("client_company_name", NAME), ("color", 40)):
        if field in wanted:
            wanted[field] = optional_text(field, wanted[field], most=most)
    in_order(
        ("starts_on", wanted.get("starts_on", project.starts_on)), ("ends_on", wanted.get("ends_on", project.ends_on))
    )
    if "company_id" in wanted:
        wanted["company_id"] = await known_company(ctx, wanted["company_id"])
    if wanted.get("clients_enabled") is False and project.clients_enabled:
        await _let_clients_go(ctx, project.id)
    changed = {field: value for field, value in wanted.items() if getattr(project, field) != value}
    if changed:
        await _update(ctx, project.id, changed)
        if changed.get("all_access") is False:
            await _close_to_others(ctx, project.id)
        await note(ctx, "project_changed", project_id=project.id, detail={"fields": sorted(changed)})
    return await find_project(ctx, project.id)


async def set_status(ctx: Context, id: str, status: ProjectStatus) -> Project:
    """Archive, trash or bring back a project; what lies in it stays untouched. Doing it twice changes nothing."""
    project = await find_project(ctx, id)
    await _require_change(ctx, project)
    if project.status == status:
        return project
    if status is ProjectStatus.ACTIVE:
        await require_room_for_project(ctx)
    trashed_at = ctx.now if status is ProjectStatus.TRASHED else None
    await _update(ctx, project.id, {"status": status.value, "trashed_at": trashed_at})
    verb = {"active": "restored", "archived": "archived", "trashed": "trashed"}[status.value]
    await note(ctx, f"project_{verb}", project_id=project.id)
    return await find_project(ctx, project.id)


async def change_tool(
    ctx: Context, id: str, tool: Tool, *, enabled: bool | None, title: str | None, position: float | None
) -> list[ProjectTool]:
    """Show, hide, rename or move a tool; all tools afterwards. Hiding destroys nothing (domain.md 2.4)."""
    project = await writable(ctx, id)
    if enabled is None and title is None and position is None:
        raise Invalid.field("enabled", Reason.required, "Provide enabled, title or position")
    tools = await ctx.tx.all(
        select_rows(ProjectTool).where(col(ProjectTool.project_id) == project.id).with_for_update()
    )
    mine = next((row for row in tools if row.tool == tool), None)
    if mine is None:
        raise NotFound
    values: dict[str, Any] = {}
    if enabled is not None:
        values["enabled"] = enabled
    if title is not None:
        values["label"] = line("title", title, most=60)
    if values:
        await ctx.tx.run(update(ProjectTool).where(col(ProjectTool.id) == mine.id).values(values))
    if enabled is not None and enabled != mine.enabled:
        await hold_drafts(ctx, project.id)
        await ctx.tx.run(
            update(Recording)
            .where(col(Recording.place_id) == project.id, col(Recording.tool) == tool.value)
            .values(tool_enabled=enabled)
        )
        await note(ctx, "tool_enabled" if enabled else "tool_disabled", project_id=project.id, detail={"tool": tool})
    if title is not None:
        await ctx.tx.run(update(Recording).where(col(Recording.id) == mine.container_id).values(title=values["label"]))
    if position is not None:
        await _move_tool(ctx, tools, mine, position)
    await let_go(ctx)
    return await tools_of(ctx, project.id)


async def _move_tool(ctx: Context, tools: list[ProjectTool], moved: ProjectTool, position: float) -> None:
    """Put a tool before the first one that stands at or after the position, and number all anew."""
    others = sorted((tool for tool in tools if tool.id != moved.id), key=lambda tool: (tool.position, tool.id))
    later = position > moved.position
    index = sum(tool.position <= position if later else tool.position < position for tool in others)
    for number, tool in enumerate([*others[:index], moved, *others[index:]]):
        if tool.position != number:
            await ctx.tx.run(update(ProjectTool).where(col(ProjectTool.id) == tool.id).values(position=number))


async def set_people(
    ctx: Context,
    id: str,
    membership_ids: Sequence[str] | None,
    grant: Sequence[str] | None,
    revoke: Sequence[str] | None,
) -> Project:
    """Say who is on the project by name: exactly `membership_ids` and the caller, or whom to add and to take off.

    Taking oneself off is leaving. Raises Invalid for both ways at once, for neither, and for unknown people.
    """
    project = await writable(ctx, id)
    if membership_ids is None and grant is None and revoke is None:
        raise Invalid.field("membership_ids", Reason.required, "membership_ids is required")
    now_on = await people_by_name(ctx, project.id)
    if membership_ids is not None:
        if grant is not None or revoke is not None:
            message = "membership_ids cannot be used together with grant or revoke"
            raise Invalid.field("membership_ids", Reason.conflict, message)
        wanted = await _known(ctx, membership_ids, "membership_ids") | {ctx.me}
        return await revise(ctx, project, grant=wanted - now_on, revoke=now_on - wanted)
    granted = await _known(ctx, grant or (), "grant")
    revoked = await _known(ctx, revoke or (), "revoke")
    return await revise(ctx, project, grant=granted - now_on - revoked, revoke=now_on & revoked)


async def revise(ctx: Context, project: Project, *, grant: Collection[str], revoke: Collection[str]) -> Project:
    """Put people on the project by name, and take others off it. A client opens it to clients (Q8)."""
    await ctx.tx.add_all(
        [
            ProjectAccess(project_id=project.id, membership_id=id, org_id=ctx.org_id, created_at=ctx.now)
            for id in sorted(grant)
        ]
    )
    if grant:
        roles = await ctx.tx.rows(select(col(Membership.role)).where(among(Membership.id, grant)))
        if any(not is_team(row.role) for row in roles) and not project.clients_enabled:
            await _update(ctx, project.id, {"clients_enabled": True})
        await note(ctx, "people_added", project_id=project.id, detail={"membership_ids": sorted(grant)})
    if revoke:
        await _take_off(ctx, project.id, revoke)
        await note(ctx, "people_removed", project_id=project.id, detail={"membership_ids": sorted(revoke)})
    return await find_project(ctx, project.id)


async def _take_off(ctx: Context, project_id: str, membership_ids: Collection[str]) -> None:
    """Losing access ends assignments and subscriptions there, unless the project is open to all the team."""
    await ctx.tx.run(
        delete(ProjectAccess).where(
            col(ProjectAccess.project_id) == project_id, among(ProjectAccess.membership_id, membership_ids)
        )
    )
    await _drop_those_without_access(ctx, project_id)


async def _close_to_others(ctx: Context, project_id: str) -> None:
    """Only who was put on the project by name stays on it; the caller, who closes it, does too."""
    if ctx.me not in await people_by_name(ctx, project_id):
        await ctx.tx.add(
            ProjectAccess(project_id=project_id, membership_id=ctx.me, org_id=ctx.org_id, created_at=ctx.now)
        )
    await _drop_those_without_access(ctx, project_id)


async def _drop_those_without_access(ctx: Context, project_id: str) -> None:
    """Nobody is to do, or hears of, what he cannot see any more (domain.md 2.8)."""
    still_on = select(col(Membership.id)).join(Project, ON_PROJECT).where(col(Project.id) == project_id)
    there = select(col(Recording.id)).where(col(Recording.place_id) == project_id)
    for table in (Assignment, Subscription):
        await ctx.tx.run(
            delete(table).where(col(table.recording_id).in_(there), col(table.membership_id).not_in(still_on))
        )


async def _let_clients_go(ctx: Context, project_id: str) -> None:
    """Everything becomes the team's own, and no client is on the project any more (domain.md 2.10)."""
    await hold_drafts(ctx, project_id)
    await ctx.tx.run(
        update(Recording)
        .where(col(Recording.place_id) == project_id, col(Recording.visible_to_clients))
        .values(visible_to_clients=False)
    )
    await let_go(ctx)
    query = (
        select(col(ProjectAccess.membership_id))
        .join(Membership, col(Membership.id) == col(ProjectAccess.membership_id))
        .where(col(ProjectAccess.project_id) == project_id, ~team_only(col(Membership.role)))
    )
    clients = [row[0] for row in await ctx.tx.rows(query)]
    if clients:
        await _take_off(ctx, project_id, clients)


async def people_by_name(ctx: Context, project_id: str) -> set[str]:
    """Who is on the project by name; nobody else changes that until the transaction ends."""
    query = select(col(ProjectAccess.membership_id)).where(col(ProjectAccess.project_id) == project_id)
    return {row[0] for row in await ctx.tx.rows(query.with_for_update())}


async def _known(ctx: Context, ids: Sequence[str], field: str) -> set[str]:
    """The ids, all of people who are still here. Raises Invalid for any other."""
    wanted = {id.lower() for id in ids}
    query = select(col(Membership.id)).where(
        among(Membership.id, [id for id in wanted if is_id(id)]), col(Membership.removed_at).is_(None)
    )
    unknown = sorted(wanted - {row[0] for row in await ctx.tx.rows(query)})
    if unknown:
        problems = [Problem(field, Reason.not_found, f"Unknown membership {id}") for id in unknown]
        raise Invalid(problems, "Unknown membership")
    return wanted


async def writable(ctx: Context, id: str) -> Project:
    """The project, of which the caller may change something. Raises NotFound or Forbidden."""
    project = await find_project(ctx, id)
    await _require_change(ctx, project)
    if project.status != ProjectStatus.ACTIVE:
        raise Forbidden(f"Project is {project.status}")
    return project


async def _require_change(ctx: Context, project: Project) -> None:
    require(ctx, Verb.change_project)
    organization = await ctx.tx.first(select_rows(Organization).where(col(Organization.id) == ctx.org_id))
    if organization and organization.restrict_project_edits and not owns_or_manages(ctx, project.creator_id):
        raise Forbidden("Only the project's creator can change it here")


async def _update(ctx: Context, id: str, values: dict[str, Any]) -> None:
    await ctx.tx.run(update(Project).where(col(Project.id) == id).values(**values, updated_at=ctx.now))
    ctx.forget()
