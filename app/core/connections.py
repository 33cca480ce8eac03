"""A pool of connections that go from hand to hand: whoever is done gives his to whoever waits.

To return a connection to the driver's pool and to take one from it costs two tasks and two timers, more than a small
statement itself. So those that nobody waits for are held for a moment. None is cleaned in between: every setting dies
with its transaction.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg

PATIENCE = 3.0
"""Seconds that somebody waits for a connection."""
HELD = 1.0
"""Seconds until those that nobody uses are back in the driver's pool, which closes the ones that are idle for long."""


class Connections:
    """The connections of one pool, none of which is taken from it in any other way."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._taken = 0
        """Connections that are not in the driver's pool: those in use, and the spare ones."""
        self._spare: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        """Told of a connection, or by None that one may be opened."""
        self._timer: asyncio.TimerHandle | None = None
        self._returning: set[asyncio.Task[None]] = set()
        self._closing = False

    @classmethod
    async def open(cls, url: str, *, least: int, most: int, **options: Any) -> "Connections":
        """Connect: at once as often as `least` says."""
        return cls(await asyncpg.create_pool(url, min_size=least, max_size=most, **options))

    def counts(self) -> dict[str, int]:
        """How many connections there are by state, and how many there may be at `most`."""
        open, idle = self._pool.get_size(), self._pool.get_idle_size() + len(self._spare)
        return {"idle": idle, "busy": open - idle, "most": self._pool.get_max_size()}

    async def take(self) -> asyncpg.Connection:
        """A connection, to be given back or dropped. Raises the driver's errors, and TimeoutError after 3 seconds."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            if self._spare:
                connection = self._spare.pop()
                if not _is_closed(connection):
                    return connection
                await self.drop(connection)
            elif self._taken < self._pool.get_max_size():
                return await self._acquire()
            elif (told := await self._wait(until)) is not None:
                return told

    def give_back(self, connection: asyncpg.Connection) -> None:
        """Let the next one have a connection on which all went well."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(connection)
                return
        self._spare.append(connection)
        if self._closing:
            self._return_all()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HELD, self._return_all)

    async def drop(self, connection: asyncpg.Connection) -> None:
        """Return a connection to the driver's pool, which mends or replaces it."""
        try:
            await self._pool.release(cast(Any, connection))
        finally:
            self._taken -= 1
            self._invite()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the length of the block."""
        connection = await self.take()
        try:
            yield connection
        except BaseException:
            await self.drop(connection)
            raise
        self.give_back(connection)

    async def close(self) -> None:
        """Wait until all connections are given back, and close them."""
        self._closing = True
        self._return_all()
        await asyncio.gather(*self._returning)
        await self._pool.close()

    async def _acquire(self) -> asyncpg.Connection:
        self._taken += 1
        try:
            return cast(asyncpg.Connection, await self._pool.acquire(timeout=PATIENCE))
        except BaseException:
            self._taken -= 1
            self._invite()
            raise

    async def _wait(self, until: float) -> asyncpg.Connection | None:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
        self._waiting.append(waiting)
        timer = loop.call_at(until, _give_up, waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():  # it was told something just before: others need that
                told = waiting.result()
                if told is None:
                    self._invite()
                else:
                    self.give_back(told)
            raise
        finally:
            timer.cancel()

    def _invite(self) -> None:
        """Tell the next one that waits that another connection may be opened."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    def _return_all(self) -> None:
        """Return what is spare to the driver's pool."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._spare:
            task = asyncio.ensure_future(self.drop(self._spare.pop()))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)


def _give_up(waiting: "asyncio.Future[asyncpg.Connection | None]") -> None:
    if not waiting.done():
        waiting.set_exception(TimeoutError())


def _is_closed(connection: asyncpg.Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the driver's pool has noticed it, and has it no more
        return True
