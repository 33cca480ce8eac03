"""What can be done on the sandbox's pages. All of it is told as Stripe would tell it: by a signed event (events.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from dateutil.relativedelta import relativedelta

from app.billing.events import receive
from app.billing.model import Interval
from app.billing.provider import Price
from app.billing.providers import sandbox_of
from app.billing.sandbox import PRICES, Link
from app.billing.signing import signature
from app.core.context import Context
from app.core.db import Tx
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id

AT_ONCE = 100
"""Subscriptions that are renewed in one job."""


class Deed(StrEnum):
    """What people do there."""

    PAY = "pay"
    CANCEL = "cancel"
    KEEP = "keep"
    SWITCH = "switch"


@dataclass(frozen=True)
class Account:
    """What the pages show."""

    organization: str
    subscription: str | None
    interval: Interval | None
    until: datetime | None
    ends: bool
    """It is cancelled, and ends with its period."""
    told_at: datetime | None

    @property
    def price(self) -> Price:
        return next(each for each in PRICES if each.billing_interval == self.interval)

    @property
    def other_price(self) -> Price:
        return next(each for each in PRICES if each.billing_interval != self.interval)


async def account_of(tx: Tx, customer: str) -> Account:
    """Raises NotFound where the organization is gone."""
    rows = await tx.call("thicket_billing_account", customer)
    if not rows:
        raise NotFound
    (row,) = rows
    return Account(
        organization=row.organization,
        subscription=row.subscription,
        interval=Interval(row.paid) if row.paid else None,
        until=row.current_period_ends_at,
        ends=row.cancel_at_period_end,
        told_at=row.latest_event_at,
    )


async def do(ctx: Context, link: Link, deed: Deed) -> None:
    """Raises Conflict for what cannot be done (any more), NotFound where the organization is gone."""
    account = await account_of(ctx.tx, link.customer)
    if link.price is not None:
        if deed is not Deed.PAY or account.subscription:
            raise Conflict("This has been paid already")
        until = _after(ctx.now, link.price)
        await _tell(ctx, link.customer, account, "created", link.price, until, ends=False)
        return
    if deed is Deed.PAY or account.subscription is None or account.until is None:
        raise Conflict("There is no subscription")
    if deed is Deed.SWITCH:
        price = account.other_price
        await _tell(ctx, link.customer, account, "updated", price, _after(ctx.now, price), ends=False)
    else:
        ends = deed is Deed.CANCEL
        await _tell(ctx, link.customer, account, "updated", account.price, account.until, ends=ends)


async def renew(ctx: Context) -> None:
    """Begin the next period of what is paid on, and end what was cancelled, where a period is over."""
    sandbox = sandbox_of(ctx.caller.settings)
    for row in await ctx.tx.call("thicket_ended_periods", sandbox.prefix, ctx.now, AT_ONCE):
        account = await account_of(ctx.tx, row.customer)
        assert account.until is not None
        if account.ends:
            await _tell(ctx, row.customer, account, "deleted", account.price, account.until, ends=True)
            continue
        until = account.until
        while until <= ctx.now:
            until = _after(until, account.price)
        await _tell(ctx, row.customer, account, "updated", account.price, until, ends=False)


def _after(moment: datetime, price: Price) -> datetime:
    monthly = price.billing_interval is Interval.MONTHLY
    return moment + (relativedelta(months=1) if monthly else relativedelta(years=1))


async def _tell(
    ctx: Context, customer: str, account: Account, change: str, price: Price, until: datetime, *, ends: bool
) -> None:
    """Send ourselves the event. No two of a customer are of the same second, since then nobody could order them."""
    at = ctx.now if account.told_at is None else max(ctx.now, account.told_at + timedelta(seconds=1))
    subscription: dict[str, Any] = {
        "id": account.subscription or f"sub_{new_id()}",
        "object": "subscription",
        "customer": customer,
        "status": "canceled" if change == "deleted" else "active",
        "cancel_at_period_end": ends,
        "items": {
            "data": [
                {
                    "price": {
                        "id": price.price_id,
                        "recurring": {"interval": "month" if price.billing_interval is Interval.MONTHLY else "year"},
                    },
                    "current_period_end": int(until.timestamp()),
                }
            ]
        },
    }
    event = {
        "id": f"evt_{new_id()}",
        "object": "event",
        "type": f"customer.subscription.{change}",
        "created": int(at.timestamp()),
        "data": {"object": subscription},
    }
    payload = orjson.dumps(event).decode()
    secret = sandbox_of(ctx.caller.settings).webhook_secret
    await receive(ctx, payload, signature(secret, payload, ctx.now))
