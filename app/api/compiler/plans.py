"""Runs queries as single statements: compiled when asked again, kept in a bounded cache, one round trip each."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

import asyncpg
import orjson
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.values import get_variable_values
from sqlalchemy import CTE, ColumnElement, cast, func, literal_column, select
from sqlalchemy.types import Text
from strawberry.types import ExecutionResult

from app.api.compiler.fields import Sketch, collect
from app.api.compiler.parameters import (
    Constant,
    Id,
    Shape,
    Source,
    Variables,
    read,
    shape_of,
    typical,
    variables_of,
)
from app.api.compiler.roots import MOMENT, Roots, answer_of, answered, becoming, roots_of, type_of
from app.api.compiler.rows import NotCompilable
from app.api.compiler.statement import Writer
from app.api.compiler.wire import Wire, Written
from app.api.compiler.wired import Pointer
from app.api.remembered import Remembered
from app.api.widening import Widening
from app.core import clock
from app.core.conditions import Onlooker
from app.core.context import Caller
from app.core.db import Row
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.kept import prepared

log = logging.getLogger(__name__)

MOST = 1000
"""Plans that are kept; what was not used for longest makes room."""
MOST_TEXT = 32 * 1024 * 1024
"""Characters of SQL in all of them."""
MOST_OF_ONE = 32
"""Plans of one document, which has one for every shape of its variables."""
MOST_TYPES = 10_000
"""Rows whose types are kept."""
LONGEST_KEY = 2000
"""What decides the shape is kept: lists of ids, say, have to be short."""
PAUSE = 0.01
"""Seconds for others after each query that is compiled ahead: compiling takes about as long."""
BODY = "body"


class Compiled(ExecutionResult):
    """The answer of a compiled query: JSON as PostgreSQL wrote it, read into objects only when somebody asks."""

    def __init__(self, json: bytes) -> None:
        self.json = json
        self.errors = None
        self.extensions = {}

    @cached_property
    def data(self) -> dict[str, Any]:  # type: ignore[override]
        return orjson.loads(self.json)


Key = tuple[int, str | None, bytes, Wire | None, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Plan:
    """A statement, and where its parameters come from. It knows nothing of who asks."""

    sql: str
    sources: tuple[Source, ...]
    slug: tuple[str, str] | None
    """The organization's: `("variable", name)` or `("constant", slug)`."""
    document: DocumentNode
    """Held so that its id stays its own."""
    tells: tuple[str, ...] = ()
    """Variables that are ids of rows: the statement tells of which types those are."""


@dataclass(frozen=True)
class Asked:
    """A query with variables of one shape."""

    document: DocumentNode
    name: str | None
    kinds: Variables
    shape: Shape
    wire: Wire | None
    types: tuple[tuple[str, str], ...] = ()
    """Variables that are ids of rows whose types are known → those, as they are stored."""

    @property
    def key(self) -> Key:
        # Whatever is remembered holds its document, so that the id stays its own.
        return (id(self.document), self.name, self.shape.key, self.wire, self.types)


class Plans:
    """The compiled queries of one schema."""

    def __init__(self, schema: GraphQLSchema, config: Any, scalars: Any, type_names: Mapping[str, str]) -> None:
        self._schema, self._config, self._scalars, self._names = schema, config, scalars, type_names
        self._plans: Remembered[Plan] = Remembered(MOST, MOST_TEXT)
        self._once: Remembered[DocumentNode] = Remembered(MOST, MOST)
        self._left: Remembered[DocumentNode] = Remembered(MOST, MOST)
        self._variables: Remembered[tuple[DocumentNode, Variables]] = Remembered(MOST, MOST)
        self._types: Remembered[str] = Remembered(MOST_TYPES, MOST_TYPES)
        self._own: dict[int, DocumentNode] = {}
        self._prepared: deque[tuple[DocumentNode, str | None, Wire | None]] = deque()
        self._widening = Widening(schema)

    def prepare(self, document: DocumentNode, name: str | None, wire: Wire | None = None) -> None:
        """Have a query of the server's own compiled: by `compile_prepared`, or when it is first asked."""
        self._own[id(document)] = document
        self._prepared.append((document, name, wire))

    async def compile_prepared(self) -> None:
        """Compile what was prepared, one query at a time, for requests that give it no more than they must.

        Half of the time is left to whatever else there is to do. Other shapes are compiled as soon as they are asked.
        """
        while self._prepared:
            document, name, wire = self._prepared.popleft()
            variables = typical(self._schema, _operation(document, name))
            for form in (wire, None):
                asked = self._asked(document, name, variables, form)
                if asked is None or self._plan(asked, variables) is not None:
                    break
            await asyncio.sleep(PAUSE)

    async def run(
        self,
        document: DocumentNode,
        name: str | None,
        variables: Mapping[str, Any],
        caller: Caller,
        wire: Wire | None = None,
    ) -> Compiled | Written | None:
        """The query's answer; Written, in the words of `wire`, where SQL can say those too.

        None where the executor has to give it: it is not compiled, or refused. Raises Unavailable.
        """
        if caller.credential is None or caller.unfit or caller.unreadable:
            return None
        asked = self._asked(document, name, variables, wire)
        if asked is None:
            return None
        plan = self._plan(asked, variables)
        if plan is None and wire is not None:
            wire, asked = None, replace(asked, wire=None)
            plan = self._plan(asked, variables)
        row = await self._row(asked, plan, variables, caller) if plan is not None else None
        if row is None:
            return None
        caller.vocabulary = row["vocabulary"]
        return Compiled(row[BODY]) if wire is None else _written(wire, row)

    async def _row(self, asked: Asked, plan: Plan, variables: Mapping[str, Any], caller: Caller) -> Row | None:
        """What is found. A thing that was found before has a type, and a statement of that type alone is shorter."""
        told = tuple((each, self._types.get(variables[each].lower())) for each in plan.tells)
        known = tuple((each, type) for each, type in told if type is not None)
        if known:
            closer = self._plan(replace(asked, types=known), variables)
            row = await _found(closer, variables, caller) if closer is not None else None
            if row is not None:
                return row
        row = await _found(plan, variables, caller)
        for place, each in enumerate(plan.tells):
            if row is not None and (type := row[f"type_{place}"]) is not None:
                self._types.put(variables[each].lower(), type, 1)
        return row

    def _asked(
        self, document: DocumentNode, name: str | None, variables: Mapping[str, Any], wire: Wire | None
    ) -> Asked | None:
        kinds = self._kinds(document, name)
        if not all(isinstance(variables.get(each), str) for each in kinds.slugs):
            return None
        shape = shape_of(kinds, variables)
        if shape is None or len(shape.key) > LONGEST_KEY:
            return None
        return Asked(document, name, kinds, shape, wire)

    def _plan(self, asked: Asked, variables: Mapping[str, Any]) -> Plan | None:
        key = asked.key
        plan = self._plans.get(key)
        if plan is not None or self._left.get(key):
            return plan
        usual = key[0] in self._own and not any(variables.get(each) for each in asked.kinds.texts)
        if (not usual or asked.types) and not self._once.get(key):
            # It may never be asked again, and compiling takes longer than the executor's answer.
            self._once.put(key, asked.document, 1)
            return None
        try:
            plan = self._compile(asked, variables)
        except NotCompilable:
            self._left.put(key, asked.document, 1)
            return None
        self._keep(key, plan)
        return plan

    def _keep(self, key: Key, plan: Plan) -> None:
        of_same = [each for each in self._plans if each[:2] == key[:2]]
        if len(of_same) >= MOST_OF_ONE:
            self._plans.forget(of_same[0])
        self._plans.put(key, plan, len(plan.sql))

    def _kinds(self, document: DocumentNode, name: str | None) -> Variables:
        key = (id(document), name)
        found = self._variables.get(key)
        if found is not None:
            return found[1]
        kinds = variables_of(self._schema, document, _operation(document, name))
        self._variables.put(key, (document, kinds), 1)
        return kinds

    def _compile(self, asked: Asked, variables: Mapping[str, Any]) -> Plan:
        document, kinds, shape = asked.document, asked.kinds, asked.shape
        operation = _operation(document, asked.name)
        if operation.operation is not OperationType.QUERY:
            raise NotCompilable("a mutation")
        # Fresh ones: a marker that could be guessed could come as a text, which would then be taken for the variable.
        ids = {each: new_id() for each in kinds.ids}
        standing = {**variables, **{each: "a-slug" for each in kinds.slugs}}
        standing |= {each: ids.get(each, "a-cursor") for each in (*kinds.ids, *kinds.cursors) if each in shape.given}
        coerced: Any = get_variable_values(self._schema, operation.variable_definitions or (), standing)
        if isinstance(coerced, list):
            raise NotCompilable("the variables do not fit")
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        lists = self._widening.of(document, asked.name)
        types = {ids[each]: type for each, type in asked.types}
        sketch = Sketch(self._schema, fragments, coerced, shape.given, Onlooker(MOMENT), count(1), lists, known=types)
        root = self._schema.query_type
        assert root is not None
        selected = collect(sketch, root, [operation.selection_set])
        roots = roots_of(sketch, root, selected)
        who = becoming(roots)
        columns = self._columns(roots, who, asked.wire)
        back = {marker: each for each, marker in ids.items()}
        tells = {back[id]: type_of(id, table, who) for id, table in sketch.unknown.items() if id in back}
        columns += [type.label(f"type_{place}") for place, type in enumerate(tells.values())]
        sql, parameters = prepared(select(who.c.vocabulary, *columns))
        return Plan(sql, tuple(_source(value, back) for _, value in parameters), roots.slug, document, tuple(tells))

    def _columns(self, roots: Roots, who: CTE, wire: Wire | None) -> list[Any]:
        """What is answered: one JSON object for GraphQL, piece by piece for a dialect."""
        settings = (roots.sketch, self._config, self._scalars, self._names, count(1))
        if wire is None:
            return [_bytes(answered(roots, who, Writer(*settings))).label(BODY)]
        if not wire.body or len(roots.asked) != 1:
            raise NotCompilable("the body is made of several answers")
        ((key, nodes),) = roots.asked.items()
        pieces = [
            answer_of(roots, who, Pointer(*settings, wire.forms, path).inside(key), nodes)
            for path in (wire.body, *wire.parts)
        ]
        parts = [cast(piece, Text).label(f"part_{number}") for number, piece in enumerate(pieces[1:])]
        return [_bytes(pieces[0]).label(BODY), *parts]


async def _found(plan: Plan, variables: Mapping[str, Any], caller: Caller) -> Row | None:
    """What the statement finds; None where somebody has to be told why it finds nothing."""
    shown = caller.credential
    assert shown is not None
    credential = (
        shown.kind.value,
        shown.digest,
        clock.now(),
        caller.time_zone or "UTC",
        _meant(plan.slug, variables, caller),
    )
    try:
        arguments = [
            source.value if type(source) is Constant else read(source, variables, credential) for source in plan.sources
        ]
        row = await caller.database.read(plan.sql, arguments)
    except asyncpg.SyntaxOrAccessError:
        log.exception("PostgreSQL does not understand what was compiled: the executor answers instead")
        return None
    except (Invalid, asyncpg.PostgresError):
        return None
    return None if row is None or row[BODY] is None else row


def _written(wire: Wire, row: Row) -> Written | None:
    parts = {path: row[f"part_{number}"] for number, path in enumerate(wire.parts)}
    if any(parts[path] is None for path in wire.required):
        return None
    return Written(row[BODY], {path: None if said is None else orjson.loads(said) for path, said in parts.items()})


def _bytes(json: ColumnElement[Any]) -> ColumnElement[Any]:
    """As it is sent: text would be decoded only to be encoded again."""
    return func.convert_to(cast(json, Text), literal_column("'UTF8'"))


def _source(value: Any, ids: Mapping[str, str]) -> Source:
    """Where the value of a parameter comes from that was written as this value."""
    if isinstance(value, str) and value in ids:
        return Id(ids[value])
    return value if isinstance(value, Source) else Constant(value)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return next(each for each in operations if name is None or (each.name and each.name.value == name))


def _meant(slug: tuple[str, str] | None, variables: Mapping[str, Any], caller: Caller) -> str | None:
    if slug is None:
        return None
    kind, value = slug
    return caller.meant(variables[value] if kind == "variable" else value)
