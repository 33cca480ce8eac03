"""Reads what an organization pays, and how much of its plan is used."""

from sqlalchemy import ScalarSelect, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from app.billing.model import BillingAccount
from app.core.context import Context
from app.core.db import Row
from app.core.policy import team_only
from app.files.model import StoredFile
from app.people.model import Invitation, Membership


async def find_account(ctx: Context) -> BillingAccount | None:
    """The entered organization's; None where nobody ever wanted to pay."""
    return await ctx.tx.first(select(BillingAccount).where(col(BillingAccount.org_id) == ctx.org_id))


async def usage(ctx: Context) -> Row:
    """How much of each limit is used, the projects that the viewer does not see among it."""
    here = col(Membership.removed_at).is_(None)
    waits = (col(Invitation.accepted_at).is_(None), col(Invitation.declined).is_(False))
    in_team, asked_into_team = team_only(col(Membership.role)), team_only(col(Invitation.role))
    stored = select_columns(func.coalesce(func.sum(col(StoredFile.byte_size)), 0))
    (row,) = await ctx.tx.rows(
        select_columns(
            func.thicket_count_projects().label("projects"),
            _count(Membership, here, in_team).label("members"),
            _count(Membership, here, ~in_team).label("guests"),
            _count(Invitation, *waits, asked_into_team).label("invited_members"),
            _count(Invitation, *waits, ~asked_into_team).label("invited_guests"),
            stored.scalar_subquery().label("storage_bytes"),
        )
    )
    return row


def _count(table: type[Membership] | type[Invitation], *where: object) -> ScalarSelect[int]:
    return select_columns(func.count()).select_from(table).where(*where).scalar_subquery()  # type: ignore[arg-type]
