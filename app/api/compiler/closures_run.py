"""One run of a compiled operation: level by level, and one round of waiting for all that a level waits for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import repeat
from types import GeneratorType
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import GraphQLError, located_error
from graphql.execution.values import VariableValues
from graphql.pyutils.is_awaitable import is_awaitable

from app.api.compiler.closures_places import (
    LAST,
    Failure,
    FieldPlaces,
    Objects,
    PartPlaces,
    Places,
    Spot,
    is_nulled,
    rank_of,
    told,
    trace,
)
from app.api.compiler.closures_waiting import Arrival, Waiting, close, outcome
from app.api.compiler.closures_waiting import Spot as Seat
from app.core.db import Row

if TYPE_CHECKING:
    from app.api.compiler.closures_plan import FieldPlan, ObjectPlan, OperationPlan

Then = Callable[["Run", Places, list[Any]], None]
"""What becomes of values that were waited for. An exception among them is what was raised."""

UP = 4
"""Turns of the loop that an error takes to go up over a level that is waiting already."""

PLAIN: frozenset[type] = frozenset({type(None), bool, int, float, str, bytes, list, tuple, dict, set, frozenset, Row})
"""Types that nobody can wait for."""


class Awaited(NamedTuple):
    """Values of these places that are on their way, one for each place."""

    places: Places
    values: list[Any]
    then: Then


class Wanted(NamedTuple):
    """Keys to be loaded from one source, one for each place, None for what has no key; and how a row is shown."""

    places: Places
    keys: list[Any]
    show: Callable[[int, Any], Any] | None


class Run:
    """The state of one run. It ends with the operation; nothing of it stays in the plan."""

    def __init__(
        self, plan: "OperationPlan", variables: VariableValues, context: Any, root_value: Any, extensions: Any
    ) -> None:
        self.plan, self.variables, self.context = plan, variables, context
        self.root_value, self.extensions = root_value, extensions
        self.arguments: dict[FieldPlan, dict[str, Any]] = {}
        """The arguments of fields: the same for all objects."""
        self._round = 0
        self._wanted: dict[Any, list[Wanted]] = {}
        self._awaited: list[Awaited] = []
        self._fills: list[Callable[[], None]] = []
        self._failures: list[Failure] = []
        self._lost = False
        """Nothing is shown: what went wrong reached the root."""

    async def answer(self) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
        """The data, and what went wrong in the order in which graphql-core notices it."""
        root = Objects(self.plan.root, None, None, [self.root_value])
        if self.plan.serial:
            for field in self.plan.root.fields:
                field.start(self, root, field)
                await self._settle()
                if self._lost:
                    break
        else:
            for field in self.plan.root.fields:
                field.start(self, root, field)
            await self._settle()
        if self._lost:
            return None, told(self._failures)
        for fill in reversed(self._fills):
            fill()
        return root.answers()[0], told(self._failures)

    def column(self, objects: Objects, field: "FieldPlan") -> Places:
        """New places for a field of these objects."""
        places = FieldPlaces(field, objects, self._round)
        objects.columns.append(places)
        return places

    def enter(self, plan: "ObjectPlan", places: Places, where: list[int] | None, sources: list[Any]) -> None:
        """Answer these objects: all their fields, each for all of them."""
        objects = Objects(plan, places, where, sources)
        self._fills.append(objects.fill)
        for field in plan.fields:
            field.start(self, objects, field)

    @property
    def round(self) -> int:
        return self._round

    def after(self, fill: Callable[[], None]) -> None:
        """Do this when all that lies beneath is there."""
        self._fills.append(fill)

    def arrive(self, places: Places, values: list[Any]) -> None:
        """Complete what a resolver, or a list, gave for these places; wait for what is on its way."""
        types = set(map(type, values))
        if types <= PLAIN or not any(map(_may_be_awaitable, types)):
            places.kind.complete(self, places, values, types)
            return
        later = [at for at, value in enumerate(values) if is_awaitable(value)]
        if len(later) == len(values):
            self._awaited.append(Awaited(places, values, complete))
            return
        places.values = [None] * len(values)
        chosen = set(later)
        now = [at for at in range(len(values)) if at not in chosen]
        self.put_off(places, later, [values[at] for at in later], complete)
        complete(self, self.part(places, now), [values[at] for at in now])

    def part(self, places: Places, owners: list[int]) -> Places:
        """Some of these places, to be completed by themselves."""
        part = PartPlaces(places, owners, self._round)
        self._fills.append(part.fill)
        return part

    def put_off(self, places: Places, owners: list[int], values: list[Awaitable[Any]], then: Then) -> None:
        """Wait for these values of some of the places."""
        if owners:
            self._awaited.append(Awaited(self.part(places, owners), values, then))

    def want(self, batch: Any, places: Places, keys: list[Any], show: Callable[[int, Any], Any] | None = None) -> None:
        """Load these keys together with all others of this round that come from the same source."""
        self._wanted.setdefault(batch, []).append(Wanted(places, keys, show))

    def fail(self, places: Places, at: int, raised: Exception, *, late: bool = False) -> None:
        """Note what went wrong, and show null there or in the nearest place that may be null.

        `late`: after all that lies in the place.
        """
        path, turns = trace(places, at)
        error = located_error(raised, places.field.nodes, path)
        above, index = caught = self._caught(places, at)
        moment = (self._round, rank_of(places, at), self._delay(places, at))
        order = (*turns, LAST) if late else tuple(turns)
        reach = self._reach(places, at)
        self._failures.append(Failure(error, self._round, order, moment, (places, at), reach, caught))
        if above is None:
            self._lost = True
        elif above.nulled is None:
            above.nulled = {index}
        else:
            above.nulled.add(index)

    def missing(self, places: Places, at: int) -> None:
        """There is nothing where something must be."""
        field = places.field
        self.fail(places, at, TypeError(f"Cannot return null for non-nullable field {field.parent}.{field.name}."))

    def _caught(self, places: Places, at: int) -> Spot:
        above: Places | None = places
        while above is not None and not above.kind.nullable and self.plan.propagates:
            above, at = above.up(at)
        return above, at

    def _reach(self, places: Places, at: int) -> Spot | None:
        """How far it goes up within what is completed in one go; None: not beyond its own place."""
        reach = None
        above: Places | None = places
        while above is not None and not above.kind.nullable and self.plan.propagates:
            above, at = above.up(at)
            if above is None or above.round < self._round:
                break
            reach = above, at
        return reach

    def _delay(self, places: Places, at: int) -> int:
        """How late graphql-core notices it among what comes in one round: a turn of the loop for each level.

        It begins later to wait for what lies deeper, and what goes up over levels that wait already takes longer.
        """
        delay = 0
        above: Places | None = places
        rising = not places.kind.nullable and self.plan.propagates
        while above is not None:
            here = above.round == self._round
            above, at = above.up(at)
            began = 0 if above is None else above.round
            if rising:
                delay += UP * (began < self._round)
                rising = above is not None and not above.kind.nullable
            delay += not here
        return delay

    async def _settle(self) -> None:
        while (self._wanted or self._awaited) and not self._lost:
            await self._wait()
        for awaited in self._awaited:
            close(awaited.values)
        self._awaited, self._wanted = [], {}

    async def _wait(self) -> None:
        """One round: load and wait for all that is asked by now, then complete it."""
        wanted, awaited = self._wanted, self._awaited
        self._wanted, self._awaited = {}, []
        if self._failures:
            self._prune(awaited)
        arrivals, loaded = await self._come(wanted, awaited)
        self._round += 1
        for (places, _, then), came in zip(awaited, arrivals, strict=True):
            places.round, places.ranks = self._round, [rank for rank, _ in came]
            then(self, places, [value for _, value in came])
        for places, rows in loaded:
            places.round = self._round
            complete(self, places, rows)

    async def _come(
        self, wanted: dict[Any, list[Wanted]], awaited: list[Awaited]
    ) -> tuple[list[list[Arrival]], list[tuple[Places, list[Any]]]]:
        """What came of all that is waited for, and what was loaded."""
        if not awaited:
            return [], await self._load(wanted)
        if not wanted and len(awaited) == 1 and len(awaited[0].values) == 1:
            return [[(0, await outcome(awaited[0].values[0]))]], []
        loading = asyncio.ensure_future(self._load(wanted))
        try:
            return await Waiting(
                [each.values for each in awaited], partial(self._needless, awaited)
            ).all(), await loading
        finally:
            loading.cancel()

    async def _load(self, wanted: dict[Any, list[Wanted]]) -> list[tuple[Places, list[Any]]]:
        loaded = []
        for batch, asking in wanted.items():
            keys = [key for each in asking for key in each.keys if key is not None]
            try:
                values: Iterator[Any] = iter(await self.context.load_all(batch, keys))
            except Exception as error:
                values = repeat(error)
            for places, own, show in asking:
                rows = [None if key is None else next(values) for key in own]
                loaded.append((places, rows if show is None else _shown(rows, show)))
        return loaded

    def _prune(self, awaited: list[Awaited]) -> None:
        """Wait for nothing that lies where null is shown already."""
        nulled = {(id(failure.caught[0]), failure.caught[1]) for failure in self._failures}
        for places, values, _ in awaited:
            for at, value in enumerate(values):
                if is_nulled(places, at, nulled):
                    close([value])
                    values[at] = None

    def _needless(self, awaited: list[Awaited], failed: list[Seat], pending: list[Seat]) -> list[Seat]:
        """Which of the pending ones nobody needs any more, now that others have failed."""
        caught = [self._caught(awaited[each].places, at) for each, at in failed]
        if any(above is None for above, _ in caught):
            return pending
        nulled = {(id(above), at) for above, at in caught}
        return [(each, at) for each, at in pending if is_nulled(awaited[each].places, at, nulled)]


def complete(run: Run, places: Places, values: list[Any]) -> None:
    """Show values that are there, each in its place."""
    places.kind.complete(run, places, values, set(map(type, values)))


def _shown(rows: list[Any], show: Callable[[int, Any], Any]) -> list[Any]:
    shown = []
    for at, row in enumerate(rows):
        try:
            shown.append(row if isinstance(row, Exception) else show(at, row))
        except Exception as error:
            shown.append(error)
    return shown


def _may_be_awaitable(kind: type) -> bool:
    return kind not in PLAIN and (hasattr(kind, "__await__") or kind is GeneratorType)
