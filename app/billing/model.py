"""Who pays for an organization, and what for. What that allows stands at the organization itself: tier and status."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class Interval(StrEnum):
    """How often is paid."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


class BillingAccount(SQLModel, table=True):
    """An organization as its payment provider knows it; there is none before somebody wants to pay."""

    __tablename__ = "billing_accounts"
    __table_args__ = (UniqueConstraint("org_id"), UniqueConstraint("customer"), one_of("paid", Interval))

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    customer: str | None = None
    """What the provider calls the organization."""
    subscription: str | None = None
    """What it calls that which is paid for; None: nothing is, or not any more."""
    paid: str | None = None
    """How often."""
    current_period_ends_at: datetime | None = instant(optional=True)
    cancel_at_period_end: bool = False
    latest_event_at: datetime | None = instant(optional=True)
    """When that happened which was told last, by the provider's clock, in whole seconds."""
    latest_events: list[str] = Field(default_factory=list, sa_type=ARRAY(Text()))
    """What was told of that second, by the provider's ids."""
    created_at: datetime = instant()
    updated_at: datetime = instant()
