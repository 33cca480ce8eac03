"""Sends requests as fast as they are answered, over some connections that stay open, and keeps the times."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import cast

CONNECTIONS = 16


class Failed(Exception):
    """A server did not answer as it should. The message holds its answer."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value, by its lower-case name."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.encode():
                return value.strip().decode()
        return None


@dataclass
class Burst:
    """Some seconds of requests."""

    seconds: float
    times: list[float] = field(default_factory=list)
    """How long each request took, in seconds."""

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection to a server on loopback, one request at a time."""

    def __init__(self) -> None:
        self._read = bytearray()
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport

    @classmethod
    async def open(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, request: bytes) -> Answer:
        """Send a request. Raises Failed for any answer but 200."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        answer = await self._answer
        if not answer.head.startswith(b"HTTP/1.1 200 "):
            raise Failed(f"{answer.head.decode()}\n{answer.body[:2000].decode()}")
        return answer

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._read[:end])
        length = Answer(head, b"").header("content-length")
        whole = end + 4 + int(length or 0)
        if len(self._read) >= whole and self._answer is not None:
            self._answer.set_result(Answer(head, bytes(self._read[end + 4 : whole])))
            self._answer = None
            del self._read[:whole]

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Failed(f"The server has hung up: {error}"))


async def burst(port: int, requests: Sequence[bytes], seconds: float) -> Burst:
    """The requests in turn, over and over, for that long. Raises Failed."""
    connections = await asyncio.gather(*(Connection.open(port) for _ in range(CONNECTIONS)))
    turn = count()
    times: list[float] = []
    begin = time.perf_counter()

    async def work(connection: Connection) -> None:
        while (sent := time.perf_counter()) < begin + seconds:
            await connection.ask(requests[next(turn) % len(requests)])
            times.append(time.perf_counter() - sent)

    try:
        await asyncio.gather(*(work(connection) for connection in connections))
    finally:
        for connection in connections:
            connection.close()
    return Burst(time.perf_counter() - begin, times)
