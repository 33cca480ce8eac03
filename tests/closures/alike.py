"""Runs a document through graphql-core's executor and through ours, and compares all that a caller can see."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, build_schema, execute, parse, validate

from app.api.compiler.closures import Closures

Make = Callable[[], Any]
"""Makes a fresh root value, since resolvers may use it up."""


def nothing() -> Any:
    return None


async def alike(
    schema: str | GraphQLSchema,
    text: str,
    root: Make = nothing,
    variables: Mapping[str, Any] | None = None,
    *,
    context: Make = nothing,
    name: str | None = None,
) -> ExecutionResult:
    """graphql-core's answer. Raises AssertionError where ours differs: in data, order of keys, errors, their places."""
    schema = build_schema(schema) if isinstance(schema, str) else schema
    document = parse(text)
    assert validate(schema, document) == []
    result: Any = execute(schema, document, root(), context(), dict(variables or {}), name)
    expected = await result if inspect.isawaitable(result) else result
    closures = Closures(schema)
    for _ in range(2):  # compiled, then known
        given = await closures.run(document, name, variables or {}, context(), root_value=root())
        assert given is not None
        assert given.data == expected.data
        assert repr(given.data) == repr(expected.data)
        assert shown(given.errors) == shown(expected.errors)
    return expected  # type: ignore[no-any-return]


def shown(errors: list[GraphQLError] | None) -> list[Any]:
    """What there is to see of errors."""
    return [
        (
            error.message,
            error.path,
            [(place.line, place.column) for place in error.locations or ()],
            error.extensions,
            type(error.original_error),
        )
        for error in errors or ()
    ]


class Boom(Exception):
    """Raised by resolvers of tests."""


def later(value: Any) -> Callable[..., Any]:
    """A resolver that gives the value, or raises it, after a turn of the loop."""

    async def resolve(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(0)
        if isinstance(value, Exception):
            raise value
        return value

    return resolve


def raising(*_: Any, **__: Any) -> Any:
    raise Boom("boom")
