"""A server that is told to stop lets requests end that have begun, and takes no new ones."""

import contextlib
import json
import signal
import socket
from collections.abc import Iterator

import pytest

from tests.ops.conftest import PATIENCE, NewDatabase, Running, Thicket, addresses

BODY = json.dumps({"query": "{ __typename }"}).encode()
ANSWER = b'{"data":{"__typename":"Query"}}'
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n"
)


@pytest.fixture
def closing() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack


def connect(running: Running) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_requests_that_have_begun_are_answered(
    new_database: NewDatabase, thicket: Thicket, closing: contextlib.ExitStack, how: signal.Signals
) -> None:
    running = thicket.start("--no-seed", **addresses(await new_database()))
    idle = closing.enter_context(connect(running))
    idle.sendall(HEAD + BODY)
    said = b""
    while not said.endswith(ANSWER):
        said += idle.recv(65536)
    begun = [closing.enter_context(connect(running)) for _ in range(8)]
    for number, each in enumerate(begun):
        each.sendall(HEAD + BODY[: number + 1])
    running.get("/healthz")  # answered after the eight were seen
    running.process.send_signal(how)
    assert read(idle) == b""
    with pytest.raises(OSError, match="refused"):
        connect(running)
    for number, each in enumerate(begun):
        each.sendall(BODY[number + 1 :])
    for each in begun:
        answer = read(each)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.endswith(ANSWER)
    running.process.communicate(timeout=PATIENCE)
    assert running.process.returncode == 0
