"""Companies (routes.md 3.2.6)."""

from typing import Any

import pytest

from tests.people.shapes import FORBIDDEN, NOT_FOUND, PEOPLE, refused, without_time
from tests.world import World

COMPANIES = "/api/v1/{org}/companies"


async def made(world: World, name: str = "Client Co", **more: Any) -> dict[str, Any]:
    company: dict[str, Any] = (await world.rest("ana", "POST", COMPANIES, {"name": name, **more})).json()
    return company


async def listed(world: World, who: str = "ana") -> list[dict[str, Any]]:
    companies: list[dict[str, Any]] = (await world.rest(who, "GET", COMPANIES)).json()
    return companies


@pytest.mark.parametrize("who", ["ana", "abe"])
async def test_owners_and_admins_add_companies(world: World, who: str) -> None:
    answer = await world.rest(who, "POST", COMPANIES, {"name": " Client  Co ", "is_client": True})
    assert answer.status_code == 201
    assert without_time(answer.json()) == {
        "id": answer.json()["id"],
        "name": "Client Co",
        "is_client": True,
        "dms_disabled": False,
        "member_count": 0,
    }
    assert await listed(world, "bob") == [answer.json()]


@pytest.mark.parametrize("who", ["bob", "cleo"])
async def test_members_and_clients_add_no_companies(world: World, who: str) -> None:
    answer = await world.rest(who, "POST", COMPANIES, {"name": "Client Co"})
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert await listed(world) == []


@pytest.mark.parametrize(
    ("body", "problem", "message"),
    [
        ({}, ("name", "required"), "name is required"),
        ({"name": " "}, ("name", "blank"), "name can't be blank"),
        ({"name": "x" * 201}, ("name", "too_long"), "name is longer than 200 characters"),
        ({"name": "Co", "is_client": "yes"}, ("is_client", "invalid_format"), "is_client must be true or false"),
    ],
)
async def test_a_company_needs_a_name(
    world: World, body: dict[str, Any], problem: tuple[str, str], message: str
) -> None:
    answer = await world.rest("ana", "POST", COMPANIES, body)
    assert (answer.status_code, answer.json()) == (422, refused("invalid", message, *problem))
    assert await listed(world) == []


async def test_companies_are_listed_by_name_with_their_people_counted(world: World) -> None:
    zoo, acorn = await made(world, "Zoo"), await made(world, "acorn")
    for who in ("bob", "mia"):
        await world.rest("ana", "PATCH", f"{PEOPLE}/{world.id(who)}", {"company_id": zoo["id"]})
    await world.rest("ana", "DELETE", f"{PEOPLE}/{world.id('mia')}")
    assert await listed(world) == [acorn, {**zoo, "member_count": 1}]


async def test_a_client_finds_only_their_own_company(world: World) -> None:
    own, _other = await made(world, "Own", is_client=True), await made(world, "Other")
    assert await listed(world, "cleo") == []
    await world.rest("ana", "PATCH", f"{PEOPLE}/{world.id('cleo')}", {"company_id": own["id"]})
    assert [company["name"] for company in await listed(world, "cleo")] == ["Own"]


async def test_a_company_is_changed(world: World) -> None:
    company = await made(world, is_client=True)
    answer = await world.rest("abe", "PATCH", f"{COMPANIES}/{company['id']}", {"name": "Client & Co"})
    assert (answer.status_code, answer.json()) == (200, {**company, "name": "Client & Co"})
    body = {"dms_disabled": True, "is_client": False}
    answer = await world.rest("abe", "PATCH", f"{COMPANIES}/{company['id']}", body)
    assert answer.json() == {**company, "name": "Client & Co", **body}


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_members_change_no_companies(world: World, method: str) -> None:
    company = await made(world)
    answer = await world.rest("bob", method, f"{COMPANIES}/{company['id']}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert await listed(world) == [company]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_client_does_not_know_the_companies_of_others(world: World, method: str) -> None:
    company = await made(world)
    answer = await world.rest("cleo", method, f"{COMPANIES}/{company['id']}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_another_organizations_company_is_not_found(world: World, method: str) -> None:
    company = await made(world)
    answer = await world.rest("eve", method, f"/api/v1/{world.other_org}/companies/{company['id']}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert await listed(world) == [company]


async def test_a_deleted_companys_people_stay(world: World) -> None:
    company = await made(world)
    await world.rest("ana", "PATCH", f"{PEOPLE}/{world.id('bob')}", {"company_id": company["id"]})
    answer = await world.rest("ana", "DELETE", f"{COMPANIES}/{company['id']}")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert await listed(world) == []
    bob = (await world.rest("ana", "GET", f"{PEOPLE}/{world.id('bob')}")).json()
    assert (bob["company_id"], bob["company_name"]) == (None, None)
    assert (await world.rest("ana", "DELETE", f"{COMPANIES}/{company['id']}")).status_code == 404


async def test_a_company_shows_its_people(world: World) -> None:
    company = await made(world)
    await world.rest("ana", "PATCH", f"{PEOPLE}/{world.id('bob')}", {"company_id": company["id"]})
    document = """query ($org: String!, $id: ID!) {
      organization(slug: $org) { company(id: $id) { name memberCount people { nodes { name } totalCount } } }
    }"""
    data = await world.gql("mia", document, id=company["id"])
    assert data["organization"]["company"] == {
        "name": "Client Co",
        "memberCount": 1,
        "people": {"nodes": [{"name": "Bob"}], "totalCount": 1},
    }
