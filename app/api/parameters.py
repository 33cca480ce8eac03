"""What a request to `/graphql` asks for: its query string, JSON body or multipart form, read within bounds.

Everything wrong is refused here in a sentence, so that what comes after sees well-formed parameters only. Sources:
GraphQL over HTTP ("Request"), the GraphQL multipart request specification.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import parse_qsl

import orjson
from pydantic.alias_generators import to_snake
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.requests import ClientDisconnect, Request

from app.auth.origins import origin_of, trusted_origins
from app.core.errors import (
    BadRequest,
    Forbidden,
    Invalid,
    PayloadTooLarge,
    Problem,
    Reason,
    Unauthenticated,
    UnsupportedMediaType,
)
from app.core.forms import LARGEST_FILE, LARGEST_FORM, MEBIBYTE, MOST_FILES, Form, read_form
from app.settings import Settings

JSON = "application/json"
MULTIPART = "multipart/form-data"
BODY_BYTES = MEBIBYTE
FORM_FIELDS = 10
DEPTH = 64
"""Levels of lists and objects in variables."""
BODY_SECONDS = 30

PREFLIGHT_HEADERS = ("graphql-require-preflight", "apollo-require-preflight", "x-apollo-operation-name")
"""A form on a foreign page cannot send these, nor can its scripts without being allowed to."""

_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


@dataclass(frozen=True)
class Parameters:
    """One operation to run. A file of a multipart request stands in `variables` as an UploadFile."""

    query: str | None
    operation_name: str | None
    variables: dict[str, Any] = field(default_factory=dict)
    document_id: str | None = None
    too_long: Problem | None = None
    """A file that is larger than files may be: told once stricter checks have passed. Every file is empty then."""


@asynccontextmanager
async def parameters_of(request: Request, settings: Settings, *, known: bool) -> AsyncIterator[Parameters]:
    """The parameters of a request; its uploaded files are open inside the block only.

    Raises UnsupportedMediaType, PayloadTooLarge, BadRequest, Invalid (text that cannot be stored), Forbidden (a form
    that a foreign page may have sent) and Unauthenticated (one of somebody who is not `known`).
    """
    if request.method != "POST":
        yield _checked(_of_query_string(request))
        return
    content_type = _content_type(request.headers)
    if content_type == JSON:
        yield parameters_in(read_json(await _body(request)))
        return
    if content_type != MULTIPART:
        raise UnsupportedMediaType(f"Send `Content-Type: {JSON}`, or {MULTIPART} for uploads")
    _require_deliberate(request.headers, settings)
    if not known:
        raise Unauthenticated("Sign in to send files")
    form = await _form(request)
    try:
        body, places = _with_files(form.data)
        too_long = None if form.too_long is None else _too_long(form.too_long, places)
        yield replace(_checked(body), too_long=too_long)
    finally:
        await form.data.close()


def parameters_in(body: Any) -> Parameters:
    """The parameters of one operation that came as JSON. Raises BadRequest, Invalid."""
    return _checked(_of_body(body))


def _content_type(headers: Headers) -> str:
    """The body's media type. Raises UnsupportedMediaType for encodings that are not read."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s;"]+)', parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType("Send the body in UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding")
    return media_type.strip().lower()


def _require_deliberate(headers: Headers, settings: Settings) -> None:
    """Raises Forbidden unless the sender of a form is known to mean it.

    Browsers send forms to other sites with the cookie and without asking. A header that pages can set only after
    asking, a bearer token, or an origin that we trust shows that this one was sent on purpose.
    """
    deliberate = (
        any(headers.get(name) for name in PREFLIGHT_HEADERS)
        or headers.get("authorization", "").lower().startswith("bearer ")
        or origin_of(headers.get("origin", "")) in trusted_origins(settings)
        or headers.get("sec-fetch-site") == "same-origin"
    )
    if not deliberate:
        raise Forbidden("Send the header `GraphQL-Require-Preflight: 1` with a multipart request")


async def _body(request: Request) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > BODY_BYTES:
        raise PayloadTooLarge(f"The request body is larger than {BODY_BYTES // MEBIBYTE} MiB")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return b"".join([chunk async for chunk in _chunks(request, BODY_BYTES)])
    except TimeoutError as error:
        raise BadRequest(f"The body did not arrive within {BODY_SECONDS} seconds") from error


async def _chunks(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises PayloadTooLarge at the first byte too many."""
    too_large = PayloadTooLarge(f"The request body is larger than {most // MEBIBYTE} MiB")
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise too_large
            yield chunk
    except ClientDisconnect as error:
        raise BadRequest("The body ended early") from error


def read_json(body: bytes | str) -> Any:
    """Raises BadRequest."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raw = body.encode(errors="replace") if isinstance(body, str) else body
        mended, lone = _LONE_SURROGATE.subn(rb"\\u0000", raw)
        if not lone:
            raise BadRequest("The body is not valid JSON") from error
    # Half a surrogate pair is refused like NUL, which stands in for it: by its field, not as broken JSON.
    try:
        return orjson.loads(mended)
    except orjson.JSONDecodeError as error:
        raise BadRequest("The body is not valid JSON") from error


def _of_query_string(request: Request) -> dict[str, Any]:
    try:
        text = request.scope.get("query_string", b"").decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadRequest("The query string cannot be read") from error
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given:
            raise BadRequest(f"`{name[:40]}` stands twice in the query string")
        given[name] = value
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = read_json(given[name])
        else:
            given.pop(name, None)
    return given


def _of_body(body: Any) -> dict[str, Any]:
    if isinstance(body, list):
        raise BadRequest("Batches are not run: send one operation in one request")
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object with a `query`")
    return body


def _checked(given: Mapping[str, Any]) -> Parameters:
    """The known parameters, each of its type; others are ignored, as the specification asks."""
    for name, kind, called in (
        ("query", str, "text"),
        ("operationName", str, "text"),
        ("documentId", str, "text"),
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
    ):
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise BadRequest(f"`{name}` must be {called}")
    variables = given.get("variables") or {}
    problems = list(_unstorable(variables))
    if problems:
        raise Invalid(problems)
    return Parameters(
        given.get("query"),
        given.get("operationName") or None,
        variables,
        given.get("documentId") or _persisted_hash(given.get("extensions") or {}),
    )


def _persisted_hash(extensions: Mapping[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if found is not None and not isinstance(found, str):
        raise BadRequest("`extensions.persistedQuery.sha256Hash` must be text")
    return found


def _unstorable(variables: dict[str, Any]) -> Iterator[Problem]:
    """Texts that no database keeps. Raises BadRequest for variables that are nested too deeply.

    With a stack of its own: the JSON may be as deep as Python's.
    """
    waiting: list[tuple[str, Any, int]] = [("", variables, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEPTH:
            raise BadRequest(f"The variables are nested more than {DEPTH} levels deep")
        inside: Any = ()
        if isinstance(value, dict):
            inside = value.items()
        elif isinstance(value, list):
            inside = enumerate(value)
        for key, item in inside:
            waiting.append((f"{path}.{key}" if path else str(key), item, depth + 1))
        text = value.filename or "" if isinstance(value, UploadFile) else value
        if (isinstance(text, str) and "\0" in text) or "\0" in path:
            name = to_snake(path.replace("\0", ""))
            yield Problem(name, Reason.invalid_value, f"{name} holds characters that cannot be stored")


async def _form(request: Request) -> Form:
    """A multipart form, its files on disk where they are large. Its length is not believed beforehand."""
    chunks = cast("AsyncGenerator[bytes, None]", _chunks(request, LARGEST_FORM))
    return await read_form(request.headers, chunks, most_fields=FORM_FIELDS)


def _too_long(file: str, places: Mapping[str, list[str]]) -> Problem:
    name = to_snake((places.get(file) or [file])[0].removeprefix("variables."))
    return Problem(name, Reason.too_long, f"{name} is larger than {LARGEST_FILE // MEBIBYTE} MB")


def _with_files(form: FormData) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The JSON of `operations`, with the files in the places that `map` gives them; and `map`."""
    operations, places = form.get("operations"), form.get("map")
    if not isinstance(operations, str) or not isinstance(places, str):
        raise BadRequest("A multipart request needs the fields `operations` and `map`, both of JSON")
    body, mapping = _of_body(read_json(operations)), read_json(places)
    if not isinstance(mapping, dict):
        raise BadRequest("`map` must be an object of lists of places")
    for name, paths in mapping.items():
        file = form.get(name)
        if not isinstance(file, UploadFile):
            raise BadRequest(f"`map` names the file `{name[:40]}`, which was not sent")
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise BadRequest("`map` must be an object of lists of places")
        if len(paths) > MOST_FILES:
            raise BadRequest(f"`map` puts one file in more than {MOST_FILES} places")
        for path in paths:
            _put(body, path, file)
    return body, mapping


def _put(body: dict[str, Any], path: str, file: UploadFile) -> None:
    """Put a file where `operations` has null, as in `variables.input.files.0`."""
    refusal = BadRequest(f"`map` names the place `{path[:80]}`, where `operations` has no null")
    *steps, last = path.split(".")
    if steps[:1] != ["variables"]:
        raise refusal
    holder: Any = body
    try:
        for step in steps:
            holder = holder[_key(holder, step)]
        key = _key(holder, last)
        free = holder[key] is None
    except (LookupError, TypeError, ValueError):
        raise refusal from None
    if not free:
        raise refusal
    holder[key] = file


def _key(holder: Any, step: str) -> int | str:
    return int(step) if isinstance(holder, list) else step
