"""Writes the SQL of a selection in a dialect's words, so that what PostgreSQL answers is sent as it is.

The same declarations as for GraphQL's answer (statement.py), with other keys and another spelling: in the order, and
to the byte, of what rest_compat/shape.py makes of GraphQL's answer. What this cannot say stays with that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from sqlalchemy import ColumnElement, FromClause, Select, String, case, func, literal_column, or_, select, true
from sqlalchemy.types import JSON

from app.api.compiler.fields import Collected
from app.api.compiler.rows import NotCompilable
from app.api.compiler.statement import LONGEST_KEY, UTC, Writer
from app.api.compiler.wire import Form, Place, Until, letters_and_digits, whole
from app.api.declared import source_of
from app.core.conditions import bare, inverse, quoted
from app.core.sources import Link

MOMENTS = ("Date", "DateTime")
MOMENTS_UNTIL = {10: "YYYY-MM-DD", 19: 'YYYY-MM-DD"T"HH24:MI:SS'}
"""How PostgreSQL writes so many letters of a moment."""
EMPTY = literal_column("'{}'::json", JSON)
VOCABULARY: ColumnElement[Any] = literal_column("who.vocabulary", String)
LEAST, MOST = 1e-4, 999_999_999_999_999.0
"""Between them PostgreSQL and Python write numbers alike, without an exponent."""

Branch = tuple[list[str], GraphQLObjectType, Collected]
"""Recording types, as they are stored; the GraphQL type of one of them; what is selected of all of them."""


@dataclass(frozen=True)
class Pointer(Writer):
    """Writes the one value that lies at the end of a path of keys, of an object whose form is known."""

    forms: Mapping[str | None, Form] = field(default_factory=dict)
    """By vocabulary."""
    path: tuple[str, ...] = ()

    def inside(self, key: str) -> Writer:
        here = {vocabulary: form.places[key] for vocabulary, form in self.forms.items()}
        inner = {vocabulary: place.inner for vocabulary, place in here.items() if place.inner is not None}
        if len(self.path) > 1:
            return replace(self, forms=inner, path=self.path[1:])
        return Wired(self.document, self.config, self.scalars, self.type_names, self.numbers, inner, here)

    def chosen(self, on: GraphQLObjectType, nodes: list[FieldNode]) -> Collected:
        collected = super().chosen(on, nodes)
        if self.path[0] not in collected:
            raise NotCompilable("what is wanted is not always selected")
        return {self.path[0]: collected[self.path[0]]}

    def shaped(self, rows: FromClause, columns: list[Any]) -> ColumnElement[Any]:
        (only,) = columns
        is_leaf = self.forms[None].places[self.path[0]].inner is None
        return func.to_json(only.element) if is_leaf and len(self.path) == 1 else only.element

    def _merged(self, rows: FromClause, branches: list[Branch]) -> ColumnElement[Any]:
        if len(branches) > 1:
            raise NotCompilable("what is wanted is not the same of every type")
        _, shown, collected = branches[0]
        return self._object(rows, shown, collected)


@dataclass(frozen=True)
class Members:
    """What an object on the wire is made of."""

    columns: dict[str, ColumnElement[Any]] = field(default_factory=dict)
    """By the outermost keys, in their order."""
    beside: list[Any] = field(default_factory=list)
    """Subselects of at most one row each, which some of the columns are of."""
    checks: list[ColumnElement[bool]] = field(default_factory=list)

    def query(self, rows: FromClause, one: str, *more: ColumnElement[Any]) -> Select[Any]:
        """The row of these columns; `one` is a fresh name."""
        if any(len(key.encode()) > LONGEST_KEY for key in self.columns):
            raise NotCompilable("a key is longer than a column's name can be")
        query = select(*(column.label(key) for key, column in self.columns.items()), *more)
        if self.beside:
            here: Any = select(true().label("there")).subquery(one)
            for each in self.beside:
                here = here.outerjoin(each, true())
            query = query.select_from(here).where(*self.checks)
        return query.correlate(rows)


@dataclass(frozen=True)
class Wired(Writer):
    """Writes values in a dialect's words."""

    forms: Mapping[str | None, Form] = field(default_factory=dict)
    """What becomes of the object that is written, by vocabulary."""
    here: Mapping[str | None, Place] = field(default_factory=dict)
    """Where the field that is written lands, by vocabulary."""

    @property
    def form(self) -> Form:
        """All forms are alike but for their spelling."""
        return self.forms[None]

    def inside(self, key: str) -> "Wired":
        here = {vocabulary: form.places[key] for vocabulary, form in self.forms.items()}
        inner = {vocabulary: place.inner for vocabulary, place in here.items() if place.inner is not None}
        return replace(self, forms=inner, here=here)

    def shaped(self, rows: FromClause, columns: list[Any]) -> ColumnElement[Any]:
        """A connection that is shown as it is, or replaced by its only member."""
        shown = [column for column in columns if not self.form.places[column.name].silent]
        if self.form.containers or not all(_stays(self.form.places[column.name]) for column in shown):
            raise NotCompilable("a part of a connection is moved")
        return func.to_json(shown[0].element) if self.here[None].pluck else super().shaped(rows, shown)

    def _object(self, rows: FromClause, on: GraphQLObjectType, collected: Collected) -> ColumnElement[Any]:
        return self._merged(rows, [([], on, collected)])

    def _merged(self, rows: FromClause, branches: list[Branch]) -> ColumnElement[Any]:
        members = self._members(rows, branches)
        if self.here[None].pluck:
            (only,) = members.columns.values()
            return func.to_json(only)
        return self._json(rows, members)

    def _members(self, rows: FromClause, branches: list[Branch]) -> Members:
        """First what stays in its place, then the sub-objects, then what is lifted out of linked rows."""
        _, on, first = branches[0]
        shared = {key for key, nodes in first.items() if all(each.get(key) == nodes for _, _, each in branches)}
        for _, _, collected in branches:
            if not all(key in shared or self._nested(key) for key in collected):
                raise NotCompilable("only some of the types have it, outside of any sub-object")
        members = Members()
        for key, nodes in first.items():
            if key in shared and _stays(self.form.places[key]):
                if self.form.places[key].omit_null:
                    raise NotCompilable("a null is left out of the object itself")
                members.columns[self.form.places[key].wire] = self.inside(key).field(rows, on, nodes)
        for path in self.form.containers:
            members.columns[path[0]] = self._container(rows, path, branches)
        for key, place in self.form.places.items():
            if key in first and place.flatten is not None and not place.nest and not place.silent:
                self._lift(members, rows, on, first[key], key)
        return members

    def _nested(self, key: str) -> bool:
        place = self.form.places[key]
        return bool(place.nest) and not place.silent

    def _container(self, rows: FromClause, path: tuple[str, ...], branches: list[Branch]) -> ColumnElement[Any]:
        """A sub-object; what is in it depends on the row's type."""
        if len(path) > 1:
            raise NotCompilable("a sub-object in a sub-object")
        special = []
        for types, on, collected in branches:
            own = {key: collected[key] for key in self.form.places if key in collected and self._nested(key)}
            own = {key: nodes for key, nodes in own.items() if self.form.places[key].nest == path}
            written = self._sub_object(rows, on, own) if own else EMPTY
            if len(branches) == 1:
                return written
            if own:
                special.append((rows.c["type"].in_([quoted(each) for each in types]), written))
        return case(*special, else_=EMPTY) if special else EMPTY

    def _sub_object(self, rows: FromClause, on: GraphQLObjectType, own: Collected) -> ColumnElement[Any]:
        members = Members()
        for key, nodes in own.items():
            if self.form.places[key].flatten is not None:
                self._lift(members, rows, on, nodes, key)
            else:
                members.columns[self.form.places[key].wire] = self.inside(key).field(rows, on, nodes)
        written = self._json(rows, members)
        places = [self.form.places[key] for key in own]
        if not any(place.omit_null for place in places):
            return written
        omitting = [key for key in own if self.form.places[key].omit_null]
        if any(self.form.places[key].inner is not None for key in omitting):
            raise NotCompilable("an object that is left out when it is null")
        if len(omitting) == len(own):
            return func.json_strip_nulls(written)
        if len(omitting) > 1:
            raise NotCompilable("several nulls are left out beside what stays")
        (key,) = omitting
        others = {other: nodes for other, nodes in own.items() if other != key}
        return case(
            (self.inside(key).field(rows, on, own[key]).is_(None), self._sub_object(rows, on, others)), else_=written
        )

    def _json(self, rows: FromClause, members: Members) -> ColumnElement[Any]:
        made = members.query(rows, self.name()).subquery(self.name())
        return select(func.row_to_json(made.table_valued())).select_from(made).scalar_subquery()

    def _lift(
        self, members: Members, rows: FromClause, on: GraphQLObjectType, nodes: list[FieldNode], key: str
    ) -> None:
        """Add the members of a linked row, or null for each where there is none."""
        place, definition = self.form.places[key], on.fields[nodes[0].name.value]
        source = source_of(definition)
        target = get_named_type(definition.type)
        if not isinstance(source, Link):
            raise NotCompilable(f"{place.wire} cannot be lifted")
        table = source.table.__table__.alias(self.name())  # type: ignore[attr-defined]
        inner = self.inside(key)
        one_type = isinstance(target, GraphQLObjectType)
        branches = [([], target, inner.chosen(target, nodes))] if one_type else inner.by_type(table, target, nodes)
        lifted = inner._members(table, branches)
        there = f"{self.name()}_there"
        query = lifted.query(table, self.name(), true().label(there)).where(table.c[source.to] == rows.c[source.key])
        linked = query.correlate(rows).subquery(self.name())
        members.beside.append(linked)
        if isinstance(definition.type, GraphQLNonNull):
            members.checks.append(or_(linked.c[there], func.thicket_missing().is_not(None)))
        for name in lifted.columns:
            members.columns[f"{place.flatten}{name}"] = linked.c[name]

    def typename(self, rows: FromClause, on: GraphQLObjectType) -> ColumnElement[Any]:
        if "type" in rows.c and on.name in self.type_names.values():
            return self._spelled(rows.c["type"], self.types_in(rows))
        return _written(self._words({"": on.name}, None)[""])

    def leaf(self, column: ColumnElement[Any], kind: GraphQLOutputType) -> ColumnElement[Any]:
        named, encode = get_named_type(kind), self.here[None].encode
        if isinstance(named, GraphQLEnumType):
            if is_list_type(get_nullable_type(kind)):
                raise NotCompilable("a list of enum values")
            return self._spelled(column, {str(value.value): name for name, value in named.values.items()})
        if named.name == "JSON":
            return func.thicket_compact(column)
        if encode is None:
            return super().leaf(column, kind)
        if encode is whole:
            return _number(column)
        if isinstance(encode, Until) and named.name in MOMENTS:
            return _until(column if named.name == "Date" else func.timezone(UTC, column), encode)
        if encode is letters_and_digits:
            return bare(column)
        if named.name == "Boolean":
            return case((column, _written(encode(True))), (inverse(column), _written(encode(False))))
        raise NotCompilable(f"{named.name} is written by Python")

    def _spelled(self, column: ColumnElement[Any], names: Mapping[str, str]) -> ColumnElement[Any]:
        """A column that holds one of `names`, by what GraphQL calls it, in the words of the credential's vocabulary."""
        usual = self._words(names, None)
        written = _mapped(column, usual)
        for vocabulary in self.here:
            words = self._words(names, vocabulary)
            if words != usual:
                written = case((quoted(str(vocabulary)) == VOCABULARY, _mapped(column, words)), else_=written)
        return written

    def _words(self, names: Mapping[str, str], vocabulary: str | None) -> dict[str, Any]:
        encode = self.here[vocabulary].encode
        return {stored: encode(name) if encode else name for stored, name in names.items()}


def _stays(place: Place) -> bool:
    """GraphQL's answer has it where the wire wants it."""
    return not place.nest and place.flatten is None and not place.silent


def _mapped(column: ColumnElement[Any], words: dict[str, Any]) -> ColumnElement[Any]:
    if not all(isinstance(word, str) for word in words.values()):
        return case(*((column == quoted(stored), _written(word)) for stored, word in words.items()))
    changed = {stored: word for stored, word in words.items() if stored != word}
    if not changed:
        return column
    return case(*((column == quoted(stored), quoted(word)) for stored, word in changed.items()), else_=column)


def _written(value: Any) -> ColumnElement[Any]:
    """A value of ours, text or other JSON."""
    if isinstance(value, str):
        return quoted(value)
    return literal_column(f"{quoted(orjson.dumps(value).decode())}::json", JSON)


def _until(moment: ColumnElement[Any], encode: Until) -> ColumnElement[Any]:
    """A day, or an instant as the clocks of UTC show it."""
    pattern = MOMENTS_UNTIL.get(encode.length)
    if pattern is None or '"' in encode.ending:
        raise NotCompilable("a moment that ends within a word")
    return func.to_char(moment, quoted(f'{pattern}"{encode.ending}"'))


def _number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number; one that PostgreSQL would write otherwise than Python is left to the executor."""
    size = func.abs(column)
    alike = or_(column.is_(None), column == literal_column("0"), size.between(_plain(LEAST), _plain(MOST)))
    return case((alike, func.to_json(column)), else_=func.thicket_missing())


def _plain(number: float) -> ColumnElement[Any]:
    return literal_column(repr(number))
