"""Interfaces, unions, enums and scalars: which type a value is of, and how it is written."""

import math
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    Undefined,
)

from tests.closures.alike import Boom, alike, later, raising

SCHEMA = """
type Query { pets: [Pet], pet: Pet, owned: [Owned!], fancy: [Fancy] }
interface Named { name: String }
union Pet = Dog | Cat
type Dog implements Named { name: String, barks: Boolean }
type Cat implements Named { name: String, meows: Boolean!, friends: [Pet] }
type Stone { name: String }
interface Owned { owner: Named }
type House implements Owned { owner: Named }
interface Fancy { id: ID }
"""
DOG, CAT = {"__typename": "Dog", "name": "Rex", "barks": True}, {"__typename": "Cat", "name": "Tom", "meows": False}


@pytest.mark.parametrize(
    "text",
    [
        "{ pets { __typename } }",
        "{ pets { ... on Dog { name barks } ... on Cat { name meows } } }",
        "{ pets { ... on Named { name } __typename } }",
        "{ pets { ...D ...C } } fragment D on Dog { it: name } fragment C on Cat { it: name friends { ...D } }",
        "{ pets { ... { ... on Cat { meows } } ... on Pet { __typename } } }",
        "{ owned { owner { name ... on Dog { barks } } } }",
    ],
)
async def test_what_is_selected_depends_on_the_type(text: str) -> None:
    pets = [DOG, CAT, None, {**CAT, "friends": [DOG, CAT]}, DOG]
    owned = [{"__typename": "House", "owner": DOG}, {"__typename": "House", "owner": CAT}]
    await alike(SCHEMA, text, lambda: {"pets": pets, "owned": owned})


@pytest.mark.parametrize(
    "pet",
    [
        {"name": "no type"},
        {"__typename": "Nobody"},
        {"__typename": "Stone"},
        {"__typename": "Named"},
        {"__typename": 7},
        {"__typename": "Cat", "meows": None},
        Boom("as value"),
        raising,
        later(DOG),
        later(Boom("late")),
    ],
    ids=range(10),
)
async def test_values_of_no_fitting_type_are_refused_each_by_itself(pet: object) -> None:
    text = "{ pet { __typename ... on Cat { meows } } pets { __typename ... on Cat { meows } } }"
    pets = [DOG, {"__typename": "Cat", "meows": None} if callable(pet) else pet, CAT]
    await alike(SCHEMA, text, lambda: {"pet": pet, "pets": pets})


def by_functions(dog: Any, cat: Any, resolve_type: Any = None) -> GraphQLSchema:
    """A schema whose types say themselves what is of them."""
    named = GraphQLInterfaceType("Named", {"name": GraphQLField(GraphQLString)}, resolve_type=resolve_type)
    types = [
        GraphQLObjectType(name, {"name": GraphQLField(GraphQLString)}, interfaces=[named], is_type_of=is_type_of)
        for name, is_type_of in (("Dog", dog), ("Cat", cat))
    ]
    union = GraphQLUnionType("Pet", types, resolve_type=resolve_type)
    fields = {
        "named": GraphQLField(GraphQLList(named)),
        "pets": GraphQLField(GraphQLList(GraphQLNonNull(union))),
        "dog": GraphQLField(types[0]),
        "dogs": GraphQLField(GraphQLList(types[0])),
    }
    return GraphQLSchema(GraphQLObjectType("Query", fields), types=types)


def is_a(kind: str) -> Any:
    return lambda value, info: value["kind"] == kind


def is_a_later(kind: str) -> Any:
    async def check(value: Any, info: Any) -> bool:
        return await later(value["kind"] == kind)()  # type: ignore[no-any-return]

    return check


def fails(value: Any, info: Any, *_: Any) -> Any:
    raise Boom(f"no idea at {info.path.as_list()} {info.field_name} {info.parent_type}")


async def fails_later(value: Any, info: Any, *_: Any) -> Any:
    await later(None)()
    raise Boom(f"no idea at {info.path.as_list()}")


@pytest.mark.parametrize(
    "schema",
    [
        by_functions(is_a("dog"), is_a("cat")),
        by_functions(is_a_later("dog"), is_a_later("cat")),
        by_functions(is_a_later("dog"), is_a("cat")),
        by_functions(fails, is_a("cat")),
        by_functions(fails_later, is_a("cat")),
        by_functions(None, None, lambda value, info, kind: value["kind"].capitalize()),
        by_functions(None, None, lambda value, info, kind: later(value["kind"].capitalize())()),
        by_functions(is_a("dog"), is_a("dog"), lambda value, info, kind: value["kind"].capitalize()),
        by_functions(None, None, fails),
        by_functions(None, None, fails_later),
        by_functions(None, None, lambda value, info, kind: None),
        by_functions(None, None, lambda value, info, kind: 7),
        by_functions(lambda value, info: True, lambda value, info: False),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("field", ["named", "pets", "dogs", "dog"])
async def test_types_that_say_themselves_what_is_of_them(schema: GraphQLSchema, field: str) -> None:
    dog, cat = {"kind": "dog", "name": "Rex"}, {"kind": "cat", "name": "Tom"}
    root = {"named": [dog, None, cat], "pets": [dog, dog], "dogs": [dog], "dog": dog}
    inner = "... on Named { name } __typename" if field == "pets" else "name __typename"
    await alike(schema, f"{{ {field} {{ {inner} }} }}", lambda: root)


async def test_a_value_of_another_type_is_refused() -> None:
    schema = by_functions(is_a("dog"), is_a("cat"))
    dog, cat = {"kind": "dog", "name": "Rex"}, {"kind": "cat"}
    answer = await alike(schema, "{ dogs { name } dog { name } }", lambda: {"dogs": [dog, cat, None, dog], "dog": cat})
    assert [error.path for error in answer.errors or ()] == [["dogs", 1], ["dog"]]


def refusing(value: Any) -> Any:
    if value == "bad":
        raise Boom("cannot be written")
    return {"nothing": None, "undefined": Undefined}.get(value, f"<{value}>")


SINGLE = GraphQLSchema(
    GraphQLObjectType(
        "Query",
        {
            "odd": GraphQLField(GraphQLList(GraphQLScalarType("Odd", serialize=refusing))),
            "oddMust": GraphQLField(GraphQLNonNull(GraphQLScalarType("OddMust", serialize=refusing))),
            "color": GraphQLField(GraphQLList(GraphQLEnumType("Color", {"RED": 1, "BLUE": "blue", "ALSO": "blue"}))),
            "int": GraphQLField(GraphQLList(GraphQLInt)),
        },
    )
)
SCALARS = "type Query { int: [Int] float: [Float] string: [String] id: [ID] boolean: [Boolean] }"
VALUES = [
    0, 1, -1, 2**31 - 1, 2**31, -(2**31) - 1, 1.0, 1.5, 1e40, math.nan, math.inf, "1", "", "x", "1.0", True, False,
    None, [], {}, b"x", object(), Undefined, 10**400,
]  # fmt: skip


@pytest.mark.parametrize("name", ["int", "float", "string", "id", "boolean"])
async def test_the_scalars_of_the_specification(name: str) -> None:
    for value in VALUES:
        await alike(SCALARS, f"{{ {name} }}", lambda value=value: {name: [value]})  # type: ignore[misc]
    await alike(SCALARS, f"{{ {name} }}", lambda: {name: VALUES})


@pytest.mark.parametrize("value", ["fine", "bad", "nothing", "undefined", None, Undefined])
async def test_scalars_of_ones_own(value: object) -> None:
    await alike(SINGLE, "{ odd }", lambda: {"odd": [value, "fine", value]})
    await alike(SINGLE, "{ odd oddMust }", lambda: {"odd": ["bad"], "oddMust": value})


@pytest.mark.parametrize("values", [[1, "blue"], ["red"], ["RED", None, 1], [[]], [True, 1.0], [None]])
async def test_enums(values: list[object]) -> None:
    await alike(SINGLE, "{ color }", lambda: {"color": values})


async def test_what_the_schema_tells_of_itself() -> None:
    text = """{
      __schema { queryType { name } types { name kind fields { name type { name ofType { name } } } } }
      __type(name: "Cat") { name interfaces { name } possibleTypes { name } }
      __typename
    }"""
    await alike(SCHEMA, text)
