"""What a query lets be seen, decided before it reads anything.

A field may show more than its neighbours do (`allProjects`), and a transaction has one view of the database. So the
whole query has the widest view that a field of it asks for, whichever of its lists is read first.
"""

from functools import cached_property

from graphql import DocumentNode, FieldNode, GraphQLField, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, visit
from graphql.type import GraphQLObjectType
from graphql.utilities import separate_operations

from app.api.declared import source_of
from app.core.context import Context
from app.core.policy import allows
from app.core.sources import Listing


class Widening:
    """The lists of a schema that want more to be seen than what is seen without them."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    @cached_property
    def _names(self) -> frozenset[str]:
        objects = (kind for kind in self._schema.type_map.values() if isinstance(kind, GraphQLObjectType))
        fields = ((name, field) for kind in objects for name, field in kind.fields.items())
        return frozenset(name for name, field in fields if _widened(field))

    def mentioned(self, text: str) -> bool:
        """Whether the text can ask for one at all."""
        return any(name in text for name in self._names)

    def of(self, document: DocumentNode, name: str | None) -> tuple[Listing, ...]:
        """Those that an operation asks for, also under a directive that leaves them out.

        The document is valid; `name` is one of its operations, None the only one.
        """
        operations = separate_operations(document)
        reached = next(iter(operations.values())) if name is None else operations[name]
        types = TypeInfo(self._schema)
        found = _Found(types)
        visit(reached, TypeInfoVisitor(types, found))
        return tuple(found.lists)


async def widen(ctx: Context, lists: tuple[Listing, ...]) -> None:
    """Let be seen what the viewer's role allows; the other lists are refused where they stand."""
    for each in lists:
        if each.prepare is not None and (each.verb is None or allows(ctx, each.verb)):
            await ctx.tx.call(each.prepare)


def _widened(field: GraphQLField | None) -> Listing | None:
    source = source_of(field) if field else None
    return source if isinstance(source, Listing) and source.prepare is not None else None


class _Found(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.lists: list[Listing] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        source = _widened(self._types.get_field_def())
        if source is not None and source not in self.lists:
            self.lists.append(source)
