"""What is said to Stripe and what is made of its answers; respx stands in for Stripe."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx
from fastapi import FastAPI

from app.billing.by_stripe import Stripe
from app.billing.providers import provider_of
from app.billing.signing import signature
from app.core import clock
from app.main import create_app
from app.settings import Settings
from tests.billing.paying import BILLING, MONTHLY, WEBHOOK, billing, event, standing, subscription
from tests.contract.state import state
from tests.world import World, populate

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""Stripe's package calls httpx in a manner that httpx means to give up; pytest makes errors of such."""

PRICES = {"price_m": ("month", 1500), "price_y": ("year", 15000)}
MONTH = {**MONTHLY, "price_id": "price_m"}
KEY, SIGNS = "sk_test_key_of_ours", "whsec_of_ours"


def price(id: str) -> dict[str, Any]:
    interval, amount = PRICES[id]
    product = {"id": "prod_1", "object": "product", "name": "Pro"}
    return {
        "id": id, "object": "price", "active": True, "currency": "usd", "unit_amount": amount, "product": product,
        "recurring": {"interval": interval},
    }  # fmt: skip


@pytest.fixture
async def world(settings: Settings, owner: Any) -> AsyncIterator[World]:
    """One whose server is paid by Stripe."""
    paid = settings.model_copy(
        update={
            "stripe_secret_key": KEY,
            "stripe_webhook_secret": SIGNS,
            "stripe_price_pro_monthly": "price_m",
            "stripe_price_pro_yearly": "price_y",
        }
    )
    provider_of.__globals__["_stripe"].cache_clear()
    app: FastAPI = create_app(paid)
    async with app.router.lifespan_context(app):
        made = await populate(owner, app, paid)
        await owner.execute("delete from jobs")
        await owner.execute("update organizations set tier = 'free' where id = $1", made.org_id)
        yield made
        await made.close()


@pytest.fixture
def stripe_api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url="https://api.stripe.com", assert_all_called=False) as router:
        for id in PRICES:
            router.get(f"/v1/prices/{id}", name=id).respond(json=price(id))
        customer = router.post("/v1/customers", name="customer")
        customer.mock(side_effect=lambda request: httpx.Response(200, json={"id": customer_of(request)}))
        page = {"object": "checkout.session", "id": "cs_1", "url": "https://checkout.stripe.com/c/pay/cs_1"}
        router.post("/v1/checkout/sessions", name="checkout").respond(json=page)
        portal = {"object": "billing_portal.session", "id": "bps_1", "url": "https://billing.stripe.com/p/session/1"}
        router.post("/v1/billing_portal/sessions", name="portal").respond(json=portal)
        yield router


def customer_of(request: httpx.Request) -> str:
    """As Stripe does: the same key, the same customer."""
    return "cus_" + request.headers["idempotency-key"].replace("-", "")


def said(route: respx.Route, number: int = -1) -> dict[str, str]:
    """The form that was sent."""
    return {name: value for name, (value,) in parse_qs(route.calls[number].request.content.decode()).items()}


async def checked_out(world: World) -> httpx.Response:
    return await world.rest("ana", "POST", f"{BILLING}/create-checkout", MONTH)


async def payer(world: World) -> str:
    name = await world.owner.fetchval("select customer from billing_accounts where org_id = $1", world.org_id)
    return str(name)


async def tell(world: World, payload: str) -> httpx.Response:
    headers = {"stripe-signature": signature(SIGNS, payload, clock.now())}
    return await world.client.post(WEBHOOK, content=payload, headers=headers)


async def test_prices_are_stripes_and_asked_for_once(world: World, stripe_api: respx.MockRouter) -> None:
    for _ in range(3):
        answer = await world.rest("nobody", "GET", "/api/billing/prices")
        assert [list(each.values()) for each in answer.json()] == [
            ["price_m", "pro", "monthly", 1500, "usd", "Pro"],
            ["price_y", "pro", "yearly", 15000, "usd", "Pro"],
        ]
    assert [stripe_api[id].call_count for id in PRICES] == [1, 1]
    assert stripe_api["price_m"].calls[0].request.url.params["expand[0]"] == "product"


async def test_prices_are_shown_as_they_were_while_stripe_is_away(world: World, stripe_api: respx.MockRouter) -> None:
    before = (await world.rest("nobody", "GET", "/api/billing/prices")).json()
    for id in PRICES:
        stripe_api[id].respond(500, json={"error": {"type": "api_error"}})
    clock.move(timedelta(minutes=11))
    try:
        assert (await world.rest("nobody", "GET", "/api/billing/prices")).json() == before
    finally:
        clock.move(timedelta())


async def test_a_checkout_is_for_a_customer_of_the_organizations(world: World, stripe_api: respx.MockRouter) -> None:
    assert (await checked_out(world)).json() == {"url": "https://checkout.stripe.com/c/pay/cs_1"}
    assert said(stripe_api["customer"]) == {
        "name": "Acme", "email": world.people["ana"].email, "metadata[org_id]": world.org_id
    }  # fmt: skip
    back = "http://thicket.example/billing/returned"
    assert said(stripe_api["checkout"]) == {
        "mode": "subscription", "customer": await payer(world), "client_reference_id": world.org_id,
        "line_items[0][price]": "price_m", "line_items[0][quantity]": "1",
        "subscription_data[metadata][org_id]": world.org_id, "success_url": back, "cancel_url": back,
    }  # fmt: skip
    assert stripe_api["checkout"].calls[0].request.headers["authorization"] == f"Bearer {KEY}"
    await checked_out(world)
    assert (stripe_api["customer"].call_count, stripe_api["checkout"].call_count) == (1, 2)


async def test_ten_checkouts_at_once_are_one_customer(world: World, stripe_api: respx.MockRouter) -> None:
    answers = await asyncio.gather(*(checked_out(world) for _ in range(10)))
    assert [each.status_code for each in answers] == [200] * 10
    assert stripe_api["customer"].call_count == 1
    assert {said(stripe_api["checkout"], number)["customer"] for number in range(10)} == {await payer(world)}


async def test_what_is_bought_by_stripe_is_in_force_when_stripe_says_so(
    world: World, stripe_api: respx.MockRouter
) -> None:
    await checked_out(world)
    assert await standing(world) == ("free", "active", None, False)
    paid = event(await payer(world), "created").replace("price_pro_monthly", "price_m")
    assert (await tell(world, paid)).json() == {"received": True}
    assert await standing(world) == ("pro", "active", "monthly", False)
    assert (await billing(world))["has_stripe_customer"] is True
    assert (await checked_out(world)).status_code == 409
    assert stripe_api["checkout"].call_count == 1


async def test_the_portal_is_the_customers(world: World, stripe_api: respx.MockRouter) -> None:
    path = f"{BILLING}/create-portal"
    assert (await world.rest("ana", "POST", path, {})).status_code == 404
    await checked_out(world)
    await tell(world, event(await payer(world)).replace("price_pro_monthly", "price_m"))
    answer = await world.rest("ana", "POST", path, {})
    assert answer.json() == {"url": "https://billing.stripe.com/p/session/1"}
    back = "http://thicket.example/billing/returned"
    assert said(stripe_api["portal"]) == {"customer": await payer(world), "return_url": back}
    await world.rest("ana", "POST", path, {"flow": "subscription_cancel"})
    assert said(stripe_api["portal"]) == {
        "customer": await payer(world), "return_url": back, "flow_data[type]": "subscription_cancel",
        "flow_data[subscription_cancel][subscription]": "sub_1",
    }  # fmt: skip


async def test_of_two_events_in_one_second_stripe_tells_what_holds(world: World, stripe_api: respx.MockRouter) -> None:
    await checked_out(world)
    customer, at = await payer(world), clock.now().timestamp()
    held = subscription(customer, cancel_at_period_end=True)
    held["items"]["data"][0]["price"]["id"] = "price_m"
    ended = {**held, "id": "sub_0", "status": "canceled"}
    page = {"object": "list", "data": [ended, held], "has_more": False, "url": "/v1/subscriptions"}
    asked = stripe_api.get("/v1/subscriptions", params={"customer": customer, "status": "all"}).respond(json=page)
    for id in ("evt_1", "evt_2", "evt_3"):
        await tell(world, event(customer, id=id, at=at).replace("price_pro_monthly", "price_m"))
    assert (await standing(world))[3] is False
    assert (await world.work()).done == {"billing.ask": 1}
    assert asked.call_count == 1
    assert await standing(world) == ("pro", "active", "monthly", True)


AWAY = {
    "cannot be reached": {"side_effect": httpx.ConnectError("no")},
    "does not answer": {"side_effect": httpx.ReadTimeout("no")},
    "fails": {"return_value": httpx.Response(500, json={"error": {"type": "api_error", "message": KEY}})},
    "limits": {"return_value": httpx.Response(429, json={"error": {"type": "rate_limit_error"}})},
    "knows no such key": {"return_value": httpx.Response(401, json={"error": {"message": f"Invalid API Key: {KEY}"}})},
    "refuses": {"return_value": httpx.Response(400, json={"error": {"code": "resource_missing", "message": KEY}})},
    "talks nonsense": {"return_value": httpx.Response(200, content=b"<html>")},
}


@pytest.mark.parametrize("how", AWAY)
async def test_while_stripe_is_away_nothing_else_is(
    world: World, stripe_api: respx.MockRouter, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    await world.rest("nobody", "GET", "/api/billing/prices")
    before = await state(world.owner, world)
    for name in ("customer", "checkout", "portal"):
        stripe_api[name].mock(**AWAY[how])  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG, "app"):
        answer = await checked_out(world)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert await state(world.owner, world) == before
    assert KEY not in caplog.text + answer.text
    assert SIGNS not in caplog.text
    assert (await billing(world))["tier"] == "free"
    assert (await world.rest("ana", "POST", "/api/v1/{org}/projects", {"name": "Site"})).status_code == 201


async def test_stripe_that_hangs_takes_no_connection_from_others(world: World, stripe_api: respx.MockRouter) -> None:
    """Five connections, twelve people who want to pay, and one who works."""
    hanging, let_go = asyncio.Event(), asyncio.Event()

    async def hang(_: httpx.Request) -> httpx.Response:
        hanging.set()
        await let_go.wait()
        return httpx.Response(200, json=price("price_m"))

    stripe_api["price_m"].mock(side_effect=hang)
    waiting = [asyncio.create_task(checked_out(world)) for _ in range(12)]
    await hanging.wait()
    assert (await world.rest("bob", "POST", "/api/v1/{org}/projects", {"name": "Site"})).status_code == 201
    assert not any(each.done() for each in waiting)
    let_go.set()
    assert {each.status_code for each in await asyncio.gather(*waiting)} == {200}


async def test_a_customer_of_the_sandbox_is_nobody_at_stripe(world: World, stripe_api: respx.MockRouter) -> None:
    await world.owner.execute(
        "insert into billing_accounts (id, org_id, customer, subscription, cancel_at_period_end, latest_events,"
        " created_at, updated_at) values (gen_random_uuid(), $1, 'sandbox_1', 'sub_0', false, '{}', now(), now())",
        world.org_id,
    )
    assert (await world.rest("ana", "POST", f"{BILLING}/create-portal", {})).status_code == 404
    assert (await checked_out(world)).status_code == 200
    assert (await payer(world)).startswith("cus_")


def test_neither_key_is_shown(settings: Settings) -> None:
    paid = settings.model_copy(update={"stripe_secret_key": KEY, "stripe_webhook_secret": SIGNS})
    assert KEY not in repr(paid)
    assert SIGNS not in repr(paid)
    assert isinstance(provider_of(paid), Stripe)
    with pytest.raises(ValueError, match="THICKET_STRIPE_WEBHOOK_SECRET"):
        Settings(_env_file=None, stripe_secret_key=KEY)
