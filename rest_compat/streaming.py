"""Streams: what an operation left behind is read while it is sent, whole or a range of it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.core.content import Content

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def stream(request: Request, content: Content, headers: Mapping[str, str]) -> Response:
    """The answer that sends it: 200, 206 for one range, 304 for what the client has, 416 for no range of it.

    Several ranges at once are answered by the whole (RFC 9110 14.2 allows that).
    """
    found = {"Cache-Control": "private, no-cache", **headers}
    if content.tag is not None:
        found |= {"ETag": f'"{content.tag}"', "Vary": "Cookie, Authorization"}
        if matches(request.headers.get("if-none-match", ""), f'"{content.tag}"'):
            return Response(status_code=304, headers={name: found[name] for name in found if name != "Content-Type"})
    if content.size is None:
        return _sent(request, content, 0, None, 200, found)
    found["Accept-Ranges"] = "bytes"
    wanted = RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if wanted is None or wanted[0] == "bytes=-" or not _is_still(request, found):
        return _sent(request, content, 0, content.size, 200, found)
    first, end = _bounds(wanted[1], wanted[2], content.size)
    if first >= end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{content.size}"})
    found["Content-Range"] = f"bytes {first}-{end - 1}/{content.size}"
    return _sent(request, content, first, end - first, 206, found)


def matches(if_none_match: str, tag: str) -> bool:
    """Whether the client's list of tags holds this one, compared weakly (RFC 9110 13.1.2)."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return tag.removeprefix("W/") in known or "*" in known


def _is_still(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether a range is wanted of what is there now (If-Range): of something else the client wants the whole."""
    known = request.headers.get("if-range")
    return known is None or known == headers.get("ETag")


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first byte and the one after the last; the first is not below the second if there are none."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size


def _sent(
    request: Request, content: Content, first: int, length: int | None, status: int, headers: Mapping[str, str]
) -> Response:
    found = dict(headers) if length is None else {**headers, "Content-Length": str(length)}
    if request.method == "HEAD":
        return Response(status_code=status, headers=found)
    return StreamingResponse(_read(content, first, length), status, found)


async def _read(content: Content, first: int, length: int | None) -> AsyncIterator[bytes]:
    """The bytes; whatever becomes of the client, what they come from is closed."""
    async with aclosing(content.read(first, length)) as chunks:
        async for chunk in chunks:
            yield chunk
