"""What a resolver is told besides its arguments: as graphql-core's `GraphQLResolveInfo`, looked up when it is asked."""

from collections.abc import Awaitable, Sequence
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLSchema, OperationDefinitionNode
from graphql.pyutils import Path, gather_with_cancel
from graphql.pyutils.is_awaitable import is_awaitable
from graphql.type.definition import GraphQLResolveInfoHelpers

from app.api.compiler.closures_places import Places, path_of_field

if TYPE_CHECKING:
    from app.api.compiler.closures_run import Run


class Asked:
    """One field of one object, as its resolver sees it. The path is built only if the resolver looks at it."""

    __slots__ = ("_places", "_run", "at")

    def __init__(self, run: "Run", places: Places, at: int) -> None:
        self._run, self._places, self.at = run, places, at

    @property
    def field_name(self) -> str:
        return self._places.field.name

    @property
    def field_nodes(self) -> list[FieldNode]:
        return self._places.field.nodes

    @property
    def return_type(self) -> GraphQLOutputType:
        return self._places.field.definition.type

    @property
    def parent_type(self) -> GraphQLObjectType:
        return self._places.field.parent

    @property
    def path(self) -> Path:
        return path_of_field(self._places, self.at)

    @property
    def schema(self) -> GraphQLSchema:
        return self._run.plan.schema

    @property
    def fragments(self) -> dict[str, Any]:
        return self._run.plan.fragments

    @property
    def root_value(self) -> Any:
        return self._run.root_value

    @property
    def operation(self) -> OperationDefinitionNode:
        return self._run.plan.operation

    @property
    def variable_values(self) -> Any:
        """Strawberry gives resolvers the plain values."""
        variables = self._run.variables
        return variables if self._run.plan.own is None else variables.coerced

    @property
    def context(self) -> Any:
        return self._run.context

    @property
    def operation_extensions(self) -> dict[str, Any]:
        return self._run.extensions

    @property
    def abort_signal(self) -> None:
        return None

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        return HELPERS

    @staticmethod
    def is_awaitable(value: Any) -> bool:
        return is_awaitable(value)


async def _together(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return await gather_with_cancel(*values)


def _dropped(values: Sequence[Any]) -> None:
    """Nobody waits for them any more."""
    for value in values:
        if iscoroutine(value):
            value.close()


HELPERS = GraphQLResolveInfoHelpers(gather=_together, track=_dropped)
