"""How often the same network, or the same account, may try. The counts are in the database, so that every server
process has the same ones, and stay when the operation they belong to is undone.

Both doors share them: what is counted is the deed, whichever way it was asked for.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from app.core import clock
from app.core.context import Caller
from app.core.db import Row
from app.core.errors import RateLimited
from app.core.secret import digest
from app.settings import Settings


@dataclass(frozen=True)
class Limit:
    """So many tries in so many seconds."""

    most: int
    seconds: int


USUAL = Limit(100, 10)
LIMITS = {
    "sign-in": Limit(3, 10),
    "sign-up": Limit(3, 10),
    "change-password": Limit(3, 10),
    "request-password-reset": Limit(3, 60),
}
"""Deed → how often one network may try it (routes.md 3.1); the others as USUAL."""
GUESSES = Limit(20, 600)
"""Passwords tried on one account, from wherever."""
LETTERS = Limit(5, 3600)
"""Mails for setting a new password asked for one address, from wherever."""

TESTS = Limit(3, 60)
"""Tests of one webhook: each has us send something somewhere."""


async def limit_network(caller: Caller, deed: str) -> None:
    """Count one try of the deed by the caller's network. Raises RateLimited."""
    if caller.ip:
        await _count(caller, f"auth:{deed}:{network(caller.ip)}", LIMITS.get(deed, USUAL))


async def limit_guesses(caller: Caller, email: str) -> None:
    """Count one password tried on the account, whether there is such an account or not. Raises RateLimited."""
    await _count(caller, f"guess:{digest(email).hex()}", GUESSES)


async def limit_letters(caller: Caller, email: str) -> None:
    """Count one mail asked for. Raises RateLimited."""
    await _count(caller, f"letter:{digest(email).hex()}", LETTERS)


async def limit_requests(caller: Caller, door: str, limit: Limit) -> None:
    """Count one request of the caller's network to that door. Raises RateLimited, which says how many there may be."""
    row = await _hit(caller, f"{door}:{network(caller.ip)}", limit) if caller.ip else None
    if row is not None and not row.allowed:
        raise refusal(row.resets_at, told(limit, 0, row.resets_at))


async def limit_tests(caller: Caller, webhook_id: str) -> None:
    """Count one test of the webhook, by whomever. Raises RateLimited."""
    await _count(caller, f"webhook-test:{webhook_id}", TESTS)


def network(ip: str) -> str:
    """What one customer of a provider has: an IPv4 address, or 64 bits of IPv6."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def told(limit: Limit, remaining: int, resets_at: datetime) -> dict[str, str]:
    """What is left, as headers."""
    return {
        "X-RateLimit-Limit": str(limit.most),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(int(resets_at.timestamp()) + 1),
    }


def refusal(resets_at: datetime, headers: dict[str, str] | None = None) -> RateLimited:
    """The refusal that says when to come back."""
    wait = max(1, ceil((resets_at - clock.now()).total_seconds()))
    return RateLimited(headers={"Retry-After": str(wait), **(headers or {})})


async def _count(caller: Caller, bucket: str, limit: Limit) -> None:
    row = await _hit(caller, bucket, limit)
    if row is not None and not row.allowed:
        raise refusal(row.resets_at)


async def _hit(caller: Caller, bucket: str, limit: Limit) -> Row | None:
    """What came of counting once more; None where nothing is counted."""
    if not _counts(caller.settings):
        return None
    (row,) = await caller.database.apart("thicket_hit", bucket, limit.most, limit.seconds, clock.now())
    return row


def _counts(settings: Settings) -> bool:
    """In production only: whoever tries a server out signs in more often than that."""
    return settings.production and settings.rate_limits == "on"
