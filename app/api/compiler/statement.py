"""Writes the SQL of a selection: PostgreSQL builds the JSON of the answer itself.

A row's object is `row_to_json` of a subselect whose column names are the response keys; a list is `json_agg` of such.
Links and lists are correlated subselects of their declaration (core/declare.py). Row-level security says what is
there; where something must be there and is not, the statement raises, and the executor tells the refusal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.execution.values import get_argument_values
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    and_,
    case,
    cast,
    collate,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.types import JSON, String, Text
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from app.api.compiler.fields import Collected, Sketch, collect, inner_sets
from app.api.compiler.pages import called, called_count, connection, count, whole_list
from app.api.compiler.rows import NotCompilable
from app.api.declared import declaration_of
from app.core.policy import allows
from app.core.sources import (
    SOURCE,
    Called,
    CalledCount,
    Computed,
    Count,
    Expression,
    First,
    Link,
    Listing,
    Mine,
    Part,
    Presence,
    Single,
    joined,
    whole,
)

LONGEST_KEY = 63
"""PostgreSQL cuts longer names."""
UTC = literal_column("'UTC'", String)
INSTANT = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'""", String)
MOST_SUBSELECTS = 120
MOST_COLUMNS = 500
"""Where rows tell their types, what is selected of each is written once for every type: that can grow. With so many
it takes a fifth of a second to compile."""


@dataclass(frozen=True)
class Writer:
    """Writes the subselects of one document."""

    document: Sketch
    config: StrawberryConfig
    scalars: Mapping[object, Any]
    type_names: Mapping[str, str]
    """Recording type, as it is stored → the name of its GraphQL type."""
    numbers: Iterator[int]

    def name(self) -> str:
        """A fresh name for a subselect. Raises NotCompilable when there are too many of them."""
        number = next(self.numbers)
        if number > MOST_SUBSELECTS:
            raise NotCompilable("the statement would be too large")
        return f"r{number}"

    def objects(self, rows: FromClause, on: Any, fields: list[FieldNode]) -> ColumnElement[Any]:
        """The JSON object of a row of `rows`, seen as the GraphQL type `on`."""
        if isinstance(on, GraphQLObjectType):
            return self._object(rows, on, self.chosen(on, fields))
        return self._merged(rows, self.by_type(rows, on, fields))

    def by_type(
        self, rows: FromClause, on: GraphQLInterfaceType | GraphQLUnionType, fields: list[FieldNode]
    ) -> list[tuple[list[str], GraphQLObjectType, Collected]]:
        """What is selected, where the row's own type decides what applies; types that agree share one branch."""
        if "type" not in rows.c:
            raise NotCompilable("the rows do not tell their types")
        branches: dict[str, tuple[list[str], GraphQLObjectType, Collected]] = {}
        for stored, name in self.types_in(rows).items():
            shown = self.document.schema.get_type(name)
            if not isinstance(shown, GraphQLObjectType) or not self.document.schema.is_sub_type(on, shown):
                continue
            collected = self.chosen(shown, fields)
            alike = repr([(key, [id(node) for node in nodes]) for key, nodes in collected.items()])
            branches.setdefault(alike, ([], shown, collected))[0].append(stored)
        if not branches:
            raise NotCompilable("the rows are of none of these types")
        return list(branches.values())

    def types_in(self, rows: FromClause) -> dict[str, str]:
        """The types that the rows can have, as they are stored, and what GraphQL calls them."""
        known = self.document.types.get(rows)
        return {stored: name for stored, name in self.type_names.items() if known is None or stored in known}

    def _merged(
        self, rows: FromClause, branches: list[tuple[list[str], GraphQLObjectType, Collected]]
    ) -> ColumnElement[Any]:
        """What all types have is written once; between it comes, by the row's type, what only some have."""
        _, shown, first = branches[0]
        if len(branches) == 1:
            return self._object(rows, shown, first)
        shared = [key for key, nodes in first.items() if all(each.get(key) == nodes for _, _, each in branches[1:])]
        starts = sorted({0} | {place for _, _, each in branches for place in _interrupted(each, shared)})
        chunks = [shared[start:end] for start, end in zip(starts, [*starts[1:], len(shared)], strict=True)]
        common = {
            chunk[0]: self._object(rows, shown, {key: first[key] for key in chunk}).label(f"shared_{number}")
            for number, chunk in enumerate(chunks)
            if chunk
        }
        base = select(*common.values()).correlate(rows).subquery(self.name()) if common else None
        cases = []
        for types, on, collected in branches:
            parts: list[tuple[str, Any]] = (
                [] if base is None else [(key, base.c[column.name]) for key, column in common.items()]
            )
            for own in _apart(collected, shared):
                parts.append((next(iter(own)), self._object(rows, on, own)))
            order = list(collected)
            written = _joined([part for _, part in sorted(parts, key=lambda each: order.index(each[0]))])
            cases.append((rows.c["type"].in_([literal_column(f"'{each}'") for each in types]), written))
        query = select(case(*cases[:-1], else_=cases[-1][1]))
        return _scalar((query if base is None else query.select_from(base)).correlate(rows))

    def _object(self, rows: FromClause, on: GraphQLObjectType, collected: Collected) -> ColumnElement[Any]:
        columns = []
        for key, nodes in collected.items():
            if next(self.document.columns) > MOST_COLUMNS:
                raise NotCompilable("the statement would be too large")
            if len(key.encode()) > LONGEST_KEY:
                raise NotCompilable("a response key is longer than a column's name can be")
            columns.append(self.inside(key).field(rows, on, nodes).label(key))
        return self.shaped(rows, columns)

    def shaped(self, rows: FromClause, columns: list[Any]) -> ColumnElement[Any]:
        """One JSON object of these labelled columns."""
        shaped = select(*columns).correlate(rows).subquery(self.name())
        return _scalar(select(func.row_to_json(shaped.table_valued())).select_from(shaped))

    def inside(self, key: str) -> "Writer":
        """Who writes what is selected under that key of the object."""
        return self

    def chosen(self, on: GraphQLObjectType, nodes: list[FieldNode]) -> Collected:
        """What is written of a field that is an object of the type."""
        return collect(self.document, on, inner_sets(nodes))

    def field(self, rows: FromClause, on: GraphQLObjectType, nodes: list[FieldNode]) -> ColumnElement[Any]:
        name = nodes[0].name.value
        if name == "__typename":
            return self.typename(rows, on)
        definition = on.fields[name]
        field = declaration_of(definition)
        if field is None:
            raise NotCompilable(f"{on.name}.{name} is not declared")
        source = field.metadata.get(SOURCE)
        if source is None:
            if field.base_resolver is not None or field.python_name not in rows.c:
                raise NotCompilable(f"{on.name}.{name} is computed")
            return self.leaf(rows.c[field.python_name], definition.type)
        return self._sourced(rows, source, definition.type, nodes, self._arguments(on, field, nodes[0]))

    def typename(self, rows: FromClause, on: GraphQLObjectType) -> ColumnElement[Any]:
        if "type" in rows.c and on.name in self.type_names.values():
            names = {stored: literal_column(f"'{name}'", String) for stored, name in self.types_in(rows).items()}
            if len(names) == 1:
                return names.popitem()[1]
            return case(*((rows.c["type"] == literal_column(f"'{s}'"), name) for s, name in names.items()))
        return literal_column(f"'{on.name}'", String)

    def _arguments(self, on: GraphQLObjectType, field: StrawberryField, node: FieldNode) -> dict[str, Any]:
        """The field's arguments as its resolver would get them, defaults filled in."""
        definition = on.fields[node.name.value]
        given = convert_arguments(
            get_argument_values(definition, node, self.document.variables), field.arguments, self.scalars, self.config
        )
        if any(isinstance(value, datetime) for value in given.values()):
            raise NotCompilable("an instant may have been read by the clock of who asks")
        return {each.python_name: given.get(each.python_name, each.default) for each in field.arguments}

    def _sourced(
        self, rows: FromClause, source: object, kind: GraphQLOutputType, nodes: list[FieldNode], given: dict[str, Any]
    ) -> ColumnElement[Any]:
        match source:
            case Expression():
                return self.leaf(source.sql(rows.c), kind)
            case Computed():
                return self.leaf(_value(source.say(rows.c, self.document.viewer)), kind)
            case Presence():
                return self.leaf(_value(source.say(rows.c, self.document.viewer, self._presence(rows, source))), kind)
            case Count():
                return count(self, rows, source.batch.listing, dict(source.batch.arguments))
            case CalledCount():
                return called_count(source.rows)
        return self._composed(rows, source, kind, nodes, given)

    def _composed(
        self, rows: FromClause, source: object, kind: GraphQLOutputType, nodes: list[FieldNode], given: dict[str, Any]
    ) -> ColumnElement[Any]:
        """What is selected of objects."""
        match source:
            case Part():
                return self._part(rows, source, kind, nodes)
            case Mine():
                return self._own(source, kind, nodes)
            case Called():
                return called(self, source, kind, nodes, given)
            case Link():
                return self._link(rows, source, kind, nodes)
            case Single():
                return self._single(source, kind, nodes, given)
            case First():
                return whole_list(self, rows, source.batch.listing, kind, nodes, {})
            case Listing():
                return self._listing(rows, source, kind, nodes, given)
        raise NotCompilable(f"{nodes[0].name.value} is done by hand")

    def _listing(
        self, rows: FromClause, source: Listing, kind: GraphQLOutputType, nodes: list[FieldNode], given: dict[str, Any]
    ) -> ColumnElement[Any]:
        if source.settled and source.also is None:
            raise NotCompilable("its arguments are settled by a program")
        if is_list_type(get_nullable_type(kind)):
            return whole_list(self, rows, source, kind, nodes, given)
        written = connection(self, rows, source, kind, nodes, given)
        if source.verb is None:
            return written
        return case((allows(self.document.viewer, source.verb), written), else_=func.thicket_missing())

    def _part(
        self, rows: FromClause, source: Part, kind: GraphQLOutputType, nodes: list[FieldNode]
    ) -> ColumnElement[Any]:
        columns = [rows.c[column].label(name) for name, column in source.columns]
        own = select(*columns).correlate(rows).subquery(self.name())
        one = self.objects(own, get_named_type(kind), nodes)
        return _scalar(select(one).select_from(own).where(own.c[source.columns[0][0]].is_not(None)))

    def _own(self, source: Mine, kind: GraphQLOutputType, nodes: list[FieldNode]) -> ColumnElement[Any]:
        table = source.table.__table__.alias(self.name())  # type: ignore[attr-defined]
        one = self.objects(table, get_named_type(kind), nodes)
        return _required(_scalar(select(one).where(table.c.id == self.document.viewer.me)))

    def _presence(self, rows: FromClause, source: Presence) -> ColumnElement[Any]:
        found = select(source.on).where(source.on == rows.c.id, *source.where).correlate(rows)
        return found.exists()

    def _link(self, rows: FromClause, source: Link, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Any:
        table = source.table.__table__.alias(self.name())  # type: ignore[attr-defined]
        one = self.objects(table, get_named_type(kind), nodes)
        found = _scalar(select(one).where(table.c[source.to] == rows.c[source.key]).correlate(rows))
        return _required(found) if isinstance(kind, GraphQLNonNull) else found

    def _single(self, source: Single, kind: GraphQLOutputType, nodes: list[FieldNode], given: dict[str, Any]) -> Any:
        table = source.table.__table__  # type: ignore[attr-defined]
        query = whole(source.table).where(table.c.id == given["id"])
        if source.choose is not None:
            query = joined(query, source.choose())
        for column, allowed in source.only().items():
            query = query.where(table.c[column].in_([literal_column(f"'{value}'") for value in allowed]))
        known = self.document.known.get(given["id"])
        if known is not None:
            query = query.where(table.c.type == literal_column(f"'{known}'"))
        # Correlated with nothing: the table may be that of a row which this lies in.
        found = query.correlate(None).subquery(self.name())
        if known is not None:
            self.document.types[found] = frozenset([known])
        elif "type" in table.c:
            self.document.unknown[given["id"]] = table
        return _required(_scalar(select(self.objects(found, get_named_type(kind), nodes)).select_from(found)))

    def leaf(self, column: ColumnElement[Any], kind: GraphQLOutputType) -> ColumnElement[Any]:
        """A column as the wire has it."""
        named = get_named_type(kind)
        if isinstance(named, GraphQLEnumType):
            if any(name != str(value.value).upper() for name, value in named.values.items()):
                raise NotCompilable(f"{named.name} is not spelled as it is stored")
            return func.upper(collate(column, "C"))  # which needs no table of letters
        if named.name == "DateTime":
            return func.to_char(func.timezone(UTC, column), INSTANT)
        return _fraction(column) if named.name == "Float" else column


def _fraction(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number of the kind that has fractions, written `1.0` where it has none, as Python does."""
    is_whole = and_(column == func.trunc(column), func.abs(column) < literal_column("1e15"))
    return case((is_whole, func.to_json(cast(column, Numeric(17, 1)))), else_=func.to_json(column))


def _interrupted(collected: Collected, shared: list[str]) -> set[int]:
    """Before which of the keys that all types share this type has some of its own."""
    return {
        shared.index(key)
        for before, key in pairwise(["", *collected])
        if key in shared and before not in shared and before
    }


def _apart(collected: Collected, shared: list[str]) -> list[Collected]:
    """What only this type has, in runs that stand together."""
    runs: list[Collected] = [{}]
    for key, nodes in collected.items():
        if key not in shared:
            runs[-1][key] = nodes
        elif runs[-1]:
            runs.append({})
    return [run for run in runs if run]


def _joined(objects: list[Any]) -> ColumnElement[Any]:
    """The members of these JSON objects, none of which is empty, in one."""
    if len(objects) < 2:
        return objects[0] if objects else literal_column("'{}'::json", JSON)
    members = [func.left(func.substr(cast(each, Text), 2), -1) for each in objects]
    return cast(func.concat("{", func.concat_ws(",", *members), "}"), JSON)


def _value(said: Any) -> ColumnElement[Any]:
    """What may be no SQL yet, where it is the same for every row."""
    if said is None:
        return null()
    return said if isinstance(said, ColumnElement) else literal(said)


def _scalar(query: Select[Any]) -> ColumnElement[Any]:
    return query.scalar_subquery()


def _required(found: ColumnElement[Any]) -> ColumnElement[Any]:
    """What must be there: without it the statement raises, and the executor tells the refusal."""
    return func.coalesce(found, func.thicket_missing())
