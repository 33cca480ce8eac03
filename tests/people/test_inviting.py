"""Inviting, and what becomes of an invitation before it is taken (routes.md 3.2.6)."""

import asyncio
from collections.abc import Awaitable, Callable
from email.message import Message
from typing import Any

import pytest

from tests.people.conftest import Newcomer
from tests.people.shapes import (
    INVITATIONS,
    NOT_FOUND,
    ONLY_OWNERS,
    PEOPLE,
    names,
    on_free_plan,
    refused,
    without_time,
)
from tests.world import World

Mails = Callable[[str], Awaitable[list[Message]]]
NOT_ALLOWED = refused("forbidden", "Only owners and admins can invite people")


def cat(role: str = "member", **more: Any) -> dict[str, Any]:
    return {"email": "cat@example.com", "role": role, **more}


async def waiting(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await world.rest("ana", "GET", INVITATIONS)).json()
    return found


@pytest.mark.parametrize("who", ["ana", "abe"])
async def test_owners_and_admins_invite_people(world: World, who: str) -> None:
    answer = await world.rest(who, "POST", PEOPLE, {"email": " Cat@Example.com ", "role": "member", "company_id": None})
    assert answer.status_code == 201
    made = answer.json()
    assert without_time(made) == {
        "invited": "cat@example.com",
        "id": made["id"],
        "email": "cat@example.com",
        "name": None,
        "role": "member",
        "company_id": None,
        "declined": False,
        "status": "pending",
        "email_status": "sent",
        "join_url": made["join_url"],
    }
    assert made["join_url"].startswith("http://thicket.example/join/")
    assert await waiting(world) == [made]
    assert "Cat" not in await names(world)


@pytest.mark.parametrize("who", ["bob", "cleo"])
async def test_members_and_clients_invite_nobody(world: World, who: str) -> None:
    answer = await world.rest(who, "POST", PEOPLE, cat())
    assert (answer.status_code, answer.json()) == (403, NOT_ALLOWED)
    assert await waiting(world) == []


async def test_strangers_invite_nobody(world: World) -> None:
    answer = await world.rest("eve", "POST", PEOPLE, cat())
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert (await world.rest("nobody", "POST", PEOPLE, cat())).status_code == 401
    assert await waiting(world) == []


async def test_only_owners_invite_owners(world: World) -> None:
    answer = await world.rest("abe", "POST", PEOPLE, cat("owner"))
    assert (answer.status_code, answer.json()) == (403, ONLY_OWNERS)
    assert await waiting(world) == []
    assert (await world.rest("ana", "POST", PEOPLE, cat("owner"))).status_code == 201


async def test_an_admin_does_not_see_the_link_that_makes_an_owner(world: World) -> None:
    made = (await world.rest("ana", "POST", PEOPLE, cat("owner"))).json()
    (seen,) = (await world.rest("abe", "GET", INVITATIONS)).json()
    assert seen == {**made, "join_url": None}


@pytest.mark.parametrize(
    ("body", "problem", "message"),
    [
        ({"email": "cat", "role": "member"}, ("email", "invalid_format"), "email is invalid"),
        ({"role": "member"}, ("email", "required"), "email is required"),
        ({"email": "cat@example.com"}, ("role", "required"), "role is required"),
        (cat("king"), ("role", "invalid_value"), "role must be owner, admin, member or client"),
        (cat(name="x" * 101), ("name", "too_long"), "name is longer than 100 characters"),
    ],
)
async def test_an_invitation_names_an_address_and_a_role(
    world: World, body: dict[str, Any], problem: tuple[str, str], message: str
) -> None:
    answer = await world.rest("ana", "POST", PEOPLE, body)
    assert (answer.status_code, answer.json()) == (422, refused("invalid", message, *problem))
    assert await waiting(world) == []


@pytest.mark.parametrize("field", ["company_id", "project_ids"])
@pytest.mark.parametrize("id", ["0197f1a0-0000-7000-8000-000000000000", "nothing"])
async def test_an_invitation_leads_only_to_what_is_there(world: World, field: str, id: str) -> None:
    answer = await world.rest("ana", "POST", PEOPLE, cat(**{field: id if field == "company_id" else [id]}))
    assert answer.status_code == 422
    assert [(row["field"], row["code"]) for row in answer.json()["error"]["details"]] == [(field, "not_found")]
    assert await waiting(world) == []


async def test_nobody_is_put_on_a_project_that_the_inviter_does_not_see(world: World) -> None:
    secret = await world.project("bob", all_access=False)
    answer = await world.rest("ana", "POST", PEOPLE, cat(project_ids=[secret["id"]]))
    assert answer.status_code == 422
    assert await waiting(world) == []


async def test_who_is_a_member_is_not_invited(world: World) -> None:
    bob = world.people["bob"].email
    answer = await world.rest("ana", "POST", PEOPLE, {"email": bob.upper(), "role": "admin"})
    message = f"{bob} is already a member"
    assert (answer.status_code, answer.json()) == (422, refused("invalid", message, "email", "conflict"))
    assert await waiting(world) == []


async def test_the_invited_person_gets_a_mail_with_the_link(world: World, mails: Mails) -> None:
    address = f"cat-{world.org}@example.com"
    made = (
        await world.rest("ana", "POST", PEOPLE, {"email": address, "role": "member", "note": "See you on Monday."})
    ).json()
    (mail,) = await mails(address)
    assert mail["Subject"] == "Ana invites you to Acme"
    text = mail.get_payload()
    assert made["join_url"] in text
    assert "See you on Monday." in text


async def test_a_refused_invitation_sends_no_mail(world: World, mails: Mails) -> None:
    address = f"cat-{world.org}@example.com"
    await world.rest("bob", "POST", PEOPLE, {"email": address, "role": "member"})
    assert await mails(address) == []


async def test_inviting_again_renews_the_invitation(world: World, mails: Mails) -> None:
    address = f"cat-{world.org}@example.com"
    first = (await world.rest("ana", "POST", PEOPLE, {"email": address, "role": "member"})).json()
    again = await world.rest("abe", "POST", PEOPLE, {"email": address, "role": "client", "name": "Cat"})
    assert again.status_code == 201
    assert again.json() == {**first, "role": "client", "name": "Cat"}
    assert await waiting(world) == [again.json()]
    assert len(await mails(address)) == 2


async def test_an_admin_does_not_renew_the_invitation_of_an_owner(world: World) -> None:
    made = (await world.rest("ana", "POST", PEOPLE, cat("owner"))).json()
    answer = await world.rest("abe", "POST", PEOPLE, cat("member"))
    assert (answer.status_code, answer.json()) == (403, ONLY_OWNERS)
    assert await waiting(world) == [made]


async def test_inviting_one_address_many_times_at_once_makes_one_invitation(world: World) -> None:
    answers = await asyncio.gather(*(world.rest("ana", "POST", PEOPLE, cat()) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await waiting(world)) == 1


async def test_a_user_joins_at_once_where_an_address_is_proof_enough(world: World, mails: Mails) -> None:
    eve = world.people["eve"]
    answer = await world.rest("ana", "POST", PEOPLE, {"email": eve.email, "role": "member"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["email_status"], made["invited"]) == ("accepted", None, eve.email)
    assert await waiting(world) == []
    assert await mails(eve.email) == []
    assert await names(world, "eve") == ["Abe", "Ana", "Bob", "Cleo", "Eve", "Mia"]


async def test_a_user_who_joins_as_a_client_is_put_on_the_projects(world: World) -> None:
    project = await world.project("ana", all_access=False)
    offer = {"email": world.people["eve"].email, "role": "client", "project_ids": [project["id"], project["id"]]}
    await world.rest("ana", "POST", PEOPLE, offer)
    (seen,) = (await world.rest("eve", "GET", "/api/v1/{org}/projects")).json()
    assert (seen["id"], seen["clients_enabled"]) == (project["id"], True)


async def test_who_was_removed_comes_back_as_the_same_person(world: World) -> None:
    bob = world.people["bob"]
    await world.rest("ana", "DELETE", f"{PEOPLE}/{bob.membership_id}")
    answer = await world.rest("ana", "POST", PEOPLE, {"email": bob.email, "role": "admin"})
    assert answer.json()["status"] == "accepted"
    back = (await world.rest("bob", "GET", f"{PEOPLE}/{bob.membership_id}")).json()
    assert (back["name"], back["role"]) == ("Bob", "admin")


async def test_the_free_plan_has_room_for_five_members(world: World) -> None:
    await on_free_plan(world)
    assert (await world.rest("ana", "POST", PEOPLE, cat())).status_code == 201
    answer = await world.rest("ana", "POST", PEOPLE, {"email": "dan@example.com", "role": "admin"})
    assert answer.status_code == 402
    assert answer.json()["error"] == {
        "code": "limit_reached",
        "message": "Your plan allows 5 members",
        "details": {"limit": "people", "allowed": 5, "used": 5},
    }
    assert [row["email"] for row in await waiting(world)] == ["cat@example.com"]


async def test_guests_are_counted_apart_from_members(world: World) -> None:
    await on_free_plan(world)
    for name in ("cat", "dan"):
        assert (await world.rest("ana", "POST", PEOPLE, {"email": f"{name}@example.com", "role": "client"})).is_success
    answer = await world.rest("ana", "POST", PEOPLE, {"email": "fay@example.com", "role": "client"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (402, "Your plan allows 3 guests")


async def test_renewing_an_invitation_needs_no_more_room(world: World) -> None:
    await on_free_plan(world)
    await world.rest("ana", "POST", PEOPLE, cat())
    assert (await world.rest("ana", "POST", PEOPLE, cat("admin"))).status_code == 201


async def test_a_limit_holds_when_many_invite_at_once(world: World) -> None:
    await on_free_plan(world)
    offers = [{"email": f"n{number}@example.com", "role": "member"} for number in range(6)]
    answers = await asyncio.gather(*(world.rest("ana", "POST", PEOPLE, offer) for offer in offers))
    assert sorted(answer.status_code for answer in answers) == [201, 402, 402, 402, 402, 402]
    assert len(await waiting(world)) == 1


@pytest.mark.parametrize("who", ["bob", "cleo"])
async def test_members_and_clients_do_not_see_invitations(world: World, who: str) -> None:
    made = (await world.rest("ana", "POST", PEOPLE, cat())).json()
    assert (await world.rest(who, "GET", INVITATIONS)).status_code == 403
    assert (await world.rest(who, "POST", f"{INVITATIONS}/{made['id']}/resend")).status_code == 404
    assert (await world.rest(who, "DELETE", f"{INVITATIONS}/{made['id']}")).status_code == 404
    assert await waiting(world) == [made]


async def test_an_invitation_is_sent_again(world: World, mails: Mails) -> None:
    address = f"cat-{world.org}@example.com"
    made = (await world.rest("ana", "POST", PEOPLE, {"email": address, "role": "member"})).json()
    answer = await world.rest("abe", "POST", f"{INVITATIONS}/{made['id']}/resend")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert len(await mails(address)) == 2
    assert await waiting(world) == [made]


async def test_an_invitation_that_is_taken_back_leads_nowhere(world: World, newcomer: Newcomer) -> None:
    await newcomer("dan")
    made = (await world.rest("ana", "POST", PEOPLE, cat())).json()
    answer = await world.rest("abe", "DELETE", f"{INVITATIONS}/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await waiting(world) == []
    token = made["join_url"].rpartition("/")[2]
    assert (await world.rest("dan", "POST", f"/api/v1/invitations/{token}/accept")).status_code == 404
    assert (await world.rest("abe", "DELETE", f"{INVITATIONS}/{made['id']}")).status_code == 404
    assert (await world.rest("abe", "POST", f"{INVITATIONS}/{made['id']}/resend")).status_code == 404


async def test_an_admin_does_not_touch_the_invitation_of_an_owner(world: World) -> None:
    made = (await world.rest("ana", "POST", PEOPLE, cat("owner"))).json()
    for method, path in (("POST", f"{made['id']}/resend"), ("DELETE", made["id"])):
        answer = await world.rest("abe", method, f"{INVITATIONS}/{path}")
        assert (answer.status_code, answer.json()) == (403, ONLY_OWNERS)
    assert await waiting(world) == [made]


async def test_another_organizations_invitation_is_not_found(world: World) -> None:
    made = (await world.rest("ana", "POST", PEOPLE, cat())).json()
    path = f"/api/v1/{world.other_org}/people/invitations/{made['id']}"
    assert (await world.rest("eve", "DELETE", path)).status_code == 404
    assert await waiting(world) == [made]


@pytest.mark.parametrize("deed", ["removed", "demoted"])
async def test_who_may_invite_no_more_leaves_no_invitations_behind(world: World, deed: str) -> None:
    await world.rest("abe", "POST", PEOPLE, cat("admin"))
    kept = (await world.rest("ana", "POST", PEOPLE, {"email": "dan@example.com", "role": "member"})).json()
    if deed == "removed":
        await world.rest("ana", "DELETE", f"{PEOPLE}/{world.id('abe')}")
    else:
        await world.rest("ana", "PATCH", f"{PEOPLE}/{world.id('abe')}", {"role": "member"})
    assert await waiting(world) == [kept]


INVITE = """mutation ($org: String!, $input: InvitePersonInput!) {
  invitePerson(org: $org, input: $input) { email role status joinUrl invitedBy { name } projectIds }
}"""


async def test_somebody_is_invited_through_graphql(world: World) -> None:
    data = await world.gql("abe", INVITE, input={"email": "cat@example.com", "role": "CLIENT"})
    (made,) = await waiting(world)
    assert data["invitePerson"] == {
        "email": "cat@example.com",
        "role": "CLIENT",
        "status": "PENDING",
        "joinUrl": made["join_url"],
        "invitedBy": {"name": "Abe"},
        "projectIds": [],
    }


@pytest.mark.parametrize(
    ("who", "role", "code"),
    [("abe", "OWNER", "FORBIDDEN"), ("bob", "MEMBER", "FORBIDDEN"), ("eve", "MEMBER", "NOT_FOUND")],
)
async def test_graphql_refuses_whom_rest_refuses(world: World, who: str, role: str, code: str) -> None:
    assert await world.gql(who, INVITE, input={"email": "cat@example.com", "role": role}) is None
    assert world.codes == [code]
    assert await waiting(world) == []


async def test_graphql_shows_invitations_to_managers_only(world: World) -> None:
    await world.rest("ana", "POST", PEOPLE, cat())
    document = "query ($org: String!) { organization(slug: $org) { invitations { nodes { email } totalCount } } }"
    data = await world.gql("abe", document)
    assert data["organization"]["invitations"] == {"nodes": [{"email": "cat@example.com"}], "totalCount": 1}
    assert await world.gql("bob", document) == {"organization": None}
    assert world.codes == ["FORBIDDEN"]
