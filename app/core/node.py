"""Things with an id of their own, which `node(id:)` finds."""

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import strawberry

TYPENAME = "__typename"
"""The column that tells of a row which type shows it, where its table alone does not."""

T = TypeVar("T", bound=type)


@strawberry.interface(description="Anything with an id of its own: `node(id:)` finds it.")
class Node:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_type(cls, obj: Any, info: Any, type_: Any) -> str:
        return str(obj[TYPENAME])


@dataclass_transform(field_specifiers=(strawberry.field,))
def node_type(*, description: str) -> Callable[[T], T]:
    """Declare a type that implements Node and shows rows."""

    def declare(cls: T) -> T:
        # Strawberry would ask whether the row is an instance of the type; rows are no instances of any.
        cls.is_type_of = lambda row, _: True  # type: ignore[attr-defined]
        return strawberry.type(cls, description=description)

    return declare
