"""Owners find every project with `?scope=all`; nobody sees into one that they are not on."""

from tests.world import World


async def test_an_owner_lists_projects_that_he_is_not_on(world: World) -> None:
    hidden = await world.project("bob", "Hidden", all_access=False)
    shared = await world.project("bob", "Shared")
    answer = await world.rest("ana", "GET", "/api/v1/{org}/projects?scope=all")
    assert [(row["id"], row["joined"]) for row in answer.json()] == [(hidden["id"], False), (shared["id"], True)]
    assert answer.headers["x-total-count"] == "2"
    assert [row["id"] for row in (await world.rest("ana", "GET", "/api/v1/{org}/projects")).json()] == [shared["id"]]
    inside = await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{hidden['id']}")
    assert inside.status_code == 404


async def test_nobody_else_may(world: World) -> None:
    for who in ("abe", "bob", "cleo"):
        answer = await world.rest(who, "GET", "/api/v1/{org}/projects?scope=all")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
