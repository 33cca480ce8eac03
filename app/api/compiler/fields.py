"""Which fields of a selection apply to one object type, in the order of the answer (GraphQL specification 6.3.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.values import VariableValues, get_directive_values
from sqlalchemy import FromClause

from app.core.conditions import Onlooker
from app.core.sources import Listing


@dataclass(frozen=True)
class Document:
    """A document to be compiled, with the variables of one shape."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: VariableValues


@dataclass(frozen=True)
class Sketch(Document):
    """A document of which a statement is written."""

    given: frozenset[str]
    """Variables of any value: what they hold here only stands for it."""
    viewer: Onlooker
    columns: Iterator[int]
    """How many were written."""
    widening: tuple[Listing, ...] = ()
    """Lists that want more to be seen: the statement sees to it before it reads anything."""
    types: dict[FromClause, frozenset[str]] = field(default_factory=dict)
    """Of rows that are chosen by their type: which types they can have, as they are stored."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Ids of rows whose type is known → that type, as it is stored."""
    unknown: dict[str, FromClause] = field(default_factory=dict)
    """Ids of rows whose type it would help to know → the table they are in."""


Collected = dict[str, list[FieldNode]]
"""Response key → the fields that are merged under it."""


def collect(document: Document, on: GraphQLObjectType, sets: list[SelectionSetNode]) -> Collected:
    """The fields that apply to an object of the type."""
    found: Collected = {}
    visited: set[str] = set()
    for selection_set in sets:
        for node in _applying(document, on, selection_set, visited):
            key = node.alias.value if node.alias else node.name.value
            found.setdefault(key, []).append(node)
    return found


def _applying(
    document: Document, on: GraphQLObjectType, selection_set: SelectionSetNode, visited: set[str]
) -> Iterator[FieldNode]:
    for node in selection_set.selections:
        if not _included(document, node):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            if node.type_condition is None or _fits(document, on, node.type_condition.name.value):
                yield from _applying(document, on, node.selection_set, visited)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
            visited.add(node.name.value)
            fragment = document.fragments[node.name.value]
            if _fits(document, on, fragment.type_condition.name.value):
                yield from _applying(document, on, fragment.selection_set, visited)


def _included(document: Document, node: SelectionNode) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, document.variables)
    include = get_directive_values(GraphQLIncludeDirective, node, document.variables)
    return not (skip and skip["if"]) and (include is None or bool(include["if"]))


def _fits(document: Document, on: GraphQLObjectType, name: str) -> bool:
    condition = document.schema.get_type(name)
    if condition is on:
        return True
    return condition is not None and is_abstract_type(condition) and document.schema.is_sub_type(condition, on)


def inner_sets(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    """What is selected of a field, over all places where it stands."""
    return [node.selection_set for node in nodes if node.selection_set]
