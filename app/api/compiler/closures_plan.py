"""A validated operation as a tree of plans: what is asked of each type, found once and run many times.

What is selected of a type is collected when the first object of it turns up. A plan knows the document and the values
of `@skip` and `@include`; nothing of who asks, and no other variable.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from app.api.compiler.closures_fields import Own, starting
from app.api.compiler.closures_places import Kind, Objects
from app.api.compiler.closures_types import completing
from app.api.compiler.fields import Document, collect, inner_sets

if TYPE_CHECKING:
    from app.api.compiler.closures_run import Run

MOST_WRITERS = 2000

Start = Callable[["Run", Objects, "FieldPlan"], None]
"""Resolves a field of many objects."""


@dataclass(eq=False)
class FieldPlan:
    """One field of one type, under one name of the answer."""

    operation: "OperationPlan"
    parent: GraphQLObjectType
    definition: GraphQLField
    key: str
    nodes: list[FieldNode]
    turn: int
    """Its place among the fields of its object."""
    name: str = field(init=False)
    kind: Kind = field(init=False)
    start: Start = field(init=False)
    _inner: dict[str, "ObjectPlan"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.nodes[0].name.value
        self.kind = completing(self.operation.schema, self.definition.type)
        self.start = starting(self, self.operation.own)

    def inner(self, shown: GraphQLObjectType) -> "ObjectPlan":
        """What is asked of an object of this type where the field shows one."""
        plan = self._inner.get(shown.name)
        if plan is None:
            plan = self._inner[shown.name] = ObjectPlan(self.operation, shown, inner_sets(self.nodes))
        return plan

    def arguments(self, run: "Run") -> dict[str, Any]:
        """What the field is given in this run, the same for all objects. Raises GraphQLError for what does not fit."""
        if not self.definition.args:
            return {}
        known = run.arguments.get(self)
        if known is None:
            known = run.arguments[self] = get_argument_values(self.definition, self.nodes[0], run.variables)
        return known


class ObjectPlan:
    """What is asked of the objects of one type in one place of an operation."""

    def __init__(self, operation: "OperationPlan", shown: GraphQLObjectType, sets: list[SelectionSetNode]) -> None:
        self.shown = shown
        self.fields: list[FieldPlan] = []
        for key, nodes in collect(operation.sketch, shown, sets).items():
            definition = operation.schema.get_field(shown, nodes[0].name.value)
            if definition is not None:
                self.fields.append(FieldPlan(operation, shown, definition, key, nodes, len(self.fields)))
        self.write = _writer(tuple(each.key for each in self.fields))
        """Makes an object of the values of its fields."""


class OperationPlan:
    """One operation of a document, for one choice of what its `@skip` and `@include` say."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        switches: VariableValues,
        own: Own | None,
    ) -> None:
        root = schema.get_root_type(operation.operation)
        assert root is not None
        self.schema, self.document, self.operation, self.own = schema, document, operation, own
        self.fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self.sketch = Document(schema, self.fragments, switches)
        self.serial = operation.operation is OperationType.MUTATION
        disabled = GraphQLDisableErrorPropagationDirective.name
        self.propagates = not any(each.name.value == disabled for each in operation.directives or ())
        self.root = ObjectPlan(self, root, [operation.selection_set])


@lru_cache(MOST_WRITERS)
def _writer(keys: tuple[str, ...]) -> Callable[..., dict[str, Any]]:
    """A function that puts its arguments under these keys. Written as a display: no other way is half as fast."""
    names = [f"value_{number}" for number in range(len(keys))]
    display = ", ".join(f"{key!r}: {name}" for key, name in zip(keys, names, strict=True))
    written: Callable[..., dict[str, Any]] = eval(f"lambda {', '.join(names)}: {{{display}}}", {})
    return written
