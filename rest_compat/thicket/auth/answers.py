"""The two answers of better-auth that are not simply what an operation returned."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.core.context import Caller
from rest_compat.profile import Handler

NOT_DEFERRED = {
    "message": "POST method requires deferSessionRefresh to be enabled in session config",
    "code": "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
}


async def signed_in(request: Request, body: Any, headers: Mapping[str, str], caller: Caller) -> Response:
    """The body without `url` where there is nowhere to go; better-auth's client takes a null for an address."""
    shown = {key: value for key, value in body.items() if key != "url" or value is not None}
    return _json(shown, 200, headers)


async def refresh_is_not_deferred(request: Request, body: Any, headers: Mapping[str, str], caller: Caller) -> Response:
    """POST is for servers on which GET does not refresh the session. On this one it does."""
    return _json(NOT_DEFERRED, 405, headers)


HANDLERS: Mapping[str, Handler] = {"signedIn": signed_in, "refreshIsNotDeferred": refresh_is_not_deferred}


def _json(body: Any, status: int, headers: Mapping[str, str]) -> Response:
    return Response(orjson.dumps(body), status, dict(headers), "application/json")
