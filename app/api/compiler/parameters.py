"""Which variables reach a statement as parameters, and which decide what the statement is.

An id, a cursor, a page's size and number may be anything: one statement takes them all. Whether they are given at all,
and every other variable, makes a statement of its own: that is the operation's shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    type_from_ast,
    visit,
)

from app.core.ids import is_id
from app.core.paging import LAST_PAGE, LAST_ROW, MOST, Order, read_cursor

CURSORS = ("after", "before")
SIZES = ("first", "last")
PAGE = "page"
OFFSET = "offset"
SLUG = "organization.slug"
CEILINGS = (1, 5, 20, 50, MOST)
"""A statement is written for pages of up to so many rows, for PostgreSQL plans by what stands in it."""


@dataclass(frozen=True)
class Variables:
    """How an operation's variables choose its plan."""

    ids: tuple[str, ...]
    slugs: tuple[str, ...]
    cursors: tuple[str, ...]
    sizes: tuple[str, ...]
    pages: tuple[str, ...]
    offsets: tuple[str, ...]
    others: tuple[str, ...]
    texts: tuple[str, ...]
    """Those of the others that may hold what nobody ever asks for again."""

    @property
    def free(self) -> tuple[str, ...]:
        """Those that any value of the right kind may be given to."""
        return (*self.ids, *self.cursors, *self.sizes, *self.pages, *self.offsets)


@dataclass(frozen=True)
class Shape:
    """What is known of an operation's variables before it is run."""

    key: bytes
    """Equal for requests that one statement answers."""
    given: frozenset[str]
    """Variables whose values are parameters of the statement."""


@dataclass(frozen=True)
class Constant:
    """A parameter that is always the same."""

    value: Any


@dataclass(frozen=True)
class Credential:
    """A parameter that tells who asks, when, or for what: its place among those."""

    place: int


@dataclass(frozen=True)
class Id:
    """A parameter that is a variable's id."""

    name: str


@dataclass(frozen=True)
class Size:
    """A parameter that is how many rows a variable, or else the document itself, asks for."""

    name: str | None
    number: int


@dataclass(frozen=True)
class Offset:
    """A parameter that is how many rows come before a page."""

    page: str | int
    """A variable, or the page's own number."""
    size: Size


@dataclass(frozen=True)
class Skipped:
    """A parameter that is how many rows a variable, or else the document itself, wants left out."""

    name: str | None
    number: int


@dataclass(frozen=True)
class CursorPart:
    """A parameter that is one of the values in a variable's cursor."""

    name: str
    argument: str
    order: tuple[Order, ...]
    place: int


Source = Constant | Credential | Id | Size | Offset | Skipped | CursorPart


def read(source: Source, variables: Mapping[str, Any], credential: Sequence[Any]) -> Any:
    """The parameter's value in one request. Raises Invalid for a cursor that this list has not given out."""
    match source:
        case Constant():
            return source.value
        case Credential():
            return credential[source.place]
        case Id():
            return variables[source.name].lower()
        case Size() | Skipped():
            return variables[source.name] if source.name else source.number
        case Offset():
            number = variables[source.page] if isinstance(source.page, str) else source.page
            return (number - 1) * read(source.size, variables, credential)
        case CursorPart():
            return read_cursor(variables[source.name], source.order, source.argument)[source.place]


def variables_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Variables:
    """What becomes of each variable of the operation."""
    uses = _Uses()
    visit(document, uses)
    found: dict[str, list[str]] = {
        "ids": [],
        "slugs": [],
        "cursors": [],
        "sizes": [],
        "pages": [],
        "offsets": [],
        "others": [],
    }
    for each in operation.variable_definitions or ():
        name = each.variable.name.value
        found[_use(schema, each, uses.places.get(name, set()))].append(name)
    texts = tuple(
        each.variable.name.value
        for each in operation.variable_definitions or ()
        if each.variable.name.value in found["others"] and not _is_one_of_few(type_from_ast(schema, each.type))
    )
    return Variables(**{use: tuple(names) for use, names in found.items()}, texts=texts)


def _is_one_of_few(kind: Any) -> bool:
    return isinstance(get_named_type(kind), GraphQLEnumType) or get_named_type(kind).name == "Boolean"


class _Uses(Visitor):
    """The arguments that each variable is given to; `` for places inside of values and directives."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, set[str]] = {}

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, _path: Any, ancestors: list[Any]) -> None:
        if isinstance(parent, VariableDefinitionNode):
            return
        place = ""
        field = next((each for each in reversed(ancestors) if isinstance(each, FieldNode)), None)
        if isinstance(parent, ArgumentNode) and field is not None and parent in (field.arguments or ()):
            place = f"{field.name.value}.{parent.name.value}"
        self.places.setdefault(node.name.value, set()).add(place)


def _use(schema: GraphQLSchema, definition: VariableDefinitionNode, places: set[str]) -> str:
    kind: Any = type_from_ast(schema, definition.type)
    named = get_named_type(kind).name
    arguments = {place.rpartition(".")[2] for place in places}
    if is_list_type(get_nullable_type(kind)) or "" in places or not places:
        return "others"
    if places == {SLUG}:
        return "slugs"
    if named == "ID":
        return "ids"
    if named == "String" and arguments <= set(CURSORS):
        return "cursors"
    if named == "Int" and arguments <= set(SIZES):
        return "sizes"
    if named == "Int" and arguments == {OFFSET}:
        return "offsets"
    return "pages" if named == "Int" and arguments == {PAGE} else "others"


def shape_of(kinds: Variables, variables: Mapping[str, Any]) -> Shape | None:
    """The shape of a request; None for one whose values do not fit: the executor says what is wrong with them."""
    for names, fits in (
        (kinds.ids, _is_id),
        (kinds.cursors, _is_text),
        (kinds.sizes, _is_size),
        (kinds.pages, _is_page),
        (kinds.offsets, _is_offset),
    ):
        if not all(fits(variables[name]) for name in names if variables.get(name) is not None):
            return None
    given = frozenset(name for name in kinds.free if variables.get(name) is not None)
    absent = [name for name in kinds.free if name not in variables]
    ceilings = [ceiling(variables[name]) for name in kinds.sizes if name in given]
    later = [variables[name] > 1 for name in kinds.pages if name in given]
    later += [variables[name] > 0 for name in kinds.offsets if name in given]
    others = [variables.get(name, "\0absent") for name in kinds.others]
    try:
        return Shape(orjson.dumps([sorted(given), absent, ceilings, later, others]), given)
    except TypeError:  # a file, or a number that JSON cannot hold
        return None


def typical(schema: GraphQLSchema, operation: OperationDefinitionNode) -> dict[str, Any]:
    """Values for the variables that have to be given, of no meaning: they choose a shape."""
    values: dict[str, Any] = {}
    for each in operation.variable_definitions or ():
        kind: Any = type_from_ast(schema, each.type)
        if isinstance(kind, GraphQLNonNull) and each.default_value is None:
            values[each.variable.name.value] = _some(kind.of_type)
    return values


def _some(kind: Any) -> Any:
    if is_list_type(kind):
        return []
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return {"ID": "00000000-0000-7000-8000-000000000000", "Int": 1, "Boolean": True}.get(kind.name, "")


def ceiling(size: int) -> int:
    """The smallest of the ceilings that the size is not above."""
    return next(each for each in CEILINGS if size <= each)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and is_id(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_size(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MOST


def _is_offset(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LAST_ROW


def _is_page(value: Any) -> bool:
    return type(value) is int and 1 <= value <= LAST_PAGE
