"""Changing people's roles and companies (routes.md 3.2.6, domain.md 2.11)."""

import asyncio
from typing import Any

import pytest

from tests.people.shapes import (
    FORBIDDEN,
    NEEDS_OWNER,
    NOT_FOUND,
    ONLY_OWNERS,
    PEOPLE,
    on_free_plan,
    refused,
    roles,
    shown,
    without_time,
)
from tests.world import World


async def change(world: World, who: str, whom: str, body: dict[str, Any]) -> Any:
    return await world.rest(who, "PATCH", f"{PEOPLE}/{world.id(whom)}", body)


@pytest.mark.parametrize("who", ["ana", "abe"])
async def test_owners_and_admins_change_people(world: World, who: str) -> None:
    company = (await world.rest("ana", "POST", "/api/v1/{org}/companies", {"name": "Client Co"})).json()
    body = {"role": "admin", "company_id": company["id"], "title": " Designer "}
    answer = await change(world, who, "bob", body)
    assert answer.status_code == 200
    changed = shown(world, "bob", role="admin", company_id=company["id"], company_name="Client Co", title="Designer")
    assert without_time(answer.json()) == {"ok": True, **changed}


async def test_what_is_not_given_stays_as_it_is(world: World) -> None:
    await change(world, "ana", "bob", {"title": "Designer"})
    await change(world, "ana", "bob", {"role": "admin"})
    assert (await change(world, "ana", "bob", {})).json()["title"] == "Designer"
    assert (await change(world, "ana", "bob", {"title": None})).json()["title"] is None
    assert (await roles(world))["Bob"] == "admin"


@pytest.mark.parametrize(("who", "whom"), [("bob", "mia"), ("bob", "bob"), ("cleo", "cleo")])
async def test_members_and_clients_change_nobody(world: World, who: str, whom: str) -> None:
    answer = await change(world, who, whom, {"role": "admin"})
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert (await roles(world))[world.people[whom].name] == world_role(whom)


def world_role(who: str) -> str:
    return {"mia": "member", "bob": "member", "cleo": "client"}[who]


async def test_whom_a_client_does_not_find_is_not_there(world: World) -> None:
    answer = await change(world, "cleo", "bob", {"role": "client"})
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(("whom", "role"), [("bob", "owner"), ("abe", "owner"), ("ana", "member")])
async def test_only_owners_make_and_unmake_owners(world: World, whom: str, role: str) -> None:
    before = await roles(world)
    answer = await change(world, "abe", whom, {"role": role})
    assert (answer.status_code, answer.json()) == (403, ONLY_OWNERS)
    assert await roles(world) == before


async def test_an_owner_makes_another_owner_and_steps_down(world: World) -> None:
    assert (await change(world, "ana", "bob", {"role": "owner"})).status_code == 200
    answer = await change(world, "ana", "ana", {"role": "member"})
    assert (answer.status_code, answer.json()["role"]) == (200, "member")


async def test_the_last_owner_stays_one(world: World) -> None:
    answer = await change(world, "ana", "ana", {"role": "member"})
    assert (answer.status_code, answer.json()) == (422, refused("invalid", NEEDS_OWNER, "role", "conflict"))
    assert (await roles(world))["Ana"] == "owner"


async def test_two_owners_who_step_down_at_once_leave_one(world: World) -> None:
    await change(world, "ana", "abe", {"role": "owner"})
    answers = await asyncio.gather(*(change(world, who, who, {"role": "member"}) for who in ("ana", "abe")))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert list((await roles(world)).values()).count("owner") == 1


async def test_two_owners_who_unmake_each_other_at_once_leave_one(world: World) -> None:
    await change(world, "ana", "abe", {"role": "owner"})
    await asyncio.gather(
        change(world, "ana", "abe", {"role": "member"}), change(world, "abe", "ana", {"role": "member"})
    )
    assert list((await roles(world)).values()).count("owner") == 1


@pytest.mark.parametrize(
    ("body", "problem", "message"),
    [
        ({"role": "king"}, ("role", "invalid_value"), "role must be owner, admin, member or client"),
        ({"role": None}, ("role", "required"), "role is required"),
        ({"title": "x" * 101}, ("title", "too_long"), "title is longer than 100 characters"),
    ],
)
async def test_a_change_that_does_not_fit_is_refused(
    world: World, body: dict[str, Any], problem: tuple[str, str], message: str
) -> None:
    answer = await change(world, "ana", "bob", body)
    assert (answer.status_code, answer.json()) == (422, refused("invalid", message, *problem))


async def test_what_does_not_fit_is_told_only_to_those_who_may_change(world: World) -> None:
    assert (await change(world, "bob", "mia", {"role": "king"})).status_code == 403
    assert (await change(world, "cleo", "mia", {"role": "king"})).status_code == 404


@pytest.mark.parametrize("id", ["0197f1a0-0000-7000-8000-000000000000", "nothing"])
async def test_an_unknown_company_is_refused(world: World, id: str) -> None:
    answer = await change(world, "ana", "bob", {"company_id": id})
    assert answer.status_code == 422
    assert [(row["field"], row["code"]) for row in answer.json()["error"]["details"]] == [("company_id", "not_found")]


async def test_a_company_of_another_organization_is_unknown(world: World) -> None:
    theirs = (await world.rest("eve", "POST", f"/api/v1/{world.other_org}/companies", {"name": "Theirs"})).json()
    assert (await change(world, "ana", "bob", {"company_id": theirs["id"]})).status_code == 422


async def test_a_client_who_becomes_a_member_needs_a_members_place(world: World) -> None:
    await on_free_plan(world)
    await world.rest("ana", "POST", PEOPLE, {"email": "dan@example.com", "role": "member"})
    answer = await change(world, "ana", "cleo", {"role": "member"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (402, "limit_reached")
    assert (await roles(world))["Cleo"] == "client"


async def test_who_becomes_a_client_leaves_the_groups(world: World) -> None:
    members = [world.id("bob"), world.id("mia")]
    await world.rest("ana", "POST", "/api/v1/{org}/groups", {"name": "Design", "membership_ids": members})
    await change(world, "ana", "bob", {"role": "client"})
    (group,) = (await world.rest("ana", "GET", "/api/v1/{org}/groups")).json()
    assert [member["name"] for member in group["members"]] == ["Mia"]


async def test_a_demoted_person_can_do_less_at_once(world: World) -> None:
    await change(world, "ana", "abe", {"role": "member"})
    answer = await change(world, "abe", "bob", {"role": "admin"})
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


async def test_a_person_is_changed_through_graphql(world: World) -> None:
    document = """mutation ($org: String!, $id: ID!) {
      updatePerson(org: $org, id: $id, input: {role: ADMIN}) { ok person { name role title } }
    }"""
    data = await world.gql("ana", document, id=world.id("bob"))
    assert data == {"updatePerson": {"ok": True, "person": {"name": "Bob", "role": "ADMIN", "title": None}}}
