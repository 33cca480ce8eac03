"""Forms with files: how much of them is read, and for whom."""

from typing import Any

from app.core.errors import BadRequest
from tests.rest.stand_in import client, error

UPLOADS = "/api/v1/acme/recordings/5/uploads"


async def test_a_form_with_a_file_may_be_larger() -> None:
    async with client() as http:
        answer = await http.post(UPLOADS, files={"file": ("a.txt", b"x" * 6000, "text/plain")})
        too_large = await http.post(UPLOADS, files={"more": b"x" * 5000, "file": b"x" * 5000})
    assert (answer.status_code, answer.json()["byte_size"]) == (201, 6000)
    assert (too_large.status_code, too_large.json()["error"]["code"]) == (413, "payload_too_large")


async def test_a_file_that_is_too_long_is_told_after_stricter_checks_and_read_no_further() -> None:
    sent = 0

    async def form() -> Any:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1000):
            sent += 1000
            yield b"x" * 1000

    headers = {"content-type": "multipart/form-data; boundary=x"}
    answers = []
    for user, path in (("ana", UPLOADS), ("cleo", UPLOADS), ("ana", UPLOADS.replace("acme", "other"))):
        async with client(user) as http:
            sent = 0
            answers.append(await http.post(path, content=form(), headers=headers))
            assert sent == 7000
    assert [answer.status_code for answer in answers] == [422, 403, 404]
    assert answers[0].json()["error"]["details"] == [
        {"field": "file", "code": "too_long", "message": "file is larger than 0 MB"}
    ]


async def test_nobody_sends_a_file_without_signing_in() -> None:
    read = False

    async def form() -> Any:
        nonlocal read
        read = True
        yield b"--x"

    async with client("") as http:
        answer = await http.post(UPLOADS, content=form(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, read) == (401, False)


async def test_a_broken_form_is_told() -> None:
    headers = {"content-type": "multipart/form-data"}
    async with client() as http:
        answer = await http.post("/api/v1/acme/recordings/5/uploads", content=b"junk", headers=headers)
    assert (answer.status_code, answer.json()) == (400, error(BadRequest("Malformed form")))
