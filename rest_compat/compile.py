"""From annotated operation documents to routes. All that can be known before a request comes is found out here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
    value_from_ast_untyped,
)

from app.api.compiler.wire import Wire
from app.api.execute import Operation
from rest_compat import documents as reading
from rest_compat.arguments import arguments, variables
from rest_compat.decode import FILES, refuses_null
from rest_compat.documents import Documents
from rest_compat.fitting import all_fit, check_fit, heading
from rest_compat.language import RouteDoesNotFit, chosen_by, extended, mark, marks, media_type
from rest_compat.naming import snake
from rest_compat.outcome import EMPTY, body_of, shaper, spoken, wire
from rest_compat.profile import Encoder, Envelope, Profile
from rest_compat.shape import Place, Shape, check

PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Parameter:
    """One variable of a route, and where in the request it is found."""

    variable: str
    wire: str
    where: str
    """PATH, QUERY, BODY, HEADER or COOKIE."""
    type: GraphQLInputType
    default: Any
    """As it stands in the document: an enum value's name, None without a default."""
    has_default: bool
    description: str | None
    whole: bool
    not_found: bool
    """A value that the type does not know answers 404."""
    synonym: str | None
    """Another name in the query string; the documentation tells only the first."""
    refuses_null: bool
    definition: GraphQLArgument | GraphQLInputField | None
    """What the document fills with it first."""

    @cached_property
    def required(self) -> bool:
        return is_non_null_type(self.type) and not self.has_default

    @cached_property
    def is_text(self) -> bool:
        """Empty text is a value of it."""
        return get_named_type(self.type).name == "String" and not is_list_type(get_nullable_type(self.type))

    @property
    def holds_file(self) -> bool:
        return _holds_file(self.type, ())


@dataclass(frozen=True)
class Route:
    """One method and path of a dialect."""

    profile: Profile
    source: str
    """The file that it stands in."""
    name: str
    """Its operation's; a second path of the same operation has a number behind it."""
    method: str
    path: str
    """From the server's root on."""
    when: tuple[str, str] | None
    """The query parameter, and the value of it, that this operation answers to."""
    in_base: bool
    status: int
    tags: tuple[str, ...]
    public: bool
    handler: str | None
    media: str | None
    """The answer's media type; None: it is JSON."""
    streamed: bool
    description: str | None
    operation: Operation
    parameters: tuple[Parameter, ...]
    shape: Shape
    """Of the whole data."""
    body: tuple[str, ...]
    """The keys that lead from the data to the body."""
    body_place: Place | None
    """None: the whole data is the body."""
    required: tuple[tuple[str, ...], ...]
    headers: tuple[tuple[str, tuple[str, ...]], ...]
    total: tuple[str, ...] | None
    wire: Wire | None
    """What SQL is told, so that it writes the body itself; None: `converts` makes it of GraphQL's answer."""
    converts: Mapping[str | None, Encoder | None]
    """By the vocabulary that the credential asks for: makes the wire's body of GraphQL's; None: they are the same."""
    fields: tuple[tuple[str, str], ...]
    """The domain's name of an input field → the wire's, the longest first."""

    @property
    def envelope(self) -> Envelope | None:
        """What the body is put into."""
        return self.profile.envelope if self.total else None

    @cached_property
    def in_line(self) -> bool:
        """All of its variables stand in the path and the query string."""
        return all(each.where in ("PATH", "QUERY") for each in self.parameters)

    @cached_property
    def reads_body(self) -> bool:
        return any(each.where == "BODY" for each in self.parameters)

    @property
    def reads_text(self) -> bool:
        """The body is taken as it comes, whatever kind it says it is."""
        return any(each.whole and each.is_text for each in self.parameters)

    @property
    def holds_file(self) -> bool:
        return any(each.holds_file for each in self.parameters if each.where == "BODY")

    @property
    def is_write(self) -> bool:
        return self.operation.kind is OperationType.MUTATION

    @property
    def title(self) -> str:
        return f"{self.method} {self.path} ({self.name})"


def compile_dialect(schema: GraphQLSchema, profile: Profile) -> list[Route]:
    """Every route of the dialect's documents, in the order of the files.

    Raises RouteDoesNotFit with a sentence for each document that the schema or the vocabulary refuses.
    """
    documents = reading.read(profile, extended(schema))
    fit = all_fit(schema, documents)
    routes: list[Route] = []
    wrong: list[str] = []
    used: set[str] = set()
    for source, node in documents.operations:
        try:
            used |= {each.name.value for each in reading.with_fragments(documents, node).definitions if each.name}  # type: ignore[attr-defined]
            if not fit:
                check_fit(schema, documents, source, node)
            routes += _routes(documents, source, node)
        except RouteDoesNotFit as error:
            wrong.append(str(error))
    unused = [each for each in documents.fragments if each not in used]
    wrong += [f"rest_compat/{profile.name}: no operation uses the fragment {each}" for each in unused]
    wrong += _clashes(routes)
    if wrong:
        raise RouteDoesNotFit("\n".join(wrong))
    return routes


def _clashes(routes: list[Route]) -> Iterator[str]:
    seen: dict[tuple[str, str, tuple[str, str] | None], Route] = {}
    for route in routes:
        key = (route.method, PARAMETER.sub("{}", route.path), route.when)
        if key in seen:
            yield f"{route.source}: {route.title}: {seen[key].title} in {seen[key].source} claims the same requests"
        seen.setdefault(key, route)
    for route in routes:
        if route.when and (route.method, PARAMETER.sub("{}", route.path), None) not in seen:
            yield f"{route.source}: {route.title}: no operation has the path when the query says nothing"


def _routes(documents: Documents, source: str, node: OperationDefinitionNode) -> list[Route]:
    try:
        calls = marks(node, "http", documents.schema)
        if not calls:
            raise RouteDoesNotFit("the operation has no @http")
        plain = reading.plain(documents, node)
        operation = Operation(
            reading.text_of(documents, plain), plain, node.name.value if node.name else None, node.operation
        )
        shape = reading.shape_of(documents, node)
        _check_shapes(documents, shape)
        return [_route(documents, source, node, operation, shape, call, number) for number, call in enumerate(calls, 1)]
    except RouteDoesNotFit as error:
        raise RouteDoesNotFit(f"{source}: {heading(node)}: {error}") from error


def _check_shapes(documents: Documents, shape: Shape) -> None:
    check(shape, reading.object_types(documents.schema, shape.on))
    for place in shape.places.values():
        if place.inner:
            _check_shapes(documents, place.inner)


def _route(
    documents: Documents,
    source: str,
    node: OperationDefinitionNode,
    operation: Operation,
    shape: Shape,
    call: dict[str, Any],
    number: int,
) -> Route:
    profile, path, method = documents.profile, call["path"], call["method"]
    if method == "GET" and node.operation is not OperationType.QUERY:
        raise RouteDoesNotFit("GET only with a query: reading must not change anything")
    if not path.startswith("/") or path.endswith("/"):
        raise RouteDoesNotFit("a path begins with a slash and ends without one")
    if call.get("handler") and call["handler"] not in profile.handlers:
        raise RouteDoesNotFit(f"the dialect has no handler '{call['handler']}'")
    found = list(reading.places(shape))
    body, place = body_of(shape)
    headers = tuple((each.header, keys) for keys, each in found if each.header)
    required = tuple(keys for keys, each in found if each.required)
    total = next((keys for keys, each in found if each.total), None)
    shapes = spoken(documents, node, shape)
    if 300 <= call["status"] < 400 and "location" not in [header.lower() for header, _ in headers]:
        raise RouteDoesNotFit(f'status {call["status"]} wants a field with @header(name: "Location")')
    parameters = _parameters(documents, node, method, path)
    return Route(
        profile=profile,
        source=source,
        name=f"{operation.name}{number if number > 1 else ''}",
        method=method,
        path=path if call["root"] else profile.base + path,
        when=chosen_by(call.get("when")),
        in_base=not call["root"],
        status=call["status"],
        tags=tuple(call["tags"]) or (source.rsplit("/", 1)[-1].removesuffix(".graphql"),),
        public=call["public"],
        handler=call.get("handler"),
        media=media_type(call),
        streamed=call["streamed"],
        description=node.description.value if node.description else None,
        operation=operation,
        parameters=parameters,
        shape=shape,
        body=body,
        body_place=place,
        required=required,
        headers=headers,
        total=total,
        wire=wire(shapes, [keys for _, keys in headers], required, total) if _is_json(node, call) else None,
        converts={vocabulary: shaper(each) for vocabulary, each in shapes.items()},
        fields=_fields(documents, operation.document, parameters),
    )


def _is_json(node: OperationDefinitionNode, call: dict[str, Any]) -> bool:
    """Whether a query's body is sent as it is, as JSON."""
    made_otherwise = call.get("handler") or call.get("media") or call["streamed"] or call["status"] in EMPTY
    return node.operation is OperationType.QUERY and not made_otherwise


def _parameters(documents: Documents, node: OperationDefinitionNode, method: str, path: str) -> tuple[Parameter, ...]:
    in_path = set(PARAMETER.findall(path))
    uses = _uses(documents, node)
    parameters = []
    for definition in node.variable_definitions or ():
        variable = definition.variable.name.value
        placed = mark(definition, "from", documents.schema) or {}
        usual = "PATH" if variable in in_path else "QUERY" if method in ("GET", "DELETE") else "BODY"
        kind = type_from_ast(documents.schema, definition.type)
        assert is_input_type(kind)
        filled = uses.get(variable, [])
        parameter = Parameter(
            variable=variable,
            wire=placed.get("name") or variable,
            where=placed.get("in") or usual,
            type=kind,
            default=value_from_ast_untyped(definition.default_value) if definition.default_value else None,
            has_default=definition.default_value is not None,
            description=_description(definition, filled),
            whole=bool(placed.get("whole")),
            not_found=placed.get("otherwise") == "NOT_FOUND",
            synonym=placed.get("synonym"),
            refuses_null=any(refuses_null(each) for each in filled),
            definition=filled[0] if filled else None,
        )
        if parameter.whole and not (parameter.is_text or is_input_object_type(get_named_type(kind))):
            raise RouteDoesNotFit(f"${variable} is neither text nor an input object: it cannot be the whole body")
        parameters.append(parameter)
    if lost := in_path - {each.wire for each in parameters if each.where == "PATH"}:
        raise RouteDoesNotFit(f"no variable for the path's {', '.join(sorted(lost))}")
    if unplaced := [each.variable for each in parameters if each.where == "PATH" and each.wire not in in_path]:
        raise RouteDoesNotFit(f"${unplaced[0]} is not in the path")
    return tuple(parameters)


def _description(definition: Any, filled: list[Any]) -> str | None:
    """The variable's own description, else that of what it fills."""
    if definition.description:
        return str(definition.description.value)
    return next((each.description for each in filled if each.description), None)


def _uses(documents: Documents, node: OperationDefinitionNode) -> dict[str, list[GraphQLArgument | GraphQLInputField]]:
    """The arguments and input fields that each variable fills."""
    uses: dict[str, list[GraphQLArgument | GraphQLInputField]] = {}
    for argument, definition in arguments(documents, reading.with_fragments(documents, node)):
        for _, variable, place in variables(argument.value, (), definition):
            if place is not None:
                uses.setdefault(variable, []).append(place)
    return uses


def _fields(
    documents: Documents, document: DocumentNode, parameters: tuple[Parameter, ...]
) -> tuple[tuple[str, str], ...]:
    """The domain names the input field in snake case (`all_access`); the wire may call it otherwise (`$is_public`)."""
    wires = {each.variable: "" if each.whole else each.wire for each in parameters}
    found: dict[str, str] = {}
    for argument, definition in arguments(documents, document):
        name = snake(argument.name.value)
        for path, variable, _ in variables(argument.value, (), definition):
            wire = wires[variable]
            for known in (".".join(path), ".".join((name, *path))):
                if known and wire:
                    found.setdefault(known, wire)
    return tuple(sorted(found.items(), key=lambda each: -len(each[0])))


def _holds_file(kind: GraphQLInputType, seen: tuple[str, ...]) -> bool:
    named = get_named_type(kind)
    if named.name in FILES:
        return True
    if not isinstance(named, GraphQLInputObjectType) or named.name in seen:
        return False
    return any(_holds_file(each.type, (*seen, named.name)) for each in named.fields.values())
