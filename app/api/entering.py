"""Which organization a mutation is about, as far as its document tells before it is run."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.utilities import value_from_ast_untyped


def entered(document: DocumentNode, name: str | None, variables: Mapping[str, Any]) -> str | None:
    """The organization that every field of the operation names; None where one of them names another, or none."""
    named = {organization_of(field, variables) for field in root_fields(document, name)}
    return named.pop() if len(named) == 1 else None


def organization_of(field: FieldNode, variables: Mapping[str, Any]) -> str | None:
    """What a field's argument `org` names."""
    for argument in field.arguments or ():
        if argument.name.value == "org":
            value = value_from_ast_untyped(argument.value, dict(variables))
            return value if isinstance(value, str) else None
    return None


def root_fields(document: DocumentNode, name: str | None) -> Iterator[FieldNode]:
    """The mutations that the operation names, those in fragments too."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}

    def fields(selections: SelectionSetNode) -> Iterator[FieldNode]:
        for each in selections.selections:
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, FragmentSpreadNode):
                yield from fields(fragments[each.name.value].selection_set)
            else:
                yield from fields(each.selection_set)  # type: ignore[attr-defined]

    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode) and (name is None or (each.name and each.name.value == name)):
            yield from fields(each.selection_set)
