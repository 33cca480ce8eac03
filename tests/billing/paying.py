"""Paying in tests: events as a provider tells them, and ways to the sandbox's pages."""

import time
from typing import Any

import httpx
import orjson

from app.billing.providers import sandbox_of
from app.billing.signing import signature
from app.core.clock import now
from tests.world import World

BILLING = "/api/v1/{org}/billing"
WEBHOOK = "/api/billing/webhook"
MONTHLY = {"price_id": "price_pro_monthly", "billing_interval": "monthly"}
YEARLY = {"price_id": "price_pro_yearly", "billing_interval": "yearly"}
PERIOD = 30 * 24 * 3600


def subscription(customer: str, **changes: Any) -> dict[str, Any]:
    """One that is paid monthly, as the newest version of Stripe's API tells it."""
    price = {"id": "price_pro_monthly", "object": "price", "recurring": {"interval": "month", "interval_count": 1}}
    items = {"object": "list", "data": [{"object": "subscription_item", "price": price, "current_period_end": 2**31}]}
    return {
        "id": "sub_1",
        "object": "subscription",
        "customer": customer,
        "status": "active",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "items": items,
        **changes,
    }


def event(customer: str, kind: str = "updated", *, id: str = "evt_1", at: float | None = None, **changes: Any) -> str:
    """The body of a webhook about it."""
    return orjson.dumps(
        {
            "id": id,
            "object": "event",
            "type": f"customer.subscription.{kind}",
            "created": int(time.time() if at is None else at),
            "data": {"object": subscription(customer, **changes)},
        }
    ).decode()


async def tell(world: World, payload: str, header: str | None = None) -> httpx.Response:
    """What a webhook answers; signed by the world's provider unless a header is given."""
    signed = header if header is not None else sign(world, payload)
    return await world.client.post(WEBHOOK, content=payload.encode(), headers={"stripe-signature": signed})


def sign(world: World, payload: str) -> str:
    return signature(sandbox_of(world.settings).webhook_secret, payload, now())


async def page(world: World, price: dict[str, str] | None = None) -> str:
    """The path of a page to pay on; of the portal, if no price is given."""
    path = f"{BILLING}/create-checkout" if price else f"{BILLING}/create-portal"
    answer = await world.rest("ana", "POST", path, price or {})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"]).removeprefix(world.settings.url)


async def customer(world: World) -> str:
    """What the sandbox calls the organization; now it knows it."""
    return (await page(world, MONTHLY)).split("/")[3]


async def billing(world: World, who: str = "ana") -> dict[str, Any]:
    answer = await world.rest(who, "GET", BILLING)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def standing(world: World) -> tuple[str, str, str | None, bool]:
    """Tier, status, interval, and whether it ends with its period."""
    found = await billing(world)
    return found["tier"], found["status"], found["interval"], found["cancel_at_period_end"]


async def press(world: World, path: str, deed: str, **headers: str) -> httpx.Response:
    """A button of a page."""
    return await world.client.post(f"{path}/{deed}", headers={"origin": world.settings.url, **headers})
