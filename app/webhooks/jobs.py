"""Sends events to webhooks, again and again until somebody takes them, and forgets what is long over."""

from datetime import timedelta

from sqlmodel import col, select

from app.core.context import Caller, Context
from app.core.jobs import Payload, cron, enqueue, errand
from app.webhooks import following  # noqa: F401 -- the worker's own deeds are events too
from app.webhooks.model import DeliveryStatus, WebhookDelivery, WebhookEndpoint, WebhookStatus
from app.webhooks.sending import DELIVER, Due, attempt, note_outcome

KEPT = timedelta(days=30)
AT_ONCE = 2_000
SWEEP = "webhooks.sweep"


@errand(DELIVER)
async def deliver(caller: Caller, payload: Payload) -> None:
    """One attempt. What fails is left for another one, later; what cannot be sent any more is let be."""
    due = await _due(caller, payload)
    if due is None:
        return
    outcome = await attempt(caller.settings, due)
    async with caller.database.transaction(writes=True) as tx:
        if await tx.work_for(payload["org_id"]):
            await note_outcome(tx, due, outcome)


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


@cron(SWEEP, every=timedelta(hours=1), at=timedelta(minutes=37))
async def sweep(ctx: Context) -> None:
    """Forget deliveries of more than 30 days ago."""
    ((gone,),) = await ctx.tx.call("thicket_forget_deliveries", ctx.now - KEPT, AT_ONCE)
    if gone:
        await enqueue(ctx.tx, SWEEP, {}, key=SWEEP)
