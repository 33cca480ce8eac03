"""What the command line shows of the facade."""

from collections.abc import Iterable
from typing import Any

from graphql import GraphQLSchema

from rest_compat.dispatch import Dialect
from rest_compat.mount import PROFILES, compiled
from rest_compat.openapi import document


def routes(schema: GraphQLSchema) -> str:
    """Every route: dialect, method, path, operation, file; in the order of dialect, path, method."""
    return table(compiled(schema))


def table(dialects: Iterable[Dialect]) -> str:
    """The same for dialects that are compiled already."""
    rows = sorted(
        (each.profile.name, route.path, route.method, route.name, route.source)
        for each in dialects
        for route in each.routes
    )
    cells = [(name, method, path, operation, source) for name, path, method, operation, source in rows]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(4)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row[:4], widths, strict=True)), row[4]]) for row in cells]
    return "\n".join(lines)


def openapi(schema: GraphQLSchema, dialect: str) -> dict[str, Any]:
    """The OpenAPI document of one dialect. Raises KeyError for a name that no dialect has."""
    profile = {each.name: each for each in PROFILES}[dialect]
    (served,) = compiled(schema, [profile])
    return document(schema, served)
