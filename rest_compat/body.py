"""Reading a request's body: JSON or a form, never more of it than the limit."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import orjson
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from app.core.errors import AppError, BadRequest, PayloadTooLarge, UnsupportedMediaType
from rest_compat.compile import Route
from rest_compat.naming import alternatives

FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
MOST_FILES, MOST_FIELDS, LARGEST_FIELD = 20, 200, 2**20
BRACKETS = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Limits:
    """The largest bodies that are read, in bytes."""

    body: int = 2**20
    upload: int = 64 * 2**20
    """Of a form with files."""


@dataclass
class Sent:
    """A body. `unreadable` is why there is none to speak of: it waits until stricter checks have passed."""

    values: dict[str, Any] = field(default_factory=dict)
    form: FormData | None = None
    unreadable: AppError | None = None

    @property
    def text(self) -> bool:
        """Its values are text, whatever their type."""
        return self.form is not None

    async def close(self) -> None:
        """Let go of the files."""
        if self.form is not None:
            await self.form.close()


async def read_body(request: Request, route: Route, limits: Limits) -> Sent:
    """The body of a request, as far as the route wants one. Raises PayloadTooLarge."""
    if not route.reads_body:
        return Sent()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    takes_forms = route.profile.forms == "always" or route.holds_file
    limit = limits.upload if route.holds_file and kind == "multipart/form-data" else limits.body
    bounded = Request(request.scope, _bounded(request, limit))
    if takes_forms and kind in FORMS:
        return await _form(bounded)
    raw = await bounded.body()
    if not raw.strip():
        return Sent()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        message = f'Content-Type "{kind}" is not read here: send {_readable(takes_forms)}'
        return Sent(unreadable=UnsupportedMediaType(message))
    return _json(raw)


def _readable(takes_forms: bool) -> str:
    kinds = ["application/json", *(sorted(FORMS) if takes_forms else ())]
    return alternatives(kinds)


def _bounded(request: Request, limit: int) -> Any:
    """The request's messages, until their bodies are longer than the limit together."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise PayloadTooLarge
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise PayloadTooLarge
        return message

    return receive


def _json(raw: bytes) -> Sent:
    try:
        value = orjson.loads(raw)
    except ValueError:
        try:  # a lone surrogate is JSON, and worth a better answer than "malformed"
            value = json.loads(raw, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return Sent(unreadable=BadRequest("Malformed JSON"))
    if not isinstance(value, dict):
        return Sent(unreadable=BadRequest("The body must be a JSON object"))
    return Sent(value)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


async def _form(request: Request) -> Sent:
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
    except (MultiPartException, HTTPException, KeyError, AssertionError, UnicodeError):
        return Sent(unreadable=BadRequest("Malformed form"))
    return Sent(unbracketed(form.multi_items()), form)


def unbracketed(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Names of a form or a query string, taken apart; a name that comes twice has a list.

    `a=1&a=2` and `a[]=1&a[]=2` → `{"a": ["1", "2"]}`; `c[Name]=v` → `{"c": {"Name": "v"}}`.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        bracketed = name.endswith("]") and not name.startswith("[")
        first, rest = (name.split("[")[0], BRACKETS.findall(name)) if bracketed else (name, [])
        into = found
        for key in rest:
            if key == "":
                break
            inner = into.setdefault(first, {})
            if not isinstance(inner, dict):
                inner = into[first] = {}
            into, first = inner, key
        if rest and rest[-1] == "":
            held = into.setdefault(first, [])
            into[first] = [*held, value] if isinstance(held, list) else [value]
        elif first in into:
            held = into[first]
            into[first] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            into[first] = value
    return found
