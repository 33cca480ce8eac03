"""Databases of their own, and a server as people start it."""

import io
import itertools
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.cli import main
from tests.conftest import SECRET, TEMPLATE, server_url

PROGRAM = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())"]
PATIENCE = 120
"""Seconds after which a command hangs."""
NewDatabase = Callable[..., Awaitable[str]]


@dataclass(frozen=True)
class Finished:
    """What a command came to."""

    status: int
    out: str
    err: str


@dataclass
class Thicket:
    """The program, in a folder of its own and with settings of its own."""

    folder: Path
    settings: dict[str, str]

    def __call__(self, *arguments: str, **settings: str) -> Finished:
        """Run a command to its end, in this process. Settings as in `port="8001"`."""
        out, err = io.StringIO(), io.StringIO()
        # In a thread, since commands have event loops of their own.
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name in set(os.environ) - set(self.environment(settings)):
                patch.delenv(name)
            for name, value in self.environment(settings).items():
                patch.setenv(name, value)
            with ThreadPoolExecutor(1) as thread:
                status = thread.submit(main, arguments).result(PATIENCE)
        return Finished(status, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **settings: str) -> "Running":
        """Start a server, and wait until it has said all that it says at the start."""
        port = free_port()
        with (self.folder / "errors.txt").open("a") as errors:
            process = subprocess.Popen(
                [*PROGRAM, "--port", str(port), *arguments],
                cwd=self.folder,
                env=self.environment(settings),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if "  Database" in line:
                break
        running = Running(process, port, said)
        assert "  Database" in "\n".join(said), (self.folder / "errors.txt").read_text()
        return running

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        """Ours without its settings, and with the given ones."""
        given = {f"THICKET_{name.upper()}": value for name, value in {**self.settings, **settings}.items()}
        ours = {name: value for name, value in os.environ.items() if not name.startswith("THICKET_")}
        return {**ours, "PYTHONPATH": str(Path(__file__).parents[2]), **given}


@dataclass
class Running:
    """A server that answers."""

    process: "subprocess.Popen[str]"
    port: int
    said: list[str]
    """The lines it printed, up to the last one that tells where things are."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, accept: str = "*/*") -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()

    def end(self, how: signal.Signals) -> int:
        """Tell it to stop; its exit status."""
        self.process.send_signal(how)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def thicket(tmp_path: Path) -> Thicket:
    return Thicket(tmp_path, {"secret": SECRET})


@pytest.fixture(scope="session")
async def new_database(owner: "asyncpg.Connection[Any]", worker_id: str) -> AsyncIterator[NewDatabase]:
    """Makes a database: a migrated one, unless `template` says otherwise; its name."""
    numbers = itertools.count()
    made = []

    async def make(template: str = TEMPLATE) -> str:
        name = f"thicket_ops_{worker_id}_{next(numbers)}"
        await owner.execute(f"drop database if exists {name} with (force)")
        await owner.execute(f"create database {name} template {template}")
        made.append(name)
        return name

    yield make
    for name in made:
        await owner.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, live_database: str) -> Iterator[Running]:
    """One server for all tests that only talk to it, on a database that nobody else uses."""
    program = Thicket(tmp_path_factory.mktemp("live"), {"secret": SECRET})
    running = program.start(**addresses(live_database))
    yield running
    running.end(signal.SIGINT)


@pytest.fixture(scope="session")
async def live_database(new_database: NewDatabase) -> str:
    return await new_database()


def addresses(database: str) -> dict[str, str]:
    """The settings for serving from a database."""
    return {
        "database_url": server_url(database, "thicket_server"),
        "database_direct_url": server_url(database),
    }
