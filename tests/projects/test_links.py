"""Links of projects (doors), stars, and joining (routes.md 3.2.13)."""

from typing import Any

import pytest

from tests.recordings.deeds import NOT_FOUND, answer, done, refusal, status, with_cleo
from tests.world import World

FIGMA = {"url": "https://figma.example/f/1", "title": "Figma"}


async def titles(world: World, project: dict[str, Any], who: str = "ana") -> list[str]:
    return [link["title"] for link in await done(world, who, "GET", f"projects/{project['id']}/links")]


async def test_links_stand_in_their_places(world: World) -> None:
    project = await world.project()
    path = f"projects/{project['id']}/links"
    made = [await done(world, "bob", "POST", path, FIGMA | {"title": title}) for title in ("One", "Two", "Three")]
    assert ([link["position"] for link in made], await titles(world, project)) == ([0, 1, 2], ["One", "Two", "Three"])
    await done(world, "bob", "PATCH", f"{path}/{made[2]['id']}", {"position": 0.5})
    assert await titles(world, project) == ["One", "Three", "Two"]
    assert (await world.rest("bob", "DELETE", f"/api/v1/{{org}}/{path}/{made[0]['id']}")).status_code == 204
    assert await titles(world, project) == ["Three", "Two"]
    assert await status(world, "bob", "PATCH", f"{path}/{made[0]['id']}", {"position": 1}) == 404


async def test_what_is_not_given_stays_as_it_is(world: World) -> None:
    project = await world.project()
    path = f"projects/{project['id']}/links"
    made = await done(world, "ana", "POST", path, FIGMA | {"description": "All screens"})
    changed = await done(world, "ana", "PATCH", f"{path}/{made['id']}", {"title": "Screens"})
    assert changed == made | {"title": "Screens"}
    emptied = await done(world, "ana", "PATCH", f"{path}/{made['id']}", {"description": None})
    assert emptied == changed | {"description": None}


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url must begin with http:// or https:// and name a host", "url"),
        ({"url": "https://"}, "url must begin with http:// or https:// and name a host", "url"),
        ({"url": "https://[::1"}, "url must begin with http:// or https:// and name a host", "url"),
        ({"url": "https://x.example/" + "x" * 2000}, "url is longer than 2000 characters", "url"),
        ({"title": " "}, "title can't be blank", "title"),
        ({"title": "x" * 201}, "title is longer than 200 characters", "title"),
        ({"description": "x" * 1001}, "description is longer than 1000 characters", "description"),
    ],
)
async def test_a_link_that_does_not_fit_is_refused_by_name(
    world: World, change: dict[str, str], message: str, field: str
) -> None:
    project = await world.project()
    path = f"projects/{project['id']}/links"
    assert await refusal(world, "ana", "POST", path, FIGMA | change) == (422, message, field)
    assert await titles(world, project) == []
    made = await done(world, "ana", "POST", path, FIGMA)
    assert await refusal(world, "ana", "PATCH", f"{path}/{made['id']}", change) == (422, message, field)
    assert await done(world, "ana", "GET", path) == [made]


async def test_clients_see_just_the_links_that_are_shown_to_them(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    path = f"projects/{project['id']}/links"
    hidden = await done(world, "ana", "POST", path, FIGMA)
    await done(world, "ana", "POST", path, FIGMA | {"title": "Shop", "visible_to_clients": True})
    assert await titles(world, project, "cleo") == ["Shop"]
    assert await status(world, "cleo", "POST", path, FIGMA) == 403
    await done(world, "ana", "PATCH", f"{path}/{hidden['id']}", {"visible_to_clients": True})
    assert await titles(world, project, "cleo") == ["Figma", "Shop"]


async def test_links_of_a_project_that_one_does_not_see_are_not_there(world: World) -> None:
    project = await world.project("ana", "Private", all_access=False)
    path = f"projects/{project['id']}/links"
    made = await done(world, "ana", "POST", path, FIGMA)
    for who in ("bob", "abe"):
        assert await answer(world, who, "GET", path) == (404, NOT_FOUND)
        assert await answer(world, who, "DELETE", f"{path}/{made['id']}") == (404, NOT_FOUND)
    other = await world.project("bob", "Other")
    assert await status(world, "ana", "DELETE", f"projects/{other['id']}/links/{made['id']}") == 404


async def test_a_star_is_ones_own(world: World) -> None:
    project = await world.project("ana")
    path = f"projects/{project['id']}"
    assert [(await done(world, who, "GET", path))["starred"] for who in ("ana", "bob")] == [True, False]
    for _ in range(2):
        assert await done(world, "bob", "PUT", f"{path}/star") == {"starred": True}
    for _ in range(2):
        assert await done(world, "ana", "DELETE", f"{path}/star") == {"starred": False}
    assert [(await done(world, who, "GET", path))["starred"] for who in ("ana", "bob")] == [False, True]


async def test_an_owner_joins_what_he_is_not_on_and_nobody_else_does(world: World) -> None:
    project = await world.project("bob", "Private", all_access=False)
    path = f"projects/{project['id']}"
    assert await answer(world, "ana", "GET", path) == (404, NOT_FOUND)
    assert [await status(world, who, "POST", f"{path}/join") for who in ("abe", "mia", "cleo")] == [404, 404, 404]
    for _ in range(2):
        assert (await done(world, "ana", "POST", f"{path}/join"))["name"] == "Private"
    people = await done(world, "ana", "GET", f"{path}/people")
    assert [person["name"] for person in people] == ["Ana", "Bob"]
    assert await status(world, "eve", "POST", f"{path}/join") == 404
