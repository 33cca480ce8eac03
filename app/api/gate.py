"""Where operations that hash a password wait: before they hold a database connection.

Hashing takes long on purpose, and two are done at once. Were the others to wait for it inside their transactions, a
few dozen people signing in would take every connection, and nobody else would be answered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.errors import Unavailable

HASHING = ("signIn", "signUp", "verifyPassword", "changePassword", "resetPassword")
AT_ONCE = 3
"""One more than are hashed at once: it reads and writes meanwhile."""
MOST_WAITING = 200


class Gate:
    """Lets three of them pass at a time, in the order they came."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def passing(self, text: str) -> AsyncIterator[None]:
        """Wait if the operation's text names a mutation that hashes; one that merely looks so waits for nothing worse.

        Raises Unavailable when too many wait already.
        """
        if not any(name in text for name in HASHING):
            yield
            return
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Too many people are signing in at this moment")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()
