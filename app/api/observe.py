"""Watches every request from outside: gives it an id, counts it, and logs one line when it was answered.

A request is named by its route, as in `GET /api/v1/{org}/projects`: what stands in the path may be a secret.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from time import perf_counter

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.logs import REQUEST_ID, request_id
from app.core.metrics import REQUESTS, SECONDS

log = logging.getLogger("thicket.access")

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OURS = frozenset({"/graphql", "/healthz", "/readyz", "/metrics"})
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: counted, but not logged."""
UNKNOWN = "(none)"

Trace = Callable[[Scope], AbstractContextManager[Callable[[str, int], None]]]
"""Traces one request; what it gives is told the request's name and status at the end."""


class Observed:
    """The whole application, observed."""

    def __init__(self, app: ASGIApp, trace: Trace | None = None) -> None:
        self._app = app
        self._trace = trace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        id = request_id(given.decode("latin-1"))
        held = REQUEST_ID.set(id)
        started, status = perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", id.encode())]
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and status != 101:  # servers refuse such a handshake so
                status = 403
            await send(message)

        try:
            with self._trace(scope) if self._trace else nullcontext(_nobody) as tell:
                try:
                    await self._app(scope, receive, answer)
                finally:
                    _observe(scope, status, perf_counter() - started)
                    tell(f"{_method(scope)} {_route(scope)}", status)
        finally:
            REQUEST_ID.reset(held)


def _nobody(_: str, __: int) -> None:
    """Nobody traces."""


def _method(scope: Scope) -> str:
    method = scope.get("method", "GET")
    return method if method in METHODS else "OTHER"


def _route(scope: Scope) -> str:
    """The route as it was declared; a path that none was declared for may hold anything, so it is not shown."""
    path = scope["path"].rstrip("/")
    return str(scope.get("rest_route") or (path if path in OURS else UNKNOWN))


def _surface(scope: Scope) -> str:
    """Which door it came through: `graphql`, a REST dialect's name, or `other`."""
    return scope.get("rest_dialect") or ("graphql" if scope["path"].rstrip("/") == "/graphql" else "other")


@cache
def _series(surface: str, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Kept, since finding a series by its labels takes longer than counting. There are as many as there are routes."""
    return REQUESTS.labels(surface, method, route, str(status)), SECONDS.labels(surface, route)


def _observe(scope: Scope, status: int, seconds: float) -> None:
    surface, method, route = _surface(scope), _method(scope), _route(scope)
    requests, times = _series(surface, method, route, status)
    requests.inc()
    if not scope.get("streams"):  # those last as long as somebody listens
        times.observe(seconds)
    if route in QUIET:
        return
    milliseconds = round(seconds * 1000, 1)
    beside = {"surface": surface, "method": method, "route": route, "status": status, "milliseconds": milliseconds}
    log.info("%s %s %s %s ms", method, route, status, milliseconds, extra={"beside": beside})
