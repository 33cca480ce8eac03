"""Waiting for many values at once, as graphql-core does: what nobody needs any more is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from inspect import iscoroutine
from typing import Any

Arrival = tuple[int, Any]
"""When a value came (those that came together have the same rank), and the value, or what was raised."""

Spot = tuple[int, int]
"""A group, and an index in it."""

Needless = Callable[[list[Spot], list[Spot]], list[Spot]]
"""Of those that failed and those that are pending: which of the pending ones nobody needs any more."""


class Waiting:
    """Groups of values that are on their way; None in the place of what is not waited for."""

    def __init__(self, groups: Sequence[Sequence[Awaitable[Any] | None]], needless: Needless) -> None:
        self._groups, self._needless = groups, needless
        self._spots: dict[asyncio.Future[Any], list[Spot]] = {}
        self._cancelled: set[asyncio.Future[Any]] = set()
        self._ranks: dict[asyncio.Future[Any], int] = {}
        self._rank = 0
        self._bumping = False

    async def all(self) -> list[list[Arrival]]:
        """What came of each. Cancels all of them when it is cancelled itself."""
        arrivals: list[list[Arrival]] = [[(0, None)] * len(group) for group in self._groups]
        for number, group in enumerate(self._groups):
            for at, value in enumerate(group):
                if value is not None:
                    self._begin(value, (number, at))
        try:
            await self._until_done()
        except BaseException:
            await _cancel(self._spots)
            raise
        for future, spots in self._spots.items():
            for number, at in spots:
                arrivals[number][at] = (self._ranks.get(future, self._rank), self._result(future))
        return arrivals

    def _begin(self, value: Awaitable[Any], spot: Spot) -> None:
        future = asyncio.ensure_future(value)
        if future in self._spots:  # the same future in two places
            self._spots[future].append(spot)
            return
        self._spots[future] = [spot]
        future.add_done_callback(self._came)

    def _came(self, future: asyncio.Future[Any]) -> None:
        self._ranks[future] = self._rank
        if not self._bumping:  # whatever else comes in this turn of the loop has come together with it
            self._bumping = True
            asyncio.get_running_loop().call_soon(self._bump)

    def _bump(self) -> None:
        self._rank += 1
        self._bumping = False

    async def _until_done(self) -> None:
        pending = set(self._spots)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
            failed = [spot for each in done if _failed(each) for spot in self._spots[each]]
            if pending and failed:
                spots = {spot: each for each in pending for spot in self._spots[each]}
                for spot in self._needless(failed, list(spots)):
                    self._cancelled.add(spots[spot])
                    spots[spot].cancel()

    def _result(self, future: asyncio.Future[Any]) -> Any:
        if future in self._cancelled and future.cancelled():
            return None
        error = future.exception()  # raises CancelledError for what was cancelled by others
        if error is not None and not isinstance(error, Exception):
            raise error
        return future.result() if error is None else error


async def outcome(value: Awaitable[Any] | None) -> Any:
    """What came of one value, or what was raised; None if nothing is waited for."""
    try:
        return None if value is None else await value
    except Exception as error:
        return error


def close(values: Sequence[Awaitable[Any] | None]) -> None:
    """Nobody will wait for these."""
    for value in values:
        if iscoroutine(value):
            value.close()


def _failed(future: asyncio.Future[Any]) -> bool:
    return not future.cancelled() and future.exception() is not None


async def _cancel(futures: Sequence[asyncio.Future[Any]] | dict[asyncio.Future[Any], Any]) -> None:
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)
