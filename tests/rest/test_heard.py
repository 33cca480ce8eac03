"""What is kept of a request's line says nothing of who asked, nor of what there was."""

from tests.rest.stand_in import client
from tests.world import World

PROJECTS = "/api/v1/acme/projects"
SECOND = {"per_page": "1", "page": "2"}


async def test_the_same_line_is_answered_anew_to_whoever_asks() -> None:
    async with client() as ana, client("") as nobody:
        first, again = await ana.get(PROJECTS, params=SECOND), await ana.get(PROJECTS, params=SECOND)
        assert (first.status_code, first.content, first.headers) == (200, again.content, again.headers)
        assert [(await nobody.get(PROJECTS, params=SECOND)).status_code for _ in range(2)] == [401, 401]
        other = await ana.get(PROJECTS, params={**SECOND, "page": "3"})
        assert other.headers["link"] != first.headers["link"]


async def test_a_line_that_does_not_fit_is_refused_as_often_as_it_comes() -> None:
    async with client() as ana:
        refusals = [await ana.get(PROJECTS, params={"per_page": "many"}) for _ in range(3)]
    assert [each.status_code for each in refusals] == [422, 422, 422]
    assert len({each.content for each in refusals}) == 1


async def test_a_line_means_nothing_else_by_another_method() -> None:
    async with client() as ana:
        assert (await ana.get(PROJECTS)).status_code == 200
        assert (await ana.delete(PROJECTS)).status_code == 405
        assert (await ana.get(PROJECTS)).status_code == 200


async def test_a_list_that_has_grown_says_so_in_its_headers(world: World) -> None:
    path = "/api/v1/{org}/projects?per_page=1"
    await world.project()
    before = [await world.rest("ana", "GET", path) for _ in range(2)]
    assert [each.headers["x-total-count"] for each in before] == ["1", "1"]
    await world.project(name="Another")
    after = await world.rest("ana", "GET", path)
    assert after.headers["x-total-count"] == "2"
    assert 'page=2&per_page=1>; rel="last"' in after.headers["link"]
    assert (await world.rest("cleo", "GET", path)).headers["x-total-count"] == "0"
