"""A project's tools (routes.md 3.2.2)."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, done, refusal, status
from tests.world import World

ORDER = ["message_board", "todoset", "vault", "schedule", "card_table", "chat", "questionnaire", "clientside"]


async def test_a_change_answers_with_all_tools(world: World) -> None:
    project = await world.project()
    path = f"projects/{project['id']}/tools"
    rows = await done(world, "bob", "PUT", f"{path}/chat", {"enabled": False})
    assert rows[5] == {
        "tool": "chat",
        "label": "Chat",
        "enabled": False,
        "position": 5,
        "container_id": project["containers"]["chat"],
    }
    assert [row["tool"] for row in rows] == ORDER
    assert await done(world, "ana", "GET", path) == rows
    assert [row["enabled"] for row in rows] == [True] * 5 + [False] * 3


async def test_a_tool_is_renamed(world: World) -> None:
    project = await world.project()
    path = f"projects/{project['id']}/tools/vault"
    assert (await done(world, "ana", "PUT", path, {"title": " Papers "}))[2]["label"] == "Papers"
    for title in ("", "x" * 61):
        code, _, field = await refusal(world, "ana", "PUT", path, {"title": title})
        assert (code, field) == (422, "title")
    assert (await done(world, "ana", "GET", f"projects/{project['id']}/tools"))[2]["label"] == "Papers"


@pytest.mark.parametrize(("tool", "to", "first"), [("chat", 0, "chat"), ("message_board", 3, "todoset")])
async def test_a_tool_is_moved(world: World, tool: str, to: int, first: str) -> None:
    project = await world.project()
    rows = await done(world, "ana", "PUT", f"projects/{project['id']}/tools/{tool}", {"position": to})
    assert [row["position"] for row in rows] == list(range(8))
    assert rows[0]["tool"] == first
    assert rows[to]["tool"] == tool


@pytest.mark.parametrize("body", [{}, {"colour": "red"}, {"enabled": None}])
async def test_a_change_of_nothing_is_refused(world: World, body: Any) -> None:
    project = await world.project()
    message = "Provide enabled, title or position"
    problem = {"field": "enabled", "code": "required", "message": message}
    assert await answer(world, "ana", "PUT", f"projects/{project['id']}/tools/chat", body) == (
        422,
        {"error": {"code": "invalid", "message": message, "details": [problem]}},
    )


@pytest.mark.parametrize("tool", ["fax", "CHAT "])
async def test_an_unknown_tool_is_not_found(world: World, tool: str) -> None:
    project = await world.project()
    assert await status(world, "ana", "PUT", f"projects/{project['id']}/tools/{tool}", {"enabled": True}) == 404
