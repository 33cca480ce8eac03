"""Documents: directives, fragments, aliases, variables, arguments; what resolvers are told; mutations one by one."""

import asyncio
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
    parse,
)

from app.api.compiler.closures import Closures
from tests.closures.alike import Boom, alike, later, raising

SCHEMA = """
type Query {
  a: String, b: String, me: Query
  say(text: String = "nothing", times: Int! = 1, color: Color, who: Who, whom: [Who!], odd: Odd, id: ID): String
  must(text: String!, who: Who): String
}
enum Color { RED BLUE }
scalar Odd
input Who { name: String!, age: Int = 7, inner: Who, colors: [Color!] }
"""


def root() -> Any:
    told = {"say": lambda info, **given: repr(given), "must": lambda info, **given: repr(given), "a": "A", "b": "B"}
    return {**told, "me": {**told, "me": {**told}}}


@pytest.mark.parametrize(
    "text",
    [
        "query ($on: Boolean!) { a @skip(if: $on) b @include(if: $on) }",
        "query ($on: Boolean!) { a @skip(if: $on) @include(if: $on) }",
        "query ($on: Boolean = true) { ... @include(if: $on) { a } b }",
        "query ($on: Boolean!) { ...F @skip(if: $on) b } fragment F on Query { a }",
        "query ($on: Boolean!) { me { ...F } ...F } fragment F on Query { a @include(if: $on) __typename }",
        "query ($on: Boolean!) { me { a } me @include(if: $on) { b } }",
        "query ($on: Boolean!) { me { a @include(if: $on) } }",
    ],
)
@pytest.mark.parametrize("on", [True, False])
async def test_skip_and_include(text: str, on: bool) -> None:
    await alike(SCHEMA, text, root, {"on": on})


@pytest.mark.parametrize(
    "text",
    [
        "{ a @skip(if: true) }",
        "{ x: a y: a b x: a }",
        "{ me { a me { b } } me { b me { a } a } }",
        "{ ...F ...F b } fragment F on Query { b ...G } fragment G on Query { me { ...H } } fragment H on Query { a }",
        "query A { a } query B { b }",
    ],
)
async def test_fields_are_merged_in_the_order_in_which_they_stand(text: str) -> None:
    await alike(SCHEMA, text, root, name="B" if "query B" in text else None)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ say }", {}),
        ('{ say(text: null, times: 3, color: RED, id: 7, odd: {a: [1, "x"]}) }', {}),
        ('{ say(who: {name: "Ana", inner: {name: "Bob", age: null}}, whom: {name: "Cleo", colors: BLUE}) }', {}),
        ("query ($t: String) { say(text: $t) }", {}),
        ("query ($t: String) { say(text: $t) }", {"t": None}),
        ('query ($t: String = "d") { say(text: $t) }', {}),
        ("query ($n: Int = 2) { say(times: $n) }", {"n": None}),
        ("query ($n: Int = 2) { me { say(times: $n) a } }", {"n": None}),
        ("query ($n: Int!) { say(times: $n) }", {"n": "no"}),
        ("query ($n: Int!) { say(times: $n) }", {}),
        ("query ($w: Who) { say(who: $w) }", {"w": {"name": "Ana", "age": "old", "nobody": 1}}),
        ("query ($w: Who) { say(who: $w) }", {"w": {"name": "Ana", "colors": ["RED", "NO"]}}),
        ("query ($w: Who!) { say(who: $w, whom: [$w]) }", {"w": None}),
        ("query ($w: Who!) { say(who: $w, whom: [$w]) }", {"w": {"name": "x"}}),
        ("query ($w: [Who!]) { say(whom: $w) }", {"w": {"name": "one"}}),
        ("query ($s: String!, $i: Int) { say(who: {name: $s, age: $i}) must(text: $s) }", {"s": "x"}),
        ("query ($c: Color, $i: ID, $o: Odd) { say(color: $c, id: $i, odd: $o) }", {"c": "RED", "i": 5, "o": {"k": 1}}),
        ("query ($c: Color!) { say(color: $c) }", {"c": "PINK"}),
    ],
)
async def test_arguments_and_variables(text: str, variables: dict[str, Any]) -> None:
    await alike(SCHEMA, text, root, variables)


def parsing(value: object) -> object:
    if value == "bad":
        raise Boom("cannot be read")
    return ("read", value)


async def test_arguments_go_by_their_own_names_and_own_scalars() -> None:
    odd = GraphQLScalarType("Odd", parse_value=parsing)
    given = GraphQLInputObjectType("In", {"odd": GraphQLInputField(odd, out_name="strange")}, out_type=lambda v: [v])
    arguments = {"x": GraphQLArgument(odd, out_name="y"), "in": GraphQLArgument(given, out_name="inner")}
    field = GraphQLField(GraphQLString, arguments, resolve=lambda root, info, **given: repr(given))
    schema = GraphQLSchema(GraphQLObjectType("Query", {"f": field}))
    for value in ("fine", "bad"):
        await alike(schema, '{ f(x: "fine", in: {odd: "fine"}) }')
        await alike(schema, "query ($v: Odd) { f(x: $v, in: {odd: $v}) }", variables={"v": value})


async def test_resolvers_are_told_where_they_are() -> None:
    def where(source: Any, info: Any) -> str:
        said = (
            info.field_name, info.path.as_list(), info.path.typename, info.parent_type.name, str(info.return_type),
            len(info.field_nodes), info.context, info.root_value, info.operation.name.value, list(info.fragments),
            info.variable_values.coerced, info.schema.query_type.name, info.is_awaitable(info),
        )  # fmt: skip
        return repr(said)

    item = GraphQLObjectType("Item", {"where": GraphQLField(GraphQLString, resolve=where)})
    fields = {
        "items": GraphQLField(GraphQLList(GraphQLNonNull(item)), resolve=lambda *_: [1, 2]),
        "rows": GraphQLField(GraphQLList(GraphQLList(item)), resolve=lambda *_: [[1], [2, 3]]),
        "where": GraphQLField(GraphQLString, resolve=where),
    }
    fields["unused"] = GraphQLField(GraphQLString, {"v": GraphQLArgument(GraphQLInt)})
    schema = GraphQLSchema(GraphQLObjectType("Query", fields))
    text = """
    query Q($v: Int) { unused(v: $v) where x: where items { where ...F } rows { where } }
    fragment F on Item { where y: where }
    """
    await alike(schema, text, lambda: "root", {"v": 7}, context=lambda: "context")


class Counter:
    """A root whose mutations see what those before them did."""

    def __init__(self) -> None:
        self.number = 0

    def set(self, info: Any, to: int) -> Any:
        self.number = to
        return {"number": lambda info: self.number, "again": later(self.number), "must": to if to else None}

    async def setLater(self, info: Any, to: int) -> Any:
        await later(None)()
        return self.set(info, to)

    def fail(self, info: Any, to: int) -> Any:
        self.number = to
        raise Boom(f"at {to}")

    async def failLater(self, info: Any, to: int) -> Any:
        await later(None)()
        return self.fail(info, to)


COUNTER = """
type Query { none: Int }
type Number { number: Int again: Int must: Int! }
type Mutation {
  set(to: Int!): Number  setLater(to: Int!): Number  fail(to: Int!): Number  failLater(to: Int!): Number
  must(to: Int!): Number!
}
"""


@pytest.mark.parametrize(
    "fields",
    [
        "a: set(to: 1) { number again } b: setLater(to: 2) { number again } c: set(to: 3) { number }",
        "a: set(to: 1) { number } b: fail(to: 2) { number } c: set(to: 3) { number again }",
        "a: failLater(to: 1) { number } b: setLater(to: 2) { again must } c: fail(to: 3) { number }",
        "a: set(to: 0) { number must } b: setLater(to: 0) { must again } c: set(to: 4) { number }",
        "a: set(to: 1) { number } b: must(to: 2) { number } c: fail(to: 3) { number }",
    ],
)
async def test_mutations_run_one_after_the_other(fields: str) -> None:
    made: list[Counter] = []

    def root() -> Counter:
        made.append(Counter())
        return made[-1]

    await alike(COUNTER, f"mutation {{ {fields} }}", root)
    assert len({each.number for each in made}) == 1


WAITING = "type Query { one: Int two: Int! list: [Query!] deep: Query slow: Int! }"


async def test_what_can_be_waited_for_at_once_is() -> None:
    def root() -> Any:
        met = asyncio.Barrier(3)

        async def meet(_: object) -> int:
            await met.wait()
            return 1

        return {"one": meet, "list": lambda _: [{"one": meet}, {"one": meet}]}

    await alike(WAITING, "{ one list { one } }", root)


async def test_what_nobody_needs_any_more_is_cancelled() -> None:
    ended: list[str] = []

    def root() -> Any:
        async def slow(_: object) -> int:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise
            return 1

        return {"deep": {"slow": slow, "two": later(Boom("quick"))}, "one": later(1)}

    answer = await alike(WAITING, "{ deep { slow two } one }", root)
    assert answer.data == {"deep": None, "one": 1}
    assert ended == ["cancelled"] * 3


async def test_all_is_cancelled_with_the_operation() -> None:
    ended: list[str] = []

    async def slow(_: object) -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")
        return 1

    work = Closures(build_schema(WAITING)).run(
        parse("{ slow list { slow } }"), None, {}, None, root_value={"slow": slow, "list": [{"slow": slow}]}
    )
    task = asyncio.ensure_future(work)
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["ended", "ended"]


async def test_a_variable_without_a_value_leaves_the_choice_to_graphql_core() -> None:
    document = parse("query ($on: Boolean = true) { a @skip(if: $on) }")
    closures = Closures(build_schema(SCHEMA))
    assert await closures.run(document, None, {"on": None}, None, root_value={"a": "A"}) is None
    answer = await closures.run(document, None, {}, None, root_value={"a": raising})
    assert answer is not None
    assert answer.data == {}
