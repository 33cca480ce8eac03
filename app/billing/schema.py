"""Billing in GraphQL: what an organization has, what can be bought, and the ways to the provider's pages."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from app.billing import actions, events
from app.billing.actions import PortalFlow
from app.billing.model import Interval
from app.core.declare import Info, show
from app.orgs.model import BillingStatus
from app.settings import Tier

Org = Annotated[str, argument(description="The organization's slug.")]

strawberry.enum(Tier, description="A plan. COMPED has what PRO has, and costs nothing.")
strawberry.enum(
    BillingStatus,
    description="How it stands with paying. TRIALING: trying a plan out; LAPSED: the trial is over, or what was "
    "bought was not paid; then, as when CANCELLED, the limits of FREE hold. PAST_DUE: a payment failed and is tried "
    "again; the plan still holds.",
)
strawberry.enum(Interval, name="BillingInterval", description="How often is paid.")
strawberry.enum(PortalFlow, name="BillingPortalFlow", description="What the portal is opened for.")


@strawberry.type(description="A plan that is tried out for nothing.")
class BillingTrial:
    ends_at: datetime = strawberry.field(description="When it ends; then the limits of FREE hold.")
    days_left: int = strawberry.field(description="How many days of it are left, a begun one counted whole.")


@strawberry.type(description="How much of its plan an organization uses.")
class BillingUsage:
    projects: int = strawberry.field(description="Active projects; also those that you are not on.")
    members: int = strawberry.field(description="People of the team.")
    guests: int = strawberry.field(description="Clients.")
    invited_members: int = strawberry.field(description="Invitations into the team that wait; they count too.")
    invited_guests: int = strawberry.field(description="Invitations of clients that wait; they count too.")
    storage_bytes: float = strawberry.field(description="Bytes of all versions of all files; a whole number.")


@strawberry.type(description="What a plan allows; -1 is without limit. Nothing that is there is ever taken away.")
class BillingLimits:
    projects: int = strawberry.field(description="Active projects.")
    people: int = strawberry.field(description="Members and guests together.")
    members: int = strawberry.field(description="People of the team, invitations among them.")
    guests: int = strawberry.field(description="Clients, invitations among them.")
    storage_bytes: float = strawberry.field(description="Bytes of all versions of all files; a whole number.")
    activity_history_days: int = strawberry.field(description="How many days back activity is shown.")


@strawberry.type(description="What an organization has bought or tries out, how much of it is used, and what it may.")
class Billing:
    tier: Tier = strawberry.field(description="The plan in force.")
    status: BillingStatus = strawberry.field(description="How it stands with paying.")
    interval: Interval | None = strawberry.field(description="How often is paid; null where nothing is.")
    trial_ends_at: datetime | None = strawberry.field(description="When the trial ends or ended; null: there was none.")
    current_period_ends_at: datetime | None = strawberry.field(description="Until when is paid.")
    cancel_at_period_end: bool = strawberry.field(description="It is cancelled, and ends when that is over.")
    has_stripe_customer: bool = strawberry.field(description="The payment provider knows it, so it has a portal.")
    trial: BillingTrial | None = strawberry.field(description="The trial, while it lasts.")
    usage: BillingUsage = strawberry.field(description="How much is used.")
    limits: BillingLimits = strawberry.field(description="How much may be used.")


@strawberry.type(description="What a plan costs.")
class Price:
    price_id: str = strawberry.field(description="What the payment provider calls it, to be given at checkout.")
    tier: Tier = strawberry.field(description="The plan.")
    billing_interval: Interval = strawberry.field(description="How often it is paid.")
    unit_amount: int = strawberry.field(description="How much, in the currency's smallest unit: cents, say.")
    currency: str = strawberry.field(description="The currency, as in `usd`.")
    product_name: str = strawberry.field(description="What the plan is called.")


@strawberry.type(description="A page of the payment provider's.")
class BillingPage:
    url: str = strawberry.field(description="Where it is; lead the owner there. It works for a while only.")


@strawberry.type(description="That an event was taken in, whether or not it changed anything.")
class BillingReceipt:
    received: bool = strawberry.field(description="Always true.")


@strawberry.input(description="What to buy.")
class CreateCheckoutInput:
    price_id: str = strawberry.field(description="The id of one of `prices`.")
    billing_interval: Interval = strawberry.field(description="How often it is paid, as the price has it.")


@strawberry.input(description="What to open the portal for.")
class CreateBillingPortalInput:
    flow: PortalFlow | None = strawberry.field(default=None, description="What to begin with; all of it if not given.")


@strawberry.type
class Query:
    @strawberry.field(description="What can be bought. Needs no session.")
    async def prices(self, info: Info) -> list[Price]:
        return show(await actions.prices(info.context))


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Begin to buy a plan, on a page of the payment provider's. For owners only.")
    async def create_checkout(
        self, info: Info, org: Org, input: Annotated[CreateCheckoutInput, argument(description="What to buy.")]
    ) -> BillingPage:
        await info.context.enter(org)
        return BillingPage(url=await actions.check_out(info.context, input.price_id, input.billing_interval))

    @strawberry.mutation(
        description="Change or cancel what was bought, on a page of the payment provider's. For owners only."
    )
    async def create_billing_portal(
        self, info: Info, org: Org, input: Annotated[CreateBillingPortalInput, argument(description="What for.")]
    ) -> BillingPage:
        await info.context.enter(org)
        return BillingPage(url=await actions.open_portal(info.context, input.flow))

    @strawberry.mutation(
        description="For the payment provider: tell what happened to a subscription. Needs no session, but the "
        "provider's signature. Events may come twice and in any order."
    )
    async def receive_billing_event(
        self,
        info: Info,
        payload: Annotated[str, argument(description="The event, byte for byte as it was signed.")],
        signature: Annotated[str | None, argument(description="The header `Stripe-Signature`.")] = None,
    ) -> BillingReceipt:
        await events.receive(info.context, payload, signature)
        return BillingReceipt(received=True)
