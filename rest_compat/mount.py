"""The REST facade as one piece of middleware: `app.add_middleware(facade(schema, callers))`.

Requests that are not for any dialect go on to the application.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import orjson
from graphql import GraphQLSchema
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.compiler.wire import Wire
from app.api.execute import Operation
from app.core.asked import Asked
from app.core.errors import AppError, Internal, MethodNotAllowed, NotFound
from rest_compat.answer import Callers, Runner, answer
from rest_compat.body import Limits
from rest_compat.compile import compile_dialect
from rest_compat.dispatch import Choice, Dialect, choose, dialect
from rest_compat.gipo.profile import PROFILE as GIPO
from rest_compat.heard import Heard, Lines, line_of
from rest_compat.kitchen.profile import PROFILE as KITCHEN
from rest_compat.pages import Pages
from rest_compat.profile import Profile, Refusal
from rest_compat.refusing import failure_of, refused
from rest_compat.thicket.auth.profile import PROFILE as AUTH
from rest_compat.thicket.profile import PROFILE as THICKET
from rest_compat.thinkex.profile import PROFILE as THINKEX
from rest_compat.tickward.profile import PROFILE as TICKWARD

log = logging.getLogger(__name__)

PROFILES: tuple[Profile, ...] = (THICKET, AUTH, GIPO, KITCHEN, THINKEX, TICKWARD)


class Executable(Runner, Protocol):
    """The executable schema (app/api/execute.py)."""

    _schema: GraphQLSchema

    def prepare(self, operation: Operation, wire: Wire | None) -> None: ...


def facade(
    schema: Executable,
    callers: Callers,
    limits: Limits | None = None,
    profiles: Sequence[Profile] = PROFILES,
) -> Callable[[ASGIApp], ASGIApp]:
    """Compile every document of every dialect, and make the middleware that serves them.

    `callers` makes the Caller of a request; what it raises is the answer. The request's scope holds
    `rest_dialect` and `rest_workspace`, the dialect's name and the organization that the host names, and `rest_keys`,
    how keys begin where nothing but a key is a credential, and `rest_sessions`, whether nothing but a session is; of a
    known route `rest_public`, whether it takes no credential.
    Raises RouteDoesNotFit: a document does not fit the schema.
    """
    served = compiled(schema._schema, profiles)
    pages = {each.profile.name: Pages(schema._schema, each, served) for each in served}
    bounds = limits or Limits()
    for route in (route for each in served for route in each.routes):
        schema.prepare(route.operation, route.wire)

    def hear(request: Request, choice: Choice) -> Heard | Response:
        return pages[choice.dialect.profile.name].find(request, choice.path) or _heard(request, choice)

    async def respond(request: Request, heard: Heard) -> Response:
        request.scope["rest_route"] = heard.route.path
        request.scope["rest_public"] = heard.route.public
        return await answer(schema, callers, bounds, request, heard)

    return lambda app: _middleware(app, served, hear, respond)


def compiled(schema: GraphQLSchema, profiles: Sequence[Profile] = PROFILES) -> list[Dialect]:
    """Every dialect, compiled. Raises RouteDoesNotFit."""
    return [dialect(profile, compile_dialect(schema, profile)) for profile in profiles]


def _middleware(
    app: ASGIApp,
    dialects: Sequence[Dialect],
    hear: Callable[[Request, Choice], Heard | Response],
    respond: Callable[[Request, Heard], Awaitable[Response]],
) -> ASGIApp:
    lines = Lines()

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request = Asked(scope, receive)
        line = line_of(request)
        known = lines.find(line)
        choice = known.choice if known else choose(dialects, request)
        if choice is None:
            await app(scope, receive, send)
            return
        if isinstance(choice, Refusal):
            response: Response = _plain(choice)
        else:
            _mark(scope, choice)
            try:
                heard = known or hear(request, choice)
                if known is None and isinstance(heard, Heard):
                    lines.keep(line, heard)
                response = await respond(request, heard) if isinstance(heard, Heard) else heard
            except ClientDisconnect:
                return
            except Exception:
                log.exception("Unexpected error at %s", scope["path"])
                response = refused(choice.dialect.profile, failure_of(Internal()))
            if dress := choice.dialect.profile.dress:
                dress(request, response)
        if request.method == "HEAD" and hasattr(response, "body"):
            response.body = b""
        await response(scope, receive, send)

    return serve


def _mark(scope: Scope, choice: Choice) -> None:
    profile = choice.dialect.profile
    scope["rest_dialect"] = profile.name
    scope["rest_workspace"] = choice.workspace
    scope["rest_keys"] = profile.key_prefixes if profile.only_keys else ()
    scope["rest_sessions"] = profile.only_sessions


def _heard(request: Request, choice: Choice) -> Heard | Response:
    """The route that the request names, or the answer where it names none."""
    profile = choice.dialect.profile
    match = choice.match()
    if match is None:
        return _unknown(profile, NotFound())
    if request.method == "OPTIONS" and profile.unknown_path is None:
        return Response(status_code=204, headers={"Allow": match.allow})
    route = match.route(request.method, request.query_params)
    if route is None:
        return _unknown(profile, MethodNotAllowed(headers={"Allow": match.allow}))
    return Heard(choice, route, match.parameters(route))


def _unknown(profile: Profile, refusal: AppError) -> Response:
    return _plain(profile.unknown_path) if profile.unknown_path else refused(profile, failure_of(refusal))


def _plain(refusal: Refusal) -> Response:
    headers = {"Cache-Control": "no-store", **refusal.headers}
    if refusal.body is None:
        return Response(status_code=refusal.status, headers=headers)
    return Response(orjson.dumps(refusal.body), refusal.status, headers, "application/json")
