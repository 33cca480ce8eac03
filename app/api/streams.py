"""Runs subscriptions: waits until something may have happened, looks what it was, and shows each new row.

Nobody's right is remembered. Each look and each row is a transaction of its own that becomes the subscriber anew: who
signed out, lost the project or may not see the row is told nothing, and is found out within RECHECK seconds even where
nothing happens. What is not yet told waits in the database, not here, however slowly the subscriber reads.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import replace
from typing import Any

from graphql import GraphQLError
from strawberry.types import ExecutionResult

from app.api.execute import Operation, Schema
from app.core.context import Caller, Context
from app.core.database_errors import refusal_of
from app.core.errors import AppError, Internal, NotFound, RateLimited, Unavailable
from app.core.live import Live, NewRow, Position, Watch, Watchers
from app.live.loaders import News, news

RECHECK = 4.5
"""Seconds between two looks, at most."""
AGAIN = 1.0
"""Seconds until the next try where the database is away."""
MOST = 5000
"""Subscriptions of one process."""
MOST_OF_ONE = 200
"""Of one credential or, without one, of one address."""


class Refused(Exception):
    """A subscription that does not begin, or goes on no longer."""

    def __init__(self, errors: list[GraphQLError], *, revoked: bool = False) -> None:
        self.errors = errors
        self.revoked = revoked
        """It ends because its credential is good for nothing any more."""
        super().__init__(errors[0].message)


class Leaving(Exception):
    """The server stops: whoever wants to hear more subscribes at another process, or later."""


class Streams:
    """The subscriptions of one process."""

    def __init__(self, schema: Schema, watchers: Watchers, at_once: int) -> None:
        self._schema = schema
        self._watchers = watchers
        self._places = asyncio.Semaphore(at_once)
        self._open: Counter[Any] = Counter()

    @property
    def leaving(self) -> bool:
        return self._watchers.leaving.is_set()

    async def results(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller
    ) -> AsyncGenerator[ExecutionResult]:
        """What the subscriber is shown of each new row, from its beginning to the end of the connection.

        Raises Refused, RateLimited, Unavailable (too many) and Leaving.
        """
        with self._counted(caller):
            watch = await self._begin(operation, variables, caller)
            position = watch.start
            with self._watchers.watching(watch.topics) as bell:
                while True:
                    bell.clear()
                    found = await self._look(watch, position, caller)
                    for row in found.rows:
                        result = await self._show(operation, variables, caller, row)
                        if result is not None:
                            yield result
                    position = found.position
                    if not found.more:
                        await _pause(bell, RECHECK * random.uniform(0.8, 1.0))

    @contextlib.contextmanager
    def _counted(self, caller: Caller) -> Iterator[None]:
        who = caller.credential.digest if caller.credential else caller.ip
        if self._open.total() >= MOST:
            raise Unavailable("Too many subscriptions are open on this server at this moment")
        if self._open[who] >= MOST_OF_ONE:
            raise RateLimited(f"You have {MOST_OF_ONE} subscriptions already: end one first")
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            self._open += Counter()  # forgets those who have none

    async def _begin(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> Watch:
        """What to watch, as the operation itself says when it is run for the first time."""
        live = Live()
        result = await self._schema.run(operation, variables, _caller(caller, live))
        if result.errors or live.watch is None:
            raise Refused(result.errors or [GraphQLError("The subscription asks for nothing")])
        return live.watch

    async def _look(self, watch: Watch, position: Position, caller: Caller) -> News:
        """What is new, as soon as the database is there to say so."""
        while True:
            if self.leaving:
                raise Leaving
            try:
                # As of one moment: what is seen, and of what. A project that is made between the two would be missed.
                async with self._places, caller.database.transaction(writes=False, still=True) as tx:
                    slug = caller.meant(watch.org)
                    identity, place = await tx.begin(caller.credential, slug) if caller.credential else (None, None)
                    ctx = Context(caller, tx, identity, writes=False, expected=place, expected_as=slug)
                    await ctx.enter(watch.org)
                    return await news(ctx, watch, position)
            except Exception as error:
                refusal = refusal_of(error)
                if isinstance(refusal, Internal):
                    raise
                if not isinstance(refusal, Unavailable):
                    raise _ended(refusal) from error
            await asyncio.sleep(AGAIN)

    async def _show(
        self, operation: Operation, variables: Mapping[str, Any], caller: Caller, row: NewRow
    ) -> ExecutionResult | None:
        """What the subscriber is shown of one row; None where he does not see it any more."""
        while True:
            if self.leaving:
                raise Leaving
            async with self._places:
                result = await self._schema.run(operation, variables, _caller(caller, Live(news=row)))
            causes = [error.original_error for error in result.errors or () if _is_of_all(error)]
            refusal = next((cause for cause in causes if isinstance(cause, AppError)), None)
            if refusal is None:
                return result
            if isinstance(refusal, NotFound):
                return None
            if not isinstance(refusal, Unavailable):
                raise _ended(refusal)
            await asyncio.sleep(AGAIN)


def _caller(caller: Caller, live: Live) -> Caller:
    return replace(caller, live=live, response_headers=[], contents={}, idempotency_key=None)


def _is_of_all(error: GraphQLError) -> bool:
    """Whether the error leaves nothing of the answer."""
    return error.path is None or len(error.path) == 1


def _ended(refusal: AppError) -> Refused:
    error = GraphQLError(refusal.message, extensions=refusal.extensions, original_error=refusal)
    return Refused([error], revoked=refusal.status == 401)


async def _pause(bell: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await bell.wait()
