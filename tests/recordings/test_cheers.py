"""Cheers (routes.md 3.2.12)."""

import pytest

from tests.recordings.deeds import answer, done, refusal, share, status, with_cleo
from tests.recordings.test_tree import one_of_each
from tests.world import World


async def cheers(world: World, id: str) -> list[str]:
    """What was cheered, oldest first, as the history shows it."""
    rows = await done(world, "ana", "GET", f"recordings/{id}/events")
    return [cheer["content"] for cheer in rows[-1]["cheers"]]


async def test_a_cheer_is_shown_with_what_it_is_for(world: World) -> None:
    id = (await one_of_each(world))["todo"]
    shown = await done(world, "bob", "POST", f"recordings/{id}/cheers", {"content": "🎉"})
    assert shown == {"id": shown["id"], "content": "🎉"}
    await done(world, "mia", "POST", f"recordings/{id}/cheers", {"content": "🎉"})
    await done(world, "bob", "POST", f"recordings/{id}/cheers", {"content": " Well  done "})
    assert await cheers(world, id) == ["🎉", "🎉", "Well done"]


async def test_the_very_same_cheer_again_is_a_duplicate(world: World) -> None:
    id = (await one_of_each(world))["todo"]
    path = f"recordings/{id}/cheers"
    await done(world, "bob", "POST", path, {"content": "🎉"})
    assert await answer(world, "bob", "POST", path, {"content": "🎉"}) == (
        409,
        {"error": {"code": "duplicate", "message": "You already left that cheer"}},
    )
    assert await cheers(world, id) == ["🎉"]


@pytest.mark.parametrize("body", [{}, {"content": None}, {"content": " "}, {"content": "x" * 17}, {"content": 5}])
async def test_a_cheer_has_1_to_16_characters(world: World, body: dict[str, object]) -> None:
    id = (await one_of_each(world))["todo"]
    code, _, field = await refusal(world, "bob", "POST", f"recordings/{id}/cheers", body)
    assert (code, field) == (422, "content")
    assert await cheers(world, id) == []
    await done(world, "bob", "POST", f"recordings/{id}/cheers", {"content": "x" * 16})


async def test_everything_but_tools_can_be_cheered(world: World) -> None:
    tools = {"message_board", "todoset", "vault", "schedule", "card_table", "chat", "questionnaire", "clientside"}
    for type, id in (await one_of_each(world)).items():
        expected = 404 if type in tools else 201
        assert await status(world, "bob", "POST", f"recordings/{id}/cheers", {"content": "x"}) == expected, type


async def test_a_line_shows_its_cheers(world: World) -> None:
    id = (await one_of_each(world))["chat_line"]
    cheer = await done(world, "bob", "POST", f"recordings/{id}/cheers", {"content": "👍"})
    assert (await done(world, "ana", "GET", f"recordings/{id}"))["meta"] == {"cheers": [cheer]}


async def test_only_ones_own_cheer_can_be_taken_back(world: World) -> None:
    id = (await one_of_each(world))["todo"]
    cheer = await done(world, "bob", "POST", f"recordings/{id}/cheers", {"content": "x"})
    path = f"recordings/{id}/cheers/{cheer['id']}"
    assert await status(world, "ana", "DELETE", path) == 403
    assert await cheers(world, id) == ["x"]
    assert await answer(world, "bob", "DELETE", path) == (200, {"ok": True})
    assert await cheers(world, id) == []
    assert await status(world, "bob", "DELETE", path) == 404


async def test_clients_cheer_only_what_they_see(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Message")
    path = f"recordings/{message['id']}/cheers"
    assert await status(world, "cleo", "POST", path, {"content": "x"}) == 404
    await share(world, message["id"])
    assert await status(world, "cleo", "POST", path, {"content": "x"}) == 201
