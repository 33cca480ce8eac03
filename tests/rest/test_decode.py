"""What the wire says is read by type; what does not fit is told in the wire's words, and nothing is kept."""

import json
from typing import Any

import pytest

from tests.rest.stand_in import client, schema


async def details(method: str, path: str, **sent: Any) -> list[tuple[str, str, str]]:
    async with client() as http:
        answer = await http.request(method, f"/api/v1/acme{path}", **sent)
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert error["message"] == error["details"][0]["message"]
    return [(row["field"], row["code"], row["message"]) for row in error["details"]]


async def seen(method: str, path: str, **sent: Any) -> dict[str, Any]:
    """The variables that the operation got."""
    async with client() as http:
        answer = await http.request(method, f"/api/v1/acme{path}", **sent)
    assert answer.status_code < 300, answer.text
    return schema.store.runs[-1][1]


async def test_every_missing_field_is_told_at_once() -> None:
    assert await details("PUT", "/projects/1/tools/chat", json={}) == [("enabled", "required", "enabled is required")]
    assert await details("POST", "/projects", json={"is_open": 1}) == [
        ("title", "required", "title is required"),
        ("is_open", "invalid_format", "is_open must be true or false"),
    ]


async def test_null_for_what_cannot_be_null_counts_as_missing() -> None:
    assert await details("POST", "/projects", json={"title": None}) == [("title", "required", "title is required")]


async def test_null_for_a_patch_field_that_takes_none_counts_as_missing() -> None:
    assert await details("PATCH", "/recordings/20", json={"title": None}) == [
        ("title", "required", "title is required")
    ]
    assert await details("PUT", "/recordings/20", json={"title": None}) == [("title", "required", "title is required")]
    assert schema.store.recordings["20"].title == "Write"


async def test_absent_null_and_a_value_are_three_things() -> None:
    assert await seen("PATCH", "/recordings/20", json={"title": "T"}) == {"org": "acme", "id": "20", "title": "T"}
    assert await seen("PATCH", "/recordings/20", json={"due_on": None}) == {"org": "acme", "id": "20", "due_on": None}


async def test_a_small_enum_names_its_values() -> None:
    said = "status must be active, archived or trashed"
    assert await details("GET", "/projects?status=foo") == [("status", "invalid_value", said)]
    assert await details("GET", "/projects?status=ACTIVE") == [("status", "invalid_value", said)]


async def test_a_large_enum_names_itself() -> None:
    said = "type is not a recording type"
    assert await details("GET", "/recordings?type=banana") == [("type", "invalid_value", said)]


async def test_an_enum_has_other_spellings() -> None:
    assert (await seen("GET", "/recordings?type=step"))["type"] == "CARD_STEP"
    assert (await seen("GET", "/recordings?type=card_step"))["type"] == "CARD_STEP"
    assert (await details("GET", "/recordings?type=board"))[0][1] == "invalid_value"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"due_on": "16/06/2026"}, ("due_on", "invalid_format", "due_on must be YYYY-MM-DD")),
        ({"due_on": 5}, ("due_on", "invalid_format", "due_on must be YYYY-MM-DD")),
        ({"title": 5}, ("title", "invalid_format", "title must be text")),
        ({"title": "a\0b"}, ("title", "invalid_value", "title holds characters that cannot be stored")),
        (
            {"notify": 5},
            ("notify", "invalid_format", 'notify must be "everyone", "none" or a list of membership ids'),
        ),
    ],
)
async def test_a_value_of_the_wrong_kind_is_told(body: dict[str, Any], problem: tuple[str, str, str]) -> None:
    assert await details("PATCH", "/recordings/20", json=body) == [problem]


async def test_a_lone_surrogate_is_told_not_malformed() -> None:
    sent = {"content": '{"title": "a\\ud800"}', "headers": {"content-type": "application/json"}}
    assert await details("PATCH", "/recordings/20", **sent) == [
        ("title", "invalid_value", "title holds characters that cannot be stored")
    ]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("per_page=abc", ("per_page", "invalid_format", "per_page must be an integer")),
        ("per_page=1.5", ("per_page", "invalid_format", "per_page must be an integer")),
        ("page=99999999999", ("page", "out_of_range", "page must be between -2147483648 and 2147483647")),
        ("per_page=101", ("per_page", "out_of_range", "per_page must be between 1 and 100")),
    ],
)
async def test_a_wrong_number_in_the_query_is_told(query: str, problem: tuple[str, str, str]) -> None:
    assert await details("GET", f"/projects?{query}") == [problem]


async def test_booleans_in_the_query_have_four_spellings() -> None:
    found = [(await seen("GET", f"/recordings?type=todo&mine={text}"))["mine"] for text in ("true", "1", "false", "0")]
    assert found == [True, True, False, False]
    assert await details("GET", "/recordings?type=todo&mine=maybe") == [
        ("mine", "invalid_format", "mine must be true or false")
    ]


@pytest.mark.parametrize("query", ["ids=10&ids=20", "ids[]=10&ids[]=20", "ids=10,20", "ids=10,%2020,"])
async def test_lists_in_the_query_have_three_spellings(query: str) -> None:
    assert (await seen("GET", f"/recordings/all?{query}"))["ids"] == ["10", "20"]


async def test_empty_text_in_the_query_is_no_value_but_for_text() -> None:
    assert await seen("GET", "/recordings?type=todo&mine=&due_after=&ids=") == {"org": "acme", "type": "TODO"}


async def test_unknown_fields_and_parameters_are_ignored() -> None:
    assert await seen("POST", "/projects?junk=1", json={"title": "A", "junk": [1]}) == {"org": "acme", "title": "A"}


async def test_a_body_may_be_one_input_as_a_whole() -> None:
    assert (await seen("PUT", "/recordings/20", json={"due_on": "2026-03-04"}))["patch"] == {"dueOn": "2026-03-04"}
    assert await details("PUT", "/recordings/20", json={"due_on": "soon"}) == [
        ("due_on", "invalid_format", "due_on must be YYYY-MM-DD")
    ]


async def test_a_route_without_a_body_ignores_a_malformed_one() -> None:
    assert await seen("PUT", "/recordings/20/touch", content=b"{nope") == {"org": "acme", "id": "20"}


async def test_a_file_must_be_a_file() -> None:
    assert await details("POST", "/recordings/5/uploads", json={"file": "x"}) == [
        ("file", "invalid_format", "file must be a file")
    ]
    assert await details("POST", "/recordings/5/uploads") == [("file", "required", "file is required")]


async def test_a_form_carries_a_list_as_json() -> None:
    files = {"file": ("a.txt", b"hello", "text/plain")}
    found = await seen("POST", "/recordings/5/uploads", files=files, data={"notify": "none"})
    assert found["notify"] == "none"


async def test_deep_nesting_is_told() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    body = json.dumps({"notify": deep})
    assert await details("PATCH", "/recordings/20", content=body) == [
        ("notify", "invalid_value", "notify is nested more than 64 levels deep")
    ]


async def test_a_wrong_required_value_is_replaced_so_that_stricter_checks_run_first() -> None:
    async with client() as http:
        answer = await http.put("/api/v1/acme/projects/99/tools/chat", json={"enabled": "perhaps"})
    assert answer.status_code == 404
    assert schema.store.runs == [("SetTool", {"org": "acme", "id": "99", "tool": "CHAT", "enabled": False})]
