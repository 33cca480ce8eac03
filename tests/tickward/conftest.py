"""Tickward's clients: a key, and the requests that they send with it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.tickward.conforming import conform
from tests.world import World

Call = Callable[..., Awaitable[httpx.Response]]

TIMER = {
    "id": "timer_123",
    "label": "Flight to Tokyo",
    "target_date": "2036-10-10T09:30:00.000Z",
    "timezone": "Asia/Tokyo",
    "reminders": [{"offset_minutes": 10}],
}
LAUNCH: dict[str, Any] = {
    "name": "Launch Plan",
    "color": "#111827",
    "spaces": [{"id": "travel", "name": "Travel", "color": "#2563eb", "timers": [TIMER]}],
    "timers": [],
}


async def key(world: World, who: str = "ana", permission: str = "full") -> str:
    """A new key of Tickward's kind."""
    body = {"dialect": "tickward", "name": "Script", "permission": permission}
    answer = await world.rest(who, "POST", "/api/v1/{org}/api-keys", body)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


@pytest.fixture
async def call(world: World) -> Call:
    """Send one request with a full key; `token`: another one. Every answer is one that the document has."""
    usual = await key(world)

    async def send(method: str, path: str, json: Any = None, *, token: str = usual, **headers: str) -> httpx.Response:
        said = {"authorization": f"Bearer {token}"} if token else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        extra = {} if json is None else {"json": json}
        answer = await world.client.request(method, f"/api/v1{path}", headers=said | named, **extra)
        conform(answer)
        return answer

    return send
