"""Secrets that we hand out: made, recognized, never stored. The database keeps only hashes."""

import base64
import hashlib
import hmac
import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def digest(secret: str) -> bytes:
    """What is stored of a secret with enough randomness of its own (no password)."""
    return hashlib.sha256(secret.encode()).digest()


def random_text(length: int) -> str:
    """Fresh letters and digits; 32 of them hold 190 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def derived_token(secret: str, purpose: str, id: str) -> str:
    """The token of a row: 32 letters and digits that follow from its id and the server's secret.

    So a list can show a token (better-auth's sessions, links to join) of which only a hash is stored.
    """
    number = int.from_bytes(hmac.digest(secret.encode(), f"{purpose}:{id}".encode(), "sha256"))
    letters = []
    for _ in range(32):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def signature(secret: str, text: str) -> str:
    """Base64 of HMAC-SHA256, as better-auth signs its cookies (routes.md 3.1)."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def is_signed(secret: str, text: str, given: str) -> bool:
    """Whether `given` is the text's signature; takes the same time for every wrong one."""
    return hmac.compare_digest(signature(secret, text).encode(), given.encode("utf-8", "replace"))
