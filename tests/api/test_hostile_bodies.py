"""Whatever is sent, the answer is a GraphQL error of status 4xx, and nothing is run."""

import orjson
import pytest

from tests.api.stand_in import Door, door

ECHO = "query ($v: String) { hello(name: $v) }"


def refusal_of(answer) -> tuple[int, str, str]:
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    assert error["extensions"]["status"] == answer.status_code or answer.status_code == 200
    return answer.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is not valid JSON"),
        (b"{", "The body is not valid JSON"),
        (b'{"query": NaN}', "The body is not valid JSON"),
        (b'{"query": "{ hello }", "variables": {"v": ' + b"1" * 5000 + b"}}", "The body is not valid JSON"),
        (b'{"query": "\xff"}', "The body is not valid JSON"),
        (b'\xef\xbb\xbf{"query": "{ hello }"}', "The body is not valid JSON"),
        ('{"query": "{ hello }"}'.encode("utf-16"), "The body is not valid JSON"),
        (b"[" * 100_000, "The body is not valid JSON"),
        (b'{"a":' * 100_000, "The body is not valid JSON"),
        (b'{"query": "\\ud800', "The body is not valid JSON"),
        (b"null", "The body must be a JSON object with a `query`"),
        (b'"{ hello }"', "The body must be a JSON object with a `query`"),
        (b"17", "The body must be a JSON object with a `query`"),
        (b'[{"query": "{ hello }"}]', "Batches are not run: send one operation in one request"),
        (b"[]", "Batches are not run: send one operation in one request"),
        (b"{}", "The request has no `query`"),
        (b'{"query": null}', "The request has no `query`"),
        (b'{"query": 5}', "`query` must be text"),
        (b'{"query": ["{ hello }"]}', "`query` must be text"),
        (b'{"query": "{ hello }", "operationName": 0}', "`operationName` must be text"),
        (b'{"query": "{ hello }", "variables": []}', "`variables` must be an object"),
        (b'{"query": "{ hello }", "variables": "{}"}', "`variables` must be an object"),
        (b'{"query": "{ hello }", "extensions": false}', "`extensions` must be an object"),
        (b'{"documentId": 5}', "`documentId` must be text"),
        (
            b'{"extensions": {"persistedQuery": {"sha256Hash": 5}}}',
            "`extensions.persistedQuery.sha256Hash` must be text",
        ),
        (
            b'{"query": "{ hello }", "variables": {"v": ' + b"[" * 500 + b"]" * 500 + b"}}",
            "The variables are nested more than 64 levels deep",
        ),
    ],
)
async def test_a_wrong_body_is_400_and_says_what_is_wrong(body: bytes, message: str):
    there = door()
    assert refusal_of(await there.send(body)) == (400, "BAD_REQUEST", message)
    assert there.database.transactions == 0


async def test_unknown_keys_are_ignored_and_of_two_equal_keys_the_last_counts():
    answer = await door().send(b'{"query": "{ nope }", "query": "{ hello }", "id": 1, "clientVersion": {"a": []}}')
    assert answer.json() == {"data": {"hello": "Hello, world"}}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "application/graphql-response+json",
        "application/json; charset=utf-16",
    ],
)
async def test_other_content_types_are_415(content_type: str):
    there = door()
    status, code, _ = refusal_of(await there.send(b'{"query": "mutation { rename(name: 1) }"}', content_type))
    assert (status, code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert there.database.transactions == 0


async def test_a_compressed_body_is_415():
    answer = await door().send(b'{"query": "{ hello }"}', content_encoding="gzip")
    assert refusal_of(answer)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_of_more_than_1_mib_is_413_with_and_without_a_length():
    there = door()
    body = orjson.dumps({"query": "{ hello }", "variables": {"v": "a" * 1024 * 1024}})

    async def drip():
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    announced = await there.send(body)
    streamed = await there.client.post("/graphql", content=drip(), headers={"content-type": "application/json"})
    for answer in (announced, streamed):
        assert refusal_of(answer) == (413, "PAYLOAD_TOO_LARGE", "The request body is larger than 1 MiB")
    assert there.database.transactions == 0


async def test_a_body_of_nearly_1_mib_is_read():
    answer = await door().post(ECHO, {"v": "a" * 1_000_000})
    assert answer.json() == {"data": {"hello": "Hello, " + "a" * 1_000_000}}


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800", "\\udc00x", "\\ud800\\ud800"])
async def test_text_that_no_database_keeps_is_invalid_and_named(escape: str):
    there = door()
    answer = await there.send(
        b'{"query": "query ($in: String) { hello(name: $in) }", "variables": {"userData": {"firstNames": ["a", "b'
        + escape.encode()
        + b'"]}}}'
    )
    field = "user_data.first_names.1"
    message = f"{field} holds characters that cannot be stored"
    assert refusal_of(answer) == (422, "INVALID", message)
    details = answer.json()["errors"][0]["extensions"]["details"]
    assert details == [{"field": field, "code": "invalid_value", "message": message}]
    assert there.database.transactions == 0


async def test_whole_surrogate_pairs_are_text_like_any_other():
    answer = await door().send(
        b'{"query": "query ($v: String!) { hello(name: $v) }", "variables": {"v": "\\ud83d\\ude00"}}'
    )
    assert answer.json() == {"data": {"hello": "Hello, \N{GRINNING FACE}"}}


@pytest.mark.parametrize("literal", ['"a\\u0000"', '"\\u{0}"', '"""\0"""', '"\0"'])
async def test_nul_in_a_literal_is_invalid(literal: str):
    there = door()
    assert refusal_of(await there.post(f"{{ hello(name: {literal}) }}")) == (
        422,
        "INVALID",
        "A text holds characters that cannot be stored",
    )
    assert there.database.transactions == 0


async def test_half_a_surrogate_pair_in_a_literal_does_not_parse():
    there = door()
    status, code, _ = refusal_of(await there.post('{ hello(name: "\\ud800") }'))
    assert (status, code) == (200, "GRAPHQL_PARSE_FAILED")
    assert there.database.transactions == 0


async def test_a_number_of_5000_digits_is_refused_as_such():
    answer = await door().post("{ half(number: " + "1" * 5000 + ") }")
    assert refusal_of(answer) == (400, "BAD_REQUEST", "A number in the document has more than 64 digits")


async def test_messages_stay_short_whatever_they_quote():
    answer = await door().post("query ($n: Int!) { half(number: $n) }", {"n": "x" * 100_000})
    assert len(answer.json()["errors"][0]["message"]) <= 1000


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "The request has no `query`"),
        ("query=%ff", "The query string cannot be read"),
        ("query={hello}&query={hello}", "`query` stands twice in the query string"),
        ("query={hello}&variables=[]", "`variables` must be an object"),
        ("query={hello}&variables={", "The body is not valid JSON"),
        ("&".join(f"a{i}=1" for i in range(60)), "The query string cannot be read"),
    ],
)
async def test_a_wrong_query_string_is_400(query_string: str, message: str):
    answer = await door().client.get(f"/graphql?{query_string}")
    assert refusal_of(answer) == (400, "BAD_REQUEST", message)


@pytest.fixture
def there() -> Door:
    return door()


@pytest.mark.parametrize("value", ["x", [], {}, True, None, 1.5, 2**40, -(2**31) - 1])
async def test_a_variable_of_the_wrong_type_is_invalid(there: Door, value: object):
    status, code, _ = refusal_of(await there.post("query ($n: Int!) { half(number: $n) }", {"n": value}))
    assert (status, code) == (200, "INVALID")
