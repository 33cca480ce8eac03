"""One answer in every respect: order of checks, status, headers, caching, and what must not leak."""

import json
from typing import Any

import pytest

from app.core.errors import BadRequest, NotFound, Unauthenticated
from tests.rest.stand_in import client, error, schema

PROJECTS = "/api/v1/acme/projects"


async def test_a_list_is_a_bare_array_in_the_wires_words() -> None:
    async with client() as http:
        answer = await http.get(PROJECTS, params={"per_page": "1"})
    assert answer.status_code == 200
    assert answer.json() == [
        {
            "id": "1",
            "name": "P1",
            "description": None,
            "all_access": False,
            "status": "active",
            "creator_id": "mem-ada",
            "creator_name": "Ada",
            "creator_image": None,
            "created_at": "2026-06-07T12:00:00.123Z",
        }
    ]


async def test_a_list_tells_its_length_and_its_neighbours() -> None:
    async with client() as http:
        answer = await http.get(PROJECTS, params={"per_page": "1", "page": "2", "status": "active"})
    base = "https://thicket.example/api/v1/acme/projects?status=active"
    assert answer.headers["x-total-count"] == "3"
    assert answer.headers["link"] == (
        f'<{base}&page=1&per_page=1>; rel="first", <{base}&page=1&per_page=1>; rel="prev", '
        f'<{base}&page=3&per_page=1>; rel="next", <{base}&page=3&per_page=1>; rel="last"'
    )


async def test_types_of_one_list_differ_in_their_keys() -> None:
    async with client() as http:
        found = (await http.get("/api/v1/acme/recordings/all")).json()
    assert found == [
        {
            "type": "message",
            "id": "10",
            "title": "Kick-off",
            "creator_name": "Ada",
            "assignee_ids": [],
            "content": "Hello",
            "meta": {},
        },
        {
            "type": "todo",
            "id": "20",
            "title": "Write",
            "creator_name": None,
            "assignee_ids": ["mem-bob", "mem-ada"],
            "due_on": "2026-01-02",
            "completed_at": None,
            "meta": {},
        },
        {
            "type": "todolist",
            "id": "30",
            "title": "Tasks",
            "creator_name": None,
            "assignee_ids": [],
            "meta": {"total_count": 3},
        },
        {"type": "upload_", "id": "40", "title": "a.txt", "creator_name": None, "assignee_ids": [], "meta": {}},
    ]


async def test_shapes_may_be_put_into_each_other() -> None:
    async with client() as http:
        found = (await http.get("/api/v1/acme/names")).json()
    assert found == {
        "organization": {
            "todos": [[], ["Bob", "Ada"], [], []],
            "projects": [
                {"name": "P1", "by": {"scope": {"name": "Ada"}}},
                {"name": "P2", "by": {"scope": {"name": "Ada"}}},
            ],
        },
        "viewer": {"name": "Ada"},
    }


@pytest.mark.parametrize(
    ("user", "method", "path", "body", "status"),
    [
        ("", "POST", "/other/projects", "{nope", 401),
        ("ana", "POST", "/other/projects", "{nope", 404),
        ("ana", "PATCH", "/acme/recordings/99", "{nope", 400),
        ("cleo", "PATCH", "/acme/recordings/99", '{"title": 5}', 404),
        ("cleo", "PATCH", "/acme/recordings/20", '{"title": 5}', 403),
        ("ana", "PATCH", "/acme/recordings/20", '{"title": 5}', 422),
        ("", "GET", "/acme/recordings/99?status=foo", None, 401),
        ("ana", "GET", "/acme/recordings/99?status=foo", None, 404),
        ("ana", "GET", "/acme/recordings/20?status=foo", None, 422),
    ],
)
async def test_checks_have_one_order(user: str, method: str, path: str, body: str | None, status: int) -> None:
    async with client(user) as http:
        answer = await http.request(method, f"/api/v1{path}", content=body)
    assert answer.status_code == status
    assert schema.store.recordings["20"].title == "Write"


async def test_the_plan_is_asked_last() -> None:
    async with client() as http:
        for name in ("A", "B"):
            assert (await http.post(PROJECTS, json={"title": name})).status_code == 201
        assert (await http.post(PROJECTS, json={})).status_code == 422
        answer = await http.post(PROJECTS, json={"title": "C"})
    assert answer.status_code == 402
    assert answer.json() == {
        "error": {
            "code": "limit_reached",
            "message": "Your plan allows 5 projects",
            "details": {"limit": "projects", "allowed": 5, "used": 5},
        }
    }


@pytest.mark.parametrize("body", [b"{bad", b"nul", b'{"title": NaN}', b"\xff", b"[" * 4000])
async def test_a_body_that_is_no_json_is_told(body: bytes) -> None:
    async with client() as http:
        answer = await http.post(PROJECTS, content=body)
    assert (answer.status_code, answer.json()) == (400, error(BadRequest("Malformed JSON")))


async def test_a_body_that_is_no_object_is_told() -> None:
    async with client() as http:
        answer = await http.post(PROJECTS, json=[1])
    assert (answer.status_code, answer.json()) == (400, error(BadRequest("The body must be a JSON object")))


async def test_another_content_type_is_told() -> None:
    async with client() as http:
        answer = await http.post(PROJECTS, content="<x/>", headers={"content-type": "text/xml"})
        form = await http.post(PROJECTS, data={"title": "A"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
    assert form.status_code == 415
    assert len(schema.store.projects) == 3


async def test_a_large_body_is_refused_by_its_length() -> None:
    async with client("") as http:
        answer = await http.post(PROJECTS, json={"title": "x" * 5000})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")
    assert schema.store.runs == []


async def test_a_large_body_of_unknown_length_is_refused_while_it_is_read() -> None:
    async def chunks() -> Any:
        for _ in range(5):
            yield b" " * 1000

    async with client() as http:
        answer = await http.post(PROJECTS, content=chunks())
    assert answer.status_code == 413
    assert schema.store.runs == []


async def test_get_carries_a_weak_etag_and_answers_304_to_it() -> None:
    async with client() as http:
        first = await http.get(PROJECTS)
        again = await http.get(PROJECTS, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
        other = await http.get(PROJECTS, headers={"If-None-Match": '"x"'})
    assert first.headers["etag"].startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Cookie, Authorization"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["x-total-count"] == "3"
    assert other.status_code == 200


async def test_head_is_get_without_a_body() -> None:
    async with client() as http:
        get, head = await http.get(PROJECTS), await http.head(PROJECTS)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers


async def test_options_and_a_wrong_method_tell_what_is_allowed() -> None:
    async with client("") as http:
        options, put = await http.options(PROJECTS), await http.put(PROJECTS)
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (put.status_code, put.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert put.json() == {"error": {"code": "method_not_allowed", "message": "Method not allowed"}}


async def test_an_unknown_path_is_not_found_whoever_asks() -> None:
    async with client("") as http:
        for path in ("/api/v1/acme/nope", "/api/v2", "/api/v1/acme/projects/1%2F2/tools"):
            answer = await http.get(path)
            assert (answer.status_code, answer.json()) == (404, error(NotFound()))
    assert schema.store.runs == []


async def test_a_slash_at_the_end_means_nothing() -> None:
    async with client() as http:
        assert (await http.get(f"{PROJECTS}/")).status_code == 200


async def test_an_encoded_slash_stays_inside_its_segment() -> None:
    async with client() as http:
        answer = await http.get("/api/v1/acme/projects/1%2F2")
    assert (answer.status_code, schema.store.runs[-1]) == (404, ("GetProject", {"org": "acme", "id": "1/2"}))


@pytest.mark.parametrize("path", ["/api/v1/acme/projects/%00", "/api/v1/%FF/projects/1", "/api/v1/acme/recordings/%00"])
async def test_a_path_that_cannot_be_text_is_not_found(path: str) -> None:
    async with client() as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.json()) == (404, error(NotFound()))


async def test_an_unknown_tool_in_the_path_is_not_found() -> None:
    async with client() as http:
        answer = await http.put("/api/v1/acme/projects/1/tools/fax", json={"enabled": True})
    async with client("") as http:
        nobody = await http.put("/api/v1/acme/projects/1/tools/fax", json={"enabled": True})
    assert (answer.status_code, answer.json()) == (404, error(NotFound()))
    assert nobody.status_code == 401


async def test_a_redirect_has_a_location_and_is_not_stored() -> None:
    async with client() as http:
        answer = await http.get("/api/v1/acme/uploads/40/download")
        lost = await http.get("/api/v1/acme/uploads/20/download")
    assert (answer.status_code, answer.headers["location"]) == (302, "https://files.example/40")
    assert (answer.content, answer.headers["cache-control"]) == (b"", "no-store")
    assert (lost.status_code, lost.json()) == (404, error(NotFound()))


async def test_null_may_be_an_answer() -> None:
    async with client("") as http:
        answer = await http.get("/api/v1/me")
    assert (answer.status_code, answer.content) == (200, b"null")


async def test_a_route_outside_the_base_may_be_text() -> None:
    async with client("") as http:
        answer = await http.get("/feeds/feed.ics")
        unknown = await http.get("/feeds/nope.ics")
        elsewhere = await http.get("/feeds/feed.txt")
    assert (answer.status_code, answer.text, answer.headers["x-id"]) == (200, "Ada", "mem-ada")
    assert (answer.headers["content-type"], "x-image" in answer.headers) == ("text/calendar; charset=utf-8", False)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (unknown.status_code, elsewhere.text) == (404, "elsewhere")


async def test_our_own_failure_says_nothing_of_itself() -> None:
    async with client() as http:
        answer = await http.get("/api/v1/acme/broken")
    assert answer.status_code == 500
    assert answer.json() == {"error": {"code": "internal", "message": "Internal server error"}}
    assert "secret" not in answer.text


async def test_the_callers_headers_are_on_answers_and_refusals() -> None:
    async with client() as http:
        made = await http.post(PROJECTS, json={"title": "A"})
        refused = await http.post(PROJECTS, json={})
    assert made.headers["set-cookie"] == "made=1; Path=/"
    assert (made.headers["x-ratelimit-limit"], refused.headers["x-ratelimit-limit"]) == ("50", "50")
    assert "set-cookie" not in refused.headers


async def test_a_caller_that_is_refused_at_the_door_runs_nothing() -> None:
    async with client("", authorization="Bearer thicket_pat_flood") as http:
        answer = await http.get(PROJECTS)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json() == {"error": {"code": "rate_limited", "message": "Too many requests"}}
    assert schema.store.runs == []


async def test_nobody_is_told_to_sign_in() -> None:
    async with client("") as http:
        answer = await http.get(PROJECTS)
    assert (answer.status_code, answer.json()) == (401, error(Unauthenticated()))


async def test_the_domains_field_is_told_by_the_wires_name() -> None:
    async with client() as http:
        answer = await http.post(PROJECTS, json={"title": "  "})
    message = "title can't be blank"
    assert json.loads(answer.content) == {
        "error": {
            "code": "invalid",
            "message": message,
            "details": [{"field": "title", "code": "blank", "message": message}],
        }
    }


async def test_a_header_carries_only_printable_ascii() -> None:
    async with client("") as http:
        answer = await http.get("/feeds/m\u00fcnchen.ics")
    assert (answer.text, answer.headers["x-id"], answer.headers["x-image"]) == (
        "Gr\u00f6ger",
        "mem-%0A%E2%82%AC",
        "a b.png",
    )
