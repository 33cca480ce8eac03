"""What the tests of notifications do over and over, all through the doors."""

from typing import Any

from tests.recordings.deeds import done
from tests.world import World

TEAM = ("ana", "abe", "bob", "mia", "cleo")


async def heard(world: World, who: str) -> list[tuple[str, str]]:
    """What somebody was told and has not read: action and body, newest first."""
    shown = await done(world, who, "GET", "my/notifications?unread=true")
    assert shown["unread_count"] == len(shown["notifications"])
    return [(row["action"], row["body"]) for row in shown["notifications"]]


async def told(world: World, *who: str) -> dict[str, list[str]]:
    """Who was told what since the last time: everybody with unread notifications, which are read hereby."""
    found = {}
    for name in who or (*TEAM, "eve"):
        org = "{org}" if name != "eve" else world.other_org
        shown = (await world.rest(name, "GET", f"/api/v1/{org}/my/notifications?unread=true")).json()
        if shown["notifications"]:
            found[name] = sorted(row["action"] for row in shown["notifications"])
            await world.rest(name, "PUT", f"/api/v1/{org}/my/notifications")
    return found


async def prefer(world: World, who: str, **values: Any) -> None:
    answer = await world.rest(who, "PATCH", "/api/v1/me/preferences", values)
    assert answer.status_code == 200, answer.text


def mention(world: World, *names: str) -> str:
    return "".join(f'<span data-membership-id="{world.id(name)}">@{name}</span>' for name in names)


async def follow(world: World, id: str, *names: str) -> None:
    for name in names:
        await done(world, name, "PUT", f"recordings/{id}/subscription")


async def comment(world: World, who: str, id: str, html: str = "Hm") -> Any:
    return await done(world, who, "POST", f"recordings/{id}/comments", {"content_html": html})
