"""The rules of `Idempotency-Key`: a write that is sent again has one effect, and the same answer.

The record is written in the transaction of its effect: either both are there or neither is. Who sends the same
meanwhile waits at the record's unique key. What is refused leaves no record, so sending it again tries again.
Source: seed 004 ("Idempotency-Key"), with the organization as part of the scope.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from app.core.context import Context
from app.core.errors import AppError, BadRequest, Conflict, Unavailable
from app.core.secret import digest

KEPT = timedelta(hours=24)
KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")
MALFORMED = "Idempotency-Key must have 8 to 128 characters, of these: A-Z a-z 0-9 . _ : -"
OTHER_REQUEST = "Idempotency-Key was already used for a different request"
NOT_KEPT = "This was done already; its answer held a secret and was not kept. Another Idempotency-Key does it anew"


@dataclass(frozen=True)
class Repeatable:
    """A write with a key, as far as it tells whether another one is the same."""

    key: str
    request: bytes
    """The hash of the operation and its variables."""
    org: str | None
    """The organization that it names."""
    secret: bool
    """Whether its answer is not to be kept."""


@dataclass(frozen=True)
class Record:
    """The record of a write. `data` is what it was answered, None for one that is still to be done."""

    digest: bytes
    data: dict[str, Any] | None


async def claim(ctx: Context, write: Repeatable) -> Record | None:
    """The write's record, new or found; None for a write that will be refused before it does anything.

    The organization is entered first: who may no longer enter it is not even shown the answer of before. Waits for
    whoever is doing the same. Raises BadRequest (no such key is possible), Conflict (the key was used for something
    else, or for what cannot be shown twice) and Unavailable (the other one takes too long).
    """
    if ctx.identity is None or ctx.identity.scope == "read":
        return None
    if not KEY.fullmatch(write.key):
        raise BadRequest(MALFORMED)
    if write.org is not None:
        try:
            await ctx.enter(write.org)
        except AppError:  # the operation will say so itself, in its own order
            return None
    rows = await ctx.tx.call("thicket_claim_key", digest(write.key), write.request, ctx.now, ctx.now + KEPT)
    if not rows:
        raise Unavailable
    row = rows[0]
    if row.fresh:
        return Record(row.digest, None)
    if row.request != write.request:
        raise Conflict(OTHER_REQUEST)
    if row.answer is None:
        raise Conflict(NOT_KEPT)
    return Record(row.digest, orjson.loads(row.answer))


async def keep(ctx: Context, record: Record, write: Repeatable, data: dict[str, Any] | None) -> None:
    """Note the answer of a write that succeeded, unless it holds a secret."""
    if not write.secret:
        await ctx.tx.call("thicket_keep_answer", record.digest, orjson.dumps(data).decode())


async def forget(ctx: Context) -> None:
    """Let go of what has expired."""
    await ctx.tx.call("thicket_forget_keys", ctx.now)
