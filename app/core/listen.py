"""Hears what transactions announce by NOTIFY, on a connection of its own that comes back by itself.

It needs a direct address: a pooler in transaction mode passes no notifications on, and a standby has none.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping

import asyncpg

log = logging.getLogger(__name__)

Hear = Callable[[str], None]
"""Gets what was announced: up to 8,000 bytes of text."""

LONGEST_PAUSE = 5.0
"""Seconds between two tries to connect."""
PING = 30.0
"""Seconds after which a silent connection is asked whether it is still there."""


async def listen(url: str, hearers: Mapping[str, Hear]) -> None:
    """Call each channel's hearer for every announcement, until this task is cancelled.

    Whenever it has connected, each is called once with an empty text: something may have been missed before.
    """
    pause = 0.1
    while True:
        try:
            await _listen_once(url, hearers)
            pause = 0.1
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.debug("No announcements are heard: %s", type(error).__name__)
            pause = min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)


async def _listen_once(url: str, hearers: Mapping[str, Hear]) -> None:
    """Until the connection is gone."""
    connection = await asyncpg.connect(url, timeout=5, command_timeout=5)
    gone = asyncio.Event()
    connection.add_termination_listener(lambda _: gone.set())
    try:
        for channel, hear in hearers.items():
            await connection.add_listener(channel, _adapted(hear))
        for hear in hearers.values():
            hear("")
        while not gone.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(gone.wait(), PING)
                return
            await connection.execute("select 1")
    finally:
        connection.terminate()


def _adapted(hear: Hear) -> Callable[[object, int, str, object], None]:
    return lambda _connection, _process, _channel, said: hear(str(said))
