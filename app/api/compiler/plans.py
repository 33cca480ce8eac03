"""Runs queries as single statements: compiled when asked again, kept in a bounded cache, one round trip each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import asyncpg
import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    type_from_ast,
)
from graphql.execution.values import get_argument_values, get_variable_values
from sqlalchemy import bindparam, func, select
from sqlalchemy.types import LargeBinary, String, TypeEngine
from strawberry.types import ExecutionResult

from app.api.compiler.fields import Document, collect
from app.api.compiler.statement import NotCompilable, Writer
from app.api.remembered import Remembered
from app.core import clock
from app.core.context import Caller
from app.core.db import prepared
from app.core.ids import is_id
from app.core.table import Instant
from app.orgs.model import Organization

LARGEST_NUMBER = 100
MOST = 1000
"""Plans that are kept; what was not used for longest makes room."""
CREDENTIAL: dict[str, TypeEngine[Any]] = {
    "thicket_kind": String(),
    "thicket_digest": LargeBinary(),
    "thicket_moment": Instant,
    "thicket_slug": String(),
}
"""What `thicket_open` is told, in its order."""


class Compiled(ExecutionResult):
    """The answer of a compiled query: JSON as PostgreSQL wrote it, read into objects only when somebody asks."""

    def __init__(self, json: str) -> None:
        self.json = json
        self.errors = None
        self.extensions = {}

    @cached_property
    def data(self) -> dict[str, Any]:  # type: ignore[override]
        return orjson.loads(self.json)


@dataclass(frozen=True)
class Plan:
    """A statement, and where its parameters come from."""

    sql: str
    sources: tuple[tuple[str, Any], ...]
    """For each parameter `("variable", name)`, `("credential", index)` or `("constant", value)`."""
    slug: tuple[str, str]
    """`("variable", name)` or `("constant", slug)`."""
    document: DocumentNode
    """Held so that its id stays its own."""


@dataclass(frozen=True)
class Variables:
    """How an operation's variables choose its plan."""

    ids: tuple[str, ...]
    """Variables that hold one id each: any id has the same plan."""
    slug: str | None
    """The variable that names the organization."""
    others: tuple[str, ...]


class Plans:
    """The compiled queries of one schema."""

    def __init__(self, schema: GraphQLSchema, config: Any, scalars: Any, type_names: Mapping[str, str]) -> None:
        self._schema, self._config, self._scalars, self._names = schema, config, scalars, type_names
        self._plans: Remembered[Plan] = Remembered(MOST, MOST)
        self._once: Remembered[DocumentNode] = Remembered(MOST, MOST)
        self._left: Remembered[DocumentNode] = Remembered(MOST, MOST)
        self._variables: Remembered[tuple[DocumentNode, Variables]] = Remembered(MOST, MOST)

    async def run(
        self, document: DocumentNode, name: str | None, variables: Mapping[str, Any], caller: Caller
    ) -> Compiled | None:
        """The query's answer, or None where the executor has to give it: it is not compiled, or refused.

        Raises Unavailable.
        """
        if caller.credential is None or caller.unfit or caller.unreadable:
            return None
        plan = self._plan(document, name, variables)
        if plan is None:
            return None
        credential = (caller.credential.kind.value, caller.credential.digest, clock.now(), _value(plan.slug, variables))
        arguments = [
            credential[value] if kind == "credential" else variables[value].lower() if kind == "variable" else value
            for kind, value in plan.sources
        ]
        try:
            row = await caller.database.read(plan.sql, arguments)
        except asyncpg.PostgresError:
            return None
        if row is None or row["org_id"] is None or row["data"] is None:
            return None
        caller.vocabulary = row["vocabulary"]
        return Compiled(row["data"])

    def _plan(self, document: DocumentNode, name: str | None, variables: Mapping[str, Any]) -> Plan | None:
        kinds = self._kinds(document, name)
        present = tuple(each for each in kinds.ids if variables.get(each) is not None)
        if not all(isinstance(variables[each], str) and is_id(variables[each]) for each in present):
            return None
        if any(isinstance(value, int) and value > LARGEST_NUMBER for value in variables.values()):
            return None  # pages far behind: each would be a plan of its own
        try:
            shape = orjson.dumps([present, [variables.get(each, "\0absent") for each in kinds.others]])
        except TypeError:  # a file, or a number that JSON cannot hold: the executor says what is wrong with it
            return None
        # Whatever is remembered holds its document, so that the id stays its own.
        key = (id(document), name, shape)
        plan = self._plans.get(key)
        if plan is not None or self._left.get(key):
            return plan
        if not self._once.get(key):  # it may never be asked again, and compiling takes ten times as long as running
            self._once.put(key, document, 1)
            return None
        try:
            plan = self._compile(document, name, variables, kinds.slug, present)
        except NotCompilable:
            self._left.put(key, document, 1)
            return None
        self._plans.put(key, plan, 1)
        return plan

    def _kinds(self, document: DocumentNode, name: str | None) -> Variables:
        key = (id(document), name)
        found = self._variables.get(key)
        if found is not None:
            return found[1]
        operation = _operation(document, name)
        slug = _slug_variable(operation)
        names = [each.variable.name.value for each in operation.variable_definitions or ()]
        ids = tuple(
            each.variable.name.value
            for each in operation.variable_definitions or ()
            if self._is_id(each) and each.variable.name.value != slug
        )
        kinds = Variables(ids, slug, tuple(each for each in names if each not in ids and each != slug))
        self._variables.put(key, (document, kinds), 1)
        return kinds

    def _is_id(self, definition: VariableDefinitionNode) -> bool:
        kind: Any = type_from_ast(self._schema, definition.type)
        return get_named_type(kind).name == "ID" and not is_list_type(get_nullable_type(kind))

    def _compile(
        self,
        document: DocumentNode,
        name: str | None,
        variables: Mapping[str, Any],
        slug: str | None,
        present: tuple[str, ...],
    ) -> Plan:
        operation = _operation(document, name)
        if operation.operation is not OperationType.QUERY:
            raise NotCompilable("a mutation")
        markers = {each: f"00000000-0000-7000-8000-{number:012x}" for number, each in enumerate(present)}
        standing = {**variables, **markers, **({slug: "a-slug"} if slug else {})}
        coerced: Any = get_variable_values(self._schema, operation.variable_definitions or (), standing)
        if isinstance(coerced, list):
            raise NotCompilable("the variables do not fit")
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        sketch = Document(self._schema, fragments, coerced)
        root = self._schema.query_type
        assert root is not None
        collected = collect(sketch, root, [operation.selection_set])
        if len(collected) != 1:
            raise NotCompilable("more than one field at the root")
        ((key, nodes),) = collected.items()
        if nodes[0].name.value != "organization":
            raise NotCompilable("not an organization's")
        return self._written(document, sketch, root, key, nodes, markers)

    def _written(
        self,
        document: DocumentNode,
        sketch: Document,
        root: GraphQLObjectType,
        key: str,
        nodes: list[FieldNode],
        markers: dict[str, str],
    ) -> Plan:
        given = get_argument_values(root.fields["organization"], nodes[0], sketch.variables)
        slug_node = nodes[0].arguments[0].value  # type: ignore[index]
        slug = ("variable", slug_node.name.value) if hasattr(slug_node, "name") else ("constant", given["slug"])
        writer = Writer(sketch, self._config, self._scalars, self._names, count(1))
        binds = [bindparam(each, None, type_=kind) for each, kind in CREDENTIAL.items()]
        who = (
            select(func.thicket_open(*binds).table_valued("org_id", "vocabulary", name="opened"))
            .cte("who")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        table = Organization.__table__.alias(writer.name())  # type: ignore[attr-defined]
        one = writer.objects(table, get_named_type(root.fields["organization"].type), nodes)
        body = select(func.json_build_object(key, one)).where(table.c.id == who.c.org_id).correlate(who)
        sql, parameters = prepared(select(who.c.org_id, who.c.vocabulary, body.scalar_subquery().label("data")))
        back = {marker: each for each, marker in markers.items()}
        order = list(CREDENTIAL)
        sources = tuple(
            ("credential", order.index(name))
            if name in CREDENTIAL
            else ("variable", back[value])
            if isinstance(value, str) and value in back
            else ("constant", value)
            for name, value in parameters
        )
        return Plan(sql, sources, slug, document)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return next(each for each in operations if name is None or (each.name and each.name.value == name))


def _slug_variable(operation: OperationDefinitionNode) -> str | None:
    for node in operation.selection_set.selections:
        if isinstance(node, FieldNode) and node.name.value == "organization" and node.arguments:
            value = node.arguments[0].value
            name = getattr(value, "name", None)
            return name.value if isinstance(name, NameNode) else None
    return None


def _value(slug: tuple[str, str], variables: Mapping[str, Any]) -> Any:
    kind, value = slug
    return variables.get(value) if kind == "variable" else value
