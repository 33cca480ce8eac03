"""A personal access token may ask for the newer names of types and tools; sessions get the seed's (domain.md 2.2)."""

import pytest

from tests.world import World


@pytest.fixture
async def headers(world: World) -> dict[str, str]:
    made = await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "SDK", "vocabulary": "2026-08-21"})
    assert made.status_code == 201
    return {"authorization": f"Bearer {made.json()['token']}"}


async def test_such_a_token_is_answered_with_the_newer_names(world: World, headers: dict[str, str]) -> None:
    project = await world.project()
    column = await world.child("ana", project["containers"]["card_table"], "card_column", title="Doing")
    shown = await world.rest("nobody", "GET", f"/api/v1/{{org}}/recordings/{column['id']}", headers=headers)
    assert shown.json() == {**column, "type": "column"}
    tools = (await world.rest("nobody", "GET", f"/api/v1/{{org}}/projects/{project['id']}", headers=headers)).json()
    expected = ["message_board", "todos", "docs_and_files", "calendar", "board", "chat"]
    assert [tool["tool"] for tool in tools["tools"]] == expected


async def test_both_vocabularies_are_read_whatever_the_credential(world: World, headers: dict[str, str]) -> None:
    project = await world.project()
    path = f"/api/v1/{{org}}/recordings/{project['containers']['todoset']}/children"
    by_session = await world.rest("ana", "POST", path, {"type": "todo_list", "title": "One"})
    by_token = await world.rest("nobody", "POST", path, {"type": "todolist", "title": "Two"}, headers=headers)
    assert (by_session.json()["type"], by_token.json()["type"]) == ("todolist", "todo_list")
