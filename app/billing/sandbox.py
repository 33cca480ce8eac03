"""Payments without money, for trying out: a provider of our own, whose pages are this server's (sandbox_pages.py)."""

import hmac
from dataclasses import dataclass

from app.billing.model import Interval
from app.billing.provider import Price, Subscription
from app.core import clock
from app.core.errors import NotFound
from app.core.secret import derived_token
from app.settings import Settings, Tier

PRICES = [
    Price("price_pro_monthly", Tier.PRO, Interval.MONTHLY, 1500, "usd", "Pro"),
    Price("price_pro_yearly", Tier.PRO, Interval.YEARLY, 15000, "usd", "Pro"),
]
PORTAL, CANCEL = "portal", "cancel"
PATH = "/billing/sandbox"
MINUTES = 30
"""How long a page's address works."""


@dataclass(frozen=True)
class Link:
    """What a page is for: a customer, and the price to buy at, or PORTAL, or CANCEL."""

    customer: str
    about: str
    until: int
    """In seconds since 1970."""
    mark: str
    """Shows that we made it."""

    @property
    def path(self) -> str:
        return f"{PATH}/{self.customer}/{self.about}/{self.until}/{self.mark}"

    @property
    def price(self) -> Price | None:
        return next((each for each in PRICES if each.price_id == self.about), None)


class Sandbox:
    """Sells what everybody may have for nothing. It remembers nothing: what was bought stands in our own table."""

    prefix = "sandbox_"

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url
        self._secret = settings.secret
        self.webhook_secret = f"whsec_{derived_token(settings.secret, 'billing-sandbox', 'events')}"
        self.tiers = {each.price_id: each.tier for each in PRICES}

    async def prices(self) -> list[Price]:
        return PRICES

    async def customer(self, org_id: str, name: str, email: str) -> str:
        return f"{self.prefix}{org_id}"

    async def checkout(self, org_id: str, customer: str, price: Price) -> str:
        return self._address(customer, price.price_id)

    async def portal(self, customer: str, cancelling: str | None) -> str:
        return self._address(customer, CANCEL if cancelling else PORTAL)

    async def subscription(self, customer: str) -> Subscription | None:
        return None

    async def close(self) -> None:
        pass

    def opened(self, link: Link) -> Link:
        """The same, if we made it lately. Raises NotFound."""
        ours = hmac.compare_digest(self._mark(link.customer, link.about, link.until).encode(), link.mark.encode())
        if not ours or link.until < clock.now().timestamp():
            raise NotFound
        return link

    def _address(self, customer: str, about: str) -> str:
        until = int(clock.now().timestamp()) + MINUTES * 60
        return self._url + Link(customer, about, until, self._mark(customer, about, until)).path

    def _mark(self, customer: str, about: str, until: int) -> str:
        return derived_token(self._secret, "billing-page", f"{customer}/{about}/{until}")
