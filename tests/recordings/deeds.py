"""What the tests of recordings do over and over, all through the REST door."""

from dataclasses import dataclass
from typing import Any

from tests.world import World

API = "/api/v1/{org}"
NOT_FOUND = {"error": {"code": "not_found", "message": "Not found"}}


async def answer(world: World, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and body of one request below the organization."""
    response = await world.rest(who, method, f"{API}/{path}", body)
    return response.status_code, response.json()


async def status(world: World, who: str, method: str, path: str, body: Any = None) -> int:
    """The status alone."""
    return (await answer(world, who, method, path, body))[0]


async def done(world: World, who: str, method: str, path: str, body: Any = None) -> Any:
    """The body of what must succeed."""
    code, shown = await answer(world, who, method, path, body)
    assert code in (200, 201), shown
    return shown


async def refusal(world: World, who: str, method: str, path: str, body: Any = None) -> tuple[int, str, str | None]:
    """Status, message, and the field of the first problem."""
    code, shown = await answer(world, who, method, path, body)
    problems = shown["error"].get("details") or [{}]
    return code, shown["error"]["message"], problems[0].get("field")


async def seen(world: World, who: str, id: str) -> Any:
    """The recording as somebody sees it; None where it is not there for them."""
    code, shown = await answer(world, who, "GET", f"recordings/{id}")
    assert code in (200, 404), shown
    return shown if code == 200 else None


async def children(world: World, who: str, id: str, query: str = "") -> list[Any]:
    """What lies in it, as somebody sees it."""
    return list(await done(world, who, "GET", f"recordings/{id}/children{query}"))


async def titles(world: World, who: str, id: str, query: str = "") -> list[str]:
    """The titles of what lies in it, in order."""
    return [row["title"] for row in await children(world, who, id, query)]


async def places(world: World, id: str) -> dict[str, float]:
    """Title → position of what lies in it, in order."""
    return {row["title"]: row["position"] for row in await children(world, "ana", id)}


async def events(world: World, who: str, id: str) -> list[str]:
    """What happened to it, oldest first."""
    return [row["action"] for row in await done(world, who, "GET", f"recordings/{id}/events")][::-1]


async def put(world: World, who: str, id: str, side: str, body: Any = None) -> Any:
    """Change one side of a recording, successfully."""
    return await done(world, who, "PUT", f"recordings/{id}/{side}", body)


async def share(world: World, id: str, visible: bool = True) -> None:
    """Show it to clients, or hide it from them."""
    await put(world, "ana", id, "visibility", {"visible_to_clients": visible})


async def with_cleo(world: World, project: dict[str, Any]) -> None:
    """Put the client on the project."""
    await done(world, "ana", "PUT", f"projects/{project['id']}/people", {"grant": [world.id("cleo")]})


@dataclass
class Board:
    """A project's card table, its columns by title, and an ordinary column, Doing."""

    table: str
    columns: dict[str, str]

    def __getitem__(self, title: str) -> str:
        return self.columns[title]


async def board(world: World, project: dict[str, Any]) -> Board:
    table = project["containers"]["card_table"]
    await world.child("ana", table, "card_column", title="Doing")
    return Board(table, {row["title"]: row["id"] for row in await children(world, "ana", table)})


def numbered(names: str) -> dict[str, float]:
    """The letters with the places 0, 1, 2 and so on."""
    return {name: float(place) for place, name in enumerate(names)}
