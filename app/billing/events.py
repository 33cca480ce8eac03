"""What a payment provider tells us, once, twice or in any order: the organization's plan becomes what it says."""

import logging
from datetime import datetime

from app.billing.provider import Subscription
from app.billing.providers import provider_of
from app.billing.signing import check_signature
from app.billing.telling import read_event
from app.core import clock
from app.core.context import Caller, Context
from app.core.db import Tx
from app.core.errors import BadRequest
from app.core.jobs import enqueue

log = logging.getLogger(__name__)

ASK = "billing.ask"
"""The job that asks the provider what holds now."""


async def receive(ctx: Context, payload: str, signature: str | None) -> None:
    """Take an event in. What is old, known already or of nobody known is none of our business, and is no mistake.

    Raises BadRequest for what the provider did not sign, or not just now, and for what is no event.
    """
    ctx.check_readable()
    provider = provider_of(ctx.caller.settings)
    if provider is None:
        raise BadRequest("Bad signature")
    check_signature(provider.webhook_secret, payload, signature, ctx.now)
    event = read_event(payload, provider.tiers)
    if event is None:
        return
    outcome = await _bill(ctx.tx, event.subscription, event.at, event.id)
    log.info("billing event %s: %s", event.id, outcome)
    if outcome == "unclear":
        payer = event.subscription.customer
        await enqueue(ctx.tx, ASK, {"customer": payer, "at": event.at.isoformat()}, key=payer)


async def ask(caller: Caller, customer: str, at: datetime) -> None:
    """Have the provider say what holds, where two events happened in one second.

    Raises BillingAway. Whatever was told since of a later second knows better.
    """
    provider = provider_of(caller.settings)
    found = await provider.subscription(customer) if provider else None
    if found is None:
        return
    async with caller.database.transaction(writes=True) as tx:
        await _bill(tx, found, at, None)


async def _bill(tx: Tx, told: Subscription, at: datetime, event_id: str | None) -> str:
    """Do it (migrations/billing.py): `done`, or why not. Without an event's id it is what the provider was asked."""
    ((outcome,),) = await tx.call(
        "thicket_bill",
        told.customer,
        event_id,
        at,
        told.id,
        told.status.value,
        told.tier.value if told.tier else None,
        told.interval.value if told.interval else None,
        told.current_period_ends_at,
        told.cancel_at_period_end,
        clock.now(),
    )
    return str(outcome)
