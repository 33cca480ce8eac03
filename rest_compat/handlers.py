"""Answers that are no JSON: what `handler:` of a route may name."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.core.context import Caller


async def text(request: Request, body: Any, headers: Mapping[str, str], caller: Caller) -> Response:
    """The body itself, as text; a `Content-Type` field marked with `@header` says of which kind."""
    return Response(str(body).encode(), 200, {"Content-Type": "text/plain; charset=utf-8", **headers})
