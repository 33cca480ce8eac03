"""The GraphQL multipart request specification, for senders that mean it."""

import errno
import json
from typing import Any

import httpx
import pytest
from starlette.datastructures import UploadFile

from app.core.forms import MEBIBYTE
from tests.api.stand_in import URL, Door, door

KEEP = "mutation ($files: [Upload]!, $title: String) { keep(files: $files, title: $title) }"
MEANT = {"graphql-require-preflight": "1"}


async def upload(
    there: Door, operations: Any, places: Any, files: dict[str, tuple[str, bytes]], headers: dict[str, str] = MEANT
) -> httpx.Response:
    parts: dict[str, Any] = {"operations": (None, json.dumps(operations)), "map": (None, json.dumps(places)), **files}
    return await there.client.post("/graphql", files=parts, headers=headers)


def keep(*files: None, title: str | None = None) -> dict[str, Any]:
    return {"query": KEEP, "variables": {"files": list(files), "title": title}}


async def test_files_come_to_their_places_in_the_variables():
    there = door()
    answer = await upload(
        there,
        keep(None, None),
        {"a": ["variables.files.1"], "b": ["variables.files.0"]},
        {"a": ("ä.txt", b"12345"), "b": ("b.bin", b"\x00" * 2_000_000)},
    )
    assert answer.json() == {"data": {"keep": ["b.bin:2000000", "ä.txt:5"]}}
    assert there.database.done == ["b.bin:2000000", "ä.txt:5"]


@pytest.mark.parametrize(
    "headers",
    [
        MEANT,
        {"apollo-require-preflight": "true"},
        {"x-apollo-operation-name": "Keep"},
        {"authorization": "Bearer tw_1"},
        {"origin": URL},
        {"origin": "https://app.example"},
        {"sec-fetch-site": "same-origin"},
    ],
)
async def test_a_form_that_is_sent_on_purpose_is_read(headers: dict[str, str]):
    there = door(cors_origins="https://app.example")
    answer = await upload(there, keep(None), {"0": ["variables.files.0"]}, {"0": ("a", b"1")}, headers)
    assert answer.json() == {"data": {"keep": ["a:1"]}}


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "null"}, {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}]
)
async def test_a_form_that_a_foreign_page_may_have_sent_is_refused(headers: dict[str, str]):
    there = door(cors_origins="https://app.example")
    answer = await upload(there, keep(None), {"0": ["variables.files.0"]}, {"0": ("a", b"1")}, headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert answer.json()["errors"][0]["message"] == (
        "Send the header `GraphQL-Require-Preflight: 1` with a multipart request"
    )
    assert there.database.transactions == 0


@pytest.mark.parametrize(
    ("operations", "places", "message"),
    [
        ([keep(None)], {}, "Batches are not run: send one operation in one request"),
        ("x", {}, "The body must be a JSON object with a `query`"),
        (keep(None), [], "`map` must be an object of lists of places"),
        (keep(None), {"0": "variables.files.0"}, "`map` must be an object of lists of places"),
        (keep(None), {"0": [5]}, "`map` must be an object of lists of places"),
        (keep(None), {"1": ["variables.files.0"]}, "`map` names the file `1`, which was not sent"),
        (keep(None), {"map": ["variables.files.0"]}, "`map` names the file `map`, which was not sent"),
        (keep(None), {"0": ["variables.files.0"] * 21}, "`map` puts one file in more than 20 places"),
        *(
            (keep(None, title="T"), {"0": [place]}, f"`map` names the place `{place}`, where `operations` has no null")
            for place in (
                "", "query", "variables", "variables.", "variables.files", "variables.files.1", "variables.files.x",
                "variables.title", "variables.title.0", "variables.__class__", "extensions.0", "variables.files.0.0",
            )
        ),
    ],
)  # fmt: skip
async def test_a_form_that_does_not_follow_the_specification_is_400(operations: Any, places: Any, message: str):
    there = door()
    answer = await upload(there, operations, places, {"0": ("a", b"1")})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, message)
    assert there.database.transactions == 0


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"not a form"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n{}\r\n--x--\r\n"),
    ],
)
async def test_a_broken_form_is_400(content_type: str, body: bytes):
    answer = await door().send(body, content_type, graphql_require_preflight="1")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_a_form_of_more_than_64_mib_is_413_while_it_is_read():
    there = door()
    answer = await upload(there, keep(None), {}, {str(i): ("a", b"x" * 16 * MEBIBYTE) for i in range(4)})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert there.database.transactions == 0


async def test_a_file_of_50_mib_is_taken_and_one_byte_more_is_too_long():
    there = door()
    place = {"0": ["variables.files.0"]}
    answer = await upload(there, keep(None), place, {"0": ("a", b"x" * 50 * MEBIBYTE)})
    assert answer.json() == {"data": {"keep": [f"a:{50 * MEBIBYTE}"]}}
    answer = await upload(there, keep(None), place, {"0": ("a", b"x" * 50 * MEBIBYTE + b"x")})
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "INVALID",
        "status": 422,
        "details": [{"field": "files.0", "code": "too_long", "message": "files.0 is larger than 50 MB"}],
    }
    assert there.database.done == [f"a:{50 * MEBIBYTE}"]


async def test_a_file_that_is_too_long_and_in_no_place_is_told_by_the_name_of_its_part():
    answer = await upload(door(), keep(None), {}, {"0": ("a", b"x" * 51 * MEBIBYTE)})
    assert answer.json()["errors"][0]["message"] == "0 is larger than 50 MB"


async def test_nobody_sends_files_without_signing_in():
    there = door(signed_in=False)
    answer = await upload(there, keep(None), {"0": ["variables.files.0"]}, {"0": ("a", b"1")})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (401, "Sign in to send files")
    assert there.database.transactions == 0


async def test_a_full_disk_is_told_as_such(monkeypatch: pytest.MonkeyPatch):
    async def write(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(UploadFile, "write", write)
    answer = await upload(door(), keep(None), {"0": ["variables.files.0"]}, {"0": ("a", b"1")})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["errors"][0]["message"] == "There is no room for files at this moment"


async def test_no_more_than_20_files_are_read():
    files = {str(i): ("a", b"1") for i in range(21)}
    answer = await upload(door(), keep(None), {}, files)
    assert answer.status_code == 400
    assert "Too many files" in answer.json()["errors"][0]["message"]


async def test_a_file_where_text_belongs_is_invalid():
    there = door()
    answer = await upload(there, keep(), {"0": ["variables.title"]}, {"0": ("a", b"1")})
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["INVALID"]
    assert there.database.done == []
