"""What the calendar's tests do over and over, all through the REST door."""

from typing import Any

from tests.recordings.deeds import answer, done
from tests.world import World

PARIS = "Europe/Paris"


async def event(world: World, who: str = "ana", **fields: Any) -> dict[str, Any]:
    """A new entry; without a project, of the organization's own calendar."""
    return dict(await done(world, who, "POST", "calendar", {"title": "Stand-up", **fields}))


async def listed(world: World, who: str, start: str, end: str, query: str = "") -> list[dict[str, Any]]:
    """What lies in a window."""
    return list(await done(world, who, "GET", f"calendar?from={start}&to={end}{query}"))


async def starts(world: World, start: str, end: str, who: str = "ana", query: str = "") -> list[str]:
    """When everything in a window begins, in order."""
    return [item["start"].replace(":00.000Z", "Z") for item in await listed(world, who, start, end, query)]


async def names(world: World, who: str, start: str, end: str, query: str = "") -> list[str]:
    """What everything in a window is called, in order."""
    return [item["title"] for item in await listed(world, who, start, end, query)]


async def problem(world: World, method: str, path: str, body: Any = None, who: str = "ana") -> tuple[int, Any, Any]:
    """Status, field and code of the first thing that is wrong."""
    code, shown = await answer(world, who, method, path, body)
    first = (shown["error"].get("details") or [{}])[0]
    return code, first.get("field"), first.get("code")
