"""What the tests of signing in share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth import passwords
from app.core import clock
from app.main import create_app
from app.settings import Environment, Settings
from tests.auth.browser import Browser

CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)


@pytest.fixture
async def browser(app: FastAPI, settings: Settings) -> AsyncIterator[Browser]:
    """Somebody who has no account yet."""
    async with Browser.of(app, settings) as made:
        yield made


@pytest.fixture
async def another(app: FastAPI, settings: Settings) -> AsyncIterator[Browser]:
    """Somebody else, or the same person at another machine."""
    async with Browser.of(app, settings) as made:
        yield made


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Sets the server's clock ahead."""
    yield clock.move
    clock.move(timedelta())


Start = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def start(settings: Settings, owner: Any, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a server with other settings, beside the usual one and on the same database."""
    running: list[Any] = []

    await owner.execute("delete from jobs")

    async def begin(**changes: Any) -> Browser:
        others = settings.model_copy(update={"mail_dir": tmp_path, **changes})
        app = create_app(others)
        life = app.router.lifespan_context(app)
        await life.__aenter__()
        running.append(life)
        return Browser.of(app, others)

    yield begin
    await owner.execute("delete from rate_buckets")
    for life in reversed(running):
        await life.__aexit__(None, None, None)


PRODUCTION = {"env": Environment.PRODUCTION, "base_url": "https://thicket.example"}
