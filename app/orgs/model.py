"""Organizations: the tenants. What belongs to one carries its `org_id`, and row-level security keeps it apart."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from app.core.table import instant, link, one_of, primary_key


class BillingStatus(StrEnum):
    """Where an organization's subscription stands (domain.md 2.3, Billing)."""

    ACTIVE = "active"
    TRIALING = "trialing"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    PENDING = "pending"
    COMPED = "comped"
    LAPSED = "lapsed"


class Organization(SQLModel, table=True):
    """A team and all that is its own. The slug is the name in every address and never changes."""

    __tablename__ = "organizations"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("personal_user_id"),
        one_of("billing_status", BillingStatus),
    )

    id: str = primary_key()
    name: str
    slug: str
    logo: str | None = None
    personal_user_id: str | None = link("users.id", optional=True)
    """Whose own it is: what signing up made for one who was invited nowhere."""
    tier: str
    billing_status: str
    trial_ends_at: datetime | None = instant(optional=True)
    restrict_project_edits: bool = False
    restrict_content_actions: bool = False
    cancelled_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()
