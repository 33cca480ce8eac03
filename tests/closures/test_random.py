"""Random operations over random values, some of which are missing, wrong or raise, at once or later."""

import asyncio
import os
import random
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, execute, parse

from app.api.compiler.closures import Closures
from tests.closures.alike import Boom, shown

DOCUMENTS = int(os.environ.get("THICKET_TEST_DOCUMENTS", "400"))
FIELDS = "o: O p: O! l: [O] m: [O!]! n: [O!] i: I j: [I!] s: Int t: Int!"
SCHEMA = build_schema(f"""
interface I {{ a: Int b: Int! }}
type Query {{ {FIELDS} }}
type Mutation {{ {FIELDS} }}
type O implements I {{ a: Int b: Int! o: O p: O! l: [O] m: [O!] n: [O!]! k: [Int!] x: [Int] i: I }}
type Z implements I {{ a: Int b: Int! c: Int! }}
""")


@dataclass(frozen=True)
class Values:
    """The same values for the same paths, however often and in which order they are asked for."""

    seed: int
    late: float
    """How much of it has to be waited for."""
    wrong: float

    def object(self, kind: str, path: str) -> dict[str, Any]:
        shown = SCHEMA.type_map[kind]
        assert isinstance(shown, GraphQLObjectType)
        fields = {name: self._resolver(str(each.type), f"{path}.{name}") for name, each in shown.fields.items()}
        return {**fields, "__typename": kind}

    def _dice(self, path: str) -> random.Random:
        return random.Random(f"{self.seed}{path}")

    def _resolver(self, kind: str, path: str) -> Any:
        async def later(info: Any) -> Any:
            await asyncio.sleep(0)
            return self._value(kind, path)

        return later if self._dice(path + "?").random() < self.late else lambda info: self._value(kind, path)

    def _item(self, kind: str, path: str) -> Any:
        if self._dice(path + "?").random() < self.late:
            return self._resolver_of_item(kind, path)
        try:
            return self._value(kind, path)
        except Boom as error:
            return error

    async def _resolver_of_item(self, kind: str, path: str) -> Any:
        await asyncio.sleep(0)
        return self._value(kind, path)

    def _value(self, kind: str, path: str) -> Any:
        bare = kind.removesuffix("!")
        dice = self._dice(path)
        fate = dice.random() / self.wrong
        if fate < 0.5:
            raise Boom(path)
        if fate < 1:
            return None if fate < 0.8 else "no number" if bare == "Int" else Boom("given")
        if bare == "Int":
            return dice.randint(0, 9)
        if bare.startswith("["):
            return [self._item(bare[1:-1], f"{path}.{index}") for index in range(dice.randint(0, 3))]
        return self.object(dice.choice(["O", "Z"]) if bare == "I" else bare, path)


def selection(dice: random.Random, kind: str, depth: int = 0) -> str:
    named: Any = SCHEMA.type_map[kind]
    parts = []
    for name in dice.sample(list(named.fields), min(len(named.fields), dice.randint(1, 4))):
        inner = str(named.fields[name].type).replace("!", "").strip("[]")
        if inner == "Int":
            parts.append(name)
        elif depth < 3:
            parts.append(f"{name} {{ {selection(dice, inner, depth + 1)} }}")
    if kind == "I" and dice.random() < 0.5:
        parts.append("... on Z { c }")
    return " ".join(parts) or "__typename"


async def both(number: int, late: float) -> tuple[str, Any, Any]:
    """A document, graphql-core's answer and ours."""
    dice = random.Random(number)
    operation = dice.choice(("query", "query", "mutation"))
    text = f"{operation} {{ {selection(dice, operation.capitalize())} }}"
    values = Values(number, late, dice.choice((0.02, 0.05, 0.1, 0.2)))
    document = parse(text)
    result: Any = execute(SCHEMA, document, values.object(operation.capitalize(), ""))
    expected = await result if hasattr(result, "__await__") else result
    given = await Closures(SCHEMA).run(document, None, {}, None, root_value=values.object(operation.capitalize(), ""))
    return text, expected, given


async def test_what_needs_no_waiting_is_answered_alike_to_the_last_error() -> None:
    several = 0
    for number in range(DOCUMENTS):
        text, expected, given = await both(number, late=0)
        assert repr(given.data) == repr(expected.data), text
        assert shown(given.errors) == shown(expected.errors), text
        several += len(expected.errors or ()) > 1
    assert several > DOCUMENTS / 10


@pytest.mark.usefixtures("collecting")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # graphql-core leaves some behind
@pytest.mark.parametrize("late", [0.3, 1])
async def test_what_has_to_be_waited_for_shows_the_same_and_null_in_the_same_places(late: float) -> None:
    failed = 0
    for number in range(DOCUMENTS):
        text, expected, given = await both(number, late)
        assert repr(given.data) == repr(expected.data), text
        assert bool(given.errors) == bool(expected.errors), text
        failed += bool(expected.errors)
    assert failed > DOCUMENTS / 10
