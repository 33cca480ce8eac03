"""What becomes of a GraphQL answer on its way to the wire: a tree, read off the document once, and closures of it.

The tree says for every selected field where its value lands, so whoever compiles the same document to SQL can emit
the wire's shape itself. It is empty where GraphQL's answer is the wire's answer: then nothing is touched.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLCompositeType, GraphQLField

from rest_compat.language import RouteDoesNotFit
from rest_compat.profile import Encoder

Change = Callable[[dict[str, Any]], None]


@dataclass
class Place:
    """One selected field."""

    key: str
    """Its key in GraphQL's answer."""
    wire: str
    """Its key on the wire."""
    nest: tuple[str, ...]
    """The sub-objects, from the outside in, that it lands in."""
    name: str
    """The GraphQL field."""
    aliased: bool
    """The document gives it the key."""
    field: GraphQLField
    types: set[str]
    """The object types that it is selected on."""
    inner: "Shape | None" = None
    encode: Encoder | None = None
    flatten: str | None = None
    """The prefix, when the keys of the object are lifted."""
    pluck: bool = False
    omit_null: bool = False
    body: bool = False
    nullable: bool = False
    required: bool = False
    header: str | None = None
    total: bool = False
    sometimes: bool = False
    """It stands under @include or @skip."""

    @property
    def silent(self) -> bool:
        """It is not in the body."""
        return self.header is not None or self.total

    @property
    def fits(self) -> bool:
        """GraphQL's answer has it where the wire wants it."""
        return not (self.nest or self.silent or self.flatten is not None)


@dataclass
class Shape:
    """What is selected of one object."""

    on: GraphQLCompositeType
    places: dict[str, Place] = field(default_factory=dict)
    containers: list[tuple[str, ...]] = field(default_factory=list)
    """The sub-objects that are always there."""
    fragment: FragmentDefinitionNode | None = None
    """The fragment that is all of the selection."""

    def only(self) -> Place:
        """The one field of a selection that is plucked; what goes into headers does not count."""
        places = [place for place in self.places.values() if not place.silent]
        if len(places) != 1:
            raise RouteDoesNotFit("@pluck wants exactly one selected field")
        return places[0]


def landing(shape: Shape, object_type: str | None = None) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every path below the wire's object at which a place's value lands, for one object type or for all."""
    for place in shape.places.values():
        if place.silent or (object_type and object_type not in place.types):
            continue
        if place.flatten is None:
            yield (*place.nest, place.wire), place
        elif place.inner:
            for key in lifted(place.inner):
                yield (*place.nest, place.flatten + key), place


def lifted(shape: Shape) -> list[str]:
    """The outermost keys of the wire's object, in the document's order."""
    return list(dict.fromkeys([*(path[0] for path, _ in landing(shape)), *(path[0] for path in shape.containers)]))


def check(shape: Shape, object_types: set[str]) -> None:
    """Raise RouteDoesNotFit if two fields of an object land on the same key."""
    moved = {key: place for key, place in shape.places.items() if not place.fits}
    for object_type in sorted(object_types):
        seen: set[tuple[str, ...]] = set()
        for path, place in landing(shape, object_type):
            overwrites = moved.get(path[0], place) is not place or (len(path) == 1 and path in shape.containers)
            if overwrites or path in seen:
                raise RouteDoesNotFit(f"two fields of {object_type} land on '{'.'.join(path)}'")
            seen.add(path)


def value_shaper(place: Place) -> Encoder | None:
    """Make the function that turns the field's value into the wire's; None if it is that already.

    It changes objects in place, and is never given None.
    """
    convert = _object_shaper(place.inner) if place.inner else place.encode
    if place.pluck:
        assert place.inner is not None
        convert = _plucker(place.inner.only(), convert)
    if convert is None:
        return None

    def shape(value: Any) -> Any:
        if type(value) is list:
            return [None if each is None else shape(each) for each in value]
        return convert(value)

    return shape


def data_shaper(shape: Shape) -> Encoder | None:
    """The same for the whole data of an answer."""
    return _object_shaper(shape)


def _plucker(only: Place, convert: Encoder | None) -> Encoder:
    def pluck(found: dict[str, Any]) -> Any:
        return (convert(found) if convert else found).get(only.wire)

    return pluck


def _object_shaper(shape: Shape) -> Encoder | None:
    changes = [change for place in shape.places.values() if (change := _change(place))]
    if not changes and not shape.containers:
        return None
    containers = shape.containers

    def convert(found: dict[str, Any]) -> dict[str, Any]:
        for path in containers:
            _container(found, path)
        for change in changes:
            change(found)
        return found

    return convert


def _change(place: Place) -> Change | None:
    """What has to be done to the object for one of its fields."""
    convert = value_shaper(place)
    if place.silent:
        return _drop(place.key)
    if place.flatten is not None:
        return _lift(place, convert)
    if place.nest:
        return _move(place, convert)
    if place.omit_null:
        return _leave_out(place.key, convert)
    return _convert(place.key, convert) if convert else None


def _convert(key: str, convert: Encoder) -> Change:
    def change(found: dict[str, Any]) -> None:
        value = found.get(key)
        if value is not None:
            found[key] = convert(value)

    return change


def _leave_out(key: str, convert: Encoder | None) -> Change:
    """Without the key where the value is null, or is written as null."""

    def change(found: dict[str, Any]) -> None:
        value = found.pop(key, None)
        if value is not None and convert:
            value = convert(value)
        if value is not None:
            found[key] = value

    return change


def _drop(key: str) -> Change:
    def change(found: dict[str, Any]) -> None:
        found.pop(key, None)

    return change


def _move(place: Place, convert: Encoder | None) -> Change:
    def change(found: dict[str, Any]) -> None:
        if place.key not in found:
            return
        value = found.pop(place.key)
        if value is not None or not place.omit_null:
            converted = value if value is None or convert is None else convert(value)
            _container(found, place.nest)[place.wire] = converted

    return change


def _lift(place: Place, convert: Encoder | None) -> Change:
    assert place.inner is not None
    prefix, keys = place.flatten or "", lifted(place.inner)

    def change(found: dict[str, Any]) -> None:
        if place.key not in found:
            return
        value = found.pop(place.key)
        inner = {} if value is None else convert(value) if convert else value
        into = _container(found, place.nest)
        for key in keys:
            into[prefix + key] = inner.get(key)

    return change


def _container(found: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        found = found.setdefault(key, {})
    return found
