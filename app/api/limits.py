"""How much one document may ask for: found by one pass over it, before it is validated or run.

Every fragment is weighed once, however often and however deeply it is spread, so the pass is linear in the document's
length. It looks at the schema for costs only, and bears unknown fields and circles of fragments: naming those is the
validation's task. What is counted is what would be executed: a fragment spread twice counts twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from app.core.paging import MOST, USUAL

ONE_GUESS = frozenset({"signIn", "signUp", "verifyPassword", "changePassword", "resetPassword", "requestPasswordReset"})
"""Mutations that try a secret or send a mail: at most one in an operation, so that rate limits count each try."""

_META_TYPES = {"__schema": "__Schema", "__type": "__Type"}
PAGE_ARGUMENTS = ("first", "last", "limit")


@dataclass(frozen=True)
class Limits:
    """Ceilings for documents of clients. Trusted documents and those of the REST facade are exempt."""

    text: int = 64 * 1024
    """Length in UTF-8 bytes."""
    tokens: int = 2000
    number: int = 64
    """Digits of one number."""
    nesting: int = 64
    """Braces and brackets within each other: what follows walks the document by recursion."""
    operations: int = 20
    directives: int = 50
    repeats: int = 100
    """How often the same field with a selection of its own may be written: validation compares each with each."""
    depth: int = 12
    introspection_depth: int = 20
    whole_schemas: int = 2
    """Lists of all types: each takes as long as a costly operation."""
    aliases: int = 60
    """Enough for every operation of the REST facade as it is printed: those spell each field in snake case."""
    root_fields: int = 20
    guesses: int = 1
    """Mutations of ONE_GUESS."""
    cost: int = 50_000
    """Fields that may have to be resolved; about 0.3 seconds of one processor core."""
    unpaged: int = 10
    """How many items a list is taken to have whose length the document does not say."""


class Weight(NamedTuple):
    """What a selection amounts to, fragments included."""

    depth: int = 0
    introspection_depth: int = 0
    whole_schemas: int = 0
    aliases: int = 0
    fields: int = 0
    """Fields side by side at the selection's top."""
    meta_fields: int = 0
    """Those of them that ask about the schema: `__schema`, `__type`, `__typename`."""
    guesses: int = 0
    cost: int = 0
    """Fields to resolve, lists at the selection's top left out."""
    row_cost: int = 0
    """Fields to resolve for one item of each list at the selection's top."""


NOTHING = Weight()


def beside(one: Weight, other: Weight) -> Weight:
    """Two selections of the same object, together."""
    return Weight(
        depth=max(one.depth, other.depth),
        introspection_depth=max(one.introspection_depth, other.introspection_depth),
        whole_schemas=one.whole_schemas + other.whole_schemas,
        aliases=one.aliases + other.aliases,
        fields=one.fields + other.fields,
        meta_fields=one.meta_fields + other.meta_fields,
        guesses=one.guesses + other.guesses,
        cost=one.cost + other.cost,
        row_cost=one.row_cost + other.row_cost,
    )


@dataclass
class Weighing:
    """One pass over a document. `variables` are the request's; None while they are not known."""

    schema: GraphQLSchema
    document: DocumentNode
    limits: Limits
    variables: Mapping[str, Any] | None = None
    directives: int = 0
    written: Counter[str] = field(default_factory=Counter)
    """How often each field with a selection of its own is written."""
    page_variables: set[str] = field(default_factory=set)
    """Variables that decide the length of a list."""
    _fragments: dict[str, Weight] = field(default_factory=dict)

    def __post_init__(self) -> None:
        definitions = self.document.definitions
        fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        for name in _inner_first(fragments):
            fragment = fragments[name]
            self.directives += len(fragment.directives or ())
            on = self.schema.type_map.get(fragment.type_condition.name.value)
            self._fragments[name] = self._selections(fragment.selection_set, on)

    def operation(self, node: OperationDefinitionNode) -> Weight:
        """The weight of one operation, everything in it included."""
        self.directives += len(node.directives or ())
        weight = self._selections(node.selection_set, self.schema.get_root_type(node.operation))
        return beside(weight, Weight(cost=self.limits.unpaged * weight.row_cost))

    def _selections(self, node: SelectionSetNode | None, on: GraphQLNamedType | None) -> Weight:
        if node is None:
            return NOTHING
        return reduce(beside, (self._selection(selection, on) for selection in node.selections), NOTHING)

    def _selection(self, node: SelectionNode, on: GraphQLNamedType | None) -> Weight:
        self.directives += len(node.directives or ())
        match node:
            case FieldNode():
                return self._field(node, on)
            case InlineFragmentNode():
                condition = node.type_condition
                inner = self.schema.type_map.get(condition.name.value) if condition else on
                return self._selections(node.selection_set, inner)
            case FragmentSpreadNode():
                return self._fragments.get(node.name.value, NOTHING)
            case _:
                raise AssertionError(f"unknown selection {node.kind}")

    def _field(self, node: FieldNode, on: GraphQLNamedType | None) -> Weight:
        name = node.name.value
        if node.selection_set is not None:
            self.written[node.alias.value if node.alias else name] += 1
        if name.startswith("__"):
            return self._introspection(node)
        definition = on.fields.get(name) if isinstance(on, (GraphQLObjectType, GraphQLInterfaceType)) else None
        inside = self._selections(node.selection_set, get_named_type(definition.type) if definition else None)
        cost, row_cost = self._cost(node, definition, inside)
        return Weight(
            depth=inside.depth + 1,
            introspection_depth=inside.introspection_depth,
            whole_schemas=inside.whole_schemas + (name == "types" and on is not None and on.name == "__Schema"),
            aliases=bool(node.alias) + inside.aliases,
            fields=1,
            guesses=name in ONE_GUESS,
            cost=cost,
            row_cost=row_cost,
        )

    def _introspection(self, node: FieldNode) -> Weight:
        inside = self._selections(node.selection_set, self.schema.type_map.get(_META_TYPES.get(node.name.value, "")))
        return Weight(
            depth=1,
            introspection_depth=inside.depth + 1 if node.selection_set else 0,
            whole_schemas=inside.whole_schemas,
            aliases=bool(node.alias) + inside.aliases,
            fields=1,
            meta_fields=1,
            cost=1,
        )

    def _cost(self, node: FieldNode, definition: GraphQLField | None, inside: Weight) -> tuple[int, int]:
        """The field's cost, and for a list without a length the cost of one item: the field above knows how many."""
        is_list = definition is not None and is_list_type(get_nullable_type(definition.type))
        if definition is None or not any(name in definition.args for name in PAGE_ARGUMENTS):
            whole = inside.cost + self.limits.unpaged * inside.row_cost
            return (1, whole) if is_list else (1 + whole, 0)
        length = self._length(node)
        if is_list:
            return 1 + length * (inside.cost + self.limits.unpaged * inside.row_cost), 0
        return 1 + inside.cost + length * inside.row_cost, 0

    def _length(self, node: FieldNode) -> int:
        """How many items the field's arguments ask for."""
        asked = [
            self._number(argument.value) for argument in node.arguments or () if argument.name.value in PAGE_ARGUMENTS
        ]
        return max(0, max((number for number in asked if number is not None), default=USUAL))

    def _number(self, value: object) -> int | None:
        if isinstance(value, IntValueNode):
            return int(value.value)
        if not isinstance(value, VariableNode):
            return None
        self.page_variables.add(value.name.value)
        if self.variables is None:
            return MOST
        given = self.variables.get(value.name.value, MOST)  # MOST also stands in for the operation's own default
        return int(given) if isinstance(given, (int, float)) else None


def objections(weighing: Weighing, weights: Sequence[Weight]) -> Iterator[str]:
    """Why this document is too much, in sentences; none if it is within the limits. Costs are not looked at."""
    limits = weighing.limits
    yield from _over("operations", len(weights), limits.operations)
    yield from _over("directives", weighing.directives, limits.directives)
    name, times = max(weighing.written.items(), key=lambda item: item[1], default=("", 0))
    if times > limits.repeats:
        yield f"The document selects `{name}` {times:,} times; at most {limits.repeats} are allowed"
    for weight in weights:
        yield from _over("levels of fields", weight.depth, limits.depth)
        yield from _over("levels of introspection", weight.introspection_depth, limits.introspection_depth)
        yield from _over("lists of all types", weight.whole_schemas, limits.whole_schemas)
        yield from _over("aliases", weight.aliases, limits.aliases)
        yield from _over("fields at its root", weight.fields, limits.root_fields)
        yield from _over("mutations that take a password or send a mail", weight.guesses, limits.guesses)


def too_costly(cost: int, limits: Limits) -> Iterator[str]:
    """The objection to an operation of this cost, if there is one."""
    if cost > limits.cost:
        yield (
            f"The operation may have to resolve {cost:,} fields; at most {limits.cost:,} are allowed: "
            "ask for shorter pages or fewer fields"
        )


def _over(what: str, asked: int, allowed: int) -> Iterator[str]:
    if asked > allowed:
        yield f"The document has {asked:,} {what}; at most {allowed} are allowed"


def _inner_first(fragments: Mapping[str, FragmentDefinitionNode]) -> list[str]:
    """The fragments' names, each after those that it spreads, where there is no circle.

    With a stack of its own: hundreds of fragments in a chain would exhaust Python's.
    """
    order: dict[str, None] = {}
    entered: set[str] = set()
    stack = list(fragments)
    while stack:
        name = stack.pop()
        if name in order or name not in fragments:
            continue
        if name in entered:
            order[name] = None
            continue
        entered.add(name)
        stack.append(name)
        stack.extend(inner for inner in _spreads(fragments[name].selection_set) if inner not in entered)
    return list(order)


def _spreads(node: SelectionSetNode) -> Iterator[str]:
    """Names of the fragments that are spread anywhere inside."""
    waiting = [node]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            elif isinstance(selection, (FieldNode, InlineFragmentNode)) and selection.selection_set:
                waiting.append(selection.selection_set)
