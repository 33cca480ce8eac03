"""Which parts of the GraphQL schema a dialect's documents reach, so that a law can tell what REST lacks."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_composite_type,
    visit,
)

from rest_compat.compile import Route
from rest_compat.documents import object_types


def coordinates(schema: GraphQLSchema) -> set[str]:
    """Every field, argument and input field: `Project.name`, `Query.organization(slug:)`, `CreateProjectInput.name`.

    Interfaces are not listed, their implementers are.
    """
    found: set[str] = set()
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLInputObjectType):
            found |= {f"{kind.name}.{name}" for name in kind.fields}
        elif isinstance(kind, GraphQLObjectType) and kind is not schema.subscription_type:
            for name, definition in kind.fields.items():
                found.add(f"{kind.name}.{name}")
                found |= {f"{kind.name}.{name}({argument}:)" for argument in definition.args}
    return found


def reached(schema: GraphQLSchema, routes: Iterable[Route]) -> set[str]:
    """The coordinates that the routes use. An interface's field counts for every type that implements it.

    An input object that a variable fills as a whole is reached with all its fields.
    """
    found: set[str] = set()
    for route in routes:
        found |= _selected(schema, route)
        for parameter in route.parameters:
            found |= _input_fields(get_named_type(parameter.type), set())
    return found


def _selected(schema: GraphQLSchema, route: Route) -> set[str]:
    found: set[str] = set()
    info = TypeInfo(schema)

    class Selected(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = info.get_parent_type()
            if parent is None or not is_composite_type(parent):
                return
            for name in object_types(schema, parent):
                coordinate = f"{name}.{node.name.value}"
                found.add(coordinate)
                found.update(f"{coordinate}({each.name.value}:)" for each in node.arguments or ())

        def enter_object_field(self, node: Any, *_: Any) -> None:
            parent = get_named_type(info.get_parent_input_type())
            if parent is not None:
                found.add(f"{parent.name}.{node.name.value}")

    visit(route.operation.document, TypeInfoVisitor(info, Selected()))
    return {each for each in found if ".__" not in each}


def _input_fields(kind: GraphQLNamedType, seen: set[str]) -> set[str]:
    if not isinstance(kind, GraphQLInputObjectType) or kind.name in seen:
        return set()
    seen.add(kind.name)
    found = {f"{kind.name}.{name}" for name in kind.fields}
    for each in kind.fields.values():
        found |= _input_fields(get_named_type(each.type), seen)
    return found
