"""The arguments of a document's fields, and the variables that fill them."""

from collections.abc import Iterator

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_interface_type,
    is_object_type,
)

from rest_compat.documents import Documents
from rest_compat.naming import snake


def arguments(documents: Documents, document: DocumentNode) -> Iterator[tuple[ArgumentNode, GraphQLArgument]]:
    """Every argument of every field in the document."""
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            yield from _arguments_below(documents, documents.schema.get_root_type(each.operation), each.selection_set)
        elif isinstance(each, FragmentDefinitionNode):
            on = documents.schema.type_map[each.type_condition.name.value]
            yield from _arguments_below(documents, on, each.selection_set)


def _arguments_below(
    documents: Documents, on: GraphQLNamedType | None, selection_set: SelectionSetNode
) -> Iterator[tuple[ArgumentNode, GraphQLArgument]]:
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            definition = on.fields.get(node.name.value) if is_object_type(on) or is_interface_type(on) else None
            if definition is None:
                continue
            for argument in node.arguments or ():
                if found := definition.args.get(argument.name.value):
                    yield argument, found
            if node.selection_set:
                yield from _arguments_below(documents, get_named_type(definition.type), node.selection_set)
        elif isinstance(node, InlineFragmentNode):
            inner = documents.schema.type_map[node.type_condition.name.value] if node.type_condition else on
            yield from _arguments_below(documents, inner, node.selection_set)


def variables(
    value: ValueNode, path: tuple[str, ...], place: GraphQLArgument | GraphQLInputField | None
) -> Iterator[tuple[tuple[str, ...], str, GraphQLArgument | GraphQLInputField | None]]:
    """Every variable in a literal, with the input fields that lead to it and the last of them."""
    if isinstance(value, VariableNode):
        yield path, value.name.value, place
    elif isinstance(value, ListValueNode):
        for each in value.values:
            yield from variables(each, path, None)
    elif isinstance(value, ObjectValueNode):
        kind = get_named_type(place.type) if place else None
        fields = kind.fields if isinstance(kind, GraphQLInputObjectType) else {}
        for node in value.fields:
            name = node.name.value
            yield from variables(node.value, (*path, snake(name)), fields.get(name))
