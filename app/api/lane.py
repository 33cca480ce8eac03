"""The short way in: what is asked for most goes straight to its door, past what the framework does for each request.

Nothing is answered here. The framework's own way leads to the same doors, which keep all the rules, and middleware sees
every request on both.
"""

from collections.abc import Callable, Mapping
from copy import copy

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class Server(FastAPI):
    """The application, with doors that are reached directly."""

    doors: Mapping[str, ASGIApp]
    """By the path that one of them has to itself."""
    facade: Callable[[ASGIApp], ASGIApp]
    """The innermost middleware: it serves all other paths that are asked for much, and hands on the rest."""

    def build_middleware_stack(self) -> ASGIApp:
        """All middleware, then the doors and the facade, then what is left for the framework."""
        *outer, innermost = self.user_middleware
        assert innermost.cls == self.facade
        behind = copy(self)
        behind.user_middleware = []
        stack = FastAPI.build_middleware_stack(behind)
        doors, facade = self.doors, self.facade(stack)

        async def lane(scope: Scope, receive: Receive, send: Send) -> None:
            door = (doors.get(scope["path"]) or facade) if scope["type"] == "http" else stack
            await door(scope, receive, send)

        app: ASGIApp = lane
        for each in reversed(outer):
            app = each.cls(app, *each.args, **each.kwargs)
        return ServerErrorMiddleware(app)
