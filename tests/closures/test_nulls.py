"""Where null is shown and what is said of it: fields and lists that may be null, and such that may not."""

from collections.abc import Callable

import pytest

from tests.closures.alike import Boom, alike, later, raising

SCHEMA = """
type Query { outer: Outer, must: Outer!, list: [Outer], all: [Outer!], lists: [[Int!]], needed: [Int!]! }
type Outer { name: String, need: String!, inner: Inner, innerMust: Inner!, many: [Inner], manyMust: [Inner!]! }
type Inner { name: String, need: String!, outer: Outer }
"""
GIVEN = {
    "a value": "x",
    "nothing": None,
    "raised": raising,
    "raised later": later(Boom("late")),
    "an exception as value": Boom("given"),
    "a value later": later("y"),
}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize(
    "text",
    [
        "{ outer { name } }",
        "{ outer { need } }",
        "{ must { need } }",
        "{ outer { inner { need name } name } }",
        "{ outer { innerMust { need } } }",
        "{ must { innerMust { need } } }",
        "{ outer { many { need } } }",
        "{ outer { manyMust { need } } }",
        "{ list { need } }",
        "{ all { need } }",
        "{ all { inner { outer { innerMust { need } } } } }",
    ],
)
async def test_null_goes_up_to_what_may_be_null(text: str, given: str) -> None:
    def outer(depth: int = 0) -> object:
        leaf = {"name": GIVEN[given], "need": GIVEN[given]}
        inner = {**leaf, "outer": outer(depth + 1)} if depth < 2 else leaf
        return {**leaf, "inner": inner, "innerMust": inner, "many": [inner, None, inner], "manyMust": [inner, inner]}

    await alike(SCHEMA, text, lambda: {"outer": outer(), "must": outer(), "list": [outer(), None], "all": [outer()]})


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("{ outer { name need } }", {"outer": {"name": raising, "need": raising}}),
        ("{ outer { need name } }", {"outer": {"name": raising, "need": raising}}),
        ("{ outer { name inner { name } need } }", {"outer": {"name": raising, "inner": {"name": raising}}}),
        ("{ list { name inner { need } } }", {"list": [{"name": raising, "inner": {}}, {"name": raising}]}),
        ("{ a: outer { need } b: outer { name } }", {"outer": {"need": raising, "name": raising}}),
        ("{ a: outer { name } must { need } b: outer { name } }", {"outer": {"name": raising}, "must": {}}),
        ("{ all { name need } }", {"all": [{"name": raising, "need": "x"}, {"name": raising}, {"name": raising}]}),
        ("{ list { many { need } need } }", {"list": [{"many": [{}, {"need": 1}], "need": 1}, {"many": [{}]}]}),
    ],
)
async def test_errors_come_in_the_order_of_the_answer_and_none_beneath_a_null(text: str, root: object) -> None:
    answer = await alike(SCHEMA, text, lambda: root)
    assert answer.errors


def awaited(*values: object) -> list[object]:
    """Items that are on their way."""
    return [later(value)() for value in values]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("lists", lambda: [[1, 2], [], None, [None], [3]]),
        ("lists", lambda: [["no"], [1]]),
        ("lists", lambda: 7),
        ("lists", lambda: "text"),
        ("lists", lambda: {"a": 1}),
        ("lists", lambda: [7]),
        ("lists", lambda: ((1,), range(3))),
        ("lists", lambda: {1: [1]}.values()),
        ("lists", lambda: [*awaited([1], None, Boom("x")), [4]]),
        ("lists", lambda: [awaited(1, 2), awaited(1, None), [3]]),
        ("lists", lambda: later([[1]])),
        ("lists", lambda: later(7)),
        ("needed", lambda: None),
        ("needed", lambda: [1, None, "no"]),
        ("needed", lambda: later(None)),
        ("needed", lambda: awaited(1, None)),
        ("needed", lambda: [Boom("as item")]),
    ],
)
async def test_lists_and_their_items(name: str, make: Callable[[], object]) -> None:
    await alike(SCHEMA, f"{{ {name} }}", lambda: {name: make()})


async def test_what_an_iterable_gave_before_it_raised_is_forgotten_but_not_what_went_wrong() -> None:
    def broken(_: object) -> object:
        yield {"name": raising, "need": "x"}
        raise Boom("in the middle")

    answer = await alike(SCHEMA, "{ list { name } }", lambda: {"list": broken})
    assert [error.message for error in answer.errors or ()] == ["boom", "in the middle"]


async def test_asynchronous_iterables_are_lists() -> None:
    async def items(_: object) -> object:
        yield {"name": "one"}
        yield None
        yield {"name": raising}

    async def broken(_: object) -> object:
        yield {"name": "one"}
        raise Boom("in the middle")

    await alike(SCHEMA, "{ list { name } }", lambda: {"list": items})
    await alike(SCHEMA, "{ list { name } }", lambda: {"list": broken})


async def test_errors_go_up_no_further_where_the_operation_says_so() -> None:
    schema = SCHEMA + "directive @experimental_disableErrorPropagation on QUERY | MUTATION | SUBSCRIPTION"
    text = "query @experimental_disableErrorPropagation { must { need innerMust { need } } }"
    await alike(schema, text, lambda: {"must": {"need": raising, "innerMust": {"need": None}}})
