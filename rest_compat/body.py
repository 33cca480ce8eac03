"""Reading a request's body: JSON or a form, never more of it than the limit."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import orjson
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from app.core.errors import AppError, BadRequest, PayloadTooLarge, Problem, Reason, UnsupportedMediaType
from app.core.forms import LARGEST_FILE, LARGEST_FORM, MEBIBYTE, read_form
from rest_compat.compile import Route
from rest_compat.naming import alternatives

MULTIPART = "multipart/form-data"
FORMS = frozenset({MULTIPART, "application/x-www-form-urlencoded"})
MOST_FIELDS = 200
BRACKETS = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Limits:
    """The largest bodies that are read, in bytes."""

    body: int = 2**20
    upload: int = LARGEST_FORM
    """Of a form with files."""
    file: int = LARGEST_FILE
    """Of one file in it."""


@dataclass
class Sent:
    """A body. `unreadable` is why there is none to speak of: it waits until stricter checks have passed.

    `too_long` is the file at which reading ended, and waits too.
    """

    values: dict[str, Any] = field(default_factory=dict)
    form: FormData | None = None
    unreadable: AppError | None = None
    too_long: Problem | None = None
    raw: str | None = None
    """All of it as it came, where the route wants it so."""

    @property
    def text(self) -> bool:
        """Its values are text, whatever their type."""
        return self.form is not None

    async def close(self) -> None:
        """Let go of the files."""
        if self.form is not None:
            await self.form.close()


async def read_body(request: Request, route: Route, limits: Limits, *, known: bool = True) -> Sent:
    """The body of a request, as far as the route wants one. Raises PayloadTooLarge.

    `known` False: nobody is signed in where somebody has to be, and so no file is taken.
    """
    if not route.reads_body:
        return Sent()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if route.holds_file and kind == MULTIPART:
        return await _multipart(request, limits.upload, limits.file) if known else Sent()
    _check_announced(request, limits.body)
    takes_forms = route.profile.forms == "always" or route.holds_file
    bounded = Request(request.scope, _bounded(request, limits.body))
    if takes_forms and kind in FORMS:
        return await _form(bounded)
    raw = await bounded.body()
    if route.reads_text:
        return _text(raw)
    if not raw.strip():
        return Sent()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        message = f'Content-Type "{kind}" is not read here: send {_readable(takes_forms)}'
        return Sent(unreadable=UnsupportedMediaType(message))
    return _json(raw)


def _readable(takes_forms: bool) -> str:
    kinds = ["application/json", *(sorted(FORMS) if takes_forms else ())]
    return alternatives(kinds)


def _check_announced(request: Request, limit: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        raise PayloadTooLarge


def _bounded(request: Request, limit: int) -> Any:
    """The request's messages, until their bodies are longer than the limit together."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise PayloadTooLarge
        return message

    return receive


def _text(raw: bytes) -> Sent:
    try:
        return Sent(raw=raw.decode())
    except UnicodeDecodeError:
        return Sent(unreadable=BadRequest("The body is not UTF-8"))


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
        form = await request.form(max_fields=MOST_FIELDS)
    except (HTTPException, KeyError, AssertionError, UnicodeError):
        return Sent(unreadable=BadRequest("Malformed form"))
    return Sent(unbracketed(form.multi_items()), form)


async def _multipart(request: Request, most: int, largest_file: int) -> Sent:
    """A form with files. Its length is not believed beforehand: a single file that is too long has another answer."""
    chunks = Request(request.scope, _bounded(request, most)).stream()
    try:
        form = await read_form(request.headers, chunks, most_fields=MOST_FIELDS, largest_file=largest_file)
    except BadRequest:
        return Sent(unreadable=BadRequest("Malformed form"))
    values = unbracketed(form.data.multi_items())
    if form.too_long is None:
        return Sent(values, form.data)
    name = form.too_long.split("[")[0]
    message = f"{name} is larger than {largest_file // MEBIBYTE} MB"
    return Sent(values, form.data, too_long=Problem(name, Reason.too_long, message))


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
