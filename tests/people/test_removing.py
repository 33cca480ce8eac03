"""Removing people, and leaving (routes.md 3.2.6)."""

import asyncio
from typing import Any

import pytest

from tests.people.shapes import FORBIDDEN, NEEDS_OWNER, NOT_FOUND, ONLY_OWNERS, PEOPLE, names, refused
from tests.world import World

EVERYBODY = ["Abe", "Ana", "Bob", "Cleo", "Mia"]


async def remove(world: World, who: str, whom: str, body: Any = None) -> Any:
    return await world.rest(who, "DELETE", f"{PEOPLE}/{world.id(whom)}", body)


@pytest.mark.parametrize("who", ["ana", "abe"])
async def test_owners_and_admins_remove_people(world: World, who: str) -> None:
    answer = await remove(world, who, "bob")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert "Bob" not in await names(world)
    assert (await world.rest("bob", "GET", PEOPLE)).status_code == 404
    assert (await world.rest("bob", "GET", "/api/v1/orgs")).json() == []


@pytest.mark.parametrize("who", ["abe", "bob", "cleo"])
async def test_everybody_may_leave(world: World, who: str) -> None:
    answer = await remove(world, who, who, {"note": "It was a pleasure."})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert world.people[who].name not in await names(world)


async def test_members_remove_nobody_else(world: World) -> None:
    answer = await remove(world, "bob", "mia")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert await names(world) == EVERYBODY


async def test_whom_a_client_does_not_find_cannot_be_removed(world: World) -> None:
    answer = await remove(world, "cleo", "bob")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert await names(world) == EVERYBODY


async def test_admins_remove_no_owners(world: World) -> None:
    answer = await remove(world, "abe", "ana")
    assert (answer.status_code, answer.json()) == (403, ONLY_OWNERS)
    assert await names(world) == EVERYBODY


async def test_the_last_owner_cannot_leave(world: World) -> None:
    answer = await remove(world, "ana", "ana")
    assert (answer.status_code, answer.json()) == (422, refused("invalid", NEEDS_OWNER))
    assert await names(world) == EVERYBODY


async def test_two_owners_who_leave_at_once_leave_one_behind(world: World) -> None:
    await world.rest("ana", "PATCH", f"{PEOPLE}/{world.id('abe')}", {"role": "owner"})
    answers = await asyncio.gather(remove(world, "ana", "ana"), remove(world, "abe", "abe"))
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_who_is_gone_cannot_be_removed_again(world: World) -> None:
    await remove(world, "ana", "bob")
    assert (await remove(world, "ana", "bob")).status_code == 404


async def test_strangers_remove_nobody(world: World) -> None:
    assert (await remove(world, "eve", "bob")).status_code == 404
    assert (await remove(world, "nobody", "bob")).status_code == 401
    assert await names(world) == EVERYBODY


async def test_a_removed_person_is_on_no_project_and_in_no_group(world: World) -> None:
    secret = await world.project("mia", all_access=False)
    path = f"/api/v1/{{org}}/projects/{secret['id']}/people"
    await world.rest("mia", "PUT", path, {"membership_ids": [world.id("bob")]})
    await world.rest("bob", "PUT", f"/api/v1/{{org}}/projects/{secret['id']}/star")
    groups = "/api/v1/{org}/groups"
    await world.rest("ana", "POST", groups, {"name": "Design", "membership_ids": [world.id("bob")]})
    await remove(world, "ana", "bob")
    assert [person["name"] for person in (await world.rest("mia", "GET", path)).json()] == ["Mia"]
    assert (await world.rest("ana", "GET", groups)).json()[0]["members"] == []
    for table in ("project_accesses", "project_stars", "subscriptions", "group_members"):
        left = await world.owner.fetchval(f"select count(*) from {table} where membership_id = $1", world.id("bob"))
        assert (table, left) == (table, 0)


async def test_who_comes_back_is_on_no_project_that_they_were_on(world: World) -> None:
    secret = await world.project("mia", all_access=False)
    path = f"/api/v1/{{org}}/projects/{secret['id']}"
    await world.rest("mia", "PUT", f"{path}/people", {"membership_ids": [world.id("bob")]})
    await remove(world, "ana", "bob")
    await world.rest("ana", "POST", PEOPLE, {"email": world.people["bob"].email, "role": "member"})
    assert (await world.rest("bob", "GET", path)).status_code == 404


async def test_a_removed_person_is_still_the_author_of_what_they_made(world: World) -> None:
    project = await world.project("bob")
    await remove(world, "ana", "bob")
    document = """query ($org: String!, $id: ID!) {
      organization(slug: $org) { project(id: $id) { creator { name removedAt } } }
    }"""
    data = await world.gql("ana", document, id=project["id"])
    creator = data["organization"]["project"]["creator"]
    assert creator["name"] == "Bob"
    assert creator["removedAt"] is not None


async def test_a_person_is_removed_through_graphql(world: World) -> None:
    document = "mutation ($org: String!, $id: ID!) { removePerson(org: $org, id: $id) { ok } }"
    assert await world.gql("abe", document, id=world.id("mia")) == {"removePerson": {"ok": True}}
    assert "Mia" not in await names(world)
