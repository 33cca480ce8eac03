"""How values are shown, one closure for each output type: a whole column of values at a time."""

from collections import defaultdict
from collections.abc import AsyncIterable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    default_type_resolver,
    is_leaf_type,
    is_object_type,
)
from graphql.pyutils import inspect, is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable, is_awaitable

from app.api.compiler.closures_info import Asked
from app.api.compiler.closures_places import Complete, ItemPlaces, Kind, Places

if TYPE_CHECKING:
    from app.api.compiler.closures_run import Run

NOTHING, MISSING = type(None), type(Undefined)
READY: dict[Any, type] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
    GraphQLInt: int,
    GraphQLFloat: float,
}
"""Scalars, and the Python type whose values are shown as they are."""
NUMBERS = (int, float)
SMALLEST, LARGEST = -(2**31), 2**31 - 1
"""Beyond them graphql-core looks closer."""


class Drained(NamedTuple):
    """What an asynchronous iterable gave, and what it raised in the end."""

    items: list[Any]
    error: Exception | None


def completing(schema: GraphQLSchema, kind: GraphQLOutputType) -> Kind:
    """How values of a type are shown."""
    nullable = not isinstance(kind, GraphQLNonNull)
    bare: Any = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if is_leaf_type(bare):
        return Kind(nullable, _leaf(bare, nullable))
    if isinstance(bare, GraphQLList):
        return Kind(nullable, _list(completing(schema, bare.of_type), nullable))
    if is_object_type(bare):
        return Kind(nullable, _object(bare, nullable))
    return Kind(nullable, _abstract(schema, bare, nullable))


def _leaf(leaf: GraphQLLeafType, nullable: bool) -> Complete:
    as_they_are = READY.get(leaf)
    ready = {as_they_are, NOTHING} if nullable else {as_they_are}
    coerce: Callable[[Any], Any] = leaf.coerce_output_value
    names = _names(leaf).get if isinstance(leaf, GraphQLEnumType) else None

    def complete(run: "Run", places: Places, values: list[Any], types: set[type]) -> None:
        if as_they_are is not None and types <= ready and (as_they_are not in NUMBERS or _within_bounds(values)):
            places.values = values
            return
        shown: list[Any] = []
        if nullable or NOTHING not in types:
            if names is not None and all(issubclass(each, (str, NOTHING)) for each in types):
                shown = list(map(names, values))
            else:
                with suppress(Exception):  # told of each
                    shown = [None if value is None else coerce(value) for value in values]
        if shown and shown.count(None) == values.count(None) and MISSING not in map(type, shown) and _are_values(types):
            places.values = shown
        else:
            _one_by_one(run, places, leaf, values, nullable)

    return complete


def _names(leaf: GraphQLEnumType) -> dict[Any, str]:
    """The names of an enum's values, of those that are texts."""
    values = [each.value for each in leaf.values.values() if isinstance(each.value, str)]
    return {value: leaf.coerce_output_value(value) for value in values}


def _within_bounds(values: list[Any]) -> bool:
    return all(value is None or SMALLEST <= value <= LARGEST for value in values)


def _one_by_one(run: "Run", places: Places, leaf: GraphQLLeafType, values: list[Any], nullable: bool) -> None:
    """The same where something is wrong with some of the values."""
    places.values = [None] * len(values)
    for at, value in enumerate(values):
        if _is_there(run, places, at, value, nullable):
            try:
                places.values[at] = _coerced(leaf, value)
            except Exception as error:
                run.fail(places, at, error)


def _are_values(types: set[type]) -> bool:
    return MISSING not in types and not any(issubclass(each, Exception) for each in types)


def _coerced(leaf: GraphQLLeafType, value: Any) -> Any:
    shown = leaf.coerce_output_value(value)
    if shown is None or shown is Undefined:
        raise TypeError(
            f"Expected `{inspect(leaf)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
            f" returned: {inspect(shown)}"
        )
    return shown


def _list(item: Kind, nullable: bool) -> Complete:
    def complete(run: "Run", places: Places, values: list[Any], types: set[type]) -> None:
        places.values = [None] * len(values)
        items: list[Any] = []
        owners: list[int] = []
        starts: list[int] = []
        drained: list[int] = []
        for at, value in enumerate(values):
            if isinstance(value, list):
                owners.append(at)
                starts.append(len(items))
                items += value
            elif not _is_there(run, places, at, value, nullable):
                continue
            elif not isinstance(value, Drained) and is_async_iterable(value):
                drained.append(at)
            else:
                given, error = _drawn(run, places, value)
                if error is not None:
                    run.fail(places, at, error, late=True)
                owners.append(at)
                starts.append(len(items))
                items += given
        run.put_off(places, drained, [_drain(values[at]) for at in drained], _completed)
        if owners:
            inner = ItemPlaces(places, item, owners, starts, run.round)
            run.after(partial(_fill_lists, places, inner, len(items)))
            run.arrive(inner, items)

    return complete


def _fill_lists(places: Places, inner: ItemPlaces, length: int) -> None:
    answers = inner.answers()
    ends = [*inner.starts[1:], length]
    for at, start, end in zip(inner.owners, inner.starts, ends, strict=True):
        places.values[at] = answers[start:end]


def _is_there(run: "Run", places: Places, at: int, value: Any, nullable: bool) -> bool:
    if value is None or value is Undefined:
        if not nullable:
            run.missing(places, at)
        return False
    if isinstance(value, Exception):
        run.fail(places, at, value)
        return False
    return True


def _drawn(run: "Run", places: Places, value: Any) -> tuple[list[Any], Exception | None]:
    """All that an iterable gives, and what it raises in the end."""
    if isinstance(value, Drained):
        return value
    field = places.field
    if not is_iterable(value):
        return [], GraphQLError(f"Expected Iterable, but did not find one for field '{field.parent}.{field.name}'.")
    items: list[Any] = []
    try:
        for each in value:
            items.append(each)
    except Exception as error:
        return items, error
    return items, None


async def _drain(value: AsyncIterable[Any]) -> Drained:
    items: list[Any] = []
    try:
        async for each in value:
            items.append(each)
    except Exception as error:
        return Drained(items, error)
    return Drained(items, None)


def _completed(run: "Run", places: Places, values: list[Any]) -> None:
    places.kind.complete(run, places, values, set(map(type, values)))


def _object(shown: GraphQLObjectType, nullable: bool) -> Complete:
    def complete(run: "Run", places: Places, values: list[Any], types: set[type]) -> None:
        where, objects = _present(run, places, values, types, nullable)
        _show_objects(run, places, shown, where, objects)

    return complete


def _present(
    run: "Run", places: Places, values: list[Any], types: set[type], nullable: bool
) -> tuple[list[int] | None, list[Any]]:
    """Which of the values are objects; None in the place of the indexes if all are."""
    if NOTHING not in types and _are_values(types):
        places.values = [None] * len(values)
        return None, values
    places.values = [None] * len(values)
    where = [at for at, value in enumerate(values) if _is_there(run, places, at, value, nullable)]
    return where, [values[at] for at in where]


def _show_objects(
    run: "Run", places: Places, shown: GraphQLObjectType, where: list[int] | None, objects: list[Any]
) -> None:
    """Answer objects that are said to be of the type."""
    if shown.is_type_of is None:
        _enter(run, places, shown, where, objects)
        return
    said = _said(run, places, where, objects, shown.is_type_of)
    if said.count(True) == len(said):
        _enter(run, places, shown, where, objects)
        return

    def checked(run: "Run", part: Places, outcomes: list[Any], mine: list[Any]) -> None:
        kept = []
        for at, outcome in enumerate(outcomes):
            if isinstance(outcome, Exception):
                run.fail(part, at, outcome)
            elif not outcome:
                text = f"Expected value of type '{shown}' but got: {inspect(mine[at])}."
                run.fail(part, at, GraphQLError(text, part.field.nodes))
            else:
                kept.append(at)
        part.values = [None] * len(outcomes)
        _enter(run, part, shown, kept, [mine[at] for at in kept])

    _sort_out(run, places, where, objects, said, checked)


def _enter(run: "Run", places: Places, shown: GraphQLObjectType, where: list[int] | None, objects: list[Any]) -> None:
    if objects:
        run.enter(places.field.inner(shown), places, where, objects)


def _said(
    run: "Run", places: Places, where: list[int] | None, objects: list[Any], ask: Callable[..., Any], *more: Any
) -> list[Any]:
    """What a function says of each object; an exception that it raised; or what it will say, to be waited for."""
    said: list[Any] = []
    asked = Asked(run, places, 0)
    for at, value in enumerate(objects):
        asked.at = at if where is None else where[at]
        try:
            word = ask(value, asked, *more)
        except Exception as error:
            word = error
        said.append(word)
        if not isinstance(word, (bool, str)):  # it may look at what it was given later on
            asked = Asked(run, places, 0)
    return said


Decide = Callable[["Run", Places, list[Any], list[Any]], None]


def _sort_out(
    run: "Run", places: Places, where: list[int] | None, objects: list[Any], said: list[Any], decide: Decide
) -> None:
    """Decide by what was said of each object, at once or when it has come."""
    indexes = list(range(len(objects))) if where is None else where
    later = [number for number, each in enumerate(said) if is_awaitable(each)]
    waiting = set(later)
    now = [number for number in range(len(said)) if number not in waiting]
    if now:
        part = run.part(places, [indexes[number] for number in now])
        decide(run, part, [said[number] for number in now], [objects[number] for number in now])
    if later:
        mine = [objects[number] for number in later]
        owners = [indexes[number] for number in later]
        run.put_off(places, owners, [said[number] for number in later], partial(_decide, decide, mine))


def _decide(decide: Decide, objects: list[Any], run: "Run", places: Places, said: list[Any]) -> None:
    decide(run, places, said, objects)


def _abstract(schema: GraphQLSchema, kind: GraphQLAbstractType, nullable: bool) -> Complete:
    resolve: Any = kind.resolve_type or default_type_resolver

    def decide(run: "Run", places: Places, names: list[Any], objects: list[Any]) -> None:
        known: dict[str, GraphQLObjectType] = {}
        found: dict[GraphQLObjectType, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            shown = known.get(name) if isinstance(name, str) else None
            if shown is None:
                named = name if isinstance(name, Exception) else _runtime_type(schema, kind, places, name, objects[at])
                if isinstance(named, Exception):
                    run.fail(places, at, named)
                    continue
                shown = known[name] = named
            found[shown].append(at)
        places.values = [None] * len(objects)
        for shown, where in found.items():
            if len(where) == len(objects):
                _show_objects(run, places, shown, None, objects)
            else:
                _show_objects(run, places, shown, where, [objects[at] for at in where])

    def complete(run: "Run", places: Places, values: list[Any], types: set[type]) -> None:
        where, objects = _present(run, places, values, types, nullable)
        said = _said(run, places, where, objects, resolve, kind)
        if where is None and set(map(type, said)) <= {str}:
            decide(run, places, said, objects)
        else:
            _sort_out(run, places, where, objects, said, decide)

    return complete


def _runtime_type(
    schema: GraphQLSchema, kind: GraphQLAbstractType, places: Places, name: Any, value: Any
) -> GraphQLObjectType | GraphQLError:
    """The type of that name; or, in graphql-core's words, why none of that name may stand here."""
    field, nodes = places.field, places.field.nodes
    must = f"Abstract type '{kind}' must resolve to an Object type at runtime for field '{field.parent}.{field.name}'"
    if name is None:
        return GraphQLError(
            f"{must}. Either the '{kind}' type should provide a 'resolve_type' function"
            " or each possible type should provide an 'is_type_of' function.",
            nodes,
        )
    if not isinstance(name, str):
        return GraphQLError(
            f"{must} with value {inspect(value)}, received '{inspect(name)}', which is not a valid Object type name.",
            nodes,
        )
    shown = schema.get_type(name)
    if shown is None:
        return GraphQLError(
            f"Abstract type '{kind}' was resolved to a type '{name}' that does not exist inside the schema.", nodes
        )
    if not isinstance(shown, GraphQLObjectType):
        return GraphQLError(f"Abstract type '{kind}' was resolved to a non-object type '{name}'.", nodes)
    if not schema.is_sub_type(kind, shown):
        return GraphQLError(f"Runtime Object type '{shown}' is not a possible type for '{kind}'.", nodes)
    return shown
