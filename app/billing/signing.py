"""Signatures of events: `t=1780000000,v1=5257a8…`, as Stripe makes them.

Read here and not by Stripe's package, which lets anybody make it raise what is no refusal, takes signatures from the
future, and would be loaded for the sandbox too (https://docs.stripe.com/webhooks/signature).
"""

import hmac
from datetime import datetime

from app.core.errors import BadRequest

TOLERANCE = 300
"""Seconds by which the clocks may differ, either way."""
LONGEST = 4096
SCHEME = "v1"


def signature(secret: str, payload: str, moment: datetime) -> str:
    """The header that goes with the payload."""
    at = int(moment.timestamp())
    return f"t={at},{SCHEME}={_code(secret, payload, at)}"


def check_signature(secret: str, payload: str, header: str | None, now: datetime) -> None:
    """Raise BadRequest unless somebody who knows the secret signed it just now."""
    parts = [part.partition("=") for part in (header or "")[:LONGEST].split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _, value in parts if name.strip() == SCHEME]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal() and len(times[0]) <= 12):
        raise BadRequest("Bad signature")
    at = int(times[0])
    expected = _code(secret, payload, at).encode()
    if not any([hmac.compare_digest(expected, each.encode("utf-8", "replace")) for each in given]):
        raise BadRequest("Bad signature")
    if abs(now.timestamp() - at) > TOLERANCE:
        raise BadRequest("The signature is too old, or of another time")


def _code(secret: str, payload: str, at: int) -> str:
    return hmac.digest(secret.encode(), f"{at}.{payload}".encode("utf-8", "surrogatepass"), "sha256").hex()
