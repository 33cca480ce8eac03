"""Answers that are no JSON: text of other kinds, and streams with their ranges."""

import pytest

from app.core.errors import NotFound
from tests.rest.stand_in import OPENED, client, error


async def test_text_carries_an_etag_too() -> None:
    async with client("") as http:
        first = await http.get("/feeds/feed.ics")
        again = await http.get("/feeds/feed.ics", headers={"If-None-Match": first.headers["etag"]})
        head = await http.head("/feeds/feed.ics")
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (head.status_code, head.content, head.headers) == (200, b"", first.headers)


FILE = "/api/v1/acme/uploads/40/file"


async def test_a_stream_is_sent_with_its_length_its_type_and_its_name() -> None:
    async with client() as http:
        answer = await http.get(FILE)
        endless = await http.get("/api/v1/acme/uploads/endless/file")
        lost = await http.get("/api/v1/acme/uploads/20/file")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"0123456789", "10")
    assert (answer.headers["content-type"], answer.headers["etag"]) == ("text/plain", '"ten"')
    assert (answer.headers["accept-ranges"], answer.headers["cache-control"]) == ("bytes", "private, no-cache")
    assert answer.headers["content-disposition"] == 'attachment; filename="a.txt"'
    assert (endless.content, "content-length" in endless.headers) == (b"0123456789", False)
    assert endless.headers["content-disposition"] == (
        "attachment; filename=\"____X-Evil: 1.txt\"; filename*=UTF-8''%C3%A4%3B%0D%0AX-Evil%3A%201.txt"
    )
    assert "x-evil" not in endless.headers
    assert (lost.status_code, lost.json()) == (404, error(NotFound()))


@pytest.mark.parametrize(
    ("wanted", "status", "content", "said"),
    [
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-20", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-20", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-4", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=" + "9" * 30 + "-", 200, b"0123456789", None),
    ],
)
async def test_a_stream_is_sent_in_ranges(wanted: str, status: int, content: bytes, said: str | None) -> None:
    async with client() as http:
        answer = await http.get(FILE, headers={"Range": wanted})
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, content, said)


async def test_a_range_of_what_has_changed_is_the_whole() -> None:
    async with client() as http:
        same = await http.get(FILE, headers={"Range": "bytes=1-1", "If-Range": '"ten"'})
        changed = await http.get(FILE, headers={"Range": "bytes=1-1", "If-Range": '"nine"'})
    assert (same.status_code, same.content) == (206, b"1")
    assert (changed.status_code, changed.content) == (200, b"0123456789")


async def test_a_stream_that_nobody_wants_is_not_read() -> None:
    OPENED.clear()
    async with client() as http:
        head = await http.head(FILE)
        again = await http.get(FILE, headers={"If-None-Match": '"ten"'})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "10")
    assert (again.status_code, again.content) == (304, b"")
    assert OPENED == []
