"""What providers tell in the shape that Stripe gives it: subscriptions, and events about them.

Only what is signed is read, yet nothing is believed of its shape: Stripe's changes by version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field, ValidationError

from app.billing.model import Interval
from app.billing.provider import Subscription
from app.core.errors import BadRequest
from app.orgs.model import BillingStatus
from app.settings import Tier

ABOUT = "customer.subscription."
"""How the types of the events begin that matter."""

STATUSES = {
    "active": BillingStatus.ACTIVE,
    "trialing": BillingStatus.ACTIVE,
    "past_due": BillingStatus.PAST_DUE,
    "unpaid": BillingStatus.LAPSED,
    "paused": BillingStatus.LAPSED,
    "canceled": BillingStatus.CANCELLED,
}
"""Of the other statuses, `incomplete` and `incomplete_expired`, nothing has been bought yet."""

INTERVALS = {"month": Interval.MONTHLY, "year": Interval.YEARLY}

Name = Annotated[str, Field(pattern=r"^[!-~]{1,255}$")]
Seconds = Annotated[int, Field(ge=0, le=253402300799)]


class _Recurring(BaseModel):
    interval: str


class _Price(BaseModel):
    id: Name
    recurring: _Recurring | None = None


class _Item(BaseModel):
    price: _Price
    current_period_end: Seconds | None = None


class _Items(BaseModel):
    data: list[_Item] = Field(min_length=1)


class _Subscription(BaseModel):
    id: Name
    customer: Name
    status: str
    items: _Items
    cancel_at_period_end: bool = False
    cancel_at: Seconds | None = None
    """Newer versions say so what `cancel_at_period_end` said."""
    current_period_end: Seconds | None = None
    """Where older versions have what newer ones say of the item."""


class _Told(BaseModel):
    object: _Subscription


class _Event(BaseModel):
    id: Name
    type: str
    created: Seconds
    data: _Told


@dataclass(frozen=True)
class Event:
    """That a subscription changed, and what it is since."""

    id: str
    at: datetime
    subscription: Subscription


def read_event(payload: str, tiers: Mapping[str, Tier]) -> Event | None:
    """The event; None if it is about something else. Raises BadRequest for what is no event."""
    try:
        raw = orjson.loads(payload)
        if not (isinstance(raw, dict) and isinstance(raw.get("type"), str)):
            raise ValueError
        if not raw["type"].startswith(ABOUT):
            return None
        event = _Event.model_validate(raw)
    except ValueError as error:  # orjson's and pydantic's are such
        raise BadRequest("Malformed event") from error
    found = _read(event.data.object, tiers)
    return Event(event.id, datetime.fromtimestamp(event.created, UTC), found) if found else None


def read_subscription(told: Mapping[str, Any], tiers: Mapping[str, Tier]) -> Subscription | None:
    """A subscription; None for one that was never paid for, or has a shape that is not known."""
    try:
        return _read(_Subscription.model_validate(told), tiers)
    except ValidationError:
        return None


def _read(told: _Subscription, tiers: Mapping[str, Tier]) -> Subscription | None:
    status = STATUSES.get(told.status)
    if status is None:
        return None
    item = told.items.data[0]
    until = item.current_period_end or told.current_period_end
    return Subscription(
        id=told.id,
        customer=told.customer,
        status=status,
        tier=tiers.get(item.price.id),
        interval=INTERVALS.get(item.price.recurring.interval) if item.price.recurring else None,
        current_period_ends_at=datetime.fromtimestamp(until, UTC) if until else None,
        cancel_at_period_end=told.cancel_at_period_end or told.cancel_at is not None,
    )
