"""Whole answers under an `Idempotency-Key`: what a REST dialect keeps that gives refusals again too (routes.md 3.6).

The record is written before the write itself, in a transaction of its own, so that who sends the same meanwhile is told
so; one that was left behind by a server that died is taken over after a minute.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from app.core import clock
from app.core.context import Caller
from app.core.errors import AppError, BadRequest, Conflict
from app.core.scalars import write_instant
from app.core.secret import digest
from app.idempotency.actions import KEPT, KEY, MALFORMED

OTHER_REQUEST = "Idempotency-Key was already used for a different request."


class KeyReused(Conflict):
    code, default = "idempotency_conflict", OTHER_REQUEST


class KeyInProgress(Conflict):
    code, default = "idempotency_key_in_progress", "A request with this Idempotency-Key is still processing."


@dataclass(frozen=True)
class KeptAnswer:
    """A write under a key: what it was answered, or why it is not to be done; neither: it is to be done."""

    digest: bytes
    until: str
    answer: tuple[int, bytes] | None = None
    refusal: AppError | None = None


async def recall(caller: Caller, key: str, asked: bytes) -> KeptAnswer | None:
    """What is known of the key; None where the credential is nobody's, or may not write.

    Raises BadRequest where no such key is possible.
    """
    shown = caller.credential
    if shown is None:
        return None
    now = clock.now()
    fits = KEY.fullmatch(key) is not None
    given: Any = digest(key) if fits else None
    rows = await caller.database.apart(
        "thicket_claim_answer", shown.kind.value, shown.digest, given, asked, now, now + KEPT
    )
    if not rows:
        return None
    if not fits:
        raise BadRequest(f"{MALFORMED}.")
    row = rows[0]
    until = write_instant(row.expires_at)
    if row.fresh:
        return KeptAnswer(row.digest, until)
    if row.request != asked:
        return KeptAnswer(row.digest, until, refusal=KeyReused())
    if row.answer is None:
        return KeptAnswer(row.digest, until, refusal=KeyInProgress(headers={"Retry-After": "1"}))
    status, body = orjson.loads(row.answer)
    return KeptAnswer(row.digest, until, answer=(status, body.encode()))


async def remember(caller: Caller, kept: KeptAnswer, status: int, body: bytes) -> None:
    """Keep the answer."""
    said = orjson.dumps([status, body.decode()]).decode()
    await caller.database.apart("thicket_settle_answer", kept.digest, said)


async def forget(caller: Caller, kept: KeptAnswer) -> None:
    """Let the key be used anew."""
    await caller.database.apart("thicket_settle_answer", kept.digest, None)
