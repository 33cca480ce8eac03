"""A dialect's folder of operation documents: reading it, and what GraphQL shall run for each.

GraphQL gets the operation without the route vocabulary, and with the wire's keys as aliases.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNameMetaFieldDef,
    VariableDefinitionNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_object_type,
    parse,
    print_ast,
)
from graphql.type import assert_composite_type, get_nullable_type

from rest_compat.language import NAMES, RouteDoesNotFit, said_of
from rest_compat.profile import Profile
from rest_compat.shape import Place, Shape

Said = Mapping[str, Mapping[str, Any]]
"""What the route vocabulary says of a node: arguments by the name of their directive."""


@dataclass
class Documents:
    """Everything that the files of a dialect define."""

    profile: Profile
    schema: GraphQLSchema
    """With the route vocabulary."""
    operations: list[tuple[str, OperationDefinitionNode]] = field(default_factory=list)
    """Each with the name of its file."""
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    plain: dict[str, DocumentNode] = field(default_factory=dict, init=False)
    """What GraphQL runs, by the operation's name, as far as it was asked for."""
    plain_fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict, init=False)
    """The same for fragments. Dozens of operations use the same ones."""
    fragment_texts: dict[str, str] = field(default_factory=dict, init=False)


def read(profile: Profile, schema: GraphQLSchema) -> Documents:
    """Read the dialect's folder, files in the order of their names. `schema` has the route vocabulary."""
    documents = Documents(profile, schema)
    named: dict[str, str] = {}
    for path in sorted(profile.folder.glob("*.graphql")):
        file = "/".join(path.parts[path.parts.index("rest_compat") :]) if "rest_compat" in path.parts else path.name
        try:
            definitions = parse(path.read_text(), no_location=True).definitions
        except GraphQLError as error:
            raise RouteDoesNotFit(f"{file}:{error.locations[0].line if error.locations else 1}: {error}") from error
        for node in definitions:
            if not isinstance(node, OperationDefinitionNode | FragmentDefinitionNode) or node.name is None:
                raise RouteDoesNotFit(f"{file}: only named operations and fragments are allowed")
            name = f"{'fragment ' if isinstance(node, FragmentDefinitionNode) else ''}{node.name.value}"
            if name in named:
                raise RouteDoesNotFit(f"{file}: {name} is defined in {named[name]} already")
            named[name] = file
            if isinstance(node, FragmentDefinitionNode):
                documents.fragments[node.name.value] = node
            else:
                documents.operations.append((file, node))
    return documents


def with_fragments(documents: Documents, operation: OperationDefinitionNode) -> DocumentNode:
    """The operation and every fragment that it uses, as they stand in the files."""
    found: dict[str, FragmentDefinitionNode] = {}

    def gather(selection_set: SelectionSetNode | None) -> None:
        for node in selection_set.selections if selection_set else ():
            if not isinstance(node, FragmentSpreadNode):
                gather(getattr(node, "selection_set", None))
            elif (name := node.name.value) in documents.fragments and name not in found:
                found[name] = documents.fragments[name]
                gather(found[name].selection_set)

    gather(operation.selection_set)
    return DocumentNode(definitions=(operation, *found.values()))


def plain(documents: Documents, operation: OperationDefinitionNode) -> DocumentNode:
    """What GraphQL runs: the route vocabulary taken out, the wire's keys as aliases, nested fragments put in place."""
    assert operation.name is not None
    name = operation.name.value
    if name not in documents.plain:
        documents.plain[name] = _plain(documents, operation)
    return documents.plain[name]


def text_of(documents: Documents, document: DocumentNode) -> str:
    """A document that `plain` made, as text."""
    return "\n\n".join(_text_of(documents, each) for each in document.definitions)


def _text_of(documents: Documents, definition: DefinitionNode) -> str:
    if not isinstance(definition, FragmentDefinitionNode):
        return print_ast(definition)
    name = definition.name.value
    if name not in documents.fragment_texts:
        documents.fragment_texts[name] = print_ast(definition)
    return documents.fragment_texts[name]


def _plain(documents: Documents, operation: OperationDefinitionNode) -> DocumentNode:
    kept = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(
            VariableDefinitionNode(
                variable=each.variable, type=each.type, default_value=each.default_value, directives=()
            )
            for each in operation.variable_definitions or ()
        ),
        directives=_foreign(operation),
        selection_set=_plain_selections(documents, operation.selection_set, ()),
    )
    used = with_fragments(Documents(documents.profile, documents.schema, [], documents.fragments), kept)
    fragments = [
        _plain_fragment(documents, each) for each in used.definitions if isinstance(each, FragmentDefinitionNode)
    ]
    return DocumentNode(definitions=(kept, *fragments))


def _plain_fragment(documents: Documents, fragment: FragmentDefinitionNode) -> FragmentDefinitionNode:
    name = fragment.name.value
    if name not in documents.plain_fragments:
        documents.plain_fragments[name] = FragmentDefinitionNode(
            name=fragment.name,
            type_condition=fragment.type_condition,
            directives=_foreign(fragment),
            selection_set=_plain_selections(documents, fragment.selection_set, ()),
        )
    return documents.plain_fragments[name]


def _foreign(node: Any) -> tuple[Any, ...]:
    """The directives that are GraphQL's business."""
    return tuple(each for each in node.directives or () if each.name.value not in NAMES)


def _plain_selections(documents: Documents, selection_set: SelectionSetNode, nest: tuple[str, ...]) -> SelectionSetNode:
    return SelectionSetNode(
        selections=tuple(_plain_selection(documents, node, nest) for node in selection_set.selections)
    )


def _plain_selection(documents: Documents, node: SelectionNode, nest: tuple[str, ...]) -> SelectionNode:
    inside = _inside(nest, said_of(node, documents.schema))
    if isinstance(node, FieldNode):
        key = response_key(documents.profile, node, inside)
        return FieldNode(
            name=node.name,
            alias=NameNode(value=key) if key != node.name.value else None,
            arguments=node.arguments or (),
            directives=_foreign(node),
            selection_set=_plain_selections(documents, node.selection_set, ()) if node.selection_set else None,
        )
    if isinstance(node, InlineFragmentNode):
        condition, selection_set = node.type_condition, node.selection_set
    else:
        assert isinstance(node, FragmentSpreadNode)
        if not inside:
            return FragmentSpreadNode(name=node.name, directives=_foreign(node))
        fragment = documents.fragments[node.name.value]
        condition, selection_set = fragment.type_condition, fragment.selection_set
    return InlineFragmentNode(
        type_condition=condition,
        directives=_foreign(node),
        selection_set=_plain_selections(documents, selection_set, inside),
    )


def wire_key(profile: Profile, node: FieldNode) -> str:
    """The field's key on the wire: the alias that the document gives it, or its name, in the dialect's spelling."""
    return profile.case((node.alias or node.name).value)


def response_key(profile: Profile, node: FieldNode, nest: tuple[str, ...]) -> str:
    """The field's key in GraphQL's answer; in a sub-object, with its name in front."""
    return "__".join((*nest, wire_key(profile, node)))


def _inside(nest: tuple[str, ...], said: Said) -> tuple[str, ...]:
    return (*nest, said["nest"]["in"]) if "nest" in said else nest


def shape_of(documents: Documents, operation: OperationDefinitionNode) -> Shape:
    """The tree of what the operation selects."""
    root = documents.schema.get_root_type(operation.operation)
    assert root is not None
    return _shape(documents, root, operation.selection_set)


def _shape(documents: Documents, on: GraphQLCompositeType, selection_set: SelectionSetNode) -> Shape:
    shape = Shape(on, fragment=_sole_fragment(documents, selection_set))
    _collect(documents, shape, on, object_types(documents.schema, on), selection_set, (), False)
    return shape


def _sole_fragment(documents: Documents, selection_set: SelectionSetNode) -> FragmentDefinitionNode | None:
    selections = selection_set.selections
    if len(selections) == 1 and isinstance(node := selections[0], FragmentSpreadNode) and not node.directives:
        return documents.fragments[node.name.value]
    return None


def object_types(schema: GraphQLSchema, on: GraphQLCompositeType) -> set[str]:
    """The names of the object types that a value of this type can have."""
    if is_object_type(on):
        return {on.name}
    return {each.name for each in schema.get_possible_types(on)}  # type: ignore[arg-type]


def _collect(
    documents: Documents,
    shape: Shape,
    on: GraphQLCompositeType,
    types: set[str],
    selection_set: SelectionSetNode,
    nest: tuple[str, ...],
    omit_null: bool,
) -> None:
    for node in selection_set.selections:
        said = said_of(node, documents.schema)
        inside = _inside(nest, said)
        omit = omit_null or bool(said.get("nest", {}).get("omitNull"))
        for depth in range(1, len(inside) + 1):
            if inside[:depth] not in shape.containers:
                shape.containers.append(inside[:depth])
        if isinstance(node, FieldNode):
            _add(shape, _place(documents, on, node, said, types, inside, omit))
            continue
        inner = documents.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        assert isinstance(inner, FragmentDefinitionNode | InlineFragmentNode)
        condition, selections = inner.type_condition, inner.selection_set
        narrowed = assert_composite_type(documents.schema.type_map[condition.name.value]) if condition else on
        both = types & object_types(documents.schema, narrowed)
        _collect(documents, shape, narrowed, both, selections, inside, omit)


def _place(
    documents: Documents,
    on: GraphQLCompositeType,
    node: FieldNode,
    said: Said,
    types: set[str],
    nest: tuple[str, ...],
    omit_null: bool,
) -> Place:
    profile = documents.profile
    name = node.name.value
    definition: GraphQLField = TypeNameMetaFieldDef if name == "__typename" else on.fields[name]  # type: ignore[union-attr]
    named = get_named_type(definition.type)
    body, flatten, header, wire = (said.get(each, {}) for each in ("body", "flatten", "header", "wire"))
    place = Place(
        key=response_key(profile, node, nest),
        wire=wire_key(profile, node),
        nest=nest,
        name=name,
        aliased=node.alias is not None,
        field=definition,
        types=set(types),
        flatten=flatten.get("prefix"),
        pluck="pluck" in said,
        omit_null=omit_null or "omitNull" in said,
        body="body" in said,
        nullable=bool(body.get("nullable")),
        required="required" in said,
        header=header.get("name"),
        total="total" in said,
        sometimes=any(each.name.value in ("include", "skip") for each in node.directives or ()),
    )
    if wire:
        if wire["as"] not in profile.wires:
            raise RouteDoesNotFit(f"the dialect has no encoder '{wire['as']}' for @wire")
        place.encode = profile.wires[wire["as"]]
    elif not is_composite_type(named):
        place.encode = profile.encoder(named.name, hasattr(named, "values"))
    if node.selection_set:
        place.inner = _shape(documents, assert_composite_type(named), node.selection_set)
    _check_place(place)
    return place


def _check_place(place: Place) -> None:
    if (place.flatten is not None or place.pluck) and place.inner is None:
        raise RouteDoesNotFit(f"'{place.wire}' is no object: @flatten and @pluck want one")
    if place.flatten is not None and (place.pluck or is_list_type(get_nullable_type(place.field.type))):
        raise RouteDoesNotFit(f"'{place.wire}' is no single object: @flatten wants one")
    if place.pluck and place.inner is not None and not place.inner.only().fits:
        raise RouteDoesNotFit(f"'{place.wire}' cannot become its '{place.inner.only().wire}', which is moved itself")


def _add(shape: Shape, place: Place) -> None:
    """Put the place into the shape; the same field selected again is merged into the first."""
    known = shape.places.get(place.key)
    if known is None:
        shape.places[place.key] = place
        return
    known.types |= place.types
    known.sometimes = known.sometimes and place.sometimes
    known.body, known.required = known.body or place.body, known.required or place.required
    known.nullable = known.nullable or place.nullable
    if (known.header, known.total, known.flatten, known.pluck) != (
        place.header,
        place.total,
        place.flatten,
        place.pluck,
    ):
        raise RouteDoesNotFit(f"'{place.wire}' is selected twice, with different directives")
    if known.inner and place.inner:
        known.inner.fragment = None
        for inner in place.inner.places.values():
            _add(known.inner, inner)
        known.inner.containers += [each for each in place.inner.containers if each not in known.inner.containers]


def places(shape: Shape, path: tuple[str, ...] = (), in_list: bool = False) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every place of the tree, with the path of keys that leads to it.

    Raises RouteDoesNotFit when a directive that wants a single value is inside a list.
    """
    for place in shape.places.values():
        here = (*path, place.key)
        if in_list and (place.body or place.required or place.silent):
            raise RouteDoesNotFit(f"'{place.wire}' is inside a list: its directive wants a single value")
        yield here, place
        if place.inner:
            yield from places(place.inner, here, in_list or is_list_type(get_nullable_type(place.field.type)))
