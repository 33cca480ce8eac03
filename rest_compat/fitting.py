"""Whether a dialect's documents fit the schema and the route vocabulary, and how that is told."""

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    specified_rules,
    validate,
    value_from_ast_untyped,
)

from rest_compat import documents as reading
from rest_compat.documents import Documents
from rest_compat.language import RouteDoesNotFit

DIRECTIVE_RULES = [rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule]


def all_fit(schema: GraphQLSchema, documents: Documents) -> bool:
    """Whether nothing is wrong with any document. To look at each by itself, to say what, takes ten times as long."""
    nodes = [node for _, node in documents.operations]
    if validate(documents.schema, DocumentNode(definitions=(*nodes, *documents.fragments.values())), DIRECTIVE_RULES):
        return False
    plain = {id(each): each for node in nodes for each in reading.plain(documents, node).definitions}
    return not validate(schema, DocumentNode(definitions=tuple(plain.values())), [OverlappingFieldsCanBeMergedRule])


def check_fit(schema: GraphQLSchema, documents: Documents, source: str, node: OperationDefinitionNode) -> None:
    """Raise RouteDoesNotFit where the schema or the vocabulary refuses the document."""
    errors = validate(documents.schema, reading.with_fragments(documents, node), DIRECTIVE_RULES)
    if not errors:
        errors = validate(schema, reading.plain(documents, node), [OverlappingFieldsCanBeMergedRule])
    if errors:
        raise RouteDoesNotFit(f"{source}: {heading(node)}: {'; '.join(error.message for error in errors)}")


def heading(node: OperationDefinitionNode) -> str:
    """`GET /{org}/projects (ListProjects)`, as far as the document can be understood."""
    name = node.name.value if node.name else "?"
    for directive in node.directives or ():
        if directive.name.value == "http":
            said = {each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()}
            return f"{said.get('method', '?')} {said.get('path', '?')} ({name})"
    return name
