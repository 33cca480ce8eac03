"""The route vocabulary of `directives.graphql`, and how it is read."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import DocumentNode, GraphQLSchema, extend_schema, parse
from graphql.execution.values import get_argument_values

DEFINITIONS: DocumentNode = parse((Path(__file__).parent / "directives.graphql").read_text())
NAMES = frozenset(
    {"http", "from", "body", "required", "header", "total", "wire", "flatten", "pluck", "nest", "omitNull"}
)


class RouteDoesNotFit(Exception):
    """A document that the schema or the route vocabulary refuses: the server does not start.

    `rest_compat/thicket/projects.graphql: GET /{org}/projects (ListProjects): Cannot query field 'nope' on type
    'Project'.`
    """


@lru_cache(maxsize=1)
def extended(schema: GraphQLSchema) -> GraphQLSchema:
    """The schema with the route vocabulary: what documents are validated against as they stand in the file.

    Every dialect is read with the same one.
    """
    return extend_schema(schema, DEFINITIONS)


def marks(node: Any, name: str, schema: GraphQLSchema) -> list[dict[str, Any]]:
    """The arguments of each directive of that name on the node, defaults filled in."""
    definition = schema.get_directive(name)
    assert definition is not None
    return [get_argument_values(definition, each) for each in node.directives or () if each.name.value == name]


def mark(node: Any, name: str, schema: GraphQLSchema) -> dict[str, Any] | None:
    """The arguments of the node's directive of that name; None if it has none."""
    return next(iter(marks(node, name, schema)), None)


def said_of(node: Any, schema: GraphQLSchema) -> dict[str, dict[str, Any]]:
    """The arguments of every directive of the vocabulary on the node, by the directive's name."""
    if not node.directives:  # Nearly all of a dialect's fields.
        return {}
    names = dict.fromkeys(each.name.value for each in node.directives if each.name.value in NAMES)
    return {name: marks(node, name, schema)[0] for name in names}


def media_type(call: dict[str, Any]) -> str | None:
    """The media type of an answer that is no JSON."""
    media: str | None = call.get("media")
    if call["streamed"] and (media is None or call["method"] != "GET"):
        raise RouteDoesNotFit("what is streamed is read by GET, and has a media type")
    if media is not None and (call.get("handler") or call["status"] not in (200, 201)):
        raise RouteDoesNotFit("a media type is for a success that no handler makes")
    return media


def chosen_by(said: str | None) -> tuple[str, str] | None:
    """The query parameter and its value that `when` names."""
    if said is None:
        return None
    name, sign, value = said.partition("=")
    if not (name and sign and value):
        raise RouteDoesNotFit(f'when: "{said}" is not of the form name=value')
    return name, value
