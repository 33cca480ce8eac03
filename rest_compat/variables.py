"""The GraphQL variables of one request, and the refusals that wait because something in it did not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.core.errors import AppError, Invalid, NotFound, Reason
from rest_compat.body import Sent, unbracketed
from rest_compat.compile import Parameter, Route
from rest_compat.decode import ABSENT, UNSTORABLE, Reading, decode, placeholder


@dataclass(frozen=True)
class Variables:
    """`unreadable` and `unfit` are for the caller's fields of the same name (core/context.py)."""

    values: dict[str, Any]
    unreadable: AppError | None
    unfit: AppError | None


def variables(request: Request, route: Route, path: Mapping[str, str], body: Sent) -> Variables:
    """Read every variable of the route. Raises nothing: what is wrong waits in the result."""
    reading = Reading(route.profile)
    query = unbracketed(request.query_params.multi_items()) if request.scope["query_string"] else {}
    values: dict[str, Any] = {}
    lost = False
    for each in route.parameters:
        raw, text = _raw(request, each, path, query, body)
        if each.where == "PATH":
            value, known = _from_path(reading, each, raw)
            lost = lost or not known
        else:
            value = _value(reading, each, raw, text)
        if value is not ABSENT:
            values[each.variable] = value
    if route.profile.unknown_fields == "reject" and not any(each.whole for each in route.parameters):
        _reject_unknown(reading, route, body)
    unreadable = body.unreadable or (NotFound() if lost else None)
    problems = [body.too_long] if body.too_long else list(reading.problems.values())
    return Variables(values, unreadable, Invalid(problems) if problems and not body.unreadable else None)


def _raw(
    request: Request, parameter: Parameter, path: Mapping[str, str], query: dict[str, Any], body: Sent
) -> tuple[Any, bool]:
    """What the wire has for it, ABSENT if nothing; and whether it is text."""
    match parameter.where:
        case "PATH":
            return path[parameter.wire], True
        case "QUERY":
            other = query.get(parameter.synonym, ABSENT) if parameter.synonym else ABSENT
            return _filled(parameter, query.get(parameter.wire, other)), True
        case "HEADER":
            return request.headers.get(parameter.wire, ABSENT), True
        case "COOKIE":
            return request.cookies.get(parameter.wire, ABSENT), True
    if parameter.whole:
        return (body.raw or "", True) if parameter.is_text else (body.values, body.text)
    return body.values.get(parameter.wire, ABSENT), body.text


def _filled(parameter: Parameter, raw: Any) -> Any:
    """In a query string, empty text is no value, unless text is wanted."""
    return ABSENT if raw == "" and not parameter.is_text else raw


def _value(reading: Reading, parameter: Parameter, raw: Any, text: bool) -> Any:
    name = "" if parameter.whole else parameter.wire
    if raw is ABSENT:
        if not parameter.required:
            return ABSENT
        reading.wrong(name, Reason.required, "is required")
        return placeholder(parameter.type)
    if reading.profile.blank_is_null and isinstance(raw, str) and not raw.strip():
        raw = None
    if raw is None and parameter.refuses_null:
        return reading.wrong(name, Reason.required, "is required")
    return decode(reading, parameter.type, raw, name, text)


def _from_path(reading: Reading, parameter: Parameter, raw: str) -> tuple[Any, bool]:
    """The value, and whether it can address anything at all."""
    if UNSTORABLE.search(raw):
        return placeholder(parameter.type), False
    mine = Reading(reading.profile)
    value = decode(mine, parameter.type, raw, parameter.wire, True)
    if mine.problems and parameter.not_found:
        return value, False
    reading.problems |= {name: each for name, each in mine.problems.items() if name not in reading.problems}
    return value, True


def _reject_unknown(reading: Reading, route: Route, body: Sent) -> None:
    known = {each.wire for each in route.parameters if each.where == "BODY"}
    for name in body.values:
        if name not in known:
            reading.wrong(name, Reason.invalid_value, "is not a known field")
