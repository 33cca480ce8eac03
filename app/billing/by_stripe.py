"""Payments by Stripe. Its package is loaded when something is first asked of it: that takes half a second."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from app.billing.model import Interval
from app.billing.provider import BillingAway, Price, Subscription, return_url
from app.billing.telling import read_subscription
from app.core import clock
from app.settings import Settings, Tier

if TYPE_CHECKING:
    from stripe import HTTPXClient, StripeClient
    from stripe import Price as StripePrice

log = logging.getLogger(__name__)

PATIENCE = 6.0
"""Seconds that Stripe is given, all tries together: an operation waits for it, and holds a connection meanwhile."""
FRESH = timedelta(minutes=10)
"""How long prices are shown without asking again."""
MOST = 20
"""Subscriptions of one customer that are looked at."""


class Stripe:
    """Speaks to Stripe with the settings' key."""

    prefix = "cus_"

    def __init__(self, settings: Settings) -> None:
        self.webhook_secret = settings.stripe_webhook_secret or ""
        wanted = {
            settings.stripe_price_pro_monthly: (Tier.PRO, Interval.MONTHLY),
            settings.stripe_price_pro_yearly: (Tier.PRO, Interval.YEARLY),
        }
        self._wanted = {id: what for id, what in wanted.items() if id}
        self.tiers = {id: tier for id, (tier, _) in self._wanted.items()}
        self._key = settings.stripe_secret_key or ""
        self._return_url = return_url(settings)
        self._known: list[Price] = []
        self._known_until: datetime | None = None

    async def prices(self) -> list[Price]:
        """Those of the settings; while Stripe is away, as they were when it was last asked."""
        if self._known_until is None or self._known_until <= clock.now():
            try:
                async with self._asking() as client:
                    told = [await client.v1.prices.retrieve_async(id, {"expand": ["product"]}) for id in self._wanted]
            except BillingAway:
                if not self._known:
                    raise
            else:
                self._known = [self._price(each) for each in told if each.active]
                self._known_until = clock.now() + FRESH
        return self._known

    async def customer(self, org_id: str, name: str, email: str) -> str:
        said = hashlib.sha256(f"{name}\n{email}".encode()).hexdigest()[:16]
        async with self._asking() as client:
            made = await client.v1.customers.create_async(
                {"name": name, "email": email, "metadata": {"org_id": org_id}},
                # The name and address are part of it: Stripe refuses a key that it knows with other values.
                {"idempotency_key": f"thicket-customer-{org_id}-{said}"},
            )
        return made.id

    async def checkout(self, org_id: str, customer: str, price: Price) -> str:
        async with self._asking() as client:
            session = await client.v1.checkout.sessions.create_async(
                {
                    "mode": "subscription",
                    "customer": customer,
                    "client_reference_id": org_id,
                    "line_items": [{"price": price.price_id, "quantity": 1}],
                    "subscription_data": {"metadata": {"org_id": org_id}},
                    "success_url": self._return_url,
                    "cancel_url": self._return_url,
                }
            )
        return _address(session.url)

    async def portal(self, customer: str, cancelling: str | None) -> str:
        async with self._asking() as client:
            if cancelling is None:
                session = await client.v1.billing_portal.sessions.create_async(
                    {"customer": customer, "return_url": self._return_url}
                )
            else:
                session = await client.v1.billing_portal.sessions.create_async(
                    {
                        "customer": customer,
                        "return_url": self._return_url,
                        "flow_data": {
                            "type": "subscription_cancel",
                            "subscription_cancel": {"subscription": cancelling},
                        },
                    }
                )
        return _address(session.url)

    async def subscription(self, customer: str) -> Subscription | None:
        async with self._asking() as client:
            page = await client.v1.subscriptions.list_async({"customer": customer, "status": "all", "limit": MOST})
        found = [read_subscription(each.to_dict(), self.tiers) for each in page.data]
        known = [each for each in found if each is not None]
        return next((each for each in known if each.in_force), known[0] if known else None)

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._http.close_async()  # type: ignore[no-untyped-call]

    @cached_property
    def _http(self) -> "HTTPXClient":
        from stripe import HTTPXClient

        return HTTPXClient(timeout=PATIENCE / 2)

    @cached_property
    def _client(self) -> "StripeClient":
        from stripe import StripeClient

        return StripeClient(self._key, http_client=self._http, max_network_retries=1)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator["StripeClient"]:
        """The client. Whatever goes wrong with it is BillingAway; only its kind is logged, no text of Stripe's."""
        from stripe import StripeError

        try:
            async with asyncio.timeout(PATIENCE):
                yield self._client
        except TimeoutError as error:
            log.warning("Stripe does not answer")
            raise BillingAway from error
        except StripeError as error:
            log.warning("Stripe: %s %s %s", type(error).__name__, error.http_status, error.code)
            raise BillingAway from None

    def _price(self, told: "StripePrice") -> Price:
        tier, interval = self._wanted[told.id]
        name = getattr(told.product, "name", None) or tier.value.title()
        return Price(told.id, tier, interval, told.unit_amount or 0, told.currency, name)


def _address(url: str | None) -> str:
    """Where Stripe has its page."""
    if not url:
        raise BillingAway
    return url
