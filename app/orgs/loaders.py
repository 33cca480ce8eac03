"""Reads users and organizations."""

from sqlalchemy import Boolean, Text, exists, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from app.auth.model import User
from app.core.context import Context
from app.core.db import Tx, among
from app.core.policy import owners_only
from app.core.sources import Called
from app.core.table import Id, Instant
from app.orgs.model import Organization
from app.people.model import Membership


async def user_by_id(tx: Tx, ids: list[str]) -> list[User | None]:
    """Only ever the signed-in user: row-level security shows no other."""
    users = {user.id: user for user in await tx.all(select(User).where(among(User.id, ids)))}
    return [users.get(id) for id in ids]


MY_ORGANIZATIONS = Called(
    "thicket_my_organizations",
    (
        ("id", Id),
        ("name", Text()),
        ("slug", Text()),
        ("role", Text()),
        ("membership_id", Id),
        ("sole_owner", Boolean()),
        ("created_at", Instant),
    ),
)
"""The organizations that the signed-in user belongs to, by name; nothing of others is told."""


OTHER_OWNERS = (
    owners_only(col(Membership.role)),
    col(Membership.removed_at).is_(None),
    col(Membership.id) != func.thicket_me(type_=Id),
)
"""Owners who are still there, and not the viewer."""


async def lock_organization(ctx: Context) -> Organization:
    """The organization, which no other transaction changes, counts or joins until this one ends.

    Not as strong as FOR UPDATE: rows that refer to it can still be written meanwhile.
    """
    query = select(Organization).where(col(Organization.id) == ctx.org_id).with_for_update(key_share=True)
    organization = await ctx.tx.first(query)
    assert organization is not None
    return organization


async def has_other_owner(ctx: Context, membership_id: str) -> bool:
    """Whether somebody else owns the organization too."""
    other = exists().where(
        owners_only(col(Membership.role)),
        col(Membership.removed_at).is_(None),
        col(Membership.id) != membership_id,
    )
    return bool(await ctx.tx.value(select_columns(other)))
