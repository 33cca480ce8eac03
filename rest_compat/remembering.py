"""Writes that are sent again under an `Idempotency-Key`, where a dialect promises the very same answer (routes.md 3.6).

Elsewhere the operation itself remembers what it did (app/idempotency), and what was refused is tried again. Here the
answer is kept as it was sent, refusals too; only our own faults are forgotten.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from app.api.execute import KeptAnswer
from app.core.context import Caller
from app.core.errors import AppError, Internal
from rest_compat.body import Sent
from rest_compat.compile import Route
from rest_compat.refusing import failure_of, refused

REPLAYED = "Idempotency-Replayed"
UNTIL = "Idempotency-Key-Expires-At"


class Memory(Protocol):
    """Where answers are kept."""

    async def recall(self, caller: Caller, key: str, asked: bytes) -> KeptAnswer | None: ...

    async def remember(self, caller: Caller, kept: KeptAnswer, status: int, body: bytes) -> None: ...

    async def forget(self, caller: Caller, kept: KeptAnswer) -> None: ...


async def once(
    memory: Memory,
    caller: Caller,
    request: Request,
    route: Route,
    body: Sent,
    run: Callable[[], Awaitable[Response]],
) -> Response:
    """The answer of a write with a key: that of before, or a new one, which is kept."""
    key, caller.idempotency_key = caller.idempotency_key or "", None
    kept = await memory.recall(caller, key, _asked(request, body))
    if kept is None:  # nobody's write, or nobody's who may write: it will be refused
        return await run()
    if kept.answer is not None:
        status, said = kept.answer
        response = Response(said, status, {REPLAYED: "true"}, "application/json")
    elif kept.refusal is not None:
        response = refused(route.profile, failure_of(kept.refusal))
    else:
        response = await _kept(memory, caller, kept, request, route, run)
    response.headers[UNTIL] = kept.until
    return response


async def _kept(
    memory: Memory,
    caller: Caller,
    kept: KeptAnswer,
    request: Request,
    route: Route,
    run: Callable[[], Awaitable[Response]],
) -> Response:
    try:
        response = await run()
    except AppError as refusal:
        response = refused(route.profile, failure_of(refusal))
    except BaseException:
        await memory.forget(caller, kept)
        raise
    if route.profile.dress:
        route.profile.dress(request, response)
    if response.status_code >= Internal.status:
        await memory.forget(caller, kept)
    else:
        await memory.remember(caller, kept, response.status_code, bytes(response.body))
    return response


def _asked(request: Request, body: Sent) -> bytes:
    """What makes two requests the same: method, path, query and body, whatever the order of their keys."""
    query = sorted(request.query_params.multi_items())
    said = "malformed" if body.unreadable else body.values
    text = json.dumps([request.method, request.scope["path"], query, said], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
