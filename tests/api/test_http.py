"""GraphQL over HTTP: methods, media types and statuses, as the specification and its public audit have them."""

import json

import pytest

from app.core.errors import Forbidden, RateLimited
from tests.api.stand_in import door

RESPONSE = "application/graphql-response+json"


async def test_a_query_by_post_is_answered_with_its_data_only():
    answer = await door().post("{ hello }")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == {"data": {"hello": "Hello, world"}}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("image/png", "application/json"),
        ("text/event-stream", "text/event-stream"),
        ("text/event-stream, application/json", "application/json"),
        ("application/json", "application/json"),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE),
        (f"{RESPONSE}, application/graphql+json, application/json, text/event-stream, multipart/mixed", RESPONSE),
        (f"application/json, {RESPONSE}", "application/json"),
        (f"application/json;q=0.5, {RESPONSE};q=0.8", RESPONSE),
        (f"{RESPONSE};q=0, */*", "application/json"),
        (f"{RESPONSE};q=nonsense", RESPONSE),
    ],
)
async def test_the_answer_is_of_the_kind_that_the_client_prefers(accept: str, media_type: str):
    answer = await door().post("{ hello }", accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { hello }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int!) { half(number: $n) }", {"n": None}, "INVALID"),
        ("query ($n: Int!) { half(number: $n) }", {"n": 10**12}, "INVALID"),
    ],
)
async def test_a_request_error_is_400_without_data_where_the_client_knows_graphql_responses(query, variables, code):
    for accept, status in ((RESPONSE, 400), ("application/json", 200)):
        answer = await door().post(query, variables, accept=accept)
        assert answer.status_code == status
        assert list(answer.json()) == ["errors"]
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == [code]


async def test_an_error_of_a_nullable_field_leaves_the_rest_and_is_200():
    answer = await door().post("{ hello missing }", accept=RESPONSE)
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] == {"hello": "Hello, world", "missing": None}
    assert [(e["path"], e["extensions"]) for e in body["errors"]] == [
        (["missing"], {"code": "NOT_FOUND", "status": 404})
    ]


async def test_our_own_fault_says_nothing_of_what_happened():
    answer = await door().post("{ broken }")
    assert answer.json()["errors"][0]["message"] == "Internal server error"
    assert "secret" not in answer.text


async def test_retry_after_is_a_header_and_not_in_the_body():
    answer = await door().post("{ away }")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE", "status": 503}


async def test_who_is_turned_away_at_the_door_gets_the_status_and_headers_of_the_refusal():
    closed = door(refuse=RateLimited("Slow down", headers={"Retry-After": "7"}))
    for accept in (RESPONSE, "application/json"):
        answer = await closed.post("{ hello }", accept=accept)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert answer.json() == {
            "errors": [{"message": "Slow down", "extensions": {"code": "RATE_LIMITED", "status": 429}}]
        }
    assert closed.database.transactions == 0


async def test_a_forbidden_origin_reaches_no_mutation():
    closed = door(refuse=Forbidden("This page may not act for you"))
    answer = await closed.post('mutation { rename(name: "a") }')
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert closed.database.done == []


async def test_headers_of_the_caller_and_of_actions_are_all_on_the_answer():
    answer = await door().post('mutation { rename(name: "a") }')
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers.get_list("x-ratelimit-limit") == ["50"]


async def test_headers_of_the_caller_are_on_a_refusal_too():
    answer = await door().post("{")
    assert answer.headers.get_list("x-ratelimit-limit") == ["50"]


async def test_answers_to_posts_are_not_stored_and_those_to_gets_are_checked_again():
    there = door()
    posted = await there.post('mutation { rename(name: "a") }')
    got = await there.client.get("/graphql", params={"query": "{ hello }"})
    assert posted.headers["cache-control"] == "no-store"
    assert got.headers["cache-control"] == "private, no-cache"
    assert got.headers["vary"] == "Accept, Cookie, Authorization"
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_get_answers_a_query_with_variables_and_a_name():
    params = {
        "query": "query A { hello } query B($n: String!) { hello(name: $n) }",
        "operationName": "B",
        "variables": json.dumps({"n": "Ana & Bo"}),
        "extensions": "{}",
    }
    answer = await door().client.get("/graphql", params=params)
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "Hello, Ana & Bo"}})


async def test_get_runs_no_mutation():
    there = door()
    answer = await there.client.get("/graphql", params={"query": 'mutation { rename(name: "a") }'})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
    assert there.database.transactions == 0


async def test_get_can_be_switched_off():
    there = door(graphql_get=False, graphiql=False)
    answer = await there.client.get("/graphql", params={"query": "{ hello }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
    assert (await there.post("{ hello }")).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused_with_those_that_are_allowed(method: str):
    answer = await door().client.request(method, "/graphql", json={"query": "{ hello }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert answer.json()["errors"][0]["message"] == "Send GraphQL operations by POST"


async def test_options_says_what_is_allowed():
    answer = await door().client.options("/graphql")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, POST, OPTIONS", b"")


async def test_a_slash_at_the_end_is_the_same_door():
    answer = await door().client.post("/graphql/", json={"query": "{ hello }"})
    assert answer.json() == {"data": {"hello": "Hello, world"}}


async def test_a_subscription_is_refused_in_words():
    there = door()
    answer = await there.post("subscription { ticks }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert answer.json()["errors"][0]["message"] == (
        "A subscription is a stream of events: ask for it with `Accept: text/event-stream`, "
        "or by WebSocket (graphql-transport-ws)"
    )
    assert there.database.transactions == 0


async def test_several_operations_need_a_name_that_is_there():
    document = "query A { hello } query B { item { name } }"
    there = door()
    unnamed = await there.client.post("/graphql", json={"query": document})
    wrong = await there.client.post("/graphql", json={"query": document, "operationName": "C"})
    right = await there.client.post("/graphql", json={"query": document, "operationName": "B"})
    assert [unnamed.status_code, wrong.status_code] == [400, 400]
    assert unnamed.json()["errors"][0]["message"] == (
        "The document has several operations: say which one by `operationName`"
    )
    assert wrong.json()["errors"][0]["message"] == "The document has no operation called `C`"
    assert right.json() == {"data": {"item": {"name": "one"}}}


async def test_front_ends_of_listed_origins_may_use_the_cookie_and_read_our_headers():
    there = door(cors_origins="https://app.example")
    friend = await there.post("{ hello }", origin="https://app.example")
    stranger = await there.post("{ hello }", origin="https://evil.example")
    assert friend.headers["access-control-allow-origin"] == "https://app.example"
    assert friend.headers["access-control-allow-credentials"] == "true"
    assert "X-Total-Count" in friend.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in stranger.headers


async def test_a_mutation_with_any_error_shows_no_data_since_nothing_was_done():
    there = door()
    answer = await there.post("mutation { touch { name gone } }", accept=RESPONSE)
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert [error["path"] for error in answer.json()["errors"]] == [["touch", "gone"]]
    assert there.database.done == []


async def test_what_a_client_gets_wrong_is_no_line_in_the_log(caplog: pytest.LogCaptureFixture):
    there = door()
    await there.post("query ($n: Int!) { half(number: $n) }", {"n": "x"})
    await there.post("{ missing }")
    assert caplog.records == []
    await there.post("{ broken }")
    assert [record.getMessage() for record in caplog.records] == ["Unexpected error at ['broken']"]
