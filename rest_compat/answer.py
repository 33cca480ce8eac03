"""One request of a known route: run its operation, and put the answer into the dialect's words."""

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult

from app.api.compiler.wire import Wire, Written
from app.api.execute import Operation
from app.core.context import Caller
from app.core.errors import AppError, Internal, Invalid, NotFound
from rest_compat.body import Limits, Sent, read_body
from rest_compat.compile import Route
from rest_compat.heard import Heard
from rest_compat.naming import camel
from rest_compat.outcome import EMPTY
from rest_compat.profile import Failure, Page
from rest_compat.refusing import failure_of, refused
from rest_compat.remembering import Memory, once
from rest_compat.streaming import matches, stream
from rest_compat.variables import variables

log = logging.getLogger(__name__)

PRINTABLE = "".join(map(chr, range(32, 127)))
SAFE = {"X-Content-Type-Options": "nosniff"}
BEFORE_READABLE = (401, 404, 429, 503)
BEFORE_FIT = (400, 401, 403, 404, 429, 503)
DOMAINS = re.compile(r"[a-z][a-z0-9_]*")
"""How the domain's own names look."""
RANK = (401, 404, 400, 403, 410, 409, 422, 402, 429, 503)


class Runner(Memory, Protocol):
    """The executable schema, as far as the facade needs it."""

    async def run(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> ExecutionResult: ...

    async def write(
        self, operation: Operation, wire: Wire, variables: Mapping[str, Any], caller: Caller
    ) -> Written | ExecutionResult: ...


Callers = Callable[[Request], Awaitable[Caller]]


async def answer(runner: Runner, callers: Callers, limits: Limits, request: Request, heard: Heard) -> Response:
    """Answer the request; every refusal in the dialect's shape."""
    route = heard.route
    try:
        caller = await callers(request)
    except AppError as refusal:
        return refused(route.profile, failure_of(refusal))
    request.scope["rest_allowance"] = caller.allowance
    try:
        if route.profile.key_of_write and caller.idempotency_key is not None:
            caller.idempotency_key = route.profile.key_of_write(route.method, caller.idempotency_key)
        response = await _answer(runner, caller, limits, request, heard)
    except AppError as refusal:
        response = refused(route.profile, failure_of(refusal))
    for name, value in caller.response_headers:
        if name.lower() != "set-cookie" and name in response.headers:
            del response.headers[name]
        response.headers.append(name, value)
    return response


async def _answer(runner: Runner, caller: Caller, limits: Limits, request: Request, heard: Heard) -> Response:
    route = heard.route
    body = await read_body(request, route, limits, known=route.public or caller.credential is not None)
    try:
        if route.profile.remembers_answers and caller.idempotency_key and route.is_write:
            return await once(runner, caller, request, route, body, lambda: _run(runner, caller, request, heard, body))
        return await _run(runner, caller, request, heard, body)
    finally:
        await body.close()


async def _run(runner: Runner, caller: Caller, request: Request, heard: Heard, body: Sent) -> Response:
    route = heard.route
    read = heard.variables(lambda: variables(request, route, heard.path, body))
    caller.unreadable, caller.unfit = read.unreadable, read.unfit
    if route.wire is None:
        result: Written | ExecutionResult = await runner.run(route.operation, read.values, caller)
    else:
        result = await runner.write(route.operation, route.wire, read.values, caller)
    if isinstance(result, Written):
        return _as_written(request, heard, result, read.values, caller)
    data: dict[str, Any] | None = result.data
    if _only_waited(result, caller) and data is not None and _lost(route, data):
        raise NotFound  # a query that found nothing: this outranks what does not fit
    if result.errors:
        return refused(route.profile, _failure(result.errors, caller, route))
    if data is None or _lost(route, data):
        raise NotFound
    return await _respond(request, heard, data, read.values, caller)


def _only_waited(result: ExecutionResult, caller: Caller) -> bool:
    """Whether nothing went wrong but that a field does not fit."""
    return [(each.path, each.original_error) for each in result.errors or ()] == [(None, caller.unfit)]


def _lost(route: Route, data: dict[str, Any]) -> bool:
    """Whether there is null where the route wants something."""
    if any(_pick(data, keys) is None for keys in route.required):
        return True
    if not route.body:
        return False
    if route.body_place and route.body_place.nullable:
        return _pick(data, route.body[:-1]) is None
    return _pick(data, route.body) is None


def _pick(data: Any, keys: Iterable[str]) -> Any:
    for key in keys:
        if data is None:
            return None
        data = data.get(key)
    return data


def _failure(errors: list[GraphQLError], caller: Caller, route: Route) -> Failure:
    """The error that is told: the one whose check comes first; a refusal that waits outranks what it led to."""
    first = min(errors, key=lambda error: _rank(_status(error)))
    status = _status(first)
    if caller.unreadable and status not in BEFORE_READABLE:
        return failure_of(caller.unreadable)
    if caller.unfit and status not in BEFORE_FIT:
        return failure_of(caller.unfit)
    extensions = first.extensions or {}
    if status == Internal.status or "code" not in extensions:
        return failure_of(Internal())
    return _in_wire_words(
        Failure(
            code=str(extensions["code"]).lower(),
            status=status,
            message=first.message,
            details=extensions.get("details"),
            headers=extensions.get("headers") or {},
        ),
        route,
    )


def _status(error: GraphQLError) -> int:
    return int((error.extensions or {}).get("status", Internal.status))


def _rank(status: int) -> int:
    return RANK.index(status) if status in RANK else len(RANK) + (status >= Internal.status)


def _in_wire_words(failure: Failure, route: Route) -> Failure:
    """The same, with the wire's names for the fields that the domain names."""
    if failure.status != Invalid.status or not isinstance(failure.details, list):
        return failure
    message = failure.message
    details = []
    for row in failure.details:
        known, wire = row["field"], wire_field(route, row["field"])
        message = _renamed(message, known, wire)
        details.append({**row, "field": wire, "message": _renamed(row["message"], known, wire)})
    return Failure(failure.code, failure.status, message, details, failure.headers)


def wire_field(route: Route, name: str) -> str:
    """What the wire calls an input field of the domain: `recurrence.by_weekday` by the place of its variable."""
    case = route.profile.case
    for known, wire in route.fields:
        if name == known or name.startswith(f"{known}."):
            rest = [_cased(case, each) for each in name[len(known) + 1 :].split(".") if each]
            return ".".join([wire, *rest])
    return ".".join(_cased(case, each) for each in name.split("."))


def _cased(case: Callable[[str], str], name: str) -> str:
    """What is no name of the domain's, such as a number or what somebody has called a custom field, stays as it is."""
    return case(camel(name)) if DOMAINS.fullmatch(name) else name


def _renamed(message: str, known: str, wire: str) -> str:
    after = message[len(known) :]
    return wire + after if message.startswith(known) and not after[:1].isalnum() else message


def _as_written(
    request: Request, heard: Heard, written: Written, values: Mapping[str, Any], caller: Caller
) -> Response:
    """An answer whose body, or whose rows, PostgreSQL has written."""
    route = heard.route
    headers = _headers(request, heard, written.parts.get, values, caller)
    if not (route.envelope and route.total):
        return _sent(request, route, written.body, headers)
    page = _page(request, route, values, written.parts[route.total], caller)
    return _sent(request, route, orjson.dumps(route.envelope.put(page, orjson.Fragment(written.body))), headers)


async def _respond(
    request: Request, heard: Heard, data: dict[str, Any], values: Mapping[str, Any], caller: Caller
) -> Response:
    route = heard.route
    headers = _headers(request, heard, lambda keys: _pick(data, keys), values, caller)
    if route.status in EMPTY:
        if route.status != 204 and not any(name.lower() == "location" for name in headers):
            raise NotFound
        return Response(status_code=route.status, headers={"Cache-Control": "no-store", **headers})
    body = _pick(data, route.body)
    convert = route.converts.get(caller.vocabulary, route.converts[None])
    if convert and body is not None:
        body = convert(body)
    if route.envelope and route.total:
        body = route.envelope.put(_page(request, route, values, _pick(data, route.total), caller), body)
    if route.handler:
        return await route.profile.handlers[route.handler](request, body, headers, caller)
    if route.streamed:
        return stream(request, caller.contents[body], {"Content-Type": str(route.media), **SAFE, **headers})
    raw = orjson.dumps(body) if route.media is None else str(body).encode()
    if route.media is not None:
        headers = {"Content-Type": route.media, **SAFE, **headers}
    return _sent(request, route, raw, headers)


def _headers(
    request: Request,
    heard: Heard,
    part: Callable[[tuple[str, ...]], Any],
    values: Mapping[str, Any],
    caller: Caller,
) -> dict[str, str]:
    """What the answer says in headers; `part` finds a value of it by its keys."""
    route, paginate = heard.route, heard.route.profile.paginate
    headers = {name: _header(value) for name, keys in route.headers if (value := part(keys)) is not None}
    if route.total and paginate and (total := part(route.total)) is not None:
        headers |= heard.pages(total, lambda: paginate(_page(request, route, values, total, caller)))
    return headers


def _sent(request: Request, route: Route, raw: bytes, headers: dict[str, str]) -> Response:
    if route.operation.kind is OperationType.QUERY and request.method in ("GET", "HEAD"):
        return _cached(request, route, raw, headers)
    return Response(raw, route.status, headers, "application/json")


def _header(value: Any) -> str:
    """What a header can carry: all but printable ASCII is percent-encoded."""
    return quote(str(value), safe=PRINTABLE)


def _cached(request: Request, route: Route, raw: bytes, headers: dict[str, str]) -> Response:
    """The answer to a GET: 304 without a body if the client has it already."""
    if not route.profile.etags:
        return Response(raw, route.status, {"Cache-Control": "no-store", **headers}, "application/json")
    tag = f'W/"{hashlib.sha256(raw).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization", **headers}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(raw, route.status, headers, "application/json")


def _base(request: Request, caller: Caller) -> str:
    """Where this server is: under a workspace's own host, if that was asked."""
    if not caller.base_url:
        return f"{request.url.scheme}://{request.url.netloc}"
    if not request.scope.get("rest_workspace"):
        return caller.base_url
    return f"{urlsplit(caller.base_url).scheme}://{request.headers['host']}"


def _page(request: Request, route: Route, values: Mapping[str, Any], total: int, caller: Caller) -> Page:
    by_wire = {each.wire: values.get(each.variable, each.default) for each in route.parameters}
    number, size = (by_wire.get(name) for name in route.profile.page_names)
    return Page(
        url=_base(request, caller) + quote(request.scope["path"]),
        query=tuple(request.query_params.multi_items()),
        total=int(total),
        number=int(number or 1),
        size=int(size or total or 1),
    )
