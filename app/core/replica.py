"""A copy of the database that queries may read: only while it keeps up, and only for whom it is not behind.

Positions are places in the database's log. Who has written waits for nothing: until the copy has replayed that write,
the caller's queries go to the first database, as all writes do.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import asyncpg

from app.core.context import Caller
from app.core.db import Database
from app.core.errors import AppError

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between two looks at whether the copy keeps up: it may be read while it is behind by twice as much."""
PATIENCE = 2
MOST = 10_000
"""Callers whose last write is remembered."""


class Replica:
    """The copy, and what is known of how far it has come."""

    def __init__(self, primary: Database, copy: Database) -> None:
        self._primary = primary
        self._copy = copy
        self._written: dict[bytes, int] = {}
        self._written_by_nobody = 0
        """The last write of somebody who had not signed in: signing in, say. It holds for everybody."""
        self._replayed = 0
        self._expected: int | None = None
        self.keeps_up = False

    async def for_query(self, caller: Caller) -> Database:
        """The database that the caller's next query is to read."""
        if not self.keeps_up:
            return self._primary
        mine = self._written.get(caller.credential.digest, 0) if caller.credential else 0
        needed = max(mine, self._written_by_nobody, caller.position)
        if self._replayed < needed:
            try:
                self._replayed = await self._copy.replayed()
            except (AppError, asyncpg.PostgresError):
                self.distrust()
        return self._copy if self.keeps_up and self._replayed >= needed else self._primary

    async def note_write(self, caller: Caller) -> int:
        """Remember that the caller has just written; up to where the copy has to come for that caller."""
        try:
            position = await self._primary.position()
        except AppError:  # what was written stays written: the caller must not hear otherwise
            self.distrust()
            return 0
        if caller.credential is None:
            self._written_by_nobody = max(self._written_by_nobody, position)
            return position
        if len(self._written) >= MOST:
            self._written = {who: place for who, place in self._written.items() if place > self._replayed}
            if len(self._written) >= MOST:
                self._written_by_nobody = max(self._written.values())
                self._written.clear()
        self._written[caller.credential.digest] = position
        return position

    def distrust(self) -> None:
        """Read the copy no more, until it has come where the first database will be at the next look."""
        self.keeps_up, self._expected = False, None

    async def look(self) -> None:
        """See whether the copy has come by now where the first database was at the last look."""
        try:
            async with asyncio.timeout(PATIENCE):
                self._replayed = await self._copy.replayed()
                keeps_up = self._expected is not None and self._replayed >= self._expected
                self._expected = await self._primary.position()
        except (AppError, TimeoutError, asyncpg.PostgresError):
            keeps_up, self._expected = False, None
        if keeps_up is not self.keeps_up:
            log.info("Queries read %s", "the replica" if keeps_up else "the first database: the replica is behind")
        self.keeps_up = keeps_up

    async def watch(self) -> None:
        """Look again and again, until this task is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(PAUSE)


@contextlib.asynccontextmanager
async def following(
    primary: Database, url: str, *, size: int, statement_cache_size: int, role: str | None
) -> AsyncIterator[Replica]:
    """Let queries read the copy at this address as long as the block lasts. It may be away at first, or later."""
    copy = Database()
    await copy.open(url, size=size, statement_cache_size=statement_cache_size, role=role, least=0)
    replica = primary.replica = Replica(primary, copy)
    watching = asyncio.create_task(replica.watch())
    try:
        yield replica
    finally:
        primary.replica = None
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await copy.close()
