"""Asking for workspaces as ThinkEx's clients do."""

from typing import Any

import httpx

from tests.world import World

State = dict[str, Any]


async def ask(world: World, who: str, method: str, path: str = "", json: Any = None) -> httpx.Response:
    """One request below `/api/workspaces`."""
    return await world.rest(who, method, f"/api/workspaces{path}", json)


async def done(world: World, who: str, method: str, path: str = "", json: Any = None) -> Any:
    """What it answers, which must be a success."""
    answer = await ask(world, who, method, path, json)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def made(world: World, who: str = "ana", name: str = "My Project", **fields: Any) -> dict[str, Any]:
    """A new workspace."""
    workspace: dict[str, Any] = (await done(world, who, "POST", "", {"name": name, **fields}))["workspace"]
    return workspace


async def read(world: World, id: str, who: str = "ana") -> dict[str, Any]:
    """A workspace with its state."""
    workspace: dict[str, Any] = (await done(world, who, "GET", f"/{id}"))["workspace"]
    return workspace


async def slugs(world: World, who: str = "ana") -> list[str]:
    """The slugs of the list, in its order."""
    return [each["slug"] for each in (await done(world, who, "GET"))["workspaces"]]
