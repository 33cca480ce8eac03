"""Law 8, the schema's part: it is committed as it is, and it explains itself."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)

from app.api.schema import schema
from tests.laws.source import ROOT

SCHEMA: GraphQLSchema = schema._schema
OURS = [
    kind for kind in SCHEMA.type_map.values() if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
]
ROOTS = {"Query", "Mutation", "Subscription"}


def test_the_committed_schema_is_the_codes() -> None:
    """Write it anew with `thicket export-schema`."""
    assert (ROOT / "schema.graphql").read_text().strip() == schema.as_str().strip()


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Every coordinate of the type that a person reads, with its description."""
    if kind.name not in ROOTS:
        yield kind.name, kind.description
    if isinstance(kind, GraphQLInputObjectType):
        yield from ((f"{kind.name}.{name}", each.description) for name, each in kind.fields.items())
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, each in field.args.items():
                yield f"{kind.name}.{name}({argument}:)", each.description


def test_everything_is_described() -> None:
    silent = [name for kind in OURS for name, description in described(kind) if not (description or "").strip()]
    assert silent == []


def test_descriptions_end_as_sentences_do() -> None:
    ragged = {
        name: description
        for kind in OURS
        for name, description in described(kind)
        if description and description.strip()[-1] not in ".?!)`"
    }
    assert ragged == {}


def test_names_follow_the_conventions() -> None:
    fields = {
        f"{kind.name}.{name}"
        for kind in OURS
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
        for name in kind.fields
        if not name.isalnum() or not name[0].islower()
    }
    values = {
        f"{kind.name}.{value}"
        for kind in OURS
        if isinstance(kind, GraphQLEnumType)
        for value in kind.values
        if value != value.upper()
    }
    assert fields | values == set()


@pytest.mark.parametrize(
    "name",
    sorted(kind.name for kind in OURS if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection")),
)
def test_a_connection_has_what_connections_have(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    assert set(kind.fields) == {"nodes", "edges", "pageInfo", "totalCount"}


def test_a_mutation_says_which_organization_and_takes_its_values_as_one_input() -> None:
    """Those of a user's own account and of no organization aside."""
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        if "input" in field.args:
            wanted = f"{name[0].upper()}{name[1:]}Input"
            assert str(field.args["input"].type) == f"{wanted}!"
