"""Projects as managers plan them: for a client, with a state of the work, with a team that is named (routes.md 3.3)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.effects import Happening, follower
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Reason
from app.core.ids import is_id, new_id, read_id
from app.core.policy import Verb, is_team, owns_or_manages, require
from app.orgs.loaders import lock_organization
from app.people.loaders import memberships_of
from app.people.model import Company, Membership
from app.projects import actions
from app.projects.loaders import people_ids_on
from app.projects.model import Project, ProjectStatus
from app.recordings.actions.places import last_place
from app.recordings.containers import equip
from app.recordings.events import note
from app.recordings.model import Recording, RecordingType, SpecialColumn

WORKSPACE = "Workspace"
FIRST_STAGE, NEXT_STAGE = "Pending", "Doing"
OPEN_TO_ALL = "Everybody of the team is on this project"
OTHERS = "Only the project's creator, an owner or an admin can change it"


async def create(ctx: Context, name: str, description: str | None, values: dict[str, Any]) -> Project:
    """A new project that only who is put on it sees, with what managers plan.

    Raises Forbidden, Invalid, LimitReached.
    """
    require(ctx, Verb.manage_projects)
    planned = await _planned(ctx, values)
    project = await actions.create(ctx, name, description, False)
    return await actions.change(ctx, project.id, planned)


async def change(ctx: Context, id: str, values: dict[str, Any]) -> Project:
    """Change a project and its plan; its creator, owners and admins may. Raises NotFound, Forbidden, Invalid."""
    project = await _managed(ctx, id)
    return await actions.change(ctx, project.id, await _planned(ctx, values))


async def trash(ctx: Context, id: str) -> None:
    """Put a project into the trash; owners and admins may. Raises NotFound, Forbidden."""
    project = await _find(ctx, id)
    require(ctx, Verb.manage_projects)
    await actions.set_status(ctx, project.id, ProjectStatus.TRASHED)


async def add_member(ctx: Context, project_id: str, person_id: str) -> Membership:
    """Put somebody of the team on a project, named by a membership or a user. Twice is fine. Raises Invalid."""
    project = await _managed(ctx, project_id)
    (id,) = await memberships_of(ctx, [person_id], "person_id")
    person = await _person(ctx, id)
    if not is_team(person.role):
        raise Invalid.field("person_id", Reason.not_found, f"Unknown person {person_id}")
    await actions.set_people(ctx, project.id, None, [person.id], None)
    return person


async def remove_member(ctx: Context, project_id: str, person_id: str) -> None:
    """Take somebody off a project. Raises NotFound for who is not on it, Conflict where all the team is."""
    project = await _find(ctx, project_id)
    query = select(Membership).where(
        (col(Membership.user_id) == read_id(person_id)) | (col(Membership.id) == read_id(person_id))
    )
    person = await ctx.tx.first(query)
    if person is None or person.id not in await people_ids_on(ctx, project.id):
        raise NotFound
    _require_manager(ctx, project)
    if project.all_access:
        raise Conflict(OPEN_TO_ALL)
    await actions.set_people(ctx, project.id, None, None, [person.id])


@follower
async def prepare_for_gipo(ctx: Context, happened: Sequence[Happening]) -> None:
    """Make the organization's board of tasks when its first Gipo key was made (ruling 7)."""
    if any(each.action == "api_key_created" and (each.detail or {}).get("dialect") == "gipo" for each in happened):
        await make_workspace(ctx)


async def make_workspace(ctx: Context) -> None:
    """A project of the whole team whose board has the stages Pending, Doing and Done, unless there is one.

    It takes up no room of the plan.
    """
    await lock_organization(ctx)
    if await ctx.tx.first(select(Project).where(col(Project.is_system))) is not None:
        return
    project = Project(
        id=new_id(),
        org_id=ctx.org_id,
        name=WORKSPACE,
        is_system=True,
        creator_id=ctx.me,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.tx.add(project)
    await ctx.tx.refresh_access()
    await equip(ctx, project.id)
    await _make_stages(ctx, project.id)
    await note(ctx, "project_created", project_id=project.id)


async def _make_stages(ctx: Context, project_id: str) -> None:
    query = select(Recording).where(
        col(Recording.project_id) == project_id, col(Recording.special) == SpecialColumn.TRIAGE.value
    )
    first = await ctx.tx.first(query)
    assert first is not None
    await ctx.tx.run(update(Recording).where(col(Recording.id) == first.id).values(title=FIRST_STAGE))
    await ctx.tx.add(
        Recording(
            org_id=ctx.org_id,
            project_id=project_id,
            parent_id=first.parent_id,
            type=RecordingType.CARD_COLUMN.value,
            title=NEXT_STAGE,
            creator_id=ctx.me,
            tool=first.tool,
            position=await last_place(ctx, first.parent_id or "", RecordingType.CARD_COLUMN.value),
            created_at=ctx.now,
            updated_at=ctx.now,
        )
    )


async def _find(ctx: Context, id: str) -> Project:
    """An active project that people made."""
    query = select(Project).where(
        col(Project.id) == read_id(id),
        col(Project.status) == ProjectStatus.ACTIVE.value,
        col(Project.is_template).is_(False),
        col(Project.is_system).is_(False),
    )
    project = await ctx.tx.first(query)
    if project is None:
        raise NotFound
    return project


async def _managed(ctx: Context, id: str) -> Project:
    """The same, of which the caller may change everything."""
    project = await _find(ctx, id)
    _require_manager(ctx, project)
    return project


def _require_manager(ctx: Context, project: Project) -> None:
    if not owns_or_manages(ctx, project.creator_id):
        raise Forbidden(OTHERS)
    require(ctx, Verb.change_project)


async def _person(ctx: Context, id: str) -> Membership:
    person = await ctx.tx.first(select(Membership).where(col(Membership.id) == id))
    assert person is not None
    return person


async def _planned(ctx: Context, values: dict[str, Any]) -> dict[str, Any]:
    """The values, whose client is a client's company of the organization. Raises Invalid."""
    id = values.get("company_id")
    if id is None:
        return values
    query = select(col(Company.id)).where(col(Company.id) == id.lower(), col(Company.is_client))
    if not is_id(id) or await ctx.tx.value(query) is None:
        raise Invalid.field("company_id", Reason.not_found, "Unknown client")
    return values | {"company_id": id.lower()}
