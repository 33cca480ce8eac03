"""The GraphQL door: `/graphql` by HTTP, as the specification "GraphQL over HTTP" has it.

Reads parameters, finds the document, lets `Schema.run` do the work, and writes the answer. It holds no rule of any
domain. One operation, one answer; or, where the client asks for one, a stream of events (events.py). What is said by
WebSocket is another door's (socket.py).

Statuses. In `application/graphql-response+json` an answer without `data` has the status of its error, any other 200.
In `application/json` the body says what happened: 200, unless the request could not be read, was turned away at the
door (limits, rate, origin), or the fault is ours.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult

from app.api import ide
from app.api.compiler.plans import Compiled
from app.api.documents import PARSE_FAILED, VALIDATION_FAILED, Accepted, DocumentRefused, Documents
from app.api.events import EventStream
from app.api.execute import Schema
from app.api.negotiation import GRAPHQL_RESPONSE, answer_type, reads_events, reads_nothing_else, wants_page
from app.api.parameters import Parameters, parameters_of
from app.api.remembered import Remembered
from app.api.shown import shown_error, shown_refusal, shown_result
from app.api.socket import SocketDoor
from app.api.streams import Streams
from app.core.asked import Asked
from app.core.context import Caller
from app.core.errors import AppError, BadRequest, Internal, Invalid, MethodNotAllowed
from app.settings import Settings

log = logging.getLogger(__name__)

PATH = "/graphql"
EXPOSED_HEADERS = (
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Retry-After",
    "X-Request-Id",
    "X-Thicket-Position",
    "X-Total-Count",
)
"""Headers that scripts of other origins may read."""
READ = {
    "Cache-Control": "private, no-cache",
    "Vary": "Accept, Cookie, Authorization",
    "X-Content-Type-Options": "nosniff",
}
WRITTEN = {**READ, "Cache-Control": "no-store"}
"""What every answer says to a POST."""
MOST_INTROSPECTIONS = 32
MOST_INTROSPECTION_BYTES = 16 * 1024 * 1024

Callers = Callable[[Request], Awaitable[Caller]]
"""Finds out who sends a request. May raise an AppError, such as RateLimited or Forbidden."""


def graphql_routes(door: "GraphQLDoor", settings: Settings, socket: SocketDoor | None = None) -> list[BaseRoute]:
    """All that is served under `/graphql`."""
    files = [ide.static_files(f"{PATH}/static")] if settings.shows_graphiql else []
    sockets = [WebSocketRoute(path, socket) for path in (PATH, f"{PATH}/") if socket]
    return [*files, *sockets, Route(PATH, door), Route(f"{PATH}/", door)]


def cors_options(settings: Settings) -> dict[str, Any]:
    """Arguments for Starlette's CORSMiddleware: front ends elsewhere may act with the user's cookie."""
    return {
        "allow_origins": settings.cors_origins,
        "allow_credentials": True,
        "allow_methods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
        "allow_headers": ["*"],
        "expose_headers": EXPOSED_HEADERS,
        "max_age": 3600,
    }


@dataclass(frozen=True)
class Answer:
    """A body, and the status it is sent with in each of the two media types."""

    body: bytes
    status: int = 200
    plain_status: int = 200
    headers: Sequence[tuple[str, str]] = ()


class GraphQLDoor:
    """The ASGI application at `/graphql`."""

    def __init__(
        self, schema: Schema, callers: Callers, documents: Documents, settings: Settings, streams: Streams | None = None
    ) -> None:
        self._streams = streams
        self._schema = schema
        self._callers = callers
        self._documents = documents
        self._settings = settings
        self._introspections: Remembered[bytes] = Remembered(MOST_INTROSPECTIONS, MOST_INTROSPECTION_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Asked(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response | EventStream:
        accept = ", ".join(request.headers.getlist("accept"))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": self._allowed})
        if request.method in ("GET", "HEAD") and self._settings.shows_graphiql and wants_page(accept):
            return ide.page()
        caller_headers: list[tuple[str, str]] = []
        try:
            answer = await self._answer(request, caller_headers)
        except DocumentRefused as refusal:
            answer = _of_document(refusal)
        except AppError as refusal:
            answer = _of_refusal(refusal)
        except Exception:
            log.exception("Unexpected error at %s", PATH)
            answer = _of_refusal(Internal())
        if isinstance(answer, EventStream):
            return answer
        return _response(answer, request.method, answer_type(accept), caller_headers)

    async def _answer(self, request: Request, caller_headers: list[tuple[str, str]]) -> Answer | EventStream:
        """The answer to one request; `caller_headers` is filled with the headers that came up on the way."""
        self._check_method(request)
        caller = await self._callers(request)
        try:
            known = caller.credential is not None
            async with parameters_of(request, self._settings, known=known) as parameters:
                caller.unfit = Invalid([parameters.too_long]) if parameters.too_long else None
                accepted = self._documents.accept(
                    parameters.query,
                    parameters.operation_name,
                    parameters.variables,
                    document_id=parameters.document_id,
                )
                _check_kind(accepted.operation.kind, request.method)
                accept = ", ".join(request.headers.getlist("accept"))
                if accepted.operation.kind is OperationType.SUBSCRIPTION:
                    return self._stream(accepted, parameters, caller, accept)
                if reads_nothing_else(accept):
                    result = await self._schema.run(accepted.operation, parameters.variables, caller)
                    return EventStream(_once(result), caller.response_headers)
                return await self._run(accepted, parameters, caller)
        finally:
            caller_headers.extend(caller.response_headers)

    async def _run(self, accepted: Accepted, parameters: Parameters, caller: Caller) -> Answer:
        operation = accepted.operation
        key = (operation.text, operation.name)
        known = self._introspections.get(key) if accepted.introspects else None
        if known is not None:
            return Answer(known)
        result = await self._schema.run(operation, parameters.variables, caller)
        if isinstance(result, Compiled):
            return Answer(b'{"data":%b}' % result.json)
        answer = _of_result(result.data, result.errors or (), result.extensions)
        if accepted.introspects and not result.errors:
            self._introspections.put(key, answer.body, len(answer.body))
        return answer

    def _stream(self, accepted: Accepted, parameters: Parameters, caller: Caller, accept: str) -> EventStream:
        """A subscription's events. Raises BadRequest for a client that does not read them."""
        if self._streams is None or not reads_events(accept):
            raise BadRequest(
                "A subscription is a stream of events: ask for it with `Accept: text/event-stream`, "
                "or by WebSocket (graphql-transport-ws)"
            )
        results = self._streams.results(accepted.operation, parameters.variables, caller)
        return EventStream(results, caller.response_headers)

    def _check_method(self, request: Request) -> None:
        readable = self._settings.graphql_get and request.method in ("GET", "HEAD")
        if request.method != "POST" and not readable:
            raise MethodNotAllowed("Send GraphQL operations by POST", headers={"Allow": self._allowed})

    @property
    def _allowed(self) -> str:
        reads = self._settings.graphql_get or self._settings.shows_graphiql
        return "GET, HEAD, POST, OPTIONS" if reads else "POST, OPTIONS"


def _check_kind(kind: OperationType, method: str) -> None:
    """Raises MethodNotAllowed for what GET must not do."""
    if kind is OperationType.MUTATION and method != "POST":
        raise MethodNotAllowed("Send mutations by POST", headers={"Allow": "POST"})


async def _once(result: ExecutionResult) -> AsyncGenerator[ExecutionResult]:
    yield result


def _of_result(
    data: Mapping[str, Any] | None, errors: Sequence[GraphQLError], extensions: Mapping[str, Any] | None
) -> Answer:
    """What came of running an operation."""
    status = 200
    if data is None and errors:
        faults = [_status(error) for error in errors if _status(error) >= 500]
        # Nothing was executed (no error has a place in the answer), or nothing could be: such an answer has no data.
        if faults or all(error.path is None for error in errors):
            status = faults[0] if faults else _status(errors[0])
    shown = shown_result(data, errors, extensions)
    if status != 200:
        del shown["data"]
    plain = status if status >= 500 or status == 429 else 200
    return Answer(orjson.dumps(shown), status, plain, _headers(errors))


def _of_document(refusal: DocumentRefused) -> Answer:
    body = orjson.dumps({"errors": [shown_error(error) for error in refusal.errors]})
    extensions = [error.extensions or {} for error in refusal.errors]
    ungrammatical = all(shown["code"] in (PARSE_FAILED, VALIDATION_FAILED) for shown in extensions)
    status = extensions[0]["status"]
    return Answer(body, status, 200 if ungrammatical else status)


def _of_refusal(refusal: AppError) -> Answer:
    body = orjson.dumps({"errors": [shown_refusal(refusal)]})
    return Answer(body, refusal.status, refusal.status, list(refusal.headers.items()))


def _status(error: GraphQLError) -> int:
    """The status of an answer that holds nothing but this error."""
    if isinstance(error.original_error, AppError):
        return error.original_error.status
    # GraphQL's own, such as a variable of the wrong type: 400 by the specification, whatever REST makes of it.
    status = (error.extensions or {}).get("status", 400)
    return status if status >= 500 else 400


def _headers(errors: Iterable[GraphQLError]) -> list[tuple[str, str]]:
    return [pair for error in errors for pair in (error.extensions or {}).get("headers", {}).items()]


def _response(answer: Answer, method: str, media_type: str, caller_headers: Sequence[tuple[str, str]]) -> Response:
    status = answer.status if media_type == GRAPHQL_RESPONSE else answer.plain_status
    headers = WRITTEN if method == "POST" else READ
    response = Response(answer.body, status, headers, f"{media_type}; charset=utf-8")
    for name, value in (*caller_headers, *answer.headers):
        response.headers.append(name, value)
    return response
