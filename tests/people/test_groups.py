"""Groups of people of the team (routes.md 3.2.6)."""

from typing import Any

import pytest

from tests.people.shapes import FORBIDDEN, NOT_FOUND, refused
from tests.world import World

GROUPS = "/api/v1/{org}/groups"


async def made(world: World, name: str = "Design", *who: str) -> dict[str, Any]:
    body = {"name": name, "membership_ids": [world.id(each) for each in who]}
    group: dict[str, Any] = (await world.rest("ana", "POST", GROUPS, body)).json()
    return group


async def listed(world: World, who: str = "ana") -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = (await world.rest(who, "GET", GROUPS)).json()
    return groups


def member(world: World, who: str) -> dict[str, str]:
    return {"membership_id": world.id(who), "name": world.people[who].name}


@pytest.mark.parametrize("who", ["ana", "abe"])
async def test_owners_and_admins_make_groups(world: World, who: str) -> None:
    ids = [world.id("mia"), world.id("bob"), world.id("mia")]
    answer = await world.rest(who, "POST", GROUPS, {"name": "Design", "membership_ids": ids})
    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "name": "Design",
        "members": [member(world, "bob"), member(world, "mia")],
    }
    assert await listed(world, "bob") == [answer.json()]


async def test_a_group_may_be_empty(world: World) -> None:
    answer = await world.rest("ana", "POST", GROUPS, {"name": "Design"})
    assert (answer.status_code, answer.json()["members"]) == (201, [])


@pytest.mark.parametrize("who", ["bob", "cleo"])
async def test_members_and_clients_make_no_groups(world: World, who: str) -> None:
    answer = await world.rest(who, "POST", GROUPS, {"name": "Design"})
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert await listed(world) == []


async def test_clients_are_in_no_group(world: World) -> None:
    message = "Clients cannot be in groups"
    refusal = refused("invalid", message, "membership_ids", "invalid_value")
    answer = await world.rest("ana", "POST", GROUPS, {"name": "Design", "membership_ids": [world.id("cleo")]})
    assert (answer.status_code, answer.json()) == (422, refusal)
    group = await made(world, "Design", "bob")
    answer = await world.rest("ana", "PATCH", f"{GROUPS}/{group['id']}", {"membership_ids": [world.id("cleo")]})
    assert (answer.status_code, answer.json()) == (422, refusal)
    assert await listed(world) == [group]


@pytest.mark.parametrize("whom", ["eve", "nothing", "removed"])
async def test_strangers_are_in_no_group(world: World, whom: str) -> None:
    if whom == "removed":
        await world.rest("ana", "DELETE", f"/api/v1/{{org}}/people/{world.id('mia')}")
    id = {"eve": world.id("eve"), "nothing": "nothing", "removed": world.id("mia")}[whom]
    answer = await world.rest("ana", "POST", GROUPS, {"name": "Design", "membership_ids": [world.id("bob"), id]})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == [
        {"field": "membership_ids", "code": "not_found", "message": f"Unknown membership {id}"}
    ]
    assert await listed(world) == []


@pytest.mark.parametrize(
    ("body", "problem", "message"),
    [
        ({}, ("name", "required"), "name is required"),
        ({"name": ""}, ("name", "blank"), "name can't be blank"),
        ({"name": "A", "membership_ids": 7}, ("membership_ids", "invalid_format"), "membership_ids must be a list"),
    ],
)
async def test_a_group_needs_a_name(world: World, body: dict[str, Any], problem: tuple[str, str], message: str) -> None:
    answer = await world.rest("ana", "POST", GROUPS, body)
    assert (answer.status_code, answer.json()) == (422, refused("invalid", message, *problem))


async def test_groups_are_listed_by_name(world: World) -> None:
    writers, designers = await made(world, "writers", "bob"), await made(world, "Designers")
    assert await listed(world) == [designers, writers]


async def test_clients_see_no_groups(world: World) -> None:
    group = await made(world, "Design", "bob")
    assert await listed(world, "cleo") == []
    answer = await world.rest("cleo", "PATCH", f"{GROUPS}/{group['id']}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


async def test_the_people_in_a_group_are_replaced(world: World) -> None:
    group = await made(world, "Design", "bob", "mia")
    answer = await world.rest("abe", "PATCH", f"{GROUPS}/{group['id']}", {"membership_ids": [world.id("ana")]})
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "id": group["id"], "name": "Design", "members": [member(world, "ana")]}
    assert (await world.rest("abe", "PATCH", f"{GROUPS}/{group['id']}", {"name": "Art"})).json() == {
        "ok": True,
        "id": group["id"],
        "name": "Art",
        "members": [member(world, "ana")],
    }


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_members_change_no_groups(world: World, method: str) -> None:
    group = await made(world, "Design", "bob")
    answer = await world.rest("bob", method, f"{GROUPS}/{group['id']}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert await listed(world) == [group]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_another_organizations_group_is_not_found(world: World, method: str) -> None:
    group = await made(world)
    answer = await world.rest("eve", method, f"/api/v1/{world.other_org}/groups/{group['id']}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert await listed(world) == [group]


async def test_a_group_is_deleted_and_its_people_stay(world: World) -> None:
    group = await made(world, "Design", "bob")
    answer = await world.rest("ana", "DELETE", f"{GROUPS}/{group['id']}")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert await listed(world) == []
    assert (await world.rest("ana", "GET", f"/api/v1/{{org}}/people/{world.id('bob')}")).status_code == 200


async def test_a_person_shows_their_groups(world: World) -> None:
    await made(world, "Writers", "bob")
    await made(world, "Design", "bob", "mia")
    document = """query ($org: String!, $id: ID!) {
      organization(slug: $org) { person(id: $id) { groups { name members { name } } } }
    }"""
    data = await world.gql("mia", document, id=world.id("bob"))
    assert data["organization"]["person"]["groups"] == [
        {"name": "Design", "members": [{"name": "Bob"}, {"name": "Mia"}]},
        {"name": "Writers", "members": [{"name": "Bob"}]},
    ]
