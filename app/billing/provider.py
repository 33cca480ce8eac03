"""What a payment provider does for us, behind one small protocol: Stripe, or the sandbox of our own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.billing.model import Interval
from app.core.errors import Unavailable
from app.orgs.model import BillingStatus
from app.settings import Settings, Tier


class BillingAway(Unavailable):
    """The provider cannot be reached, or does not do what it should. Nothing was changed."""

    default = "Payments are not possible for the moment"


@dataclass(frozen=True)
class Price:
    """What a plan costs. `amount` is in the currency's smallest unit."""

    price_id: str
    tier: Tier
    billing_interval: Interval
    unit_amount: int
    currency: str
    product_name: str


@dataclass(frozen=True)
class Subscription:
    """What a customer pays for, as the provider tells it."""

    id: str
    customer: str
    status: BillingStatus
    tier: Tier | None
    """None: it is paid by a price that is not on our list (any more)."""
    interval: Interval | None
    current_period_ends_at: datetime | None
    cancel_at_period_end: bool

    @property
    def in_force(self) -> bool:
        return self.status in (BillingStatus.ACTIVE, BillingStatus.PAST_DUE)


class Provider(Protocol):
    """All of it may raise BillingAway."""

    prefix: str
    """How its names for customers begin."""
    webhook_secret: str
    """What it signs events with."""
    tiers: dict[str, Tier]
    """Price → the plan that it buys."""

    async def prices(self) -> list[Price]:
        """What can be bought, months before years."""

    async def customer(self, org_id: str, name: str, email: str) -> str:
        """Its name for an organization; asked twice, it is the same."""

    async def checkout(self, org_id: str, customer: str, price: Price) -> str:
        """The address of a page on which a subscription is bought."""

    async def portal(self, customer: str, cancelling: str | None) -> str:
        """The address of a page on which it is changed; `cancelling` is the one that is to be cancelled there."""

    async def subscription(self, customer: str) -> Subscription | None:
        """What the customer pays for now; if it is nothing, then what ended last."""

    async def close(self) -> None:
        """Let go of connections."""


def return_url(settings: Settings) -> str:
    """Where people come to when they are done."""
    return settings.billing_return_url or f"{settings.url}/billing/returned"
