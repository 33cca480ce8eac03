"""Execution alone: the compiled executor against graphql-core's, on rows that are there already.

Fifty to-dos with their creator and assignees; no database, no HTTP, no parsing. Both give equal answers first, then
take turns; what is told is the processor time of an operation, and the ratio.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLSchema, execute, parse
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.api.compiler.closures import Closures
from app.api.compiler.closures_fields import Own
from app.api.shortcuts import shorten
from app.core.declare import Info, column_of, show
from app.core.ids import new_id
from app.core.scalars import SCALARS
from app.recordings import kinds  # noqa: F401 -- they declare the types
from app.recordings.schema import TYPES, Recording

ROWS = 50
ROUNDS = 30
GOAL = 1 / 12
"""performance.md, section 8, goal 8."""

DOCUMENT = """{
  recordings {
    id type title content createdAt updatedAt status position commentCount
    creator { id name image }
    ... on Assignable { assignees { id name } }
  }
}"""


@dataclass
class Prefetched:
    """Stands in for a context: what would be loaded is there."""

    rows: list[dict[str, Any]]
    person: dict[str, Any]
    _several: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._several = [self.person, self.person]

    def _value(self, batch: Any) -> Any:
        return self.person if hasattr(batch, "to") else self._several

    def loading(self, batch: Any, key: Any) -> Awaitable[Any]:
        there: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        there.set_result(self._value(batch))
        return there

    async def load_all(self, batch: Any, keys: Sequence[Any]) -> list[Any]:
        return [self._value(batch)] * len(keys)


@strawberry.type
class Query:
    @strawberry.field
    def recordings(self, info: Info) -> list[Recording]:
        return show(info.context.rows)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Measured:
    """Microseconds of processor time an operation, medians; and how many rows it answered."""

    rows: int
    compiled: float
    graphql_core: float

    @property
    def ratio(self) -> float:
        return self.compiled / self.graphql_core


def measure(rows: int = ROWS) -> Measured:
    """Run both executors in turns. Raises AssertionError when their answers differ."""
    schema = strawberry.Schema(
        Query, types=TYPES, config=StrawberryConfig(default_resolver=column_of, scalar_map=SCALARS)
    )
    shorten(schema._schema)
    return asyncio.run(_measured(schema, rows))


async def _measured(schema: strawberry.Schema, rows: int) -> Measured:
    document = parse(DOCUMENT)
    closures = Closures(schema._schema, Own(schema.config, schema.schema_converter.scalar_registry))
    context = Prefetched([_row(number) for number in range(rows)], _person())

    async def compiled() -> Any:
        return await closures.run(document, None, {}, context)

    async def graphql_core() -> Any:
        return await _executed(schema._schema, document, context)

    answers = [await each() for each in (compiled, graphql_core)]
    assert answers[0].data == answers[1].data, [each.errors for each in answers]
    assert not answers[0].errors
    assert not answers[1].errors
    times: dict[Any, list[float]] = {compiled: [], graphql_core: []}
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for each in times:
            times[each].append(await _time(each, 10))
    return Measured(rows, statistics.median(times[compiled]), statistics.median(times[graphql_core]))


async def _executed(schema: GraphQLSchema, document: Any, context: Any) -> ExecutionResult:
    """As Strawberry calls it."""
    result: Any = execute(
        schema,
        document,
        context_value=context,
        is_awaitable=optimized_is_awaitable,
        executor_class=StrawberryGraphQLCoreExecutionContext,
        operation_extensions=None,
    )
    return await result


async def _time(work: Callable[[], Awaitable[Any]], times: int) -> float:
    began = time.process_time_ns()
    for _ in range(times):
        await work()
    return (time.process_time_ns() - began) / times / 1000


def _row(number: int) -> dict[str, Any]:
    moment = datetime(2026, 6, 7, 12, number % 60, tzinfo=UTC)
    return {
        "id": new_id(),
        "type": "todo",
        "title": f"To-do {number}",
        "content": "<p>As it is</p>",
        "created_at": moment,
        "updated_at": moment,
        "status": "active",
        "position": float(number),
        "comment_count": number,
        "creator_id": new_id(),
    }


def _person() -> dict[str, Any]:
    return {"id": new_id(), "name": "Ana", "image": None}


def report() -> None:
    """Print both times and their ratio."""
    for rows in (ROWS, 10 * ROWS):
        found = measure(rows)
        print(  # noqa: T201
            f"execution alone, {rows} rows: {found.compiled:,.0f} us, graphql-core {found.graphql_core:,.0f} us,"
            f" 1/{1 / found.ratio:.1f} (goal at {ROWS}: 1/{1 / GOAL:.0f})"
        )


if __name__ == "__main__":
    report()
