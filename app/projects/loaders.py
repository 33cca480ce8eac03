"""Reads projects, their tools and their people."""

from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, and_, any_, case, exists, func, literal, or_
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import read_id
from app.core.paging import Order
from app.core.policy import team_only
from app.core.sources import Selection
from app.core.table import Id
from app.people.loaders import SideFilter, on_side
from app.people.model import Company, Invitation, Membership, Side
from app.projects.model import (
    Project,
    ProjectAccess,
    ProjectLink,
    ProjectStar,
    ProjectStatus,
    ProjectTool,
    Tool,
    WorkStatus,
)

strawberry.enum(ProjectStatus, description="Where a project is in its life.")
strawberry.enum(WorkStatus, description="How far the work in a project has come.")
strawberry.enum(Tool, description="A tool of a project; each owns one container that its content lies in.")

STARRED = exists().where(col(ProjectStar.project_id) == col(Project.id))
FIRST_STARRED = case((STARRED, 0), else_=1).label("_unstarred")
NAME = func.lower(col(Project.name)).label("_name")

ON_PROJECT = or_(
    exists().where(
        col(ProjectAccess.project_id) == col(Project.id), col(ProjectAccess.membership_id) == col(Membership.id)
    ),
    and_(col(Project.all_access), team_only(col(Membership.role))),
)
"""A person is on a project: by name, or with all the team."""


def projects_listed(
    status: Annotated[
        ProjectStatus, strawberry.argument(description="Only projects in this part of their life.")
    ] = ProjectStatus.ACTIVE,
) -> Selection:
    """Starred ones first, then by name."""
    return Selection(
        where=(col(Project.status) == status.value, col(Project.is_template).is_(False)),
        order=(Order(FIRST_STARRED, "_unstarred"), Order(NAME, "_name"), Order(col(Project.id), "id")),
        extra=(FIRST_STARRED, NAME),
    )


def projects_newest_first() -> Selection:
    """Active and archived ones, newest first."""
    return Selection(
        where=(col(Project.status) != ProjectStatus.TRASHED.value, col(Project.is_template).is_(False)),
        order=(
            Order(col(Project.created_at), "created_at", descending=True),
            Order(col(Project.id), "id", descending=True),
        ),
    )


def projects_planned(
    work_status: Annotated[
        WorkStatus | None, strawberry.argument(description="Only those whose work has come that far.")
    ] = None,
    query: Annotated[
        str | None,
        strawberry.argument(description="Only with these words in their own or their client's name, in any case."),
    ] = None,
) -> Selection:
    """Active ones that people made, by name."""
    where = [
        col(Project.status) == ProjectStatus.ACTIVE.value,
        col(Project.is_template).is_(False),
        col(Project.is_system).is_(False),
    ]
    if work_status is not None:
        where.append(col(Project.work_status) == work_status.value)
    if query:
        client = exists().where(col(Company.id) == col(Project.company_id), _holds(col(Company.name), query))
        where.append(or_(_holds(col(Project.name), query), client))
    return Selection(where=where, order=(Order(NAME, "_name"), Order(col(Project.id), "id")), extra=(NAME,))


def _holds(column: Any, words: str) -> ColumnElement[bool]:
    """SQL: the text has these characters in it, in any case."""
    condition: ColumnElement[bool] = func.strpos(func.lower(column), words.lower()) > 0
    return condition


def team_on_project() -> Selection:
    """Everybody but clients who can see the project, by name."""
    return people_on_project(Side.TEAM)


def people_on_project(side: SideFilter = None) -> Selection:
    """Everybody who can see the project, by name."""
    name = func.lower(col(Membership.name)).label("_name")
    return Selection(
        where=(col(Membership.removed_at).is_(None), *on_side(side)),
        order=(Order(name, "_name"), Order(col(Membership.id), "id")),
        join=(Project, ON_PROJECT),
        extra=(name,),
    )


def people_by_name() -> Selection:
    """Those who were put on the project by name, by name."""
    name = func.lower(col(Membership.name)).label("_name")
    return Selection(
        where=(col(Membership.removed_at).is_(None),),
        order=(Order(name, "_name"), Order(col(Membership.id), "id")),
        join=(ProjectAccess, col(ProjectAccess.membership_id) == col(Membership.id)),
        extra=(name,),
    )


def tools_listed(
    include_disabled: Annotated[bool, strawberry.argument(description="Also the tools that are switched off.")] = False,
) -> Selection:
    """In their order."""
    return Selection(
        where=() if include_disabled else (col(ProjectTool.enabled),),
        order=(Order(col(ProjectTool.position), "position"), Order(col(ProjectTool.id), "id")),
    )


SEE_EVERY_PROJECT = "thicket_see_every_project"
"""Lets an owner's list show the organization's every project for this operation; nothing of what is in them."""
BY_NAME = (col(ProjectAccess.membership_id) == func.thicket_me(type_=Id),)
"""The viewer was put on a project by name."""


async def find_project(ctx: Context, id: str) -> Project:
    """The project, of any status. Raises NotFound if there is none that the viewer may see."""
    project = await ctx.tx.first(select(Project).where(col(Project.id) == read_id(id)))
    if project is None:
        raise NotFound
    return project


def links_listed() -> Selection:
    """In their places."""
    return Selection(order=(Order(col(ProjectLink.position), "position"), Order(col(ProjectLink.id), "id")))


async def see_every_project(ctx: Context) -> None:
    """Let an owner's list show the organization's every project for this operation; nothing of what is in them."""
    await ctx.tx.call(SEE_EVERY_PROJECT)


async def tools_of(ctx: Context, project_id: str) -> list[ProjectTool]:
    """All tools, disabled ones too, in order."""
    return await ctx.tx.all(
        select(ProjectTool)
        .where(col(ProjectTool.project_id) == project_id)
        .order_by(col(ProjectTool.position), col(ProjectTool.id))
    )


async def addresses_invited_to(ctx: Context, project_id: str) -> list[str]:
    """The addresses of open invitations that lead to the project, in order."""
    query = (
        select(Invitation)
        .where(
            literal(project_id, Id) == any_(col(Invitation.project_ids)),
            col(Invitation.accepted_at).is_(None),
            col(Invitation.declined).is_(False),
        )
        .order_by(col(Invitation.email))
    )
    return [invitation.email for invitation in await ctx.tx.all(query)]


async def people_ids_on(ctx: Context, project_id: str) -> set[str]:
    """The memberships that can see the project."""
    query = (
        select(col(Membership.id))
        .join(Project, ON_PROJECT)
        .where(col(Project.id) == project_id, col(Membership.removed_at).is_(None))
    )
    return {row[0] for row in await ctx.tx.rows(query)}
