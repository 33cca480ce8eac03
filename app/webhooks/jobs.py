"""Sends events to webhooks, signed, again and again until somebody takes them, and forgets what is long over."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update
from sqlmodel import col, select

from app.core import clock
from app.core.context import Caller, Context
from app.core.db import Tx
from app.core.jobs import Payload, cron, enqueue, errand
from app.settings import Settings
from app.webhooks import following  # noqa: F401 -- the worker's own deeds are events too
from app.webhooks.actions import DELIVER, signing_secret
from app.webhooks.addresses import Refused, looked_up, outgoing
from app.webhooks.model import DeliveryStatus, WebhookDelivery, WebhookEndpoint, WebhookStatus

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
"""Before the second attempt, the third …"""
PATIENCE = 10.0
"""Seconds for all of one attempt."""
STRAIGHT = 25
"""So many failed attempts in a row, and the endpoint is disabled."""
LONGEST_ERROR = 500
KEPT = timedelta(days=30)
AT_ONCE = 2_000
SWEEP = "webhooks.sweep"


@dataclass(frozen=True)
class Due:
    """What is to be sent now."""

    delivery: WebhookDelivery
    endpoint: WebhookEndpoint


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a status, or an error, or both."""

    status: int | None
    error: str | None

    @property
    def taken(self) -> bool:
        return self.error is None


@errand(DELIVER)
async def deliver(caller: Caller, payload: Payload) -> None:
    """One attempt. What fails is left for another one, later; what cannot be sent any more is let be."""
    due = await _due(caller, payload)
    if due is None:
        return
    outcome = await attempt(caller.settings, due)
    async with caller.database.transaction(writes=True) as tx:
        if await tx.work_for(payload["org_id"]):
            await _note(tx, due, outcome)


async def _due(caller: Caller, payload: Payload) -> Due | None:
    async with caller.database.transaction(writes=False) as tx:
        if not await tx.work_for(payload["org_id"]):
            return None
        id = payload["delivery_id"]
        delivery = await tx.first(select(WebhookDelivery).where(col(WebhookDelivery.id) == id))
        if delivery is None or delivery.status != DeliveryStatus.PENDING:
            return None
        wanted = col(WebhookEndpoint.id) == delivery.endpoint_id
        endpoint = await tx.first(select(WebhookEndpoint).where(wanted))
        paused = endpoint is None or (endpoint.status != WebhookStatus.ACTIVE and delivery.tries > 1)
        return None if endpoint is None or paused else Due(delivery, endpoint)


async def attempt(settings: Settings, due: Due) -> Outcome:
    """Send it once. Redirects are not followed: they would lead anywhere."""
    try:
        target = await looked_up(due.endpoint.url, private=settings.webhooks_inside)
        headers = {**signed(settings, due), "Content-Type": "application/json"}
        async with outgoing(PATIENCE) as client:
            request = target.request(client, "POST", headers, due.delivery.body)
            answer = await client.send(request, stream=True)
            await answer.aclose()
    except Refused as refusal:
        return Outcome(None, str(refusal))
    except httpx.TimeoutException:
        return Outcome(None, f"No answer within {PATIENCE:.0f} seconds")
    except httpx.HTTPError as error:
        return Outcome(None, f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
    fine = 200 <= answer.status_code < 300
    return Outcome(answer.status_code, None if fine else f"Answered {answer.status_code}")


def signed(settings: Settings, due: Due) -> dict[str, str]:
    """`{style}-signature: t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`, and which event and delivery it is."""
    moment = str(int(clock.now().timestamp()))
    secret = signing_secret(settings, due.endpoint.id)
    mark = hmac.new(secret.encode(), f"{moment}.{due.delivery.body}".encode(), hashlib.sha256).hexdigest()
    name = {"tickward": "tickward"}.get(due.endpoint.style, "thicket")
    return {
        f"{name}-signature": f"t={moment},v1={mark}",
        f"{name}-event-id": f"evt_{due.delivery.event_id}",
        f"{name}-delivery-id": due.delivery.id,
        f"{name}-event-type": due.delivery.event_type,
    }


async def _note(tx: Tx, due: Due, outcome: Outcome) -> None:
    now = clock.now()
    count = due.delivery.attempt_count + 1
    over = outcome.taken or count >= due.delivery.tries
    wait = WAITS[min(count, len(WAITS)) - 1]
    values: dict[str, Any] = {
        "attempt_count": count,
        "last_attempt_at": now,
        "next_attempt_at": None if over else now + wait,
        "response_status": outcome.status,
        "error": outcome.error,
        "updated_at": now,
    }
    if outcome.taken:
        values |= {"status": DeliveryStatus.DELIVERED.value, "delivered_at": now}
    elif over:
        values |= {"status": DeliveryStatus.FAILED.value, "failed_at": now}
    here = col(WebhookDelivery.id) == due.delivery.id
    await tx.run(update(WebhookDelivery).where(here).values(values))
    await _note_endpoint(tx, due, outcome)
    if not over:
        payload = {"org_id": due.delivery.org_id, "delivery_id": due.delivery.id}
        await enqueue(tx, DELIVER, payload, after=wait)


async def _note_endpoint(tx: Tx, due: Due, outcome: Outcome) -> None:
    now = clock.now()
    here = col(WebhookEndpoint.id) == due.endpoint.id
    if outcome.taken:
        await tx.run(update(WebhookEndpoint).where(here).values(failure_count=0, last_delivered_at=now))
        return
    count = col(WebhookEndpoint.failure_count)
    await tx.run(update(WebhookEndpoint).where(here).values(failure_count=count + 1, last_failed_at=now))
    ended = {"status": WebhookStatus.DISABLED.value, "disabled_at": now}
    active = col(WebhookEndpoint.status) == WebhookStatus.ACTIVE.value
    await tx.run(update(WebhookEndpoint).where(here, active, count >= STRAIGHT).values(ended))


@cron(SWEEP, every=timedelta(hours=1), at=timedelta(minutes=37))
async def sweep(ctx: Context) -> None:
    """Forget deliveries of more than 30 days ago."""
    ((gone,),) = await ctx.tx.call("thicket_forget_deliveries", ctx.now - KEPT, AT_ONCE)
    if gone:
        await enqueue(ctx.tx, SWEEP, {}, key=SWEEP)
