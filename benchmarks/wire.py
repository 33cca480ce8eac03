"""Counts what a server asks of PostgreSQL, by listening on the wire between them.

A proxy in front of PostgreSQL's socket: it knows one end of the protocol only (the server's answers), changes nothing,
and is taken out of the way before anything is timed.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from app.core.embedded import PORT

READY, ENDS = b"Z"[0], frozenset(b"Cs")
HEADER = 5
"""A message's type and length (PostgreSQL, "Message Formats")."""


@dataclass
class Counter:
    """What has passed so far. Every round trip ends with ReadyForQuery, every statement with CommandComplete, or
    with PortalSuspended where its reader has said how many rows he wants."""

    statements: int = 0
    round_trips: int = 0


@asynccontextmanager
async def listening(server_url: str) -> AsyncIterator[tuple[str, Counter]]:
    """A folder with a socket that leads to the server, and what passes through it."""
    counter = Counter()
    open_pumps: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await _connect(server_url)
        both = [_forward(reader, upstream_writer, None), _forward(upstream_reader, writer, counter)]
        open_pumps.update(asyncio.create_task(pump) for pump in both)

    with tempfile.TemporaryDirectory(prefix="thicket-", dir="/tmp") as folder:
        server = await asyncio.start_unix_server(connected, Path(folder) / f".s.PGSQL.{PORT}")
        try:
            yield folder, counter
        finally:
            server.close()
            for pump in open_pumps:
                pump.cancel()


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    split = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(split.query).items()}
    host, port = options.get("host") or split.hostname or "localhost", options.get("port") or split.port or PORT
    if host.startswith("/"):
        return await asyncio.open_unix_connection(Path(host) / f".s.PGSQL.{port}")
    return await asyncio.open_connection(host, int(port))


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: Counter | None) -> None:
    read = bytearray()
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            if counter is not None:
                read += chunk
                _count(read, counter)
            await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()


def _count(read: bytearray, counter: Counter) -> None:
    """Take the whole messages off the front."""
    while len(read) >= HEADER:
        length = 1 + int.from_bytes(read[1:HEADER])
        if len(read) < length:
            return
        counter.round_trips += read[0] == READY
        counter.statements += read[0] in ENDS
        del read[:length]
