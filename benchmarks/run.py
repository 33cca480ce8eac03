"""Starts what it compares, sees that all give the same answer, counts statements, then times them in turns.

python -m benchmarks.run [--json FILE] [--database-url URL]      QUICK=1 for a minute's worth
"""

import argparse
import asyncio
import os
import platform
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import uvloop

from app.core.embedded import CannotStart
from benchmarks import data, postgres, wire
from benchmarks.lanes import LANES, LIMIT, cookies, difference
from benchmarks.load import CONNECTIONS, Connection, Failed, burst
from benchmarks.report import Cost, Result, Round, table
from benchmarks.serve import POOL
from benchmarks.usage import processor_seconds

PATIENCE = 30
"""Seconds that a server may take to its first answer."""
COUNTED = 20
WARM_UP = 0.5


class Different(Exception):
    """Two lanes do not give the same answer, so there is nothing to compare."""


@dataclass(frozen=True)
class Peer:
    """A server that has been started."""

    process: subprocess.Popen[bytes]
    port: int


def main() -> None:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped"))  # so that what was started is ended
    quick = os.environ.get("QUICK", "") not in ("", "0")
    rounds, seconds = (3, 1.0) if quick else (7, 3.0)
    try:
        _load_once(arguments.database_url)
        with postgres.running(arguments.database_url, durable=True) as server:
            results = uvloop.run(_measure(server, rounds, seconds))
    except (CannotStart, Different, Failed) as error:
        sys.exit(str(error))
    _say(table(results, LIMIT))
    if arguments.json:
        arguments.json.write_bytes(orjson.dumps(_facts(results, rounds, seconds), option=orjson.OPT_INDENT_2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers, round by round")
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help=f"a superuser's, on loopback; the database {data.DATABASE} is made there. Default: our own PostgreSQL",
    )
    return parser.parse_args()


def _load_once(database_url: str | None) -> None:
    with postgres.running(database_url, durable=False) as server:
        if not asyncio.run(data.is_loaded(server.url)):
            _say("Loading 200,000 recordings of 50 organizations; they are kept for the next time.")
            asyncio.run(data.load(server.url))


async def _measure(server: postgres.Server, rounds: int, seconds: float) -> list[Result]:
    asking = await cookies(server.url)
    costs = await _costs(server, asking)
    results = [Result(lane.name, costs[lane.name]) for lane in LANES]
    with _peers(server.serving_url()) as peers:
        await _check_equal(peers, asking)
        for lane in LANES:
            await burst(peers[lane.peer].port, lane.requests(asking), WARM_UP)
        for number in range(rounds):
            _say(f"Round {number + 1} of {rounds}")
            # Backwards every other time: whoever comes first finds another machine than whoever comes last.
            for lane, result in list(zip(LANES, results, strict=True))[:: 1 if number % 2 == 0 else -1]:
                result.rounds.append(await _round(server, peers[lane.peer], lane.requests(asking), seconds))
    return results


async def _round(server: postgres.Server, peer: Peer, requests: Sequence[bytes], seconds: float) -> Round:
    before = _used(peer.process.pid), _used(server.pid)
    done = await burst(peer.port, requests, seconds)
    used = [now - then for now, then in zip((_used(peer.process.pid), _used(server.pid)), before, strict=True)]
    per_request = [spent * 1000 / len(done.times) for spent in used]
    return Round(
        rate=done.rate,
        median=done.percentile(0.5),
        tail=done.percentile(0.99),
        server_milliseconds=per_request[0],
        postgres_milliseconds=per_request[1] if server.pid else None,
    )


def _used(pid: int | None) -> float:
    return processor_seconds(pid) if pid else 0.0


async def _costs(server: postgres.Server, asking: dict[str, str]) -> dict[str, Cost]:
    """Statements and round trips of one request, by lane."""
    costs = {}
    async with wire.listening(server.url) as (folder, counter):
        with _peers(postgres.socket_url(folder)) as peers:
            for lane in LANES:
                async with _connection(peers[lane.peer]) as connection:
                    requests = lane.requests(asking)
                    for request in requests[:COUNTED]:  # what is prepared once per connection is prepared now
                        await connection.ask(request)
                    statements, trips = counter.statements, counter.round_trips
                    for request in requests[:COUNTED]:
                        await connection.ask(request)
                    costs[lane.name] = Cost(
                        (counter.statements - statements) / COUNTED, (counter.round_trips - trips) / COUNTED
                    )
    return costs


async def _check_equal(peers: dict[str, Peer], asking: dict[str, str]) -> None:
    """Every organization's answer is the same on every lane. Raises Different."""
    expected = None
    for lane in LANES:
        async with _connection(peers[lane.peer]) as connection:
            answers = [lane.read(await connection.ask(request)) for request in lane.requests(asking)]
        expected = expected or answers
        for slug, wanted, given in zip(asking, expected, answers, strict=True):
            if given != wanted:
                raise Different(f"{lane.name} and {LANES[0].name} differ for {slug}. {difference(given, wanted)}")
    assert expected is not None
    if not all(len(answer["rows"]) == 50 < answer["total"] for answer in expected):
        raise Different("Somebody does not see 50 to-dos and more")


@contextmanager
def _peers(database_url: str) -> Iterator[dict[str, Peer]]:
    """Every peer, started on the database; ended afterwards."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(_started(name, database_url)) for name in {lane.peer for lane in LANES}}


@contextmanager
def _started(name: str, database_url: str) -> Iterator[Peer]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        handle, port = listener.fileno(), listener.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve", name, str(handle)],
            pass_fds=[handle],
            env={
                **_environment(),
                "THICKET_DATABASE_URL": database_url,
                "THICKET_BASE_URL": f"http://127.0.0.1:{port}",
            },
        )
    try:
        yield Peer(process, port)
    finally:
        process.kill()  # it keeps nothing, and may wait for the proxy, which is in this very process
        process.wait()


def _environment() -> dict[str, str]:
    ours = {
        "THICKET_SECRET": data.SECRET,
        "THICKET_POOL_SIZE": str(POOL),
        "THICKET_RATE_LIMITS": "off",
        "THICKET_DATA_DIR": str(postgres.FOLDER),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("THICKET_")} | ours


@asynccontextmanager
async def _connection(peer: Peer) -> AsyncIterator[Connection]:
    """A connection to a server that may just be starting. Raises Failed when it does not get ready."""
    connection = await Connection.open(peer.port)
    try:
        yield connection
    except Failed as error:
        if peer.process.poll() is None:
            raise
        raise Failed(f"A server ended with status {peer.process.returncode}; it said why above.") from error
    finally:
        connection.close()


def _facts(results: list[Result], rounds: int, seconds: float) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "connections": CONNECTIONS,
        "rounds": rounds,
        "seconds": seconds,
        "lanes": [result.facts(results[0]) for result in results],
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
