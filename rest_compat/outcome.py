"""What is sent of an operation's answer: which part of it is the body, and how that is written, by Python or by SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graphql import OperationDefinitionNode

from app.api.compiler.wire import Wire
from rest_compat import documents as reading
from rest_compat.documents import Documents
from rest_compat.language import RouteDoesNotFit
from rest_compat.profile import Encoder
from rest_compat.shape import Place, Shape, data_shaper, value_shaper

EMPTY = frozenset({204, 301, 302, 303, 307, 308})
"""Statuses of answers without a body."""

Keys = tuple[str, ...]


def body_of(shape: Shape) -> tuple[Keys, Place | None]:
    """The keys that lead to the body, and its place; None: the whole data is the body."""
    marked = [(keys, place) for keys, place in reading.places(shape) if place.body]
    if len(marked) > 1:
        raise RouteDoesNotFit("two fields are marked with @body")
    if marked:
        return marked[0]
    if len(shape.places) == 1:
        ((key, place),) = shape.places.items()
        if not place.aliased:
            return (key,), place
    return (), None


def spoken(documents: Documents, node: OperationDefinitionNode, shape: Shape) -> dict[str | None, Shape]:
    """The shape in every vocabulary of the dialect; None is the usual one, whose shape is known."""
    shapes: dict[str | None, Shape] = {None: shape}
    profile = documents.profile
    for vocabulary, encoders in profile.vocabularies.items():
        speaking = replace(profile, encoders={**profile.encoders, **encoders})
        shapes[vocabulary] = reading.shape_of(replace(documents, profile=speaking), node)
    return shapes


def shaper(shape: Shape) -> Encoder | None:
    """What makes the wire's body of GraphQL's; None: they are the same."""
    _, place = body_of(shape)
    return value_shaper(place) if place else data_shaper(shape)


def wire(
    shapes: Mapping[str | None, Shape], headers: Iterable[Keys], required: Iterable[Keys], total: Keys | None
) -> Wire | None:
    """What SQL is told of the answer; None where the body may be null, or where more is selected than is sent."""
    body, place = body_of(shapes[None])
    parts = tuple(dict.fromkeys([*headers, *required, *([total] if total else [])]))
    if place is None or place.nullable or not _all_sent(shapes[None], {body, *parts}):
        return None
    return Wire(shapes, body, parts, frozenset(required))


def _all_sent(shape: Shape, sent: set[Keys], path: Keys = ()) -> bool:
    for key, place in shape.places.items():
        here = (*path, key)
        if here not in sent and not (place.inner and _all_sent(place.inner, sent, here)):
            return False
    return True
