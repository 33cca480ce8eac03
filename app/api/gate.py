"""Where operations wait that take long inside their transactions: before they hold a database connection.

Hashing a password takes long on purpose, keeping a file takes as long as the storage does, and an answer of a payment
provider or of somebody's webhook as long as that. Were they to wait for each other inside their transactions, a few
dozen people signing in, or ten files on their way to a storage that hangs, would take every connection, and nobody else
would be answered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from app.core.errors import Unavailable

MOST_WAITING = 200


class Gate:
    """Lets a few operations of one kind pass at a time, in the order they came."""

    def __init__(self, mutations: tuple[str, ...], places: int, refusal: str) -> None:
        self._mutations = mutations
        self._places = asyncio.Semaphore(places)
        self._refusal = refusal
        self._waiting = 0

    def minds(self, text: str) -> bool:
        """Whether the operation's text names one of the mutations; what merely looks so waits for nothing worse."""
        return any(name in text for name in self._mutations)

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Wait for a place. Raises Unavailable when too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise Unavailable(self._refusal)
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()


class Gates:
    """All that one process has."""

    def __init__(self) -> None:
        hashing = ("signIn", "signUp", "verifyPassword", "changePassword", "resetPassword")
        self._gates = (
            # One more than are hashed at once: it reads and writes meanwhile.
            Gate(hashing, 3, "Too many people are signing in at this moment"),
            # Less than half of the connections that there are by default.
            Gate(("createUpload", "updateUpload"), 4, "Too many files are being sent at this moment"),
            Gate(("testWebhook",), 2, "Too many webhooks are being tried at this moment"),
            Gate(("createCheckout", "createBillingPortal", "prices"), 3, "Too many people are paying at this moment"),
        )

    @asynccontextmanager
    async def passing(self, text: str) -> AsyncIterator[None]:
        """Wait at every gate that minds the operation; always in the same order, so that nobody waits in a circle."""
        async with AsyncExitStack() as passed:
            for gate in self._gates:
                if gate.minds(text):
                    await passed.enter_async_context(gate.passing())
            yield
