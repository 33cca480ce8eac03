"""Who is on a project (routes.md 3.2.2)."""

from typing import Any

import pytest

from tests.recordings.deeds import done, refusal, with_cleo
from tests.world import World


async def on_it(world: World, project: Any, who: str = "ana") -> list[str]:
    return [row["name"] for row in await done(world, who, "GET", f"projects/{project['id']}/people")]


async def let_on(world: World, project: Any, who: str = "ana", **body: Any) -> list[str]:
    """Change who is on it; who then is by name."""
    shown = await done(world, who, "PUT", f"projects/{project['id']}/people", body)
    assert shown["invited"] == []
    return [row["name"] for row in shown["granted"]]


async def test_an_open_project_has_all_the_team_and_who_was_put_on_it(world: World) -> None:
    project = await world.project()
    assert await on_it(world, project) == ["Abe", "Ana", "Bob", "Mia"]
    await with_cleo(world, project)
    assert await on_it(world, project) == ["Abe", "Ana", "Bob", "Cleo", "Mia"]
    rows = await done(world, "ana", "GET", f"projects/{project['id']}/people")
    assert rows[1] == {
        "membership_id": world.id("ana"),
        "name": "Ana",
        "email": world.people["ana"].email,
        "image": None,
        "role": "owner",
        "title": None,
        "company_name": None,
    }


async def test_the_list_is_exactly_these_and_the_caller(world: World) -> None:
    project = await world.project(all_access=False)
    assert await let_on(world, project, membership_ids=[world.id("bob"), world.id("mia")]) == ["Ana", "Bob", "Mia"]
    assert await let_on(world, project, "bob", membership_ids=[world.id("abe")]) == ["Abe", "Bob"]
    assert await on_it(world, project, "bob") == ["Abe", "Bob"]
    assert await done(world, "ana", "GET", "projects") == []


async def test_people_come_and_go_one_by_one(world: World) -> None:
    project = await world.project(all_access=False)
    assert await let_on(world, project, grant=[world.id("bob")]) == ["Ana", "Bob"]
    assert await let_on(world, project, grant=[world.id("mia")], revoke=[world.id("bob")]) == ["Ana", "Mia"]
    assert await let_on(world, project, revoke=[world.id("bob")]) == ["Ana", "Mia"]
    assert await let_on(world, project, "mia", revoke=[world.id("mia")]) == ["Ana"]
    assert await done(world, "mia", "GET", "projects") == []


async def test_a_client_on_a_project_lets_clients_in(world: World) -> None:
    project = await world.project()
    assert (await done(world, "ana", "GET", f"projects/{project['id']}"))["clients_enabled"] is False
    assert await let_on(world, project, membership_ids=[world.id("cleo")]) == ["Ana", "Cleo"]
    assert (await done(world, "ana", "GET", f"projects/{project['id']}"))["clients_enabled"] is True
    assert [row["id"] for row in await done(world, "cleo", "GET", "projects")] == [project["id"]]


@pytest.mark.parametrize("field", ["membership_ids", "grant", "revoke"])
async def test_a_stranger_cannot_be_put_on_a_project(world: World, field: str) -> None:
    project = await world.project(all_access=False)
    ids = [world.id("bob"), world.id("eve")]
    code, message, named = await refusal(world, "ana", "PUT", f"projects/{project['id']}/people", {field: ids})
    assert (code, message, named) == (422, "Unknown membership", field)
    assert await on_it(world, project) == ["Ana"]


async def test_nobody_named_is_refused(world: World) -> None:
    project = await world.project(all_access=False)
    code, _, field = await refusal(world, "ana", "PUT", f"projects/{project['id']}/people", {})
    assert (code, field) == (422, "membership_ids")
