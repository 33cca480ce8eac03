"""What people do with organizations as such."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from app.core.context import OWN, Context, Place, Presented, Role
from app.core.errors import BadRequest, Invalid, Reason
from app.core.ids import new_id
from app.core.rules import line
from app.core.secret import random_text
from app.orgs.model import BillingStatus, Organization
from app.people.model import Membership
from app.recordings.events import note
from app.settings import Settings

NAME = 100


async def create(ctx: Context, name: str) -> Organization:
    """Found an organization whose first owner is the signed-in user. Raises Invalid for a name that gives no slug."""
    user_id = ctx.user_id
    ctx.check_unbound()
    ctx.check_readable()
    ctx.check_may_write()
    ctx.check_fields()
    if ctx.place is not None:
        raise BadRequest("One operation can enter only one organization")
    user = (await ctx.tx.call("thicket_myself"))[0]
    return await found(ctx, user_id, user.name, user.email, user.image, line("name", name, most=NAME))


async def enter_personal(ctx: Context) -> Place:
    """Enter the signed-in user's own organization, or a key's; one is founded for a user who has none.

    Raises Unauthenticated, ReadOnlyToken, BadRequest (another organization was entered already).
    """
    user_id = ctx.user_id
    is_key = ctx.identity is not None and ctx.identity.kind is Presented.KEY
    if is_key or await ctx.tx.call("thicket_personal"):
        return await ctx.enter(OWN)
    if ctx.place is not None:
        raise BadRequest("One operation can enter only one organization")
    ctx.check_readable()
    ctx.check_may_write()
    ctx.check_fields()
    await ctx.tx.call("thicket_lose_personal")
    user = (await ctx.tx.call("thicket_myself"))[0]
    name = f"{user.name}'s organization"
    await found(ctx, user_id, user.name, user.email, user.image, name, personal_to=user_id)
    return ctx.here


async def found(
    ctx: Context,
    user_id: str,
    person: str,
    email: str,
    image: str | None,
    name: str,
    *,
    personal_to: str | None = None,
) -> Organization:
    """Make the organization and enter it; `personal_to` is the user whose own it is.

    Raises Invalid for a name that gives no slug.
    """
    slug = slug_of(name)
    organization = Organization(
        name=name, slug=slug, personal_user_id=personal_to, **_billing(ctx, ctx.caller.settings)
    )
    membership = new_id()
    await ctx.tx.call("thicket_found", organization.id, membership)
    await ctx.tx.add(organization)
    await ctx.tx.add(
        Membership(
            id=membership,
            org_id=organization.id,
            user_id=user_id,
            role=Role.OWNER,
            name=person,
            email=email,
            image=image,
        )
    )
    ctx.place = Place(organization.id, slug, membership, Role.OWNER)
    await note(ctx, "organization_founded")
    founded = await ctx.tx.first(select(Organization).where(col(Organization.id) == organization.id))
    assert founded is not None
    return founded


def slug_of(name: str) -> str:
    """`Acme & Söhne` → `acme-sohne-k3j9qz`: six characters at the end keep it unique (domain.md 2.3)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not words and not any(letter.isalnum() for letter in name):
        raise Invalid.field("name", Reason.invalid_format, "name must contain a letter or number")
    return f"{(words or 'org')[:40].strip('-')}-{random_text(6).lower()}"


def _billing(ctx: Context, settings: Settings) -> dict[str, Any]:
    """A trial of the default plan, or that plan for good where no trial is set."""
    if settings.trial_days == 0:
        return {"tier": settings.default_tier.value, "billing_status": BillingStatus.ACTIVE.value}
    return {
        "tier": settings.default_tier.value,
        "billing_status": BillingStatus.TRIALING.value,
        "trial_ends_at": ctx.now + timedelta(days=settings.trial_days),
    }
