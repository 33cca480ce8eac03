"""Documents that ask for too much are refused before they run; those that do not are left alone."""

import pytest
from graphql import get_introspection_query

from tests.api.stand_in import door

DOUBLING = " ".join(f"fragment F{i} on Item {{ ...F{i + 1} x: parent {{ ...F{i + 1} }} }}" for i in range(40))
CIRCLE = "{ item { ...A } } fragment A on Item { ...B } fragment B on Item { name ...A }"


async def message_of(query: str, variables: object = None, **settings: object) -> str | None:
    """What the door says against a document; None if it runs."""
    there = door(**settings)
    answer = await there.post(query, variables)
    if "errors" not in answer.json():
        return None
    error = answer.json()["errors"][0]
    assert there.database.transactions == 0
    assert (answer.status_code, error["extensions"]["code"]) == (400, "BAD_REQUEST")
    return error["message"]


def nested(levels: int) -> str:
    return "{ item " + "{ parent " * (levels - 2) + "{ name }" + " }" * (levels - 1)


@pytest.mark.parametrize(
    ("allowed", "refused", "message"),
    [
        (nested(12), nested(13), "The document has 13 levels of fields; at most 12 are allowed"),
        (
            "{ item { " + " ".join(f"a{i}: name" for i in range(60)) + " } }",
            "{ item { " + " ".join(f"a{i}: name" for i in range(61)) + " } }",
            "The document has 61 aliases; at most 60 are allowed",
        ),
        (
            "{ ...F } fragment F on Query { " + " ".join(f"a{i}: hello" for i in range(20)) + " }",
            "{ hello ...F } fragment F on Query { " + " ".join(f"a{i}: hello" for i in range(20)) + " }",
            "The document has 21 fields at its root; at most 20 are allowed",
        ),
        (
            "{ item { name " + "... @skip(if: false) { name } " * 50 + "} }",
            "{ item { name " + "... @skip(if: false) { name } " * 51 + "} }",
            "The document has 51 directives; at most 50 are allowed",
        ),
        (
            "{ item { " + "parent { name } " * 100 + "} }",
            "{ item { " + "parent { name } " * 101 + "} }",
            "The document selects `parent` 101 times; at most 100 are allowed",
        ),
        (
            'mutation { signIn(password: "a") }',
            'mutation { a: signIn(password: "a") ... { b: signIn(password: "b") } }',
            "The document has 2 mutations that take a password or send a mail; at most 1 are allowed",
        ),
    ],
    ids=["depth", "aliases", "root fields", "directives", "repeats", "guesses"],
)
async def test_the_last_document_within_a_limit_runs_and_the_first_beyond_it_does_not(allowed, refused, message):
    assert await message_of(allowed) is None
    assert await message_of(refused) == message


async def test_a_document_may_have_20_operations_and_no_more():
    there = door()
    operations = [f"query Q{i} {{ hello }}" for i in range(21)]
    allowed = await there.client.post("/graphql", json={"query": " ".join(operations[:20]), "operationName": "Q7"})
    assert allowed.json() == {"data": {"hello": "Hello, world"}}
    assert await message_of(" ".join(operations)) == "The document has 21 operations; at most 20 are allowed"


async def test_a_document_may_have_2000_tokens_and_no_more():
    names = [f"hello(name: [{'0 ' * count}])" for count in (1991, 1992)]
    allowed, refused = [await door().post(f"{{ {name} }}") for name in names]
    assert allowed.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert refused.json()["errors"][0]["message"] == (
        "The document has more than 2,000 tokens, which is the most allowed"
    )


async def test_a_document_of_more_than_64_kib_is_refused_unread():
    assert await message_of("#" + "é" * 32_768 + "\n{ hello }") == (
        "The document has 65,547 bytes; at most 65,536 are allowed"
    )


async def test_fragments_that_double_forty_times_are_counted_in_one_pass():
    said = await message_of("{ item { ...F0 } } fragment F40 on Item { name } " + DOUBLING)
    assert said == "The document has 42 levels of fields; at most 12 are allowed"


async def test_aliases_in_fragments_count_as_often_as_they_are_spread():
    doubled = " ".join(f"fragment F{i} on Item {{ ...F{i + 1} parent {{ ...F{i + 1} }} }}" for i in range(6))
    said = await message_of("{ item { ...F0 } } fragment F6 on Item { x: name } " + doubled)
    assert said == "The document has 64 aliases; at most 60 are allowed"


async def test_a_circle_of_fragments_is_named_by_validation():
    answer = await door().post(CIRCLE)
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    assert "Cannot spread fragment" in answer.json()["errors"][0]["message"]


async def test_hundreds_of_fragments_in_a_chain_are_refused_in_words():
    chain = " ".join(f"fragment F{i} on Item {{ ...F{i + 1} }}" for i in range(240))
    answer = await door().post("{ item { ...F0 } } fragment F240 on Item { name } " + chain)
    assert [error["message"] for error in answer.json()["errors"]] == [
        "The document cannot be validated: it nests or repeats its fields too often"
    ]


async def test_a_document_as_deep_as_the_parser_reads_is_refused_in_words():
    said = await message_of("{ item " + "{ parent " * 190 + "{ name }" + " }" * 191)
    assert said == "The document is nested more than 64 levels deep"


PAGES = "{ items(first: %s) { nodes { items(first: %s) { totalCount nodes { name } } } } }"


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        # items, nodes, and for each node: items, totalCount, nodes and their names
        (PAGES % (100, 100), None, None),
        (PAGES % (300, 200), None, 2 + 300 * (3 + 200)),
        ("{ items(first: 1000000) { nodes { name } } }", None, 2 + 1_000_000),
        ("query ($n: Int) { items(first: $n) { nodes { name } } }", {"n": 60_000}, 2 + 60_000),
        ("query ($n: Int) { items(first: $n) { nodes { name } } }", {"n": 50}, None),
        ("query ($n: Int) { items(first: $n) { nodes { name } } }", {}, None),
        ("query ($n: Int) { items(first: $n) { nodes { name } } }", {"n": -5}, None),
        (
            "{ item { tags { tags { tags { tags { tags { name } } } } } } }",
            None,
            2 + 10 * (1 + 10 * (1 + 10 * (1 + 10 * (1 + 10)))),
        ),
    ],
)
async def test_the_cost_is_the_number_of_fields_that_may_have_to_be_resolved(query, variables, cost):
    said = await message_of(query, variables)
    refusal = f"The operation may have to resolve {cost:,} fields; at most 50,000 are allowed" if cost else None
    assert (said or "").split(":")[0] == (refusal or "")


async def test_a_variable_makes_the_same_document_cheap_or_dear():
    deep = "items(first: $n) { nodes { items(first: $n) { nodes { items(first: $n) { totalCount } } } } }"
    query = f"query ($n: Int) {{ {deep} }}"
    assert await message_of(query, {"n": 10}) is None
    assert await message_of(query, {"n": 100}) is None
    deeper = query.replace("totalCount", "nodes { name }")
    assert await message_of(deeper, {"n": 10}) is None
    assert (await message_of(deeper, {"n": 100}) or "").startswith("The operation may have to resolve 1,0")


async def test_the_introspection_of_tools_runs_where_introspection_is_on():
    answer = await door(introspection=True).post(get_introspection_query(input_value_deprecation=True))
    assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"


@pytest.mark.parametrize("query", ["{ __schema { queryType { name } } }", '{ hello __type(name: "Item") { name } }'])
async def test_introspection_is_refused_where_it_is_off_and_names_are_not_given_away(query: str):
    there = door(introspection=False)
    answer = await there.post(query)
    assert list(answer.json()) == ["errors"]
    assert answer.json()["errors"][0]["message"] == "Introspection is off on this server"
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert there.database.transactions == 0
    assert (await there.post("{ __typename }")).json() == {"data": {"__typename": "Query"}}
    assert "Did you mean" not in (await there.post("{ helo }")).text
    assert "Did you mean" in (await door(introspection=True).post("{ helo }")).text


async def test_introspection_cannot_be_nested_without_end():
    deep = "{ __schema { types " + "{ fields { type " * 15 + "{ name }" + " } }" * 15 + " } }"
    assert await message_of(deep, introspection=True) == (
        "The document has 33 levels of introspection; at most 20 are allowed"
    )


async def test_the_whole_schema_is_described_twice_at_most():
    twice = "{ __schema { types { name } ...S } } fragment S on __Schema { b: types { name } }"
    assert await message_of(twice, introspection=True) is None
    assert await message_of(twice.replace("...S", "...S c: types { kind }"), introspection=True) == (
        "The document has 3 lists of all types; at most 2 are allowed"
    )


@pytest.mark.parametrize("on", ["String", "__TypeKind", "Nothing", "_Input"])
async def test_fragments_on_what_has_no_fields_are_named_by_validation(on: str):
    answer = await door().post(f"{{ item {{ ... on {on} {{ name {{ name }} }} ...F }} }} fragment F on {on} {{ a }}")
    codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
    assert codes == {"GRAPHQL_VALIDATION_FAILED"}
