"""What stands behind a field of the executed schema: its declaration, and where it says its values come from."""

from typing import Any

from graphql import GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from app.core.sources import SOURCE


def declaration_of(field: GraphQLField) -> StrawberryField | None:
    """The field as Strawberry knows it; None for one of GraphQL's own."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return definition if isinstance(definition, StrawberryField) else None


def source_of(field: GraphQLField) -> Any:
    """Where its values come from (core/sources.py); None where it is a column, or programmed."""
    definition = declaration_of(field)
    return definition.metadata.get(SOURCE) if definition is not None else None
