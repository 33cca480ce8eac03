"""Putting one person on a project, or taking one off, by what kind of person it is: a client or one of the team."""

from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import is_id, read_id
from app.core.policy import is_team
from app.people.model import Membership, Side
from app.projects.actions import people_by_name, revise, writable
from app.projects.loaders import find_project
from app.projects.model import Project, ProjectStatus


async def add(ctx: Context, project_id: str, membership_id: str, side: Side) -> Membership:
    """Put somebody of that side on the project; who is on it already stays. Who is new hears of it.

    Raises NotFound, Forbidden, and Invalid for an id of nobody, or of somebody of the other side.
    """
    project = await _open(ctx, project_id)
    person = await _person(ctx, membership_id) if is_id(membership_id) else None
    if person is None or _side(person) is not side:
        message = f"membership_id is no {'client' if side is Side.CLIENT else 'member of the team'} here"
        raise Invalid.field("membership_id", Reason.invalid_value, message)
    if person.id not in await people_by_name(ctx, project.id):
        await revise(ctx, project, grant={person.id}, revoke=())
    return person


async def remove(ctx: Context, project_id: str, membership_id: str, side: Side) -> Membership:
    """Take somebody of that side off the project.

    Raises Forbidden, and NotFound also for who was not put on it by name.
    """
    project = await _open(ctx, project_id)
    person = await _person(ctx, read_id(membership_id))
    if person is None or _side(person) is not side or person.id not in await people_by_name(ctx, project.id):
        raise NotFound
    await revise(ctx, project, grant=(), revoke={person.id})
    return person


def _side(person: Membership) -> Side:
    return Side.TEAM if is_team(person.role) else Side.CLIENT


async def _open(ctx: Context, id: str) -> Project:
    """The project, which the caller may change now; what is in the trash is not there."""
    project = await find_project(ctx, id)
    if project.status == ProjectStatus.TRASHED:
        raise NotFound
    return await writable(ctx, project.id)


async def _person(ctx: Context, id: str) -> Membership | None:
    query = select(Membership).where(col(Membership.id) == id.lower(), col(Membership.removed_at).is_(None))
    return await ctx.tx.first(query)
