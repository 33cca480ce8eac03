"""Runs operations that no single statement answers: compiled once into closures, kept in a bounded cache.

It stands in for graphql-core's executor: the same data, the same errors at the same places in the same order. Only
subscriptions, and operations whose `@skip` or `@include` hangs on a variable without a value, are left to that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import DirectiveNode, Visitor, visit
from strawberry.types import ExecutionResult

from app.api.compiler.closures_fields import Own
from app.api.compiler.closures_plan import OperationPlan
from app.api.compiler.closures_run import Run
from app.api.remembered import Remembered

MOST = 1000
"""Plans that are kept; what was not used for longest makes room."""
MOST_TEXT = 10_000_000
"""Characters of the documents that kept plans are of."""
MOST_VARIABLE_ERRORS = 50
"""As many as graphql-core tells of."""


@dataclass(frozen=True)
class Known:
    """An operation, and the variables that decide which of its fields are asked for."""

    document: DocumentNode
    """Held so that its id stays its own."""
    operation: OperationDefinitionNode
    switches: tuple[str, ...]


class Closures:
    """The compiled operations of one schema."""

    def __init__(self, schema: GraphQLSchema, own: Own | None = None) -> None:
        self._schema, self._own = schema, own
        self._known: Remembered[Known] = Remembered(MOST, MOST_TEXT)
        self._plans: Remembered[OperationPlan] = Remembered(MOST, MOST_TEXT)

    def __len__(self) -> int:
        return len(self._plans)

    async def run(
        self,
        document: DocumentNode,
        name: str | None,
        variables: Mapping[str, Any],
        context: Any,
        *,
        root_value: Any = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> ExecutionResult | None:
        """The operation's answer, or None where graphql-core's executor has to give it.

        The document has been validated. Never raises for what resolvers raise.
        """
        known = self._find(document, name)
        if known.operation.operation is OperationType.SUBSCRIPTION:
            return None
        coerced = get_variable_values(
            self._schema,
            known.operation.variable_definitions or (),
            dict(variables),
            max_errors=MOST_VARIABLE_ERRORS,
        )
        if isinstance(coerced, list):
            return ExecutionResult(data=None, errors=coerced)
        plan = self._plan(known, name, coerced)
        if plan is None:
            return None
        data, errors = await Run(plan, coerced, context, root_value, extensions).answer()
        return ExecutionResult(data=data, errors=errors or None)

    def _find(self, document: DocumentNode, name: str | None) -> Known:
        key = (id(document), name)
        known = self._known.get(key)
        if known is None:
            operation = _operation(document, name)
            defined = {each.variable.name.value for each in operation.variable_definitions or ()}
            known = Known(document, operation, tuple(sorted(_switches(document) & defined)))
            self._known.put(key, known, _size(document))
        return known

    def _plan(self, known: Known, name: str | None, variables: VariableValues) -> OperationPlan | None:
        chosen = tuple(variables.coerced.get(each) for each in known.switches)
        key = (id(known.document), name, chosen)
        plan = self._plans.get(key)
        if plan is None and all(isinstance(each, bool) for each in chosen):
            sources = {each: variables.sources[each] for each in known.switches}
            switches = VariableValues(sources, dict(zip(known.switches, chosen, strict=True)))
            plan = OperationPlan(self._schema, known.document, known.operation, switches, self._own)
            self._plans.put(key, plan, _size(known.document))
        return plan


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return next(each for each in operations if name is None or (each.name and each.name.value == name))


def _size(document: DocumentNode) -> int:
    return len(document.loc.source.body) if document.loc else 0


class _Switches(Visitor):
    """Collects the variables that `@skip` and `@include` look at."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in (GraphQLSkipDirective.name, GraphQLIncludeDirective.name):
            values = [argument.value for argument in node.arguments or ()]
            self.names |= {value.name.value for value in values if isinstance(value, VariableNode)}


def _switches(document: DocumentNode) -> set[str]:
    found = _Switches()
    visit(document, found)
    return found.names
