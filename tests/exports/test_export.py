"""An organization's data as one JSON document: complete, for its owners alone, and without what is private."""

from typing import Any

import orjson
import pytest
from fastapi import FastAPI

from app.core.clock import now
from app.core.content import Content
from app.core.context import Caller
from app.exports import writing
from app.settings import Settings
from migrations.exporting import OF_ORGANIZATION, OF_PROJECT, OF_RECORDING
from tests.contract.examples import EXAMPLES
from tests.contract.routes import ROUTES
from tests.contract.scene import NEVER, Scene
from tests.world import World, populate

EXPORT = "/api/v1/{org}/account/export"


async def exported(world: World, query: str = "") -> Any:
    answer = await world.rest("ana", "GET", EXPORT + query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def places(document: Any) -> list[Any]:
    return [*([document["calendar"]] if "calendar" in document else []), *document["projects"]]


@pytest.fixture(scope="module")
async def full(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    """An organization with all that the examples of every route want."""
    scene = Scene(await populate(owner, app, settings), shared=True)
    for name in ROUTES:
        await EXAMPLES[name].prepare(scene)
    return scene


async def test_it_has_the_shape_that_the_contract_shows(world: World) -> None:
    made = await world.project("ana", "Launch")
    todo = await world.child(
        "ana", made["containers"]["todoset"], "todo", title="Write copy", assignee_ids=[world.id("bob")]
    )
    answer = await world.rest("ana", "GET", EXPORT)
    document = answer.json()
    assert list(document)[:4] == ["format", "version", "exported_at", "organization"]
    assert (document["format"], document["version"]) == ("thicket.export", 1)
    day = document["exported_at"][:10].replace("-", "")
    assert answer.headers["content-disposition"] == f'attachment; filename="thicket-{world.org}-{day}.json"'
    assert answer.headers["content-type"] == "application/json"
    about = {key: document["organization"][key] for key in ("id", "name", "slug")}
    assert about == {"id": world.org_id, "name": "Acme", "slug": world.org}
    ana = next(row for row in document["people"] if row["membership_id"] == world.id("ana"))
    assert (ana["name"], ana["email"], ana["role"]) == ("Ana", world.people["ana"].email, "owner")
    assert ana["company_id"] is None
    assert (document["companies"], document["groups"], document["categories"]) == ([], [], [])
    (project,) = document["projects"]
    assert (project["id"], project["name"], project["status"], project["all_access"]) == (
        made["id"], "Launch", "active", True
    )  # fmt: skip
    assert project["people"] == [world.id("ana")]
    todoset = next(row for row in project["tools"] if row["tool"] == "todoset")
    assert (todoset["enabled"], todoset["container_id"]) == (True, made["containers"]["todoset"])
    found = next(row for row in project["recordings"] if row["id"] == todo["id"])
    assert (found["type"], found["parent_id"], found["title"]) == ("todo", todoset["container_id"], "Write copy")
    assert (found["assignee_ids"], found["completed"]) == ([world.id("bob")], False)
    assert set(found["subscriber_ids"]) == {world.id("ana"), world.id("bob")}
    assert found["created_at"] == todo["created_at"]
    assert {row["action"] for row in project["events"]} >= {"project_created", "created"}


async def test_parents_come_before_children(full: Scene) -> None:
    """Also where a child is older than what it was moved into."""
    world = full.world
    project = await world.project("ana", "Moving")
    todoset = project["containers"]["todoset"]
    old = await world.child("ana", todoset, "todo", title="Old")
    new = await world.child("ana", todoset, "todolist", title="New")
    path = f"/api/v1/{{org}}/recordings/{old['id']}/position"
    await world.rest("ana", "PUT", path, {"parent_id": new["id"], "position": 1})
    for place in places(await exported(world)):
        before: set[str] = set()
        for row in place["recordings"]:
            assert row["parent_id"] is None or row["parent_id"] in before
            before.add(row["id"])


async def test_every_row_of_every_table_is_in_it(full: Scene, owner: Any) -> None:
    document = await exported(full.world)
    found: dict[str, int] = {}
    for table in OF_ORGANIZATION:
        found[table] = len(document[writing.CALLED.get(table, table)])
    for table in (*OF_PROJECT, *OF_RECORDING, "recordings", "events", "time_entries"):
        found[table] = sum(len(place.get(writing.CALLED.get(table, table), ())) for place in places(document))
    private = "select id from recordings where org_id = $1 and place_id <> org_id and project_id is null"
    for table, number in found.items():
        column = {"recordings": "id"}.get(table, "recording_id")
        kept = f" and {column} not in ({private})" if table in (*OF_RECORDING, "recordings") else ""
        if table == "events":
            kept = f" and (recording_id is null or recording_id not in ({private}))"
        count = await owner.fetchval(f"select count(*) from {table} where org_id = $1{kept}", full.world.org_id)
        assert number == count, table
    empty = {table for table, number in found.items() if not number}
    seldom = {"recording_tags", "workspace_snapshots"}
    assert empty <= {"project_bells", "event_overrides", "mentions", "message_sources", *seldom}


async def test_no_secret_is_in_it(full: Scene, owner: Any) -> None:
    text = (await full.world.rest("ana", "GET", EXPORT)).text
    for word in ("digest", "password", "token"):
        assert f'"{word}' not in text
    for row in await owner.fetch("select token_prefix from api_keys where org_id = $1", full.world.org_id):
        assert row["token_prefix"] not in text


async def test_what_only_two_people_see_is_not_in_it(world: World) -> None:
    made = await world.rest("bob", "POST", "/api/v1/{org}/chats", {"membership_ids": [world.id("mia")]})
    assert made.status_code == 201, made.text
    line = {"type": "chat_line", "content": "Between us"}
    path = f"/api/v1/{{org}}/recordings/{made.json()['id']}/children"
    assert (await world.rest("bob", "POST", path, line)).status_code == 201
    text = (await world.rest("ana", "GET", EXPORT)).text
    assert "Between us" not in text
    assert made.json()["id"] not in text


async def test_the_owner_takes_along_what_he_is_not_on(world: World) -> None:
    """Drafts and trash too; a client's project as well as one of two members."""
    secret = await world.project("bob", "Secret", all_access=False)
    board = secret["containers"]["message_board"]
    await world.child("bob", board, "message", title="Half a thought", status="drafted")
    gone = await world.child("bob", board, "message", title="Gone")
    await world.rest("bob", "PUT", f"/api/v1/{{org}}/recordings/{gone['id']}/status/trashed")
    await world.rest("bob", "PUT", f"/api/v1/{{org}}/projects/{secret['id']}/status/trashed")
    (project,) = (await exported(world))["projects"]
    assert (project["name"], project["status"]) == ("Secret", "trashed")
    statuses = {row["title"]: row["status"] for row in project["recordings"] if row["type"] == "message"}
    assert statuses == {"Half a thought": "drafted", "Gone": "trashed"}


async def test_it_can_be_limited_to_some_projects(world: World) -> None:
    first, second = await world.project("ana", "First"), await world.project("bob", "Second", all_access=False)
    await world.project("ana", "Third")
    document = await exported(world, f"?projects={second['id']},{first['id']},{first['id'].upper()}")
    assert [project["name"] for project in document["projects"]] == ["Second", "First"]
    assert len(document["people"]) == 5
    assert "calendar" not in document
    for wrong in (NEVER, "nonsense", f"{first['id']},{NEVER}"):
        answer = await world.rest("ana", "GET", f"{EXPORT}?projects={wrong}")
        assert (answer.status_code, answer.json()["error"]["message"]) == (422, "Unknown project")


async def test_graphql_tells_owners_where_it_is(world: World) -> None:
    document = "query ($org: String!) { organization(slug: $org) { accountExport { url disposition } } }"
    said = (await world.gql("ana", document))["organization"]["accountExport"]
    assert said["url"] == f"http://thicket.example/api/v1/{world.org}/account/export"
    assert said["disposition"].startswith(f'attachment; filename="thicket-{world.org}-')
    assert (await world.client.get(said["url"], headers=world.headers("ana"))).status_code == 200
    await world.gql("abe", document)
    assert world.codes == ["FORBIDDEN"]


async def test_who_reads_slowly_holds_no_connection(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Content] = []
    usual = writing.content
    monkeypatch.setattr("app.exports.writing.CHUNK", 100)
    monkeypatch.setattr("app.exports.writing.content", lambda *given: kept.append(usual(*given)) or kept[0])
    await world.project("ana", "Launch")
    await world.gql("ana", "query ($org: String!) { organization(slug: $org) { accountExport { url } } }")
    reading = kept[0].read(0, None)
    first = await anext(reading)
    assert len(first) == 100
    assert world.app.state.database.connections()["busy"] == 0
    rest = [chunk async for chunk in reading]
    assert {len(chunk) for chunk in rest[:-1]} == {100}
    assert orjson.loads(first + b"".join(rest))["format"] == "thicket.export"


async def test_of_an_organization_that_is_gone_nothing_is_written(world: World) -> None:
    await world.owner.execute("update organizations set cancelled_at = now() where id = $1", world.org_id)
    caller = Caller(world.settings, world.app.state.database)
    pieces = writing.document(caller.database, world.org_id, None, now())
    assert [piece async for piece in pieces] == []
