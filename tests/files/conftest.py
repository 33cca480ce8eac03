"""The same tests for both storages: a folder, and an S3 server in a process of its own."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import httpx
import pytest
from fastapi import FastAPI

from app.core.storage import Storage
from app.files.storage import storage_of
from app.main import create_app
from app.settings import Settings, StorageKind
from tests.world import World, populate

BUCKET = "thicket"
KEYS = {"access_key_id": "key", "secret_access_key": "secret"}


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server that has an empty bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(endpoint)
                break
            time.sleep(0.05)
        boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        ).create_bucket(Bucket=BUCKET)
        yield endpoint
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module", params=list(StorageKind))
async def keeping(request: pytest.FixtureRequest, settings: Settings, owner: Any, app: FastAPI) -> AsyncIterator[Any]:
    """A server, and its settings, with one of the storages."""
    if request.param is StorageKind.DISK:
        yield app, settings
        return
    s3 = {"s3_endpoint": request.getfixturevalue("s3_endpoint"), "s3_bucket": BUCKET}
    keys = {"s3_access_key": KEYS["access_key_id"], "s3_secret_key": KEYS["secret_access_key"]}
    changed = settings.model_copy(update={"storage": StorageKind.S3, **s3, **keys})
    other = create_app(changed)
    async with other.router.lifespan_context(other):
        yield other, changed


@pytest.fixture
async def world(keeping: Any, owner: Any) -> AsyncIterator[World]:
    app, settings = keeping
    made = await populate(owner, app, settings)
    yield made
    await made.close()


@pytest.fixture
def storage(world: World) -> Storage:
    """Where the world's files are."""
    return storage_of(world.settings)


@pytest.fixture
async def away(world: World, owner: Any) -> AsyncIterator[World]:
    """The same people at a server whose storage cannot be reached."""
    if world.settings.storage is StorageKind.DISK:
        folder = world.settings.data_dir / "nowhere"
        folder.mkdir()
        (folder / "files").write_text("in the way")
        changed = world.settings.model_copy(update={"data_dir": folder})
    else:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        changed = world.settings.model_copy(update={"s3_endpoint": nobody})
    app = create_app(changed)
    async with app.router.lifespan_context(app):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=changed.url)
        before, world.client = world.client, client
        yield world
        world.client = before
        await client.aclose()
    shutil.rmtree(world.settings.data_dir / "nowhere", ignore_errors=True)
