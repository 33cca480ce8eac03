"""Webhooks: where an organization has its events sent, and what became of each that was."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class WebhookStyle(StrEnum):
    """In whose words events are told."""

    NATIVE = "native"
    TICKWARD = "tickward"


class WebhookStatus(StrEnum):
    """Whether events are sent there."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DeliveryStatus(StrEnum):
    """What became of one event's way to one endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookEndpoint(SQLModel, table=True):
    """An address that hears of events which its maker may see. Its signing secret follows from its id."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "style", "id"),
        one_of("style", WebhookStyle),
        one_of("status", WebhookStatus),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    membership_id: str = link()
    """Its maker."""
    style: str
    name: str
    url: str
    event_types: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    """Which events; none: every one."""
    status: str = WebhookStatus.ACTIVE.value
    failure_count: int = 0
    """Failed attempts since the last that succeeded."""
    disabled_at: datetime | None = instant(optional=True)
    last_delivered_at: datetime | None = instant(optional=True)
    last_failed_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()


class WebhookDelivery(SQLModel, table=True):
    """One event on its way to one endpoint. `body` is what is sent, to the byte, however often."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "endpoint_id"], ["webhook_endpoints.org_id", "webhook_endpoints.id"], ondelete="CASCADE"
        ),
        Index(None, "org_id", "endpoint_id", "id"),
        Index(None, "created_at"),
        one_of("status", DeliveryStatus),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    endpoint_id: str = link()
    event_id: str = link()
    """Of the event; of a test, one of its own."""
    event_type: str
    body: str
    tries: int
    """How often it may be tried."""
    status: str = DeliveryStatus.PENDING.value
    attempt_count: int = 0
    next_attempt_at: datetime | None = instant(optional=True)
    last_attempt_at: datetime | None = instant(optional=True)
    delivered_at: datetime | None = instant(optional=True)
    failed_at: datetime | None = instant(optional=True)
    response_status: int | None = None
    error: str | None = None
    created_at: datetime = instant()
    updated_at: datetime = instant()
