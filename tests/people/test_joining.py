"""Taking the place that an invitation offers (routes.md 3.2.6; domain.md 4, ruling 9)."""

import asyncio
from typing import Any

from tests.people.conftest import Newcomer
from tests.people.shapes import INVITATIONS, NOT_FOUND, PEOPLE, names
from tests.world import World

ACCEPT = "mutation ($token: String!) { acceptInvitation(token: $token) { slug role membership { name } } }"


async def invited(world: World, role: str = "member", **more: Any) -> str:
    """The token of a new invitation to an address that nobody has."""
    offer = {"email": f"cat-{world.org}@example.com", "role": role, **more}
    made = (await world.rest("ana", "POST", PEOPLE, offer)).json()
    return str(made["join_url"].rpartition("/")[2])


def path(token: str) -> str:
    return f"/api/v1/invitations/{token}/accept"


async def test_whoever_has_the_link_takes_the_place(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    answer = await world.rest("dan", "POST", path(await invited(world)), {})
    assert answer.status_code == 201
    joined = answer.json()
    assert joined == {
        "id": world.org_id,
        "name": "Acme",
        "slug": world.org,
        "role": "member",
        "membership_id": joined["membership_id"],
        "sole_owner": False,
        "requires_two_factor_setup": False,
    }
    assert (await world.rest("dan", "GET", "/api/v1/orgs")).json() == [joined]
    assert await names(world, "dan") == ["Abe", "Ana", "Bob", "Cleo", "Dan", "Mia"]
    assert (await world.rest("ana", "GET", INVITATIONS)).json() == []


async def test_a_body_that_is_not_needed_is_not_read(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    token = await invited(world)
    answer = await world.client.post(path(token), content=b"{nonsense", headers=world.headers("dan"))
    assert answer.status_code == 201


async def test_a_place_is_taken_through_graphql(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    data = await world.gql("dan", ACCEPT, token=await invited(world, "client"))
    assert data == {"acceptInvitation": {"slug": world.org, "role": "CLIENT", "membership": {"name": "Dan"}}}


async def test_a_link_serves_once(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    await newcomer("fay")
    token = await invited(world)
    await world.rest("dan", "POST", path(token))
    answer = await world.rest("fay", "POST", path(token))
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert (await world.rest("fay", "GET", "/api/v1/orgs")).json() == []


async def test_a_made_up_token_leads_nowhere(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    answer = await world.rest("dan", "POST", path("8d2e"))
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


async def test_nobody_takes_no_place(world: World) -> None:
    token = await invited(world)
    assert (await world.rest("nobody", "POST", path(token))).status_code == 401
    assert len((await world.rest("ana", "GET", INVITATIONS)).json()) == 1


async def test_a_member_cannot_take_a_second_place(world: World) -> None:
    token = await invited(world, "admin")
    answer = await world.rest("bob", "POST", path(token))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert (await world.rest("bob", "GET", f"{PEOPLE}/{world.id('bob')}")).json()["role"] == "member"
    assert len((await world.rest("ana", "GET", INVITATIONS)).json()) == 1


async def test_a_link_taken_ten_times_at_once_gives_one_place(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    token = await invited(world)
    answers = await asyncio.gather(*(world.rest("dan", "POST", path(token)) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 9
    assert (await names(world)).count("Dan") == 1


async def test_a_link_taken_by_five_people_at_once_gives_one_place(world: World, newcomer: Newcomer) -> None:
    who = [f"new{number}" for number in range(5)]
    for name in who:
        await newcomer(name)
    token = await invited(world)
    answers = await asyncio.gather(*(world.rest(name, "POST", path(token)) for name in who))
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404, 404]
    assert len(await names(world)) == 6


async def test_a_client_joins_the_projects_of_the_invitation(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    shared = await world.project("ana", "Shared", all_access=False)
    await world.project("ana", "Other")
    await world.rest("dan", "POST", path(await invited(world, "client", project_ids=[shared["id"]])))
    (seen,) = (await world.rest("dan", "GET", "/api/v1/{org}/projects")).json()
    assert (seen["name"], seen["clients_enabled"]) == ("Shared", True)


async def test_who_was_removed_comes_back_by_a_link(world: World) -> None:
    await world.rest("ana", "DELETE", f"{PEOPLE}/{world.id('bob')}")
    answer = await world.rest("bob", "POST", path(await invited(world, "client")))
    assert (answer.status_code, answer.json()["membership_id"]) == (201, world.id("bob"))
    assert answer.json()["role"] == "client"


async def test_an_invited_address_joins_by_signing_up(world: World) -> None:
    await invited(world)
    address = f"cat-{world.org}@example.com"
    made = await world.client.post(
        "/api/auth/sign-up/email", json={"name": "Cat", "email": address, "password": "a long password"}
    )
    assert made.status_code == 200, made.text
    cookie = made.headers["set-cookie"].partition(";")[0]
    (org,) = (await world.client.get("/api/v1/orgs", headers={"cookie": cookie})).json()
    assert (org["slug"], org["role"]) == (world.org, "member")
    assert (await world.rest("ana", "GET", INVITATIONS)).json() == []


async def test_a_token_for_reading_takes_no_place(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    made = await world.rest("dan", "POST", "/api/v1/me/tokens", {"name": "Reader", "scope": "read"})
    bearer = {"authorization": f"Bearer {made.json()['token']}"}
    answer = await world.client.post(path(await invited(world)), headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only_token")
    founded = await world.client.post("/api/v1/orgs", json={"name": "Beta"}, headers=bearer)
    assert (founded.status_code, founded.json()["error"]["code"]) == (403, "read_only_token")
    assert (await world.client.get("/api/v1/orgs", headers=bearer)).json() == []


async def test_one_operation_joins_or_opens_one_organization(world: World) -> None:
    document = """mutation ($org: String!, $token: String!) {
      createGroup(org: $org, input: {name: "Design"}) { id }
      acceptInvitation(token: $token) { slug }
    }"""
    offer = {"email": "cat@example.com", "role": "member"}
    made = (await world.rest("eve", "POST", f"/api/v1/{world.other_org}/people", offer)).json()
    assert await world.gql("ana", document, token=made["join_url"].rpartition("/")[2]) is None
    assert world.codes == ["BAD_REQUEST"]
    assert (await world.rest("ana", "GET", "/api/v1/{org}/groups")).json() == []
    assert len((await world.rest("ana", "GET", "/api/v1/orgs")).json()) == 1


async def test_who_joins_and_leaves_is_written_down(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    joined = (await world.rest("dan", "POST", path(await invited(world)))).json()
    await world.rest("dan", "DELETE", f"{PEOPLE}/{joined['membership_id']}", {"note": "Bye"})
    events = await world.owner.fetch(
        "select action, actor_id::text, detail from events where org_id = $1 order by id", world.org_id
    )
    assert [(event["action"], event["actor_id"]) for event in events] == [
        ("person_invited", world.id("ana")),
        ("person_joined", joined["membership_id"]),
        ("person_removed", joined["membership_id"]),
    ]
