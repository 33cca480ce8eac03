"""How many statements ThinkEx's routes cost: an exact number, however many workspaces and items there are."""

from typing import Any

import pytest

from tests.counting import statements_of_transactions
from tests.workspaces.doing import done, made
from tests.world import World

MANY = [{"id": str(number), "type": "note", "name": f"Note {number}"} for number in range(20)]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements each transaction that ended had."""
    return statements_of_transactions(monkeypatch)


async def spent(world: World, statements: list[int], method: str, path: str, json: Any = None) -> int:
    statements.clear()
    await done(world, "ana", method, path, json)
    (count,) = statements
    return count


@pytest.mark.parametrize(
    ("path", "budget"),
    [
        ("", 2),
        ("/{id}", 4),
        ("/slug/my-project?metadata=true", 2),
        ("/{id}/events", 5),
        ("/{id}/snapshots", 4),
        ("/{id}/collaborators", 6),
    ],
)
async def test_a_read_costs_just_so_many_statements(
    world: World, statements: list[int], path: str, budget: int
) -> None:
    id = (await made(world))["id"]
    few = await spent(world, statements, "GET", path.format(id=id))
    told = {"type": "BULK_ITEMS_CREATED", "payload": {"items": MANY}}
    await done(world, "ana", "POST", f"/{id}/events", {"event": told, "baseVersion": 0})
    for number in range(5):
        await made(world, name=f"Other {number}", template="getting_started")
        email = f"g{number}-{world.tag}@example.com"
        await done(world, "ana", "POST", f"/{id}/collaborators", {"email": email})
    assert await spent(world, statements, "GET", path.format(id=id)) == few == budget


async def test_an_event_costs_the_same_however_much_it_touches(world: World, statements: list[int]) -> None:
    id = (await made(world, initialState={"items": MANY}))["id"]
    costs = []
    for version, touched in enumerate((1, 10, 20)):
        layout = [{"id": str(number), "x": version, "y": 0, "w": 1, "h": 1} for number in range(touched)]
        event = {"type": "BULK_ITEMS_UPDATED", "payload": {"layoutUpdates": layout}}
        body = {"event": event, "baseVersion": version}
        costs.append(await spent(world, statements, "POST", f"/{id}/events", body))
    assert len(set(costs)) == 1
