"""Where in an answer values stand: whole columns of places at a time, and no path until somebody asks for one."""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from graphql import GraphQLError
from graphql.pyutils import Path

if TYPE_CHECKING:
    from app.api.compiler.closures_plan import FieldPlan, ObjectPlan
    from app.api.compiler.closures_run import Run

Complete = Callable[["Run", "Places", list[Any], set[type]], None]
"""Shows values in their places, given the types of the values; an exception among them is what was raised."""

LAST = float("inf")
"""What goes wrong with a place itself comes after what goes wrong inside of it."""


@dataclass(frozen=True)
class Kind:
    """An output type: whether null may be shown, and how values are."""

    nullable: bool
    complete: Complete


class Objects:
    """Objects of one type that are answered together, and a column of places for each of their fields."""

    __slots__ = ("columns", "places", "plan", "sources", "where")

    def __init__(
        self, plan: "ObjectPlan", places: "Places | None", where: list[int] | None, sources: list[Any]
    ) -> None:
        self.plan, self.places, self.where, self.sources = plan, places, where, sources
        self.columns: list[Places | list[Any]] = []

    def answers(self) -> list[dict[str, Any]]:
        """The objects as they are shown. All that lies beneath them must be there."""
        columns = [column if isinstance(column, list) else column.answers() for column in self.columns]
        return list(map(self.plan.write, *columns)) if columns else [{} for _ in self.sources]

    def fill(self) -> None:
        """Write the objects where they belong."""
        assert self.places is not None
        if self.where is None:
            self.places.values = self.answers()
            return
        for at, answer in zip(self.where, self.answers(), strict=True):
            self.places.values[at] = answer


class Places(ABC):
    """A column of places with the same name and type, and what is shown there."""

    __slots__ = ("field", "kind", "nulled", "ranks", "round", "values")

    def __init__(self, field: "FieldPlan", kind: Kind, round: int) -> None:
        self.field, self.kind, self.round = field, kind, round
        """`round`: how often was waited before the values came."""
        self.values: list[Any] = []
        self.nulled: set[int] | None = None
        """Places that show null because something beneath them went wrong."""
        self.ranks: Sequence[int] | None = None
        """Where values were waited for: in which order they came."""

    def answers(self) -> list[Any]:
        for at in self.nulled or ():
            self.values[at] = None
        return self.values

    @abstractmethod
    def up(self, at: int) -> tuple[Optional["Places"], int]:
        """The place that a place lies in; None for those of the root."""

    @abstractmethod
    def key(self, at: int) -> str | int | None:
        """What a path calls it; None if it stands for its whole."""

    @abstractmethod
    def turn(self, at: int) -> int | None:
        """Where it comes among what lies in the same object or list."""


class FieldPlaces(Places):
    """One field of many objects."""

    __slots__ = ("objects",)

    def __init__(self, field: "FieldPlan", objects: Objects, round: int) -> None:
        super().__init__(field, field.kind, round)
        self.objects = objects

    def up(self, at: int) -> tuple[Places | None, int]:
        where = self.objects.where
        return self.objects.places, where[at] if where is not None else at

    def key(self, at: int) -> str | int | None:
        return self.field.key

    def turn(self, at: int) -> int | None:
        return self.field.turn


class ItemPlaces(Places):
    """The items of many lists."""

    __slots__ = ("lists", "owners", "starts")

    def __init__(self, lists: Places, kind: Kind, owners: list[int], starts: list[int], round: int) -> None:
        super().__init__(lists.field, kind, round)
        self.lists, self.owners, self.starts = lists, owners, starts

    def up(self, at: int) -> tuple[Places | None, int]:
        return self.lists, self.owners[bisect_right(self.starts, at) - 1]

    def key(self, at: int) -> str | int | None:
        return at - self.starts[bisect_right(self.starts, at) - 1]

    def turn(self, at: int) -> int | None:
        return at - self.starts[bisect_right(self.starts, at) - 1]


class PartPlaces(Places):
    """Some of a column, which got their values at another time than the rest."""

    __slots__ = ("owners", "whole")

    def __init__(self, whole: Places, owners: list[int], round: int) -> None:
        super().__init__(whole.field, whole.kind, round)
        self.whole, self.owners = whole, owners

    def up(self, at: int) -> tuple[Places | None, int]:
        return self.whole, self.owners[at]

    def key(self, at: int) -> str | int | None:
        return None

    def turn(self, at: int) -> int | None:
        return None

    def fill(self) -> None:
        for at, answer in zip(self.owners, self.answers(), strict=True):
            self.whole.values[at] = answer


class Failure(NamedTuple):
    """Something that went wrong."""

    error: GraphQLError
    round: int
    turns: tuple[float, ...]
    """Where it stands in the order of the answer."""
    moment: tuple[int, ...]
    """When graphql-core notices it: first by rounds of waiting."""
    origin: "Spot"
    reach: "Spot | None"
    """The outermost place that was completed in one go with the origin, and goes with it."""
    caught: "Spot"
    """The place that shows null for it; None: nothing is shown."""


Spot = tuple[Places | None, int]


def trace(places: Places, at: int) -> tuple[list[str | int], list[float]]:
    """A place's path, and its turn in the order of the answer."""
    path: list[str | int] = []
    turns: list[float] = []
    above: Places | None = places
    while above is not None:
        key, turn = above.key(at), above.turn(at)
        if key is not None and turn is not None:
            path.append(key)
            turns.append(turn)
        above, at = above.up(at)
    return path[::-1], turns[::-1]


def path_of_field(places: Places, at: int) -> Path:
    """The path of the field that a place belongs to, as resolvers know it."""
    above: Places | None = places
    while not isinstance(above, FieldPlaces):
        assert above is not None
        above, at = above.up(at)
    outer, index = above.up(at)
    path = None if outer is None else _path(outer, index)
    return Path(path, above.field.key, above.field.parent.name)


def _path(places: Places, at: int) -> Path:
    outer, index = places.up(at)
    path = None if outer is None else _path(outer, index)
    key = places.key(at)
    if key is None:
        assert path is not None
        return path
    return Path(path, key, places.field.parent.name if isinstance(places, FieldPlaces) else None)


def rank_of(places: Places, at: int) -> int:
    """When the value came that a place got its own from."""
    above: Places | None = places
    while above is not None:
        if above.ranks is not None:
            return above.ranks[at]
        above, at = above.up(at)
    return 0


def is_nulled(places: Places | None, at: int, nulled: set[tuple[int, int]]) -> bool:
    """Whether a place, or one that it lies in, is among those that show null: by the id of the column, and index."""
    above = places
    while above is not None:
        if (id(above), at) in nulled:
            return True
        above, at = above.up(at)
    return False


def told(failures: list[Failure]) -> list[GraphQLError]:
    """The errors, in the order in which they came. Nothing is said of what lies where null is shown already."""
    errors = []
    nulled: set[tuple[int, int]] = set()
    for failure in sorted(_noticed(failures), key=lambda failure: (failure.moment, failure.turns)):
        places, at = failure.caught
        if not is_nulled(places, at, nulled):
            errors.append(failure.error)
            nulled.add((id(places), at))
        if places is None:
            break
    return errors


def _noticed(failures: list[Failure]) -> list[Failure]:
    """Without what comes after a failure where graphql-core has gone no further."""
    noticed = []
    left: set[tuple[int, int]] = set()
    for failure in sorted(failures, key=lambda failure: (failure.round, failure.turns)):
        if not is_nulled(*failure.origin, left):
            noticed.append(failure)
            if failure.reach is not None:
                left.add((id(failure.reach[0]), failure.reach[1]))
    return noticed
