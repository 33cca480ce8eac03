"""Sends requests as fast as they are answered, over some connections that stay open, and keeps the times."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast


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
    """One HTTP/1.1 connection to a server on loopback, one request at a time.

    Whoever is told of an answer may send the next request at once: no task has to be woken for that, which would cost
    more than all else that happens here.
    """

    def __init__(self) -> None:
        self._read = bytearray()
        self._whole = 0
        self._told: Callable[[Answer], None]
        self._failed: Callable[[Exception], None] | None = None
        self._transport: asyncio.Transport

    @classmethod
    async def open(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, request: bytes) -> Answer:
        """Send a request. Raises Failed for any answer but a good one."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def failed(error: Exception) -> None:
            if not answer.done():  # else the run is being stopped
                answer.set_exception(error)

        self.send(request, answer.set_result, failed)
        return await answer

    def send(self, request: bytes, told: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
        """Send a request; one of the two is called, once."""
        self._told, self._failed = told, failed
        self._transport.write(request)

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        if self._whole:
            if len(self._read) < self._whole:
                return
        elif not self._is_whole():
            return
        head, _, body = bytes(self._read).partition(b"\r\n\r\n")
        self._read.clear()
        self._whole = 0
        failed, self._failed = self._failed, None
        if failed is None:
            return
        if not head.startswith(b"HTTP/1.1 20"):
            failed(Failed(f"{head.decode()}\n{body[:2000].decode()}"))
        else:
            self._told(Answer(head, _joined(body) if _is_chunked(head) else body))

    def _is_whole(self) -> bool:
        """Whether all of an answer is there; how long it will be is remembered once it is known."""
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._read[:end])
        if _is_chunked(head):
            return self._read.endswith(b"0\r\n\r\n")
        self._whole = end + 4 + int(Answer(head, b"").header("content-length") or 0)
        return len(self._read) >= self._whole

    def connection_lost(self, error: Exception | None) -> None:
        if self._failed is not None:
            self._failed(Failed(f"The server has hung up: {error}"))


def _is_chunked(head: bytes) -> bool:
    return b"transfer-encoding: chunked" in head.lower()


def _joined(chunks: bytes) -> bytes:
    """The body whose chunks these are (RFC 9112, 7.1)."""
    body = bytearray()
    place = 0
    while True:
        end = chunks.index(b"\r\n", place)
        length = int(chunks[place:end], 16)
        if not length:
            return bytes(body)
        body += chunks[end + 2 : end + 2 + length]
        place = end + 2 + length + 2


async def burst(port: int, requests: Sequence[bytes], seconds: float, connections: int) -> Burst:
    """The requests in turn, over and over, for that long. Raises Failed."""
    opened = await asyncio.gather(*(Connection.open(port) for _ in range(connections)))
    begin = time.perf_counter()
    load = _Load(requests, begin + seconds)
    try:
        await asyncio.gather(*(load.through(connection) for connection in opened))
    finally:
        for connection in opened:
            connection.close()
    return Burst(time.perf_counter() - begin, load.times)


class _Load:
    def __init__(self, requests: Sequence[bytes], end: float) -> None:
        self.times: list[float] = []
        self._requests = requests
        self._end = end
        self._turn = 0

    async def through(self, connection: Connection) -> None:
        """One request after the other until the end."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def ask() -> None:
            sent = time.perf_counter()
            if sent >= self._end:
                done.set_result(None)
                return
            self._turn += 1
            connection.send(self._requests[self._turn % len(self._requests)], lambda _: answered(sent), failed)

        def answered(sent: float) -> None:
            self.times.append(time.perf_counter() - sent)
            ask()

        def failed(error: Exception) -> None:
            if not done.done():  # else the run is being stopped
                done.set_exception(error)

        ask()
        await done
