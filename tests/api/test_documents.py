"""What is remembered of documents, and that it is bounded."""

import pytest

from app.api.documents import DocumentRefused, Documents
from app.api.limits import Limits
from app.api.remembered import Remembered
from tests.api.stand_in import core_schema, door, settings_of


def documents() -> Documents:
    return Documents(core_schema(), settings_of())


def test_a_text_is_examined_once_and_its_operation_is_the_same_object_again():
    there = documents()
    assert there.accept("{ hello }", None, {}).operation is there.accept("{ hello }", None, {}).operation


def test_a_refused_text_is_remembered_too_and_refused_by_a_fresh_exception():
    there = documents()
    refusals = []
    for _ in range(2):
        with pytest.raises(DocumentRefused) as raised:
            there.accept("{ nope }", None, {})
        refusals.append(raised.value)
    assert refusals[0] is not refusals[1]
    assert refusals[0].errors is refusals[1].errors


def test_an_operation_knows_its_kind_and_name():
    accepted = documents().accept('mutation Rename { rename(name: "a") }', None, {})
    assert (accepted.operation.name, accepted.operation.kind.value) == ("Rename", "mutation")
    assert accepted.introspects is False


def test_no_more_than_20_errors_are_told_of_one_document():
    with pytest.raises(DocumentRefused) as raised:
        documents().accept("{ " + " ".join(f"nope{i}" for i in range(20)) + " }", None, {})
    assert len(raised.value.errors) == 20


def test_what_was_not_used_for_longest_makes_room():
    kept: Remembered[int] = Remembered(most=3, most_size=10)
    for number, key in enumerate("abc"):
        kept.put(key, number, 2)
    assert kept.get("a") == 0
    kept.put("d", 3, 2)
    assert [kept.get(key) for key in "abcd"] == [0, None, 2, 3]
    kept.put("e", 4, 9)
    assert (len(kept), kept.size) == (1, 9)


def test_a_value_that_alone_is_too_large_is_not_kept():
    kept: Remembered[int] = Remembered(most=3, most_size=10)
    kept.put("a", 1, 11)
    assert (kept.get("a"), len(kept), kept.size) == (None, 0, 0)


async def test_limits_can_be_set():
    answer = await door(limits=Limits(depth=1)).post("{ item { name } }")
    assert answer.json()["errors"][0]["message"] == "The document has 2 levels of fields; at most 1 are allowed"


async def test_the_schema_s_own_description_is_computed_once():
    there = door(introspection=True)
    query = "query Q { __schema { queryType { name } } }"
    first, second = await there.post(query), await there.post(query)
    assert first.json() == second.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    assert there.database.transactions == 1


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ __typename hello }", None),
        ("query ($n: String!) { __type(name: $n) { name } }", {"n": "Item"}),
        ('mutation { __typename rename(name: "a") }', None),
    ],
)
async def test_what_is_not_about_the_schema_alone_is_run_each_time(query: str, variables: object):
    there = door(introspection=True)
    for _ in range(2):
        assert "errors" not in (await there.post(query, variables)).json()
    assert there.database.transactions == 2


async def test_operations_of_one_document_are_not_mistaken_for_each_other():
    there = door(introspection=True)
    query = 'query A { __type(name: "Item") { name } } query B { __type(name: "Items") { name } }'
    for name, type_name in (("A", "Item"), ("B", "Items"), ("A", "Item")):
        answer = await there.client.post("/graphql", json={"query": query, "operationName": name})
        assert answer.json() == {"data": {"__type": {"name": type_name}}}
