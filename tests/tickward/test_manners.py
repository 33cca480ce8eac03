"""What holds on every route of Tickward's: credentials, refusals, headers, and writes that are sent again."""

import re
from typing import Any

import httpx
import pytest

from tests.tickward.conftest import LAUNCH, TIMER, Call, key
from tests.world import World

pytestmark = pytest.mark.database

HINT = "Fix the fields listed in details or errors and retry the request."


async def test_a_refusal_says_all_that_its_client_wants_to_know(call: Call) -> None:
    answer = await call("POST", "/projects", {"color": "red"}, x_correlation_id="corr_of_mine")
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert re.fullmatch(r"req_[0-9a-f]{24}", error.pop("request_id"))
    assert error == {
        "type": "validation_error",
        "code": "validation_error",
        "message": "We found an error with one or more fields in the request.",
        "correlation_id": "corr_of_mine",
        "retryable": False,
        "remediation": {"hint": HINT},
        "details": [{"message": "name is required", "path": ["name"]}],
        "errors": [{"code": "validation_error", "message": "name is required", "path": "#/name", "remediation": HINT}],
    }


async def test_every_answer_has_ids_and_what_is_left_of_the_keys_requests(world: World, call: Call) -> None:
    for method, path, status in (("GET", "/projects", 200), ("GET", "/projects/x", 404), ("PUT", "/projects", 405)):
        answer = await call(method, path, x_correlation_id="no spaces")
        assert answer.status_code == status
        assert answer.headers["request-id"].startswith("req_")
        assert answer.headers["correlation-id"].startswith("corr_")
        if status != 200:
            assert answer.json()["error"]["request_id"] == answer.headers["request-id"]


@pytest.mark.parametrize("mount", ["", "/dialects/tickward"])
async def test_credentials_are_refused_each_in_its_own_way(world: World, mount: str) -> None:
    read = await key(world, permission="read")

    async def said(token: str | None, method: str = "POST") -> tuple[int, str]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = await world.client.request(
            method, f"{mount}/api/v1/projects", headers=headers, json={"name": "P"} if method == "POST" else None
        )
        return answer.status_code, answer.json().get("error", {}).get("type", "")

    assert await said(None) == (401, "missing_api_key")
    assert await said("tw_nobodys") == (403, "invalid_api_key")
    assert await said(read) == (401, "restricted_api_key")
    assert await said(read, "GET") == (200, "")


async def test_unknown_fields_of_timers_are_refused_with_pointers(call: Call) -> None:
    made = (await call("POST", "/projects", {**LAUNCH, "nope": 1})).json()
    assert made["object"] == "project"
    nested = {"name": "P", "spaces": [{"name": "S", "fine": 1, "timers": [{**TIMER, "space_id": "S", "a/b": 1}]}]}
    answer = await call("POST", "/projects", nested)
    assert answer.status_code == 400
    assert [row["path"] for row in answer.json()["error"]["errors"]] == [
        "#/spaces/0/timers/0/space_id",
        "#/spaces/0/timers/0/a~1b",
    ]
    flat = await call("PATCH", f"/projects/{made['id']}/timers/timer_123", {"labels": "x"})
    assert (flat.status_code, flat.json()["error"]["errors"][0]["path"]) == (400, "#/labels")


@pytest.mark.parametrize("body", [b"{", b"[]", b"nonsense", b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(world: World, body: bytes) -> None:
    headers = {"authorization": f"Bearer {await key(world)}", "content-type": "application/json"}
    answer = await world.client.post("/api/v1/projects", headers=headers, content=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation_error")


SENT_AGAIN = {"idempotency_key": "project-create-1"}


def plain(answer: httpx.Response) -> tuple[int, Any, str | None]:
    return answer.status_code, answer.json(), answer.headers.get("idempotency-replayed")


async def test_a_write_that_is_sent_again_has_one_effect_and_the_same_answer(call: Call) -> None:
    first = await call("POST", "/projects", {"name": "P", "color": "#111111"}, **SENT_AGAIN)
    again = await call("POST", "/projects", {"color": "#111111", "name": "P"}, **SENT_AGAIN)
    assert plain(first) == (201, first.json(), None)
    assert plain(again) == (201, first.json(), "true")
    for answer in (first, again):
        assert re.fullmatch(r"\d{4}-.*\.\d{3}Z", answer.headers["idempotency-key-expires-at"])
    assert len((await call("GET", "/projects")).json()["data"]) == 1
    other = await call("POST", "/projects", {"name": "Q"}, **SENT_AGAIN)
    assert (other.status_code, other.json()["error"]["type"]) == (409, "idempotency_conflict")
    assert other.headers["idempotency-key-expires-at"] == first.headers["idempotency-key-expires-at"]
    assert len((await call("GET", "/projects")).json()["data"]) == 1


async def test_a_refusal_is_given_again_too(world: World, call: Call) -> None:
    first = await call("PATCH", "/projects/project_000000000000", {"name": "P"}, **SENT_AGAIN)
    again = await call("PATCH", "/projects/project_000000000000", {"name": "P"}, **SENT_AGAIN)
    assert plain(first) == (404, first.json(), None)
    assert plain(again) == (404, first.json(), "true")
    other_key = await call(
        "PATCH", "/projects/project_000000000000", {"name": "P"}, token=await key(world), **SENT_AGAIN
    )
    assert plain(other_key) == (404, other_key.json(), None)


async def test_previews_and_reads_ignore_the_key(call: Call) -> None:
    for _ in range(2):
        answer = await call("POST", "/projects/preview", {"name": "P"}, **SENT_AGAIN)
        assert (answer.status_code, "idempotency-key-expires-at" in answer.headers) == (200, False)
    made = await call("POST", "/projects", {"name": "P"}, **SENT_AGAIN)
    assert plain(made) == (201, made.json(), None)


async def test_a_key_that_cannot_be_one_is_refused(call: Call) -> None:
    answer = await call("POST", "/projects", {"name": "P"}, idempotency_key="short")
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation_error")
    assert (await call("GET", "/projects")).json()["data"] == []
    nobody = await call("POST", "/projects", {"name": "P"}, token="tw_nobody", idempotency_key="short")
    assert nobody.status_code == 403


async def test_who_sends_the_same_meanwhile_is_told_so(world: World, call: Call, owner: Any) -> None:
    first = await call("POST", "/projects", {"name": "P"}, **SENT_AGAIN)
    assert first.status_code == 201
    await owner.execute("update idempotency_records set answer = null")
    again = await call("POST", "/projects", {"name": "P"}, **SENT_AGAIN)
    assert (again.status_code, again.json()["error"]["type"]) == (409, "idempotency_key_in_progress")
    assert (again.headers["retry-after"], again.json()["error"]["retryable"]) == ("1", True)
    assert len((await call("GET", "/projects")).json()["data"]) == 1


async def test_another_organizations_key_finds_nothing(world: World, call: Call) -> None:
    made = (await call("POST", "/projects", LAUNCH)).json()
    answer = await world.rest(
        "eve", "POST", f"/api/v1/{world.other_org}/api-keys", {"dialect": "tickward", "name": "S"}
    )
    eves = answer.json()["token"]
    assert (await call("GET", "/projects", token=eves)).json()["data"] == []
    assert (await call("GET", "/sync", token=eves)).json()["timers"] == []
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/timers"),
        ("DELETE", "/timers/timer_123"),
    ):
        lost = await call(method, f"/projects/{made['id']}{path}", {} if method == "PATCH" else None, token=eves)
        assert (lost.status_code, lost.json()["error"]["message"]) == (404, "Project not found."), (method, path)
    assert (await call("GET", f"/projects/{made['id']}")).json()["timer_count"] == 1
