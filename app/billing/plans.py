"""What each plan allows, and the one question that everything asks before it grows: is there room?

All numbers are here (domain.md 2.12). Downgrading below what is used deletes nothing; it only blocks growth.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as select_rows

from app.core.conditions import Viewer, both, choice, earlier, either, inverse, midnight_before, one_of
from app.core.context import Context
from app.core.errors import LimitReached
from app.core.policy import is_team
from app.files.model import StoredFile
from app.orgs.loaders import lock_organization
from app.orgs.model import BillingStatus, Organization
from app.people.loaders import has_expired
from app.people.model import Invitation, Membership
from app.settings import Tier

UNLIMITED = -1
GIBIBYTE = 1024**3


class Limit(StrEnum):
    """What a plan limits; the name that a 402 answer gives."""

    PROJECTS = "projects"
    PEOPLE = "people"
    STORAGE = "storage_bytes"
    ACTIVITY = "activity_history_days"


@dataclass(frozen=True)
class Plan:
    """A plan's limits; -1 is without limit. Storage is in bytes, activity in days."""

    projects: int
    members: int
    guests: int
    storage_bytes: int
    activity_history_days: int


FREE = Plan(projects=3, members=5, guests=3, storage_bytes=GIBIBYTE, activity_history_days=30)
STARTER = Plan(projects=15, members=15, guests=15, storage_bytes=50 * GIBIBYTE, activity_history_days=365)
PRO = Plan(
    projects=UNLIMITED,
    members=UNLIMITED,
    guests=UNLIMITED,
    storage_bytes=500 * GIBIBYTE,
    activity_history_days=UNLIMITED,
)
PLANS = {Tier.FREE: FREE, Tier.STARTER: STARTER, Tier.PRO: PRO, Tier.COMPED: PRO}

UNPAID = (BillingStatus.CANCELLED, BillingStatus.LAPSED, BillingStatus.PENDING)
"""Where nothing but Free is in force, whatever was tried or bought before."""


def standing(organization: Organization, now: datetime) -> tuple[Tier, BillingStatus]:
    """The plan in force, and why: what was bought, or the trial while it lasts, else Free."""
    lapsed = _trial_is_over(organization, now)
    status = BillingStatus.LAPSED if lapsed else BillingStatus(organization.billing_status)
    return Tier(_tier_in_force(organization, now)), status


def _trial_is_over(organization: Any, now: Any) -> Any:
    """In the words of conditions.py."""
    tries = organization.billing_status == BillingStatus.TRIALING.value
    return both(tries, inverse(earlier(now, organization.trial_ends_at)))


def _tier_in_force(organization: Any, now: Any) -> Any:
    """In the words of conditions.py."""
    unpaid = either(one_of(organization.billing_status, UNPAID), _trial_is_over(organization, now))
    return choice(unpaid, Tier.FREE.value, organization.tier)


def plan_of(organization: Organization, now: datetime) -> Plan:
    """What the plan in force allows."""
    tier, _ = standing(organization, now)
    return PLANS[tier]


def history_begins(organization: Any, viewer: Viewer) -> Any:
    """From when on the plan shows what happened, by whole days; null: all of it. In the words of conditions.py."""
    tier, first = _tier_in_force(organization, viewer.now), None
    for each, plan in PLANS.items():
        if plan.activity_history_days != UNLIMITED:
            begins = midnight_before(viewer.now, plan.activity_history_days)
            first = choice(tier == each.value, begins, first)
    return first


async def require_room_for_project(ctx: Context) -> None:
    """Raise LimitReached when one more active project would exceed the plan.

    Locks the organization until the transaction ends, so that two at once cannot both take the last place.
    """
    plan = await _locked_plan(ctx)
    if plan.projects == UNLIMITED:
        return
    # Counted behind row-level security: also the projects that the caller is not on take up room.
    used = (await ctx.tx.call("thicket_count_projects"))[0][0]
    _check(Limit.PROJECTS, plan.projects, used, f"Your plan allows {plan.projects} active projects")


async def require_room_for_person(ctx: Context, role: str) -> None:
    """Raise LimitReached when one more member (or, for clients, guest) would exceed the plan."""
    plan = await _locked_plan(ctx)
    team = is_team(role)
    allowed = plan.members if team else plan.guests
    if allowed == UNLIMITED:
        return
    members = select(col(Membership.role)).where(col(Membership.removed_at).is_(None))
    expired = has_expired(Invitation.__table__.c, ctx)  # type: ignore[attr-defined]
    offers = select(col(Invitation.role)).where(
        col(Invitation.accepted_at).is_(None), col(Invitation.declined).is_(False), ~expired
    )
    roles = [*await ctx.tx.rows(members), *await ctx.tx.rows(offers)]
    used = sum(is_team(row.role) is team for row in roles)
    _check(Limit.PEOPLE, allowed, used, f"Your plan allows {allowed} {'members' if team else 'guests'}")


async def expect_room_for_file(ctx: Context, size: int) -> None:
    """Raise LimitReached where a file of that many bytes finds no room already now; others may still come before it."""
    organization = await ctx.tx.first(select_rows(Organization).where(col(Organization.id) == ctx.org_id))
    assert organization is not None
    await _check_storage(ctx, plan_of(organization, ctx.now), size)


async def require_room_for_file(ctx: Context, size: int) -> None:
    """Raise LimitReached when a file of that many bytes would exceed the plan."""
    await _check_storage(ctx, await _locked_plan(ctx), size)


async def _check_storage(ctx: Context, plan: Plan, size: int) -> None:
    if plan.storage_bytes == UNLIMITED:
        return
    used = int(await ctx.tx.value(select(func.coalesce(func.sum(col(StoredFile.byte_size)), 0))))
    if used + size > plan.storage_bytes:
        details = {"limit": Limit.STORAGE.value, "allowed": plan.storage_bytes, "used": used}
        raise LimitReached("Storage limit reached", details=details)


async def _locked_plan(ctx: Context) -> Plan:
    return plan_of(await lock_organization(ctx), ctx.now)


def _check(limit: Limit, allowed: int, used: int, message: str) -> None:
    if used >= allowed:
        raise LimitReached(message, details={"limit": limit.value, "allowed": allowed, "used": used})
