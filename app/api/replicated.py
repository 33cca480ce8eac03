"""Which database an operation runs on, where there is a replica: queries on the replica, if it has the caller's writes.

The process remembers who wrote what. For clients that speak to several processes, each answer to a mutation has its
position in the header `X-Thicket-Position`, and as a cookie for browsers; a client that sends either back is never
shown less than it wrote.
"""

import re
from collections.abc import Awaitable, Callable, Sequence

from graphql import GraphQLError, OperationType
from starlette.requests import HTTPConnection
from strawberry.types import ExecutionResult

from app.api.compiler.wire import Written
from app.core.context import Caller, Presented
from app.core.errors import Unauthenticated, Unavailable
from app.core.replica import Replica

HEADER = "X-Thicket-Position"
COOKIE = "thicket-position"
KEPT = 30
"""Seconds that a browser keeps its position: far longer than a replica may be behind."""
WRITTEN = re.compile(r"([0-9A-F]{1,8})/([0-9A-F]{1,8})")
AGAIN = {Unavailable.code, Unauthenticated.code}
"""What the replica may say where the first database would answer: it went away, or lacks a fresh session."""


def told_position(request: HTTPConnection) -> int:
    """How far the caller says that the database has to have come; 0 if it says nothing, or nonsense."""
    found = WRITTEN.fullmatch(request.headers.get(HEADER) or request.cookies.get(COOKIE, ""))
    return int(found[1], 16) << 32 | int(found[2], 16) if found else 0


async def run_on_either(
    run: Callable[[], Awaitable[Written | ExecutionResult]], kind: OperationType, caller: Caller, replica: Replica
) -> Written | ExecutionResult:
    """Run the operation on the database that is right for it; again on the first one where the replica could not."""
    if kind is OperationType.SUBSCRIPTION:
        return await run()
    if kind is not OperationType.QUERY:
        result = await run()
        if not _errors(result):
            _tell(caller, await replica.note_write(caller))
        return result
    primary = caller.database
    caller.database = await replica.for_query(caller)
    if caller.database is primary:
        return await run()
    try:
        result = await run()
    finally:
        caller.database = primary
    codes = {(error.extensions or {}).get("code") for error in _errors(result)}
    if not codes & {code.upper() for code in AGAIN}:
        return result
    if Unavailable.code.upper() in codes:
        replica.distrust()
    return await run()


def _errors(result: Written | ExecutionResult) -> Sequence[GraphQLError]:
    return (result.errors or ()) if isinstance(result, ExecutionResult) else ()


def _tell(caller: Caller, position: int) -> None:
    shown = f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
    caller.response_headers.append((HEADER, shown))
    if caller.credential is None or caller.credential.kind is Presented.SESSION:
        cookie = f"{COOKIE}={shown}; Max-Age={KEPT}; Path=/; HttpOnly; SameSite=Lax"
        caller.response_headers.append(("Set-Cookie", cookie))
