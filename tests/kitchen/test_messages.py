"""Kitchen's messages, and the people of a workspace."""

import re
from typing import Any

import pytest

from tests.contract.masks import is_recent
from tests.contract.state import state
from tests.kitchen.test_kitchen import begun, sent
from tests.world import World


async def test_a_message_is_posted_as_it_was_written_with_files_and_listed_newest_first(world: World) -> None:
    made = await begun(world)
    fields = {"project_id": made["id"], "body": "One *more*", "format": "text"}
    answer = await sent(world, "POST", "/messages", data=fields, files=[("files[]", ("a.txt", b"Hello"))])
    assert answer.status_code == 201, answer.text
    message = answer.json()
    assert message["files"][0]["name"] == "a.txt"
    assert message | {"files": [], "author": message["author"]["id"]} == {
        "id": message["id"],
        "project_id": made["id"],
        "type": "message",
        "format": "text",
        "content": "One *more*",
        "author": world.id("ana"),
        "files": [],
        "created_at": message["created_at"],
    }
    listed = (await sent(world, "GET", f"/messages?project_id={made['id']}")).json()
    assert [each["id"] for each in listed["data"]] == [message["id"], made["latest_message"]["id"]]
    assert listed["meta"]["total"] == 2
    shown = (await sent(world, "GET", f"/projects/{made['id']}")).json()
    assert (shown["messages_count"], shown["latest_message"]["id"]) == (2, message["id"])


async def test_a_note_is_found_by_its_id_but_nothing_that_is_no_message(world: World) -> None:
    containers = (await world.project())["containers"]
    note = await world.child("ana", containers["message_board"], "message", title="Note", content="Among us")
    document = await world.child("ana", containers["vault"], "document", title="Plan")
    shown = (await sent(world, "GET", f"/messages/{note['id']}")).json()
    assert shown == (await sent(world, "GET", "/messages")).json()["data"][0]
    assert shown["type"] == "note"
    for id in (document["id"], containers["message_board"]):
        answer = await sent(world, "GET", f"/messages/{id}")
        assert (answer.status_code, answer.json()) == (404, {"message": "Not found."})


async def test_notes_are_listed_as_what_they_are(world: World) -> None:
    board = (await world.project())["containers"]["message_board"]
    note = await world.child("ana", board, "message", title="Note", content="Among us")
    (listed,) = (await sent(world, "GET", "/messages")).json()["data"]
    assert (listed["id"], listed["type"], listed["content"]) == (note["id"], "note", "Among us")
    assert (await sent(world, "GET", "/messages", "cleo")).json()["data"] == []


async def test_only_owners_and_admins_post_for_somebody_else_on_the_project(world: World) -> None:
    made = await begun(world)
    await sent(world, "PUT", f"/projects/{made['id']}/managers", json={"user_id": world.id("bob")})
    fields = {"project_id": made["id"], "body": "Hello", "author_id": made["author"]["id"]}
    answer = await sent(world, "POST", "/messages", json=fields)
    assert (answer.status_code, answer.json()["author"]["name"]) == (201, "John Doe")
    before = await state(world.owner, world)
    assert (await sent(world, "POST", "/messages", "bob", json=fields)).status_code == 403
    told = "The selected author id is invalid."
    for author in (world.id("mia"), world.id("eve"), "x"):
        answer = await sent(world, "POST", "/messages", json={**fields, "author_id": author})
        assert (answer.status_code, answer.json()) == (422, {"message": told, "errors": {"author_id": [told]}})
    assert await state(world.owner, world) == before


async def test_a_person_is_shown_with_phone_time_zone_and_when_last_seen(world: World) -> None:
    path = f"/api/v1/{{org}}/people/{world.id('cleo')}"
    known = {"phone", "timezone"}
    before = (await sent(world, "GET", f"/clients/{world.id('cleo')}")).json()
    assert {before[name] for name in known} == {None}
    assert (await world.rest("ana", "PATCH", path, {"phone": " 012345678 "})).status_code == 200
    await world.rest("cleo", "PATCH", "/api/v1/me/preferences", {"timezone": "Europe/Paris"})
    shown = (await sent(world, "GET", f"/clients/{world.id('cleo')}")).json()
    assert shown == {**before, "phone": "012345678", "timezone": "Europe/Paris"}
    assert shown in (await sent(world, "GET", "/clients")).json()["data"]
    refused = await world.rest("ana", "PATCH", path, {"phone": "1" * 51})
    assert [row["field"] for row in refused.json()["error"]["details"]] == ["phone"]
    assert (await world.rest("bob", "PATCH", path, {"phone": "1"})).status_code == 403
    await world.rest("ana", "PATCH", path, {"phone": None})
    assert (await sent(world, "GET", f"/clients/{world.id('cleo')}")).json()["phone"] is None


async def test_whoever_uses_a_key_a_token_or_a_session_was_seen(world: World) -> None:
    """Where a key is for one organization, in that one alone."""

    async def seen(who: str) -> str | None:
        person: dict[str, Any] = (await sent(world, "GET", f"/managers/{world.id(who)}", "ana")).json()
        return None if person["last_seen"] is None else str(person["last_seen"])

    await sent(world, "GET", "/projects", "abe")
    await world.owner.execute("update memberships set last_seen_at = null where org_id = $1", world.org_id)
    assert await seen("bob") is None
    token = (await world.rest("bob", "POST", "/api/v1/me/tokens", {"name": "Mine", "scope": "read"})).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    await world.client.get(f"/api/v1/{world.org}/projects", headers=headers)
    assert is_recent(str(await seen("bob")))
    await world.owner.execute("update api_keys set last_used_at = null where membership_id = $1", world.id("abe"))
    await sent(world, "GET", "/projects", "abe")
    assert is_recent(str(await seen("abe")))
    assert await seen("mia") is None
    later = "update sessions set expires_at = expires_at + interval '1 day' where user_id = $1"
    await world.owner.execute(later, world.people["mia"].user_id)
    assert is_recent(str(await seen("mia")))


@pytest.mark.parametrize("change", [{"project_id": "x"}, {"body": " "}, {"body": None}, {"files": ["x"]}])
async def test_a_message_that_does_not_fit_leaves_no_trace(world: World, change: dict[str, Any]) -> None:
    made = await begun(world)
    before = await state(world.owner, world)
    fields = {"project_id": made["id"], "body": "Hello", **change}
    answer = await sent(world, "POST", "/messages", json=fields)
    assert answer.status_code == 422
    assert [name.split(".")[0] for name in answer.json()["errors"]] == list(change)
    assert await state(world.owner, world) == before


async def test_clients_and_managers_are_listed_by_name(world: World) -> None:
    clients = (await sent(world, "GET", "/clients")).json()
    assert [(each["name"], each["group"], each["role"]) for each in clients["data"]] == [("Cleo", "client", "member")]
    managers = (await sent(world, "GET", "/managers?per_page=2")).json()
    assert [(each["name"], each["role"]) for each in managers["data"]] == [("Abe", "admin"), ("Ana", "admin")]
    assert managers["meta"]["total"] == 4
    made = await begun(world)
    on = (await sent(world, "GET", f"/projects/{made['id']}/managers")).json()
    assert [each["name"] for each in on["data"]] == ["Ana"]


async def test_a_client_is_added_once_and_told_by_mail_how_to_come_in(world: World) -> None:
    fields = {"name": "John Doe", "email": f"JOHN-{world.tag}@example.com"}
    answer = await sent(world, "POST", "/clients", data=fields)
    assert (answer.status_code, answer.json()["username"], answer.json()["group"]) == (201, "johndoe", "client")
    again = await sent(world, "POST", "/clients", data=fields)
    told = "The email has already been taken."
    assert (again.status_code, again.json()) == (422, {"message": told, "errors": {"email": [told]}})
    await world.work()
    (mail,) = [
        path.read_text() for path in world.settings.mails.glob("*.eml") if f"john-{world.tag}@" in path.read_text()
    ]
    assert "Ana has given you a place at Acme" in mail
    assert "forgot password" in mail


async def test_a_new_client_sets_a_password_and_sees_the_project_and_nothing_else(world: World) -> None:
    made, other = await begun(world), await world.project()
    email = made["author"]["email"]
    await world.client.post("/api/auth/request-password-reset", json={"email": email, "redirectTo": "/reset"})
    await world.work()
    mails = [path.read_text() for path in world.settings.mails.glob("*.eml")]
    (token,) = re.findall(r"reset-password/(\w+)", "".join(mail for mail in mails if email in mail))
    body = {"newPassword": "correct horse", "token": token}
    assert (await world.client.post("/api/auth/reset-password", json=body)).status_code == 200
    signed = await world.client.post("/api/auth/sign-in/email", json={"email": email, "password": "correct horse"})
    assert signed.status_code == 200
    seen = (await world.client.get(f"/api/v1/{world.org}/projects")).json()
    assert [each["id"] for each in seen] == [made["id"]]
    assert (await world.client.get(f"/api/v1/{world.org}/projects/{other['id']}")).status_code == 404
    world.client.cookies.clear()
