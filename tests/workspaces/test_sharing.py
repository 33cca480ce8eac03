"""Letting others into a workspace: collaborators and invitations (routes.md 3.5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.contract.state import state
from tests.workspaces.doing import ask, done, made, read, slugs
from tests.world import World, _person

INVITATIONS = "/api/v1/{org}/people/invitations"
DAYS = timedelta(days=7)
OFFER = """query ($token: String!) { workspaceOffer(token: $token) {
  email workspaceName icon color permissionLevel inviterName inviterImage expiresAt
} }"""


async def share(world: World, id: str, email: str, level: str = "editor") -> Any:
    return await done(world, "ana", "POST", f"/{id}/collaborators", {"email": email, "permissionLevel": level})


async def levels(world: World, id: str) -> list[tuple[str, str]]:
    found = (await done(world, "ana", "GET", f"/{id}/collaborators"))["collaborators"]
    return [(each["name"], each["permissionLevel"]) for each in found]


async def test_a_stranger_comes_in_as_a_client_who_sees_nothing_else(world: World) -> None:
    await world.project()
    id = (await made(world, template="getting_started"))["id"]
    await share(world, id, world.people["eve"].email, "viewer")
    found = await read(world, id, "eve")
    assert (found["permissionLevel"], found["isShared"], len(found["state"]["items"])) == ("viewer", True, 3)
    assert await slugs(world, "eve") == ["my-project"]
    (place,) = [each for each in (await world.rest("eve", "GET", "/api/v1/orgs")).json() if each["slug"] == world.org]
    assert place["role"] == "client"
    projects = (await world.rest("eve", "GET", "/api/v1/{org}/projects")).json()
    assert [each["id"] for each in projects] == [id]


async def test_an_editor_from_outside_writes(world: World) -> None:
    id = (await made(world))["id"]
    await share(world, id, world.people["eve"].email)
    told = {"event": {"type": "ITEM_CREATED", "payload": {"item": {"id": "a"}}}, "baseVersion": 0}
    assert (await done(world, "eve", "POST", f"/{id}/events", told))["version"] == 1
    for method, path, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("PATCH", f"/collaborators/{world.id('ana')}", {"permissionLevel": "viewer"}),
    ):
        answer = await ask(world, "eve", method, f"/{id}{path}", body)
        assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})
    assert await levels(world, id) == [("Ana", "owner"), ("Eve", "editor")]


async def test_an_editor_lets_others_in(world: World) -> None:
    """People of the organization and strangers, as the product has it; a viewer does not."""
    id, collaborators = (await made(world))["id"], "/{}/collaborators"
    for name, level in (("eve", "editor"), ("bob", "viewer")):
        await share(world, id, world.people[name].email, level)
    path, guest = collaborators.format(id), f"guest-{world.tag}@example.com"
    came = await done(world, "eve", "POST", path, {"email": world.people["cleo"].email, "permissionLevel": "viewer"})
    assert (came["collaborator"]["id"], came["collaborator"]["permissionLevel"]) == (world.id("cleo"), "viewer")
    assert (await done(world, "eve", "POST", path, {"email": guest}))["pending"] is True
    refused = await ask(world, "bob", "POST", path, {"email": f"other-{world.tag}@example.com"})
    assert (refused.status_code, refused.json()) == (403, {"error": "Access denied"})
    owner = await ask(world, "eve", "POST", path, {"email": world.people["ana"].email})
    assert (owner.status_code, owner.json()) == (400, {"error": "Cannot invite workspace owner as collaborator"})
    told = await done(world, "ana", "GET", path)
    assert [(each["email"], each["inviterId"]) for each in told["invites"]] == [(guest, world.people["eve"].user_id)]
    assert [each["name"] for each in told["collaborators"]] == ["Ana", "Eve", "Bob", "Cleo"]


async def test_who_invited_a_member_answers_for_it_still_when_an_editor_adds_a_workspace(world: World) -> None:
    """So it does not end with the editor's own place, as an editor's invitations do."""
    id, guests = (await made(world))["id"], [f"{name}-{world.tag}@example.com" for name in ("dan", "gil")]
    await share(world, id, world.people["eve"].email)
    await world.rest("ana", "POST", "/api/v1/{org}/people", {"email": guests[0], "role": "member"})
    for email in guests:
        await done(world, "eve", "POST", f"/{id}/collaborators", {"email": email})
    found = (await done(world, "ana", "GET", f"/{id}/collaborators"))["invites"]
    assert [each["expiresAt"] is None for each in found] == [True, False]
    (place,) = [each for each in (await world.rest("eve", "GET", "/api/v1/orgs")).json() if each["slug"] == world.org]
    await world.rest("ana", "DELETE", f"/api/v1/{{org}}/people/{place['membership_id']}")
    rows = (await world.rest("ana", "GET", INVITATIONS)).json()
    assert [(row["email"], row["role"]) for row in rows] == [(guests[0], "member")]


async def test_levels_change_and_end(world: World) -> None:
    id = (await made(world))["id"]
    collaborator = (await share(world, id, world.people["cleo"].email))["collaborator"]
    assert (collaborator["id"], collaborator["permissionLevel"]) == (world.id("cleo"), "editor")
    path = f"/{id}/collaborators/{collaborator['id']}"
    changed = await done(world, "ana", "PATCH", path, {"permissionLevel": "viewer"})
    assert changed["collaborator"] == {**collaborator, "permissionLevel": "viewer"}
    assert (await read(world, id, "cleo"))["permissionLevel"] == "viewer"
    assert await done(world, "ana", "DELETE", path) == {"success": True}
    assert (await ask(world, "cleo", "GET", f"/{id}")).status_code == 403
    assert (await ask(world, "ana", "DELETE", path)).json() == {"error": "Collaborator not found"}
    assert await levels(world, id) == [("Ana", "owner")]


async def test_a_collaborator_sees_the_items_again_after_clients_were_kept_out(world: World) -> None:
    id = (await made(world, template="getting_started"))["id"]
    await share(world, id, world.people["cleo"].email)
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/projects/{id}", {"clients_enabled": False})
    assert (await ask(world, "cleo", "GET", f"/{id}")).status_code == 403
    await share(world, id, world.people["cleo"].email)
    assert len((await read(world, id, "cleo"))["state"]["items"]) == 3


async def test_one_invitation_leads_to_every_workspace_that_was_offered(world: World) -> None:
    """Each at its own level; who signs up with the address is in."""
    first, second = (await made(world, name="First"))["id"], (await made(world, name="Second"))["id"]
    email = f"zoe-{world.tag}@example.com"
    for id, level in ((first, "viewer"), (second, "editor")):
        assert await share(world, id, email, level) == {
            "message": "Invitation sent to new user", "pending": True, "email": email,
        }  # fmt: skip
    (invite,) = (await done(world, "ana", "GET", f"/{first}/collaborators"))["invites"]
    assert (invite["email"], invite["permissionLevel"]) == (email, "viewer")
    body = {"name": "Zoe", "email": email, "password": "correct horse"}
    signed = await world.client.post("/api/auth/sign-up/email", json=body)
    world.client.cookies.clear()
    world.people["zoe"] = world.people["nobody"].__class__("Zoe", cookie=signed.cookies["better-auth.session_token"])
    found = (await done(world, "zoe", "GET"))["workspaces"]
    assert {each["name"]: each["permissionLevel"] for each in found} == {"First": "viewer", "Second": "editor"}
    assert (await done(world, "ana", "GET", f"/{first}/collaborators"))["invites"] == []


async def test_an_invitation_is_claimed_once(world: World) -> None:
    id = (await made(world))["id"]
    await share(world, id, f"guest-{world.tag}@example.com", "viewer")
    (invitation,) = (await world.rest("ana", "GET", "/api/v1/{org}/people/invitations")).json()
    claim = {"token": invitation["join_url"].rsplit("/", 1)[1]}
    answer = await world.rest("eve", "POST", "/api/invites/claim", claim)
    assert answer.json() == {"success": True, "workspaceId": id, "workspaceSlug": "my-project"}
    assert (await read(world, id, "eve"))["permissionLevel"] == "viewer"
    world.people["zoe"] = await _person(world.owner, world.settings, "zoe", f"{world.tag}z")
    again = await world.rest("zoe", "POST", "/api/invites/claim", claim)
    assert (again.status_code, again.json()) == (404, {"error": "Invite not found"})


async def test_an_invitation_can_be_taken_for_seven_days(world: World, owner: Any) -> None:
    """Afterwards it is told apart from one that never was; inviting again gives as long once more."""
    id, email = (await made(world, icon="rocket", color="purple"))["id"], f"guest-{world.tag}@example.com"
    await share(world, id, email, "viewer")
    (waiting,) = (await done(world, "ana", "GET", f"/{id}/collaborators"))["invites"]
    assert datetime.fromisoformat(waiting["expiresAt"]) - datetime.fromisoformat(waiting["createdAt"]) == DAYS
    (row,) = (await world.rest("ana", "GET", INVITATIONS)).json()
    token = row["join_url"].rsplit("/", 1)[1]
    offered = await world.gql("nobody", OFFER, token=token)
    assert offered["workspaceOffer"] | {"expiresAt": None} == {
        "email": email, "workspaceName": "My Project", "icon": "rocket", "color": "purple",
        "permissionLevel": "VIEWER", "inviterName": "Ana", "inviterImage": None, "expiresAt": None,
    }  # fmt: skip
    late = "update invitations set expires_at = now() - interval '1 second' where id = $1"
    await owner.execute(late, waiting["id"])
    for who, method, path, body in (
        ("nobody", "GET", f"/api/invites/{token}", None),
        ("eve", "POST", "/api/invites/claim", {"token": token}),
    ):
        answer = await world.rest(who, method, path, body)
        assert (answer.status_code, answer.json()) == (410, {"error": "Invite expired"})
    answer = await world.rest("eve", "POST", f"/api/v1/invitations/{token}/accept")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "invitation_expired")
    assert [each["status"] for each in (await world.rest("ana", "GET", INVITATIONS)).json()] == ["expired"]
    assert await levels(world, id) == [("Ana", "owner")]
    await share(world, id, email, "viewer")
    assert (await world.rest("eve", "POST", "/api/invites/claim", {"token": token})).json()["workspaceId"] == id


async def test_an_expired_invitation_takes_up_no_room(world: World, owner: Any) -> None:
    await owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    id, addresses = (await made(world))["id"], [f"g{number}-{world.tag}@example.com" for number in range(3)]
    for email in addresses[:2]:
        await share(world, id, email)
    late = "update invitations set expires_at = now() - interval '1 second' where email = $1"
    await owner.execute(late, addresses[0])
    await share(world, id, addresses[2])
    answer = await ask(world, "ana", "POST", f"/{id}/collaborators", {"email": addresses[0]})
    assert (answer.status_code, answer.json()) == (402, {"error": "Plan limit reached"})


async def test_an_invitation_to_no_workspace_is_none_here(world: World) -> None:
    offer = {"email": f"guest-{world.tag}@example.com", "role": "client"}
    token = (await world.rest("ana", "POST", "/api/v1/{org}/people", offer)).json()["join_url"].rsplit("/", 1)[1]
    answer = await world.rest("nobody", "GET", f"/api/invites/{token}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Invite not found"})
    assert (await world.rest("nobody", "GET", f"/api/v1/invitations/{token}")).json()["role"] == "client"


async def test_an_invitation_is_taken_back_from_one_workspace_alone(world: World) -> None:
    first, second = (await made(world))["id"], (await made(world))["id"]
    email = f"guest-{world.tag}@example.com"
    for id in (first, second):
        await share(world, id, email)
    (invite,) = (await done(world, "ana", "GET", f"/{first}/collaborators"))["invites"]
    assert await done(world, "ana", "DELETE", f"/{first}/invites/{invite['id']}") == {"success": True}
    assert (await done(world, "ana", "GET", f"/{first}/collaborators"))["invites"] == []
    assert (await ask(world, "ana", "DELETE", f"/{first}/invites/{invite['id']}")).status_code == 404
    assert len((await done(world, "ana", "GET", f"/{second}/collaborators"))["invites"]) == 1
    await done(world, "ana", "DELETE", f"/{second}/invites/{invite['id']}")
    assert (await world.rest("ana", "GET", "/api/v1/{org}/people/invitations")).json() == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"email": 5}, 400, "Email is required"),
        ({"email": "nobody"}, 400, "email is invalid"),
        ({"email": "x@example.com", "permissionLevel": "owner"}, 400, "Invalid permission level"),
        ({"email": "x@example.com", "permissionLevel": None}, 400, "Invalid permission level"),
        ({"email": "a\0b@example.com"}, 400, None),
    ],
)
async def test_what_is_no_share_changes_nothing(
    world: World, owner: Any, body: Any, status: int, error: str | None
) -> None:
    id = (await made(world))["id"]
    before = await state(owner, world)
    answer = await ask(world, "ana", "POST", f"/{id}/collaborators", body)
    assert answer.status_code == status, answer.text
    assert error is None or answer.json() == {"error": error}
    assert await state(owner, world) == before


async def test_guests_take_up_room(world: World, owner: Any) -> None:
    await owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    id = (await made(world))["id"]
    for number in range(2):
        await share(world, id, f"g{number}-{world.tag}@example.com")
    answer = await ask(world, "ana", "POST", f"/{id}/collaborators", {"email": f"g9-{world.tag}@example.com"})
    assert (answer.status_code, answer.json()) == (402, {"error": "Plan limit reached"})
