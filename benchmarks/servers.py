"""Starts the applications that are compared, each as one process on a socket of ours, and ends them."""

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import data, postgres
from benchmarks.load import Connection, Failed
from benchmarks.serve import POOL

PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Server:
    """A server that has been started."""

    process: subprocess.Popen[bytes]
    port: int


def in_node(peer: str) -> bool:
    """Whether a peer is written for Node.js."""
    return (PEERS / "node" / f"{peer}.js").exists()


@contextmanager
def running(wanted: Mapping[str, tuple[str, str]], node: str | None) -> Iterator[dict[str, Server]]:
    """Servers by name, of a peer and the address of its database each; ended afterwards."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(started(*each, node)) for name, each in wanted.items()}


@contextmanager
def started(peer: str, database_url: str, node: str | None) -> Iterator[Server]:
    """One server, which may not be ready yet: whoever connects has to wait for the first answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        handle, port = listener.fileno(), listener.getsockname()[1]
        if in_node(peer):
            command = [node or "node", str(PEERS / "node" / f"{peer}.js"), str(handle)]
        else:
            command = [sys.executable, "-m", "benchmarks.serve", peer, str(handle)]
        process = subprocess.Popen(command, pass_fds=[handle], env=_environment(database_url, port))
    try:
        yield Server(process, port)
    finally:
        process.kill()  # it keeps nothing, and may wait for the proxy, which is in this very process
        process.wait()


def _environment(database_url: str, port: int) -> dict[str, str]:
    left_out = ("THICKET_", "PYTHONDONTWRITEBYTECODE")
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return theirs | {
        "PYTHONPYCACHEPREFIX": str(postgres.FOLDER / "bytecode"),  # kept between starts, as an installation has it
        "THICKET_SECRET": data.SECRET,
        "THICKET_POOL_SIZE": str(POOL),
        "THICKET_RATE_LIMITS": "off",
        "THICKET_RUN_JOBS": "false",  # what comes after the answer (mails) is left to a worker, and no peer does it
        "THICKET_DATA_DIR": str(postgres.FOLDER),
        "THICKET_DATABASE_URL": database_url,
        "THICKET_BASE_URL": f"http://127.0.0.1:{port}",
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }


@asynccontextmanager
async def connection(server: Server) -> AsyncIterator[Connection]:
    """A connection to a server that may just be starting. Raises Failed when it does not get ready."""
    opened = await Connection.open(server.port)
    try:
        yield opened
    except Failed as error:
        if server.process.poll() is None:
            raise
        raise Failed(f"A server ended with status {server.process.returncode}; it said why above.") from error
    finally:
        opened.close()
