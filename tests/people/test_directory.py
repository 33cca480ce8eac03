"""Who finds whom (routes.md 3.2.6)."""

import pytest

from tests.people.shapes import NOT_FOUND, PEOPLE, names, shown, without_time
from tests.world import World


@pytest.mark.parametrize("who", ["ana", "abe", "bob"])
async def test_the_team_finds_everybody_by_name(world: World, who: str) -> None:
    answer = await world.rest(who, "GET", PEOPLE)
    assert answer.status_code == 200
    expected = [shown(world, name) for name in ("abe", "ana", "bob", "cleo", "mia")]
    assert [without_time(person) for person in answer.json()] == expected
    assert answer.headers["x-total-count"] == "5"


async def test_people_come_in_pages(world: World) -> None:
    answer = await world.rest("ana", "GET", f"{PEOPLE}?per_page=2&page=2")
    assert [person["name"] for person in answer.json()] == ["Bob", "Cleo"]
    assert answer.headers["x-total-count"] == "5"


async def test_names_are_ordered_without_regard_to_case(world: World) -> None:
    await world.owner.execute("update memberships set name = 'alma' where id = $1", world.id("mia"))
    assert await names(world) == ["Abe", "alma", "Ana", "Bob", "Cleo"]


async def test_a_client_without_projects_finds_nobody_else(world: World) -> None:
    assert await names(world, "cleo") == ["Cleo"]
    answer = await world.rest("cleo", "GET", f"{PEOPLE}/{world.id('ana')}")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


async def test_a_client_finds_who_shares_a_project_with_them(world: World) -> None:
    project = await world.project("bob", all_access=False)
    people = [world.id("cleo"), world.id("mia")]
    await world.rest("bob", "PUT", f"/api/v1/{{org}}/projects/{project['id']}/people", {"membership_ids": people})
    assert await names(world, "cleo") == ["Bob", "Cleo", "Mia"]
    assert (await world.rest("cleo", "GET", f"{PEOPLE}/{world.id('mia')}")).status_code == 200
    assert (await world.rest("cleo", "GET", f"{PEOPLE}/{world.id('abe')}")).status_code == 404


async def test_a_client_on_a_project_for_all_the_team_finds_the_team(world: World) -> None:
    project = await world.project("bob", all_access=True)
    path = f"/api/v1/{{org}}/projects/{project['id']}/people"
    await world.rest("bob", "PUT", path, {"membership_ids": [world.id("cleo")]})
    assert await names(world, "cleo") == ["Abe", "Ana", "Bob", "Cleo", "Mia"]


async def test_a_person_is_read_alone(world: World) -> None:
    answer = await world.rest("bob", "GET", f"{PEOPLE}/{world.id('abe')}")
    assert answer.status_code == 200
    assert without_time(answer.json()) == shown(world, "abe")


async def test_ids_of_nobody_here_are_not_found(world: World) -> None:
    for id in (world.id("eve"), world.people["bob"].user_id, "not-an-id"):
        answer = await world.rest("ana", "GET", f"{PEOPLE}/{id}")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


async def test_who_is_removed_is_found_no_more(world: World) -> None:
    await world.rest("ana", "DELETE", f"{PEOPLE}/{world.id('bob')}")
    assert await names(world) == ["Abe", "Ana", "Cleo", "Mia"]
    assert (await world.rest("ana", "GET", f"{PEOPLE}/{world.id('bob')}")).status_code == 404


async def test_who_is_away_shows_the_days(world: World) -> None:
    await world.owner.execute(
        "update memberships set out_of_office_start = '2026-06-01', out_of_office_end = '2026-06-05' where id = $1",
        world.id("bob"),
    )
    answer = await world.rest("ana", "GET", f"{PEOPLE}/{world.id('bob')}")
    assert answer.json()["out_of_office"] == {"start_date": "2026-06-01", "end_date": "2026-06-05"}


async def test_a_person_tells_what_the_viewer_may_do(world: World) -> None:
    document = """query ($org: String!, $ana: ID!, $bob: ID!) { organization(slug: $org) {
      ana: person(id: $ana) { viewerCanManage viewerCanRemove }
      bob: person(id: $bob) { viewerCanManage viewerCanRemove }
    } }"""
    ids = {"ana": world.id("ana"), "bob": world.id("bob")}
    neither, both = ({"viewerCanManage": can, "viewerCanRemove": can} for can in (False, True))
    abe = (await world.gql("abe", document, **ids))["organization"]
    assert abe == {"ana": {"viewerCanManage": True, "viewerCanRemove": False}, "bob": both}
    mia = (await world.gql("mia", document, **ids))["organization"]
    assert mia == {"ana": neither, "bob": neither}
