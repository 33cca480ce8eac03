"""Reads people, companies, groups and invitations."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from app.core.conditions import Viewer, earlier
from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.ids import is_id, read_id
from app.core.paging import Order
from app.core.policy import team_only
from app.core.sources import Selection
from app.people.model import Company, GroupMember, Invitation, Membership, PeopleGroup, Side
from app.projects.model import Project, ProjectAccess, ProjectStatus

strawberry.enum(Side, name="ProjectSide", description="The two kinds of people on a project.")

SideFilter = Annotated[
    Side | None, strawberry.argument(description="Only clients, or only the team; all if not given.")
]


def on_side(side: Side | None) -> list[ColumnElement[bool]]:
    """SQL: the person is of that side."""
    if side is None:
        return []
    team = team_only(col(Membership.role))
    return [team if side is Side.TEAM else ~team]


def _is_client() -> Any:
    return select_columns(func.thicket_is_client()).scalar_subquery()


def _me() -> Any:
    return select_columns(func.thicket_me()).scalar_subquery()


def listed_for_viewer() -> ColumnElement[bool]:
    """SQL: the person is in the viewer's directory. Clients find only people they share a project with.

    Row-level security leaves only the viewer's own projects, and access rows of those, to look at.
    """
    on_same_project = exists().where(
        col(ProjectAccess.membership_id) == col(Membership.id),
        col(ProjectAccess.project_id) == col(Project.id),
        col(Project.status) != ProjectStatus.TRASHED.value,
    )
    with_all_the_team = exists().where(col(Project.all_access), col(Project.status) != ProjectStatus.TRASHED.value)
    return and_(
        col(Membership.removed_at).is_(None),
        or_(
            ~_is_client(),
            col(Membership.id) == _me(),
            on_same_project,
            and_(team_only(col(Membership.role)), with_all_the_team),
        ),
    )


def people_listed(side: SideFilter = None) -> Selection:
    """Everybody whom the viewer may find, by name."""
    return _by_name(Membership, listed_for_viewer(), *on_side(side))


def clients_listed() -> Selection:
    """The clients whom the viewer may find, by name."""
    return people_listed(Side.CLIENT)


def team_listed() -> Selection:
    """Who of the team the viewer may find, by name."""
    return people_listed(Side.TEAM)


def companies_listed() -> Selection:
    """By name. Clients find only their own."""
    own = exists().where(col(Membership.id) == _me(), col(Membership.company_id) == col(Company.id))
    return _by_name(Company, or_(~_is_client(), own))


def groups_listed() -> Selection:
    """By name. Clients find none: they are in none."""
    return _by_name(PeopleGroup, ~_is_client())


def people_of_company() -> Selection:
    """A company's people whom the viewer may find, by name."""
    return _by_name(Membership, listed_for_viewer())


def members_counted() -> Selection:
    """A company's people who are still there."""
    return Selection(where=(col(Membership.removed_at).is_(None),))


def people_in_group() -> Selection:
    """A group's people, by name."""
    return _by_name(
        Membership,
        col(Membership.removed_at).is_(None),
        join=(GroupMember, col(GroupMember.membership_id) == col(Membership.id)),
    )


def groups_of_person() -> Selection:
    """The groups that a person is in, by name."""
    return _by_name(PeopleGroup, ~_is_client(), join=(GroupMember, col(GroupMember.group_id) == col(PeopleGroup.id)))


def invitations_waiting() -> Selection:
    """Invitations that nobody has taken yet, newest first."""
    return Selection(
        where=(col(Invitation.accepted_at).is_(None),),
        order=(Order(col(Invitation.id), "id", descending=True),),
    )


def has_expired(invitation: Any, viewer: Viewer) -> Any:
    """Nobody took it in time. Holds in SQL as well."""
    return earlier(invitation.expires_at, viewer.now)


def _by_name(table: Any, *where: ColumnElement[bool], join: Any = None) -> Selection:
    name = func.lower(table.name).label("_name")
    return Selection(where=where, order=(Order(name, "_name"), Order(table.id, "id")), join=join, extra=(name,))


async def find_person(ctx: Context, id: str) -> Membership:
    """Somebody who is still here. Raises NotFound if the viewer's directory has no such person."""
    query = select(Membership).where(col(Membership.id) == read_id(id), listed_for_viewer())
    person = await ctx.tx.first(query)
    if person is None:
        raise NotFound
    return person


async def find_company(ctx: Context, id: str) -> Company:
    """Raises NotFound."""
    company = await ctx.tx.first(select(Company).where(col(Company.id) == read_id(id), *companies_listed().where))
    if company is None:
        raise NotFound
    return company


async def find_group(ctx: Context, id: str) -> PeopleGroup:
    """Raises NotFound."""
    group = await ctx.tx.first(select(PeopleGroup).where(col(PeopleGroup.id) == read_id(id), *groups_listed().where))
    if group is None:
        raise NotFound
    return group


async def known_company(ctx: Context, id: str | None) -> str | None:
    """The id of a company that a body names. Raises Invalid where there is none (domain.md 4, ruling 12)."""
    if id is None:
        return None
    rows = await ctx.tx.rows(
        select_columns(col(Company.id)).where(among(Company.id, [id.lower()] if is_id(id) else []))
    )
    if not rows:
        raise Invalid.field("company_id", Reason.not_found, f"Unknown company {id}", "Unknown company")
    return id.lower()


async def known_people(ctx: Context, ids: Collection[str]) -> Sequence[Membership]:
    """The people whom a body names, each once. Raises Invalid for ids of nobody who is still here."""
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    query = select(Membership).where(
        among(Membership.id, [id for id in wanted if is_id(id)]), col(Membership.removed_at).is_(None)
    )
    people = await ctx.tx.all(query)
    unknown = [id for id in wanted if id not in {person.id for person in people}]
    if unknown:
        problems = [Problem("membership_ids", Reason.not_found, f"Unknown membership {id}") for id in unknown]
        raise Invalid(problems, "Unknown membership")
    return people


async def known_projects(ctx: Context, ids: Collection[str]) -> list[str]:
    """The projects that a body names, each once. Raises Invalid for ids of none that the viewer may see."""
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    query = select_columns(col(Project.id)).where(
        among(Project.id, [id for id in wanted if is_id(id)]), col(Project.status) == ProjectStatus.ACTIVE.value
    )
    known = {row[0] for row in await ctx.tx.rows(query)}
    unknown = [id for id in wanted if id not in known]
    if unknown:
        problems = [Problem("project_ids", Reason.not_found, f"Unknown project {id}") for id in unknown]
        raise Invalid(problems, "Unknown project")
    return wanted


async def memberships_of(ctx: Context, ids: Sequence[str], field: str) -> list[str]:
    """The membership ids of people who are named by those, or by the ids of their users; in order, each once.

    Raises Invalid where there is no such person.
    """
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    known = [id for id in wanted if is_id(id)]
    query = select(col(Membership.id), col(Membership.user_id)).where(
        or_(among(Membership.id, known), among(Membership.user_id, known)), col(Membership.removed_at).is_(None)
    )
    found = {key: row.id for row in await ctx.tx.rows(query) for key in (row.id, row.user_id)}
    unknown = [id for id in wanted if id not in found]
    if unknown:
        problems = [Problem(field, Reason.not_found, f"Unknown person {id}") for id in unknown]
        raise Invalid(problems, "Unknown person")
    return list(dict.fromkeys(found[id] for id in wanted))
