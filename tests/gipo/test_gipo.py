"""What Gipo's clients rely on besides the answers' shapes (those: routes.txt, 3.3): pages, places, sight, keys."""

import json
import re
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from tests.contract import gipo
from tests.contract.scene import Scene
from tests.world import World

BASE = "/dialects/gipo/api/v1"


@pytest.fixture
async def scene(world: World) -> Scene:
    """The contract's board with three tasks in Doing, of which card-1 is the last."""
    made = Scene(world)
    await gipo.arrange(made)
    return made


async def asked(scene: Scene, who: str, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
    return await scene.rest(who, method, BASE + path, await scene.filled(json), **options)


async def told(scene: Scene, who: str, method: str, path: str, json: Any = None) -> Any:
    """What is answered, which must be a success."""
    answer = await asked(scene, who, method, path, json)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def subjects(scene: Scene, column: str) -> list[str]:
    """The subjects of a stage's tasks, by their `sortOrder`."""
    board = await told(scene, "ana", "GET", f"/workspaces/{scene.ids['table-1']}")
    mine = [task for task in board["data"]["tasks"] if task["stageId"] == scene.ids[column]]
    assert [task["sortOrder"] for task in mine] == list(range(len(mine)))
    return [task["subject"] for task in mine]


async def test_the_first_key_of_an_organization_makes_its_board_of_tasks(world: World) -> None:
    scene = Scene(world)
    for name in ("first", "second"):
        key = await scene.made("POST", "/{org}/api-keys", {"dialect": "gipo", "name": name})
    headers = {"authorization": f"Bearer {key['token']}"}
    boards = (await world.client.get("/api/v1/workspaces", headers=headers)).json()
    assert boards["total"] == 1
    stages = [(stage["name"], stage["sortOrder"], stage["isFinalizing"]) for stage in boards["data"][0]["stages"]]
    assert boards["data"][0]["name"] == "Workspace"
    assert stages == [("Pending", 0, False), ("Doing", 1, False), ("Done", 2, True)]
    assert (await world.client.get("/api/v1/projects", headers=headers)).json() == {"data": [], "total": 0}


async def test_keys_of_other_dialects_make_no_board(world: World) -> None:
    scene = Scene(world)
    await scene.made("POST", "/{org}/api-keys", {"dialect": "kitchen", "name": "Form"})
    assert await scene.made("GET", "/{org}/projects") == []


async def test_the_board_of_tasks_takes_up_no_room_of_the_plan(world: World) -> None:
    scene = Scene(world)
    await scene.made("POST", "/{org}/api-keys", {"dialect": "gipo", "name": "Script"})
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    for number in range(3):
        await told(scene, "ana", "POST", "/projects", {"name": f"Project {number}"})
    assert (await asked(scene, "ana", "POST", "/projects", {"name": "Too many"})).status_code == 402


async def test_a_cursor_is_the_id_of_the_last_task_of_its_page(scene: Scene) -> None:
    first = await told(scene, "ana", "GET", "/tasks?limit=2")
    assert [task["subject"] for task in first["data"]] == ["Wire the OAuth login button", "Second"]
    assert first["pagination"] == {"nextCursor": first["data"][1]["id"]}
    last = await told(scene, "ana", "GET", f"/tasks?limit=2&cursor={first['pagination']['nextCursor']}")
    assert [task["subject"] for task in last["data"]] == ["First"]
    assert last["pagination"] == {"nextCursor": None}


async def test_a_text_that_is_an_id_is_looked_for_as_a_text(scene: Scene) -> None:
    for text in ("00000000-0000-7000-8000-000000000000", scene.ids["table-1"]):
        found = await told(scene, "ana", "GET", f"/tasks?query={text}")
        assert found == {"data": [], "pagination": {"nextCursor": None}}


async def test_an_offset_need_not_be_a_multiple_of_the_limit(scene: Scene) -> None:
    page = await told(scene, "ana", "GET", "/members?limit=2&offset=1")
    assert ([row["user"]["name"] for row in page["data"]], page["total"]) == (["Ana", "Bob"], 4)
    assert (await told(scene, "ana", "GET", "/members?offset=4")) == {"data": [], "total": 4}


@pytest.mark.parametrize(
    ("place", "order"),
    [
        (0, ["Wire the OAuth login button", "First", "Second"]),
        (1, ["First", "Wire the OAuth login button", "Second"]),
        (2, ["First", "Second", "Wire the OAuth login button"]),
        (99, ["First", "Second", "Wire the OAuth login button"]),
    ],
)
async def test_a_task_lands_just_where_its_index_says(scene: Scene, place: int, order: list[str]) -> None:
    await told(scene, "ana", "PATCH", f"/tasks/{scene.ids['card-1']}", {"sortOrder": place})
    assert await subjects(scene, "col-doing") == order


async def test_what_lies_in_the_trash_has_no_place(scene: Scene) -> None:
    gone = (await told(scene, "ana", "GET", "/tasks?query=second"))["data"][0]["id"]
    await told(scene, "ana", "DELETE", f"/tasks/{gone}")
    moved = await told(scene, "ana", "PATCH", f"/tasks/{scene.ids['card-1']}", {"sortOrder": 1})
    assert moved["data"]["sortOrder"] == 1
    assert await subjects(scene, "col-doing") == ["First", "Wire the OAuth login button"]
    assert (await asked(scene, "ana", "GET", f"/tasks/{gone}")).status_code == 404
    assert (await scene.made("GET", f"/{{org}}/recordings/{gone}"))["status"] == "trashed"


async def test_leaving_the_finalizing_stage_reopens_a_task(scene: Scene) -> None:
    path = f"/tasks/{scene.ids['card-1']}"
    done = await told(scene, "ana", "PATCH", path, {"stageId": "col-done"})
    again = await told(scene, "ana", "PATCH", path, {"stageId": "col-triage", "sortOrder": 0})
    assert done["data"]["finalizedAt"] is not None
    assert (again["data"]["finalizedAt"], again["data"]["stageId"]) == (None, scene.ids["col-triage"])


async def test_a_stage_of_another_workspace_takes_a_task_only_by_itself(scene: Scene) -> None:
    made = await scene.made("POST", "/{org}/projects", {"name": "Sales"})
    tools = await scene.made("GET", f"/{{org}}/projects/{made['id']}/tools")
    board = next(row["container_id"] for row in tools if row["tool"] == "card_table")
    path = f"/tasks/{scene.ids['card-1']}"
    refused = await asked(scene, "ana", "PATCH", path, {"workspaceId": board, "stageId": "col-done"})
    moved = await told(scene, "ana", "PATCH", path, {"workspaceId": board})
    assert refused.status_code == 404
    assert (moved["data"]["workspaceId"], moved["data"]["stage"]["name"]) == (board, "Triage")


async def test_work_for_a_project_is_seen_by_its_people_and_by_managers(scene: Scene) -> None:
    project = (await told(scene, "ana", "POST", "/projects", {"name": "Secret"}))["data"]["id"]
    path = f"/tasks/{scene.ids['card-1']}"
    await gipo.step(scene)
    linked = await told(scene, "ana", "PATCH", path, {"projectId": project})
    assert linked["data"]["project"] == {"id": project, "name": "Secret"}
    found = {}
    for who in ("ana", "abe", "bob"):
        one = await asked(scene, who, "GET", path)
        steps = await scene.rest(who, "GET", "/{org}/recordings?type=card_step")
        listed = await told(scene, who, "GET", "/tasks")
        found[who] = one.status_code, len(listed["data"]), len(steps.json())
    assert found == {"ana": (200, 3, 1), "abe": (200, 3, 1), "bob": (404, 2, 0)}
    await told(scene, "ana", "POST", f"/projects/{project}/members", {"userId": "usr-bob"})
    assert (await asked(scene, "bob", "GET", path)).status_code == 200


async def test_who_does_not_see_the_project_of_a_task_cannot_be_given_it(scene: Scene) -> None:
    project = (await told(scene, "ana", "POST", "/projects", {"name": "Secret"}))["data"]["id"]
    path = f"/tasks/{scene.ids['card-1']}"
    await told(scene, "ana", "PATCH", path, {"assigneeIds": ["usr-bob", "usr-ana"]})
    linked = await told(scene, "ana", "PATCH", path, {"projectId": project})
    assert [each["user"]["name"] for each in linked["data"]["assignees"]] == ["Ana"]
    assert (await asked(scene, "ana", "PATCH", path, {"assigneeIds": ["usr-bob"]})).status_code == 404
    managed = await told(scene, "ana", "PATCH", path, {"assigneeIds": ["usr-abe"]})
    assert [each["user"]["name"] for each in managed["data"]["assignees"]] == ["Abe"]


async def test_a_task_is_changed_as_a_whole_or_not_at_all(scene: Scene) -> None:
    path = f"/tasks/{scene.ids['card-1']}"
    before = await told(scene, "ana", "GET", path)
    wish = {"subject": "New", "tagIds": [], "stageId": "col-done", "assigneeIds": ["never-1"]}
    assert (await asked(scene, "ana", "PATCH", path, wish)).status_code == 404
    assert await told(scene, "ana", "GET", path) == before


async def test_a_write_that_is_sent_again_has_one_effect(scene: Scene) -> None:
    wish = {"workspaceId": "table-1", "subject": "Once"}
    key = {"Idempotency-Key": "any text: up to 255 characters (even these)"}
    answers = [await asked(scene, "ana", "POST", "/tasks", wish, headers=key) for _ in range(2)]
    other = await asked(scene, "ana", "POST", "/tasks", {**wish, "subject": "Twice"}, headers=key)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true"]
    assert "Idempotency-Replayed" not in answers[1].headers
    assert other.status_code == 409
    said = {"code": "CONFLICT", "message": "Idempotency-Key was used with a different body"}
    assert other.json() == {"error": said}
    assert await subjects(scene, "col-triage") == ["Once"]


async def test_only_what_makes_something_looks_at_a_key_of_a_write(scene: Scene) -> None:
    path, key = f"/tasks/{scene.ids['card-1']}", {"Idempotency-Key": "x" * 255}
    for subject in ("One", "Two"):
        answer = await asked(scene, "ana", "PATCH", path, {"subject": subject}, headers=key)
        assert (answer.status_code, answer.json()["data"]["subject"]) == (200, subject)
    long = await asked(scene, "ana", "POST", "/tasks", {}, headers={"Idempotency-Key": "x" * 256})
    assert (long.status_code, long.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


async def test_a_key_for_reading_writes_nothing(world: World) -> None:
    scene = Scene(world)
    made = await scene.made("POST", "/{org}/api-keys", {"dialect": "gipo", "name": "R", "permission": "read"})
    headers = {"authorization": f"Bearer {made['token']}"}
    answer = await world.client.post("/api/v1/projects", headers=headers, json={"name": "Site"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert (await world.client.get("/api/v1/projects", headers=headers)).json() == {"data": [], "total": 0}


async def test_nobody_can_be_taken_off_a_project_that_all_the_team_is_on(world: World) -> None:
    scene = Scene(world)
    project = await scene.made("POST", "/{org}/projects", {"name": "Everybody's"})
    answer = await asked(scene, "ana", "DELETE", f"/projects/{project['id']}/members/{scene.ids['usr-bob']}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    assert (await told(scene, "ana", "GET", f"/projects/{project['id']}/members"))["total"] == 4


async def test_a_client_is_no_member_of_a_project(world: World) -> None:
    scene = Scene(world)
    project = (await told(scene, "ana", "POST", "/projects", {"name": "Site"}))["data"]["id"]
    answer = await asked(scene, "ana", "POST", f"/projects/{project}/members", {"userId": "usr-cleo"})
    assert answer.status_code == 404
    assert (await told(scene, "ana", "GET", f"/projects/{project}/members"))["total"] == 1


async def test_a_task_is_a_card_everywhere(scene: Scene) -> None:
    made = (await told(scene, "ana", "POST", "/tasks", {"workspaceId": "table-1", "subject": "One thing"}))["data"]
    card = await scene.made("GET", f"/{{org}}/recordings/{made['id']}")
    assert (card["type"], card["title"], card["parent_id"]) == ("card", "One thing", scene.ids["col-triage"])
    await scene.made("PATCH", f"/{{org}}/recordings/{made['id']}", {"priority": "urgent", "title": "Another"})
    seen = (await told(scene, "ana", "GET", f"/tasks/{made['id']}"))["data"]
    assert (seen["subject"], seen["priority"]) == ("Another", "urgent")


async def test_without_a_key_both_that_claim_the_address_are_described(world: World) -> None:
    """The native API and Gipo's (domain.md 4, ruling 20); with a key of Gipo's, or at a mount, one alone."""
    both, native, gipo = [
        (await world.client.get(f"{base}/openapi.json")).json()
        for base in ("/api/v1", "/dialects/thicket/api/v1", BASE)
    ]
    validate(both)
    assert set(both["paths"]) == set(native["paths"]) | set(gipo["paths"])
    assert not set(native["paths"]) & set(gipo["paths"])
    text = json.dumps(both)
    places = {f"#/components/{kind}/{each}" for kind in ("schemas", "responses") for each in both["components"][kind]}
    assert set(re.findall(r"#/components/[^\"]+", text)) == places
    task, project = both["paths"]["/tasks/{id}"]["get"], both["paths"]["/{org}/projects/{id}"]["get"]
    assert (task["security"], task["tags"]) == ([{"gipo-key": []}], ["gipo-tasks"])
    assert "security" not in project
    assert both["security"] == native["security"]
    refused = both["components"]["responses"][task["responses"]["401"]["$ref"].rsplit("/")[-1]]
    assert refused["content"]["application/json"]["example"] == {
        "error": {"code": "UNAUTHORIZED", "message": "Missing or invalid API key"}
    }
    keyed = await world.client.get("/api/v1/openapi.json", headers={"authorization": "Bearer ba_whatever"})
    assert keyed.json() == gipo


async def test_the_document_names_what_days_and_words_look_like(world: World) -> None:
    document = (await world.client.get(f"{BASE}/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert sorted(document["paths"])[:3] == ["/members", "/projects", "/projects/{id}"]
    (status,) = [each for each in document["paths"]["/projects"]["get"]["parameters"] if each["name"] == "status"]
    assert status["schema"]["enum"] == ["notStarted", "inProgress", "onHold", "completed", "cancelled", None]
