"""Projects that begin with a client's words, through GraphQL."""

import json
from typing import Any

import pytest

from tests.contract.state import state
from tests.multipart import MEANT
from tests.world import World

CREATE = """mutation($org: String!, $input: CreateClientProjectInput!) {
  createClientProject(org: $org, input: $input) {
    id name status allAccess clientsEnabled starred
    creator { id name email role username }
    people { nodes { id } }
    sharedMessageCount
    latestSharedMessage {
      title content sourceFormat sourceText visibleToClients creator { id }
      attachedFiles { title visibleToClients creatorId file { byteSize contentType } }
    }
  }
}"""
WISH = {
    "title": "New project",
    "name": "John Doe",
    "message": "Lorem *Ipsum*\n\nDolor",
    "messageFormat": "MARKDOWN",
}


async def begun(world: World, who: str = "ana", **changes: Any) -> Any:
    wish = {**WISH, "email": f"john-{world.tag}@example.com", **changes}
    data = await world.gql(who, CREATE, input=wish)
    return data and data["createClientProject"]


async def test_it_is_the_clients_own_with_the_message_as_it_was_written(world: World) -> None:
    made = await begun(world)
    assert world.errors == []
    john = made["creator"]
    assert made | {"id": 0, "people": 0} == {
        "id": 0,
        "name": "New project",
        "status": "ACTIVE",
        "allAccess": False,
        "clientsEnabled": True,
        "starred": False,
        "creator": {
            "id": john["id"],
            "name": "John Doe",
            "email": f"john-{world.tag}@example.com",
            "role": "CLIENT",
            "username": "johndoe",
        },
        "people": 0,
        "sharedMessageCount": 1,
        "latestSharedMessage": {
            "title": "Lorem Ipsum",
            "content": "<p>Lorem <em>Ipsum</em></p>\n<p>Dolor</p>",
            "sourceFormat": "MARKDOWN",
            "sourceText": "Lorem *Ipsum*\n\nDolor",
            "visibleToClients": True,
            "creator": {"id": john["id"]},
            "attachedFiles": [],
        },
    }
    assert {each["id"] for each in made["people"]["nodes"]} == {john["id"], world.id("ana")}


async def test_somebody_who_is_there_is_found_by_address_whatever_the_name(world: World) -> None:
    made = await begun(world, email=world.people["cleo"].email.upper())
    assert (made["creator"]["id"], made["creator"]["name"]) == (world.id("cleo"), "Cleo")
    assert len((await world.rest("ana", "GET", "/api/v1/{org}/people")).json()) == 5


async def test_the_new_client_sets_a_password_by_mail_and_sees_the_project(world: World) -> None:
    await begun(world)
    email = f"john-{world.tag}@example.com"
    answer = await world.client.post("/api/auth/sign-in/email", json={"email": email, "password": "correct horse"})
    assert answer.status_code == 401
    asked = await world.client.post("/api/auth/request-password-reset", json={"email": email})
    assert asked.status_code == 200
    assert await world.owner.fetchval(
        "select count(*) from password_resets r join users u on u.id = r.user_id where u.email = $1", email
    )


async def test_only_who_may_invite_brings_somebody_new(world: World) -> None:
    before = await state(world.owner, world)
    assert await begun(world, "bob") is None
    assert world.codes == ["FORBIDDEN"]
    assert await begun(world, "cleo", email=world.people["mia"].email) is None
    assert world.codes == ["FORBIDDEN"]
    assert await state(world.owner, world) == before
    assert (await begun(world, "bob", email=world.people["cleo"].email))["creator"]["id"] == world.id("cleo")


async def test_everything_that_is_wrong_is_told_at_once(world: World) -> None:
    before = await state(world.owner, world)
    wrong = {"title": " ", "name": "", "email": "nobody", "message": "", "files": ["javascript:alert(1)", 5]}
    assert await begun(world, **wrong) is None
    (error,) = world.errors
    assert [(each["field"], each["code"]) for each in error["extensions"]["details"]] == [
        ("title", "blank"),
        ("name", "blank"),
        ("email", "invalid_format"),
        ("message", "blank"),
        ("files.0", "invalid_format"),
        ("files.1", "invalid_format"),
    ]
    assert await state(world.owner, world) == before


async def test_a_plan_without_room_for_a_guest_leaves_nothing_behind(world: World) -> None:
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    for name in ("gus", "gil"):
        await world.join(name, "client")
    before = await state(world.owner, world)
    assert await begun(world) is None
    assert world.codes == ["LIMIT_REACHED"]
    assert await state(world.owner, world) == before
    email = f"john-{world.tag}@example.com"
    assert await world.owner.fetchval("select count(*) from users where email = $1", email) == 0


async def test_files_of_the_request_are_in_the_folder_and_in_the_message(world: World) -> None:
    wish = {**WISH, "email": f"john-{world.tag}@example.com", "files": [None, "https://example.com/a%20b.pdf"]}
    operations = {"query": CREATE, "variables": {"org": world.org, "input": wish}}
    answer = await world.client.post(
        "/graphql",
        data={"operations": json.dumps(operations), "map": json.dumps({"a": ["variables.input.files.0"]})},
        files={"a": ("note.txt", b"Hello")},
        headers={**world.headers("ana"), **MEANT},
    )
    made = answer.json()["data"]["createClientProject"]
    assert made["latestSharedMessage"]["attachedFiles"] == [
        {
            "title": "note.txt",
            "visibleToClients": True,
            "creatorId": made["creator"]["id"],
            "file": {"byteSize": 5, "contentType": "text/plain"},
        }
    ]
    assert '<a href="https://example.com/a%20b.pdf"' in made["latestSharedMessage"]["content"]


async def test_an_empty_file_is_refused_by_its_number(world: World) -> None:
    before = await state(world.owner, world)
    wish = {**WISH, "email": world.people["cleo"].email, "files": [None]}
    operations = {"query": CREATE, "variables": {"org": world.org, "input": wish}}
    answer = await world.client.post(
        "/graphql",
        data={"operations": json.dumps(operations), "map": json.dumps({"a": ["variables.input.files.0"]})},
        files={"a": ("note.txt", b"")},
        headers={**world.headers("ana"), **MEANT},
    )
    (row,) = answer.json()["errors"][0]["extensions"]["details"]
    assert row == {"field": "files.0", "code": "too_short", "message": "files.0 is empty"}
    assert await state(world.owner, world) == before


async def test_a_message_that_was_changed_since_is_what_it_says_now(world: World) -> None:
    made = await begun(world)
    board = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{made['id']}/tools")).json()[0]["container_id"]
    (row,) = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings/{board}/children")).json()
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/recordings/{row['id']}", {"title": "Other"})
    query = "query($org: String!, $id: ID!) { organization(slug: $org) { recording(id: $id) { ... on Message {"
    query += " sourceFormat sourceText } } } }"
    found = (await world.gql("ana", query, id=row["id"]))["organization"]["recording"]
    assert found == {"sourceFormat": "MARKDOWN", "sourceText": WISH["message"]}
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/recordings/{row['id']}", {"content": "Now"})
    found = (await world.gql("ana", query, id=row["id"]))["organization"]["recording"]
    assert found == {"sourceFormat": "HTML", "sourceText": "Now"}


ADD = """mutation($org: String!, $id: ID!, $person: ID!, $side: ProjectSide!) {
  addProjectPerson(org: $org, id: $id, membershipId: $person, side: $side) { id }
}"""
REMOVE = ADD.replace("add", "remove")


async def people(world: World, id: str) -> set[str]:
    rows = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{id}/people")).json()
    return {row["name"] for row in rows}


async def test_people_are_put_on_a_project_and_taken_off_one_by_one(world: World) -> None:
    project = (await world.project(all_access=False))["id"]
    for _ in range(2):
        added = await world.gql("bob" if _ else "ana", ADD, id=project, person=world.id("cleo"), side="CLIENT")
        assert added == {"addProjectPerson": {"id": world.id("cleo")}} if not _ else added is None
    await world.gql("ana", ADD, id=project, person=world.id("bob"), side="TEAM")
    assert await people(world, project) == {"Ana", "Bob", "Cleo"}
    assert await world.owner.fetchval("select count(*) from events where action = 'people_added'") >= 2
    await world.gql("ana", REMOVE, id=project, person=world.id("cleo"), side="CLIENT")
    assert await people(world, project) == {"Ana", "Bob"}
    await world.gql("ana", REMOVE, id=project, person=world.id("cleo"), side="CLIENT")
    assert world.codes == ["NOT_FOUND"]


@pytest.mark.parametrize(("who", "side"), [("cleo", "TEAM"), ("bob", "CLIENT"), ("eve", "TEAM")])
async def test_who_is_of_the_other_side_or_nobody_is_refused(world: World, who: str, side: str) -> None:
    project = (await world.project(all_access=False))["id"]
    before = await state(world.owner, world)
    await world.gql("ana", ADD, id=project, person=world.id(who), side=side)
    assert world.errors[0]["extensions"]["details"][0]["field"] == "membership_id"
    await world.gql("ana", REMOVE, id=project, person=world.id(who), side=side)
    assert world.codes == ["NOT_FOUND"]
    assert await state(world.owner, world) == before


async def test_a_deleted_company_leaves_its_projects_without_one(world: World) -> None:
    company = (
        await world.rest("ana", "POST", "/api/v1/{org}/companies", {"name": "Co", "email": "Hi@Co.example"})
    ).json()
    project = (await world.project())["id"]
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/projects/{project}", {"company_id": company["id"]})
    query = (
        "query($org: String!, $id: ID!) { organization(slug: $org) { project(id: $id) { company { name email } } } }"
    )
    shown = (await world.gql("ana", query, id=project))["organization"]["project"]
    assert shown == {"company": {"name": "Co", "email": "hi@co.example"}}
    assert (await world.rest("abe", "DELETE", f"/api/v1/{{org}}/companies/{company['id']}")).status_code == 200
    assert (await world.gql("ana", query, id=project))["organization"]["project"] == {"company": None}
    refused = await world.rest("ana", "PATCH", f"/api/v1/{{org}}/projects/{project}", {"company_id": company["id"]})
    assert refused.status_code == 422
