"""Organizations through both doors (routes.md 3.2.1)."""

import re
from typing import Any

import pytest

from tests.world import World

ORGS = "/api/v1/orgs"
FOUND = "mutation ($name: String!) { createOrganization(input: {name: $name}) { name slug role soleOwner } }"


def as_listed(world: World, who: str, role: str, *, sole_owner: bool) -> dict[str, Any]:
    return {
        "id": world.org_id,
        "name": "Acme",
        "slug": world.org,
        "role": role,
        "membership_id": world.id(who),
        "sole_owner": sole_owner,
        "requires_two_factor_setup": False,
    }


@pytest.mark.parametrize(
    ("who", "role", "sole_owner"),
    [("ana", "owner", True), ("abe", "admin", False), ("bob", "member", False), ("cleo", "client", False)],
)
async def test_everybody_lists_the_organizations_that_they_belong_to(
    world: World, who: str, role: str, sole_owner: bool
) -> None:
    answer = await world.rest(who, "GET", ORGS)
    assert (answer.status_code, answer.json()) == (200, [as_listed(world, who, role, sole_owner=sole_owner)])
    assert answer.headers["x-total-count"] == "1"


async def test_nobody_has_no_organizations_to_list(world: World) -> None:
    answer = await world.rest("nobody", "GET", ORGS)
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": "unauthenticated", "message": "Authentication required"}}


async def test_organizations_are_listed_by_name_in_pages(world: World) -> None:
    for name in ("beta", "Zoo"):
        await world.rest("bob", "POST", ORGS, {"name": name})
    first = await world.rest("bob", "GET", f"{ORGS}?per_page=2")
    second = await world.rest("bob", "GET", f"{ORGS}?per_page=2&page=2")
    assert [org["name"] for org in first.json()] == ["Acme", "beta"]
    assert [org["name"] for org in second.json()] == ["Zoo"]
    assert first.headers["x-total-count"] == "3"


async def test_whoever_founds_an_organization_is_its_only_owner(world: World) -> None:
    answer = await world.rest("cleo", "POST", ORGS, {"name": "Beta & Söhne"})
    assert answer.status_code == 201
    made = answer.json()
    assert re.fullmatch(r"beta-sohne-[a-z0-9]{6}", made["slug"])
    assert {key: made[key] for key in ("name", "role", "sole_owner", "requires_two_factor_setup")} == {
        "name": "Beta & Söhne",
        "role": "owner",
        "sole_owner": True,
        "requires_two_factor_setup": False,
    }
    assert set(made) == set(as_listed(world, "cleo", "client", sole_owner=False))
    assert made in (await world.rest("cleo", "GET", ORGS)).json()
    people = await world.rest("cleo", "GET", f"/api/v1/{made['slug']}/people")
    assert [person["membership_id"] for person in people.json()] == [made["membership_id"]]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"name": "!?"}, "invalid_format", "name must contain a letter or number"),
        ({"name": "  "}, "blank", "name can't be blank"),
        ({}, "required", "name is required"),
        ({"name": None}, "required", "name is required"),
        ({"name": 7}, "invalid_format", "name must be text"),
        ({"name": "x" * 101}, "too_long", "name is longer than 100 characters"),
    ],
)
async def test_an_organization_needs_a_name_with_a_letter(
    world: World, body: dict[str, Any], code: str, message: str
) -> None:
    answer = await world.rest("ana", "POST", ORGS, body)
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "invalid",
        "message": message,
        "details": [{"field": "name", "code": code, "message": message}],
    }
    assert len((await world.rest("ana", "GET", ORGS)).json()) == 1


async def test_a_name_in_any_script_will_do(world: World) -> None:
    answer = await world.rest("ana", "POST", ORGS, {"name": "日本"})
    assert answer.status_code == 201
    assert re.fullmatch(r"org-[a-z0-9]{6}", answer.json()["slug"])


async def test_nobody_founds_no_organization(world: World) -> None:
    assert (await world.rest("nobody", "POST", ORGS, {"name": "Beta"})).status_code == 401
    await world.gql("nobody", FOUND, name="Beta")
    assert world.codes == ["UNAUTHENTICATED"]


async def test_an_organization_is_founded_through_graphql(world: World) -> None:
    made = (await world.gql("bob", FOUND, name="Gamma"))["createOrganization"]
    assert (made["name"], made["role"], made["soleOwner"]) == ("Gamma", "OWNER", True)


async def test_a_new_organization_can_be_read_in_the_operation_that_founds_it(world: World) -> None:
    data = await world.gql(
        "bob",
        'mutation { createOrganization(input: {name: "Gamma"}) { membership { name role } people { totalCount } } }',
    )
    assert data == {"createOrganization": {"membership": {"name": "Bob", "role": "OWNER"}, "people": {"totalCount": 1}}}


async def test_the_viewer_is_the_signed_in_user(world: World) -> None:
    data = await world.gql("bob", "{ viewer { id name email organizations { slug role } organizationCount } }")
    assert data == {
        "viewer": {
            "id": world.people["bob"].user_id,
            "name": "Bob",
            "email": world.people["bob"].email,
            "organizations": [{"slug": world.org, "role": "MEMBER"}],
            "organizationCount": 1,
        }
    }


async def test_nobody_is_no_viewer(world: World) -> None:
    assert await world.gql("nobody", "{ viewer { name } }") is None
    assert world.codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(("who", "code"), [("eve", "NOT_FOUND"), ("nobody", "UNAUTHENTICATED")])
async def test_strangers_find_no_organization(world: World, who: str, code: str) -> None:
    assert await world.gql(who, "query ($org: String!) { organization(slug: $org) { name } }") == {"organization": None}
    assert world.codes == [code]


async def test_a_strangers_organization_answers_like_one_that_never_was(world: World) -> None:
    theirs = await world.rest("eve", "GET", "/api/v1/{org}/people")
    unknown = await world.rest("eve", "GET", "/api/v1/never-was-abc123/people")
    assert (theirs.status_code, theirs.json()) == (unknown.status_code, unknown.json())
    assert theirs.json() == {"error": {"code": "not_found", "message": "Not found"}}


async def test_one_operation_opens_one_organization(world: World) -> None:
    made = (await world.rest("ana", "POST", ORGS, {"name": "Beta"})).json()
    document = """query ($org: String!, $beta: String!) {
      organization(slug: $org) { name }
      beta: organization(slug: $beta) { name }
    }"""
    assert await world.gql("ana", document, beta=made["slug"]) == {"organization": {"name": "Acme"}, "beta": None}
    assert world.codes == ["BAD_REQUEST"]


async def test_an_organization_tells_who_you_are_in_it(world: World) -> None:
    document = """query ($org: String!) {
      organization(slug: $org) { id name role membershipId soleOwner viewerCanInvite membership { id } }
    }"""
    data = await world.gql("abe", document)
    assert data["organization"] == {
        "id": world.org_id,
        "name": "Acme",
        "role": "ADMIN",
        "membershipId": world.id("abe"),
        "soleOwner": False,
        "viewerCanInvite": True,
        "membership": {"id": world.id("abe")},
    }
