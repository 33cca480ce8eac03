"""The payment provider that the settings choose."""

from functools import cache

from app.billing.provider import Provider
from app.billing.sandbox import Sandbox
from app.settings import Settings


def provider_of(settings: Settings) -> Provider | None:
    """The same one for the same settings, so that its connections are kept; None: nothing can be bought here."""
    if settings.stripe_secret_key:
        return _stripe(settings)
    return sandbox_of(settings) if settings.pays_in_sandbox else None


@cache
def sandbox_of(settings: Settings) -> Sandbox:
    """The one that needs no money; also what knows its own addresses."""
    return Sandbox(settings)


@cache
def _stripe(settings: Settings) -> Provider:
    from app.billing.by_stripe import Stripe

    return Stripe(settings)
