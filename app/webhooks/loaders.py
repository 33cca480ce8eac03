"""Finds webhooks and what became of what they sent."""

from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import is_id
from app.core.paging import MOST, Order
from app.core.sources import Selection
from app.timers.loaders import ends, key_of, tail_of
from app.webhooks.model import WebhookDelivery, WebhookEndpoint, WebhookStyle

HOOK = "wh"
GONE = "Webhook endpoint not found."


def key_of_hook(id: str) -> str:
    """What an endpoint goes by where clients name things: `wh_…`."""
    return key_of(HOOK, id)


async def hooks(ctx: Context, style: WebhookStyle) -> list[WebhookEndpoint]:
    """Oldest first."""
    query = select(WebhookEndpoint).where(col(WebhookEndpoint.style) == style.value)
    return await ctx.tx.all(query.order_by(col(WebhookEndpoint.id)))


async def find_hook(ctx: Context, key: str) -> WebhookEndpoint:
    """The endpoint that goes by the key, or has the id. Raises NotFound."""
    tail = tail_of(HOOK, key)
    if tail is None and not is_id(key):
        raise NotFound(GONE)
    named = ends(WebhookEndpoint.id, tail) if tail else col(WebhookEndpoint.id) == key.lower()
    found = await ctx.tx.first(select(WebhookEndpoint).where(named))
    if found is None:
        raise NotFound(GONE)
    return found


async def find_delivery(ctx: Context, id: str) -> WebhookDelivery:
    """Raises NotFound."""
    found = await ctx.tx.first(select(WebhookDelivery).where(col(WebhookDelivery.id) == id))
    if found is None:
        raise NotFound
    return found


def deliveries_listed() -> Selection:
    """Newest first."""
    return Selection(order=(Order(col(WebhookDelivery.id), "id", descending=True),))


async def deliveries(ctx: Context, endpoint_id: str, limit: int) -> list[WebhookDelivery]:
    """The newest, one more than asked for if there is one. Raises Invalid for a limit that is not from 1 to 100."""
    if not 1 <= limit <= MOST:
        raise Invalid.field("first", Reason.out_of_range, f"first must be between 1 and {MOST}")
    query = select(WebhookDelivery).where(col(WebhookDelivery.endpoint_id) == endpoint_id)
    return await ctx.tx.all(query.order_by(col(WebhookDelivery.id).desc()).limit(limit + 1))
