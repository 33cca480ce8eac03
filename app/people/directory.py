"""Companies, which people belong to, and groups, which bundle people of the team."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, update
from sqlmodel import col

from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.core.ids import new_id
from app.core.policy import Verb, is_team, require
from app.core.rules import line, normal_email, optional_text
from app.people.loaders import find_company, find_group, known_people
from app.people.model import Company, GroupMember, Invitation, Membership, PeopleGroup
from app.recordings.events import note

NAME = 200
CONTACT = {"website": 2_000, "email": 254, "phone_number": 50, "address": 1_000}
"""How a company can be reached: what can be said, and how long it may be."""
MEMBERS = 1_000
"""How many people one group may hold."""


async def create_company(ctx: Context, values: dict[str, Any]) -> Company:
    """A company of these fields, `name` among them. Raises Forbidden, Invalid."""
    require(ctx, Verb.manage_companies)
    company = Company(id=new_id(), org_id=ctx.org_id, created_at=ctx.now, updated_at=ctx.now, **_read_company(values))
    await ctx.tx.add(company)
    await note(ctx, "company_created", detail={"company_id": company.id})
    return await find_company(ctx, company.id)


async def change_company(ctx: Context, id: str, values: dict[str, Any]) -> Company:
    """Change what is in `values`. Raises NotFound, Forbidden, Invalid."""
    company = await find_company(ctx, id)
    require(ctx, Verb.manage_companies)
    wanted = _read_company(values)
    changed = {field: value for field, value in wanted.items() if getattr(company, field) != value}
    if changed:
        await ctx.tx.run(update(Company).where(col(Company.id) == company.id).values(**changed, updated_at=ctx.now))
        await note(ctx, "company_changed", detail={"company_id": company.id, "fields": sorted(changed)})
    return await find_company(ctx, company.id)


def _read_company(values: dict[str, Any]) -> dict[str, Any]:
    """The values as columns. Raises Invalid."""
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = line("name", wanted["name"], most=NAME)
    for field, most in CONTACT.items():
        if field in wanted:
            wanted[field] = optional_text(field, wanted[field], most=most)
    if wanted.get("email"):
        wanted["email"] = normal_email("email", wanted["email"])
    if wanted.get("website") and urlsplit(wanted["website"]).scheme not in ("http", "https"):
        raise Invalid.field("website", Reason.invalid_format, "website must begin with http:// or https://")
    return wanted


async def delete_company(ctx: Context, id: str) -> None:
    """Its people and projects stay, without a company. Raises NotFound, Forbidden."""
    company = await find_company(ctx, id)
    require(ctx, Verb.manage_companies)
    for table in (Membership, Invitation):
        await ctx.tx.run(update(table).where(col(table.company_id) == company.id).values(company_id=None))
    await ctx.tx.run(delete(Company).where(col(Company.id) == company.id))
    await note(ctx, "company_deleted", detail={"company_id": company.id, "name": company.name})


async def create_group(ctx: Context, name: str, membership_ids: Sequence[str]) -> PeopleGroup:
    """Raises Forbidden, Invalid (unknown people, or clients)."""
    require(ctx, Verb.manage_groups)
    group = PeopleGroup(id=new_id(), org_id=ctx.org_id, name=line("name", name, most=NAME), created_at=ctx.now)
    members = await _team(ctx, membership_ids)
    await ctx.tx.add(group)
    await _fill(ctx, group.id, members)
    await note(ctx, "group_created", detail={"group_id": group.id})
    return await find_group(ctx, group.id)


async def change_group(ctx: Context, id: str, name: str | None, membership_ids: Sequence[str] | None) -> PeopleGroup:
    """Rename it, or replace the people in it; None leaves as it is. Raises NotFound, Forbidden, Invalid."""
    group = await find_group(ctx, id)
    require(ctx, Verb.manage_groups)
    called = None if name is None else line("name", name, most=NAME)
    members = None if membership_ids is None else await _team(ctx, membership_ids)
    # Also the lock that keeps two who replace the people at once from mixing their lists.
    await ctx.tx.run(update(PeopleGroup).where(col(PeopleGroup.id) == group.id).values(name=called or group.name))
    if members is not None:
        await ctx.tx.run(delete(GroupMember).where(col(GroupMember.group_id) == group.id))
        await _fill(ctx, group.id, members)
    await note(ctx, "group_changed", detail={"group_id": group.id})
    return await find_group(ctx, group.id)


async def delete_group(ctx: Context, id: str) -> None:
    """Its people stay. Raises NotFound, Forbidden."""
    group = await find_group(ctx, id)
    require(ctx, Verb.manage_groups)
    await ctx.tx.run(delete(PeopleGroup).where(col(PeopleGroup.id) == group.id))
    await note(ctx, "group_deleted", detail={"group_id": group.id, "name": group.name})


async def _team(ctx: Context, membership_ids: Sequence[str]) -> list[str]:
    """The ids of these people, each once. Raises Invalid for unknown ones and for clients."""
    if len(membership_ids) > MEMBERS:
        raise Invalid.field("membership_ids", Reason.too_long, f"membership_ids holds more than {MEMBERS} people")
    people = await known_people(ctx, membership_ids)
    if not all(is_team(person.role) for person in people):
        raise Invalid.field("membership_ids", Reason.invalid_value, "Clients cannot be in groups")
    return [person.id for person in people]


async def _fill(ctx: Context, group_id: str, membership_ids: Sequence[str]) -> None:
    await ctx.tx.add_all([GroupMember(group_id=group_id, membership_id=id, org_id=ctx.org_id) for id in membership_ids])
