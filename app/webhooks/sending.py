"""One attempt to bring an event to a webhook: signed, sent to a checked address, and what came of it written down."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.core import clock
from app.core.db import Tx
from app.core.jobs import enqueue
from app.core.secret import derived_token
from app.settings import Settings
from app.webhooks.addresses import Refused, looked_up, outgoing
from app.webhooks.model import DeliveryStatus, WebhookDelivery, WebhookEndpoint, WebhookStatus

DELIVER = "webhooks.deliver"
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
"""Before the second attempt, the third …"""
PATIENCE = 10.0
"""Seconds for all of one attempt."""
STRAIGHT = 25
"""So many failed attempts in a row, and the endpoint is disabled."""
LONGEST_ERROR = 500


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


async def attempt(settings: Settings, due: Due) -> Outcome:
    """Send it once, which takes PATIENCE at most. Redirects are not followed: they would lead anywhere."""
    import httpx  # not at the top: see webhooks/addresses.py

    try:
        async with asyncio.timeout(PATIENCE):
            target = await looked_up(due.endpoint.url, private=settings.webhooks_inside)
            headers = {**signed(settings, due), "Content-Type": "application/json"}
            async with outgoing(PATIENCE) as client:
                request = target.request(client, "POST", headers, due.delivery.body)
                answer = await client.send(request, stream=True)
                await answer.aclose()
    except Refused as refusal:
        return Outcome(None, str(refusal))
    except (TimeoutError, httpx.TimeoutException):
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


def signing_secret(settings: Settings, endpoint_id: str) -> str:
    """What deliveries are signed with. It follows from the id, so nothing of it is kept."""
    return f"whsec_{derived_token(settings.secret, 'webhook', endpoint_id)}"


async def note_outcome(tx: Tx, due: Due, outcome: Outcome) -> None:
    """Write down what came of an attempt, and leave the next one to a job where there is one."""
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
    await _note_endpoint(tx, due, outcome, now)
    if not over:
        payload = {"org_id": due.delivery.org_id, "delivery_id": due.delivery.id}
        await enqueue(tx, DELIVER, payload, after=wait)


async def _note_endpoint(tx: Tx, due: Due, outcome: Outcome, now: datetime) -> None:
    here = col(WebhookEndpoint.id) == due.endpoint.id
    if outcome.taken:
        await tx.run(update(WebhookEndpoint).where(here).values(failure_count=0, last_delivered_at=now))
        return
    count = col(WebhookEndpoint.failure_count)
    await tx.run(update(WebhookEndpoint).where(here).values(failure_count=count + 1, last_failed_at=now))
    ended = {"status": WebhookStatus.DISABLED.value, "disabled_at": now}
    active = col(WebhookEndpoint.status) == WebhookStatus.ACTIVE.value
    await tx.run(update(WebhookEndpoint).where(here, active, count >= STRAIGHT).values(ended))
