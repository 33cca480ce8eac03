"""What people do about paying: look at what they have, and go to the provider's pages to buy, change or cancel."""

import math
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.billing.loaders import find_account, usage
from app.billing.model import BillingAccount, Interval
from app.billing.plans import UNLIMITED, plan_of, standing
from app.billing.provider import Price, Provider
from app.billing.providers import provider_of
from app.core.context import Context
from app.core.errors import BadRequest, Conflict, Invalid, NotFound, Reason
from app.core.ids import new_id
from app.core.policy import Verb, allows, require
from app.orgs.model import BillingStatus, Organization
from app.people.model import Membership


class PortalFlow(StrEnum):
    """What the portal is opened for."""

    SUBSCRIPTION_CANCEL = "subscription_cancel"


async def billing(ctx: Context, organization: Organization) -> dict[str, Any]:
    """What the entered organization has, as the schema's Billing shows it. Raises NotFound for clients (Q10)."""
    if not allows(ctx, Verb.see_billing):
        raise NotFound
    account = await find_account(ctx)
    tier, status = standing(organization, ctx.now)
    plan = plan_of(organization, ctx.now)
    trial = None
    if status is BillingStatus.TRIALING and organization.trial_ends_at is not None:
        left = math.ceil((organization.trial_ends_at - ctx.now) / timedelta(days=1))
        trial = {"ends_at": organization.trial_ends_at, "days_left": left}
    return {
        "tier": tier.value,
        "status": status.value,
        "interval": account.paid if account else None,
        "trial_ends_at": organization.trial_ends_at,
        "current_period_ends_at": account.current_period_ends_at if account else None,
        "cancel_at_period_end": bool(account and account.cancel_at_period_end),
        "has_stripe_customer": bool(account and account.customer),
        "trial": trial,
        "usage": await usage(ctx),
        "limits": {
            "projects": plan.projects,
            "people": UNLIMITED if UNLIMITED in (plan.members, plan.guests) else plan.members + plan.guests,
            "members": plan.members,
            "guests": plan.guests,
            "storage_bytes": plan.storage_bytes,
            "activity_history_days": plan.activity_history_days,
        },
    }


async def prices(ctx: Context) -> list[Price]:
    """What can be bought; nothing where there is no provider. Raises BillingAway."""
    provider = provider_of(ctx.caller.settings)
    return await provider.prices() if provider else []


async def check_out(ctx: Context, price_id: str, interval: Interval) -> str:
    """The address of the page to buy on.

    Raises Forbidden (owners only), BadRequest (no such price), Invalid (it is not paid that often), Conflict (there is
    a subscription, which the portal changes) and BillingAway.
    """
    require(ctx, Verb.pay)
    provider = provider_of(ctx.caller.settings)
    price = next((each for each in await prices(ctx) if each.price_id == price_id), None)
    if provider is None or price is None:
        raise BadRequest("Unknown price")
    if price.billing_interval is not interval:
        message = f"billing_interval must be {price.billing_interval} for this price"
        raise Invalid.field("billing_interval", Reason.invalid_value, message)
    account = await find_account(ctx)
    if account is None or not _is_known(account, provider):
        account = await _open_account(ctx, provider)
    if account.subscription is not None:
        raise Conflict("There is a subscription already: change it in the portal")
    assert account.customer is not None
    return await provider.checkout(ctx.org_id, account.customer, price)


async def open_portal(ctx: Context, flow: PortalFlow | None) -> str:
    """The address of the page to change or cancel on.

    Raises Forbidden (owners only), NotFound (nobody has wanted to pay yet), Conflict (there is nothing to be cancelled)
    and BillingAway.
    """
    require(ctx, Verb.pay)
    provider, account = provider_of(ctx.caller.settings), await find_account(ctx)
    if provider is None or account is None or account.customer is None or not _is_known(account, provider):
        raise NotFound
    if flow is PortalFlow.SUBSCRIPTION_CANCEL and account.subscription is None:
        raise Conflict("There is no subscription to be cancelled")
    return await provider.portal(account.customer, account.subscription if flow else None)


def _is_known(account: BillingAccount, provider: Provider) -> bool:
    """Whether the provider made the account's customer: in the sandbox, others pay than by Stripe."""
    return account.customer is not None and account.customer.startswith(provider.prefix)


async def _open_account(ctx: Context, provider: Provider) -> BillingAccount:
    """Have the provider know the organization.

    The row is locked while the provider is asked, so that two at once become one customer: what a second one paid
    would be told of nobody whom we know.
    """
    fresh = BillingAccount(id=new_id(), org_id=ctx.org_id, created_at=ctx.now, updated_at=ctx.now)
    await ctx.tx.run(insert(BillingAccount).values(fresh.model_dump()).on_conflict_do_nothing())
    mine = select(BillingAccount).where(col(BillingAccount.org_id) == ctx.org_id)
    account = await ctx.tx.first(mine.with_for_update())
    assert account is not None
    if _is_known(account, provider):
        return account
    organization = await _organization(ctx)
    me = await ctx.tx.first(select(Membership).where(col(Membership.id) == ctx.me))
    assert me is not None
    values: dict[str, Any] = {
        "customer": await provider.customer(ctx.org_id, organization.name, me.email),
        "subscription": None,
        "paid": None,
        "current_period_ends_at": None,
        "cancel_at_period_end": False,
        "latest_event_at": None,
        "latest_events": [],
        "updated_at": ctx.now,
    }
    await ctx.tx.run(update(BillingAccount).where(col(BillingAccount.id) == account.id).values(values))
    account = await ctx.tx.first(mine)
    assert account is not None
    return account


async def _organization(ctx: Context) -> Organization:
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    assert organization is not None
    return organization
