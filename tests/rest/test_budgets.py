"""How many statements each read costs: an exact number, the same for a page of one and a page of twenty.

By the executor every operation begins with two: who asks (thicket_identify) and which organization is entered
(thicket_enter). A compiled one is a single statement from the second time on.
"""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.api.schema import schema
from app.core.db import Database
from app.settings import Settings
from tests.contract.examples import EXAMPLES
from tests.contract.routes import NATIVE, ROUTES
from tests.contract.scene import Scene
from tests.counting import statements_of_transactions
from tests.world import populate

BUDGETS = {
    "DownloadUpload": 5,
    "ExportAccount": 5,
    "GetAuthorization": 2,
    "GetBilling": 5,
    "GetCalendar": 6,
    "GetDoToday": 7,
    "GetEventFile": 9,
    "GetOfferedPlace": 2,
    "GetPerson": 4,
    "GetPreferences": 2,
    "GetProject": 6,
    "GetProjectBell": 5,
    "GetRecording": 7,
    "GetStoredContent": 1,
    "GetSubscription": 6,
    "ListAccessTokens": 2,
    "ListAllProjects": 8,
    "ListAssignees": 5,
    "ListCalendarFeeds": 4,
    "ListChats": 7,
    "ListChildren": 9,
    "ListComments": 9,
    "ListCompanies": 6,
    "ListGroups": 6,
    "ListInvitations": 5,
    "ListMyEvents": 6,
    "ListAssignments": 10,
    "ListGroupedAssignments": 10,
    "ListNotifications": 8,
    "ListOrganizations": 3,
    "ListPeople": 5,
    "ListPrices": 1,
    "ListProjectPeople": 6,
    "ListProjectLinks": 5,
    "ListProjectTools": 5,
    "ListApiKeys": 5,
    "GetWebhook": 3,
    "ListWebhookDeliveries": 5,
    "ListWebhooks": 3,
    "ListCustomFields": 5,
    "ListCustomFieldValues": 6,
    "ListTags": 5,
    "ListTaskTypes": 5,
    "ListActivity": 9,
    "ListProjects": 6,
    "ListRecordingEvents": 8,
    "ListRecordings": 8,
    "ListUploadVersions": 7,
    "ViewUpload": 5,
    "Search": 11,
    "GetSearchMetadata": 3,
    "ReadCalendarFeed": 9,
    "GetTimeEntry": 5,
    "ListTimeEntries": 6,
}

COMPILED = {
    "ListActivity",
    "GetPerson",
    "GetProject",
    "GetProjectBell",
    "GetRecording",
    "GetSubscription",
    "GetTimeEntry",
    "ListAllProjects",
    "ListApiKeys",
    "ListAssignees",
    "ListAssignments",
    "ListChats",
    "ListChildren",
    "ListComments",
    "ListCompanies",
    "ListCustomFields",
    "ListCustomFieldValues",
    "ListTags",
    "ListTaskTypes",
    "ListGroups",
    "ListNotifications",
    "ListOrganizations",
    "ListPeople",
    "ListProjectLinks",
    "ListProjectPeople",
    "ListProjectTools",
    "ListProjects",
    "ListRecordingEvents",
    "ListRecordings",
    "ListTimeEntries",
    "ListUploadVersions",
}
"""The rest asks for something that is programmed, not declared."""

READS = sorted(name for name, route in NATIVE.items() if route.method == "GET")
PAGED = [name for name in READS if any(each.wire == "per_page" for each in NATIVE[name].parameters)]
ROWS = 20
WRITING = 11
"""Statements that it takes to make a to-do for some people: to become somebody, to lock, to look who they are, to
write, to show it, to ask who hears of it, to tell them and have it mailed, and to tell other programs (two)."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements each transaction of the executor that ended had."""
    monkeypatch.setattr(schema, "plans", None)
    return statements_of_transactions(monkeypatch)


@pytest.fixture(scope="module")
async def crowded(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    """A scene with at least twenty rows in every list."""
    scene = Scene(await populate(owner, app, settings))
    for name in READS:
        await EXAMPLES[name].prepare(scene)
    todo, me, hook = await scene.id("todo-1"), await scene.id("mem-ana"), await scene.id("hook-1")
    for number in range(ROWS):
        joined = await scene.world.join(f"p{number}", "member")
        await scene.made("POST", "/{org}/chats", {"membership_ids": [joined.membership_id]})
        await scene.made("POST", f"/{{org}}/webhooks/{hook}/test", {})
        await scene.made("POST", "/{org}/companies", {"name": f"Company {number}"})
        await scene.made("POST", "/{org}/tags", {"name": f"Tag {number}"})
        await scene.made("POST", "/{org}/task-types", {"name": f"Type {number}"})
        await scene.made("POST", "/{org}/custom-fields", {"name": f"Field {number}", "type": "text"})
        await scene.made("POST", "/{org}/api-keys", {"dialect": "gipo", "name": f"Key {number}"})
        await scene.made("POST", "/{org}/groups", {"name": f"G {number}", "membership_ids": [joined.membership_id]})
        await scene.made("POST", "/{org}/people", {"email": f"i{number}-{scene.world.tag}@x.example", "role": "member"})
        await scene.made("POST", "/{org}/projects", {"name": f"Project {number}"})
        spent = {"started_at": "2026-06-07T13:00:00Z", "duration_seconds": 60}
        await scene.made("POST", f"/{{org}}/recordings/{await scene.id('card-1')}/time-entries", spent)
        await scene.child("list-1", "todo", title=f"Copy {number}", assignee_ids=[joined.membership_id, me])
        said = await scene.rest(f"p{number}", "POST", f"/{{org}}/recordings/{todo}/comments", {"content": f"{number}"})
        assert said.status_code == 201
        await scene.made("PATCH", f"/{{org}}/recordings/{todo}", {"title": f"Title {number}"})
        founded = await scene.rest("ana", "POST", "/orgs", {"name": f"Other {number}"})
        assert founded.status_code == 201
    return scene


async def cost(scene: Scene, name: str, statements: list[int], **change: Any) -> tuple[int, int]:
    """How many statements, and how many rows came."""
    request = await EXAMPLES[name].request(scene, ROUTES[name], change)
    statements.clear()
    answer = await scene.rest("ana", request.method, request.path)
    assert answer.status_code == ROUTES[name].status, answer.text
    (spent,) = statements
    if name not in PAGED:
        return spent, 0
    body = answer.json()
    return spent, len(body["notifications"] if name == "ListNotifications" else body)


@pytest.mark.parametrize("name", READS)
async def test_a_read_costs_just_so_many_statements(crowded: Scene, statements: list[int], name: str) -> None:
    assert (await cost(crowded, name, statements))[0] == BUDGETS[name]


@pytest.mark.parametrize("name", PAGED)
async def test_a_larger_page_costs_no_more_statements(crowded: Scene, statements: list[int], name: str) -> None:
    small = await cost(crowded, name, statements, per_page=1)
    large = await cost(crowded, name, statements, per_page=ROWS)
    assert (small[1], large[1]) == (1, ROWS)
    assert small[0] == large[0] <= BUDGETS[name]


async def spent_on_a_todo(scene: Scene, statements: list[int], **fields: Any) -> int:
    """How many statements it takes to make one."""
    statements.clear()
    await scene.child("list-1", "todo", title="One more", **fields)
    (spent,) = statements
    return spent


async def test_a_write_costs_no_more_statements_for_more_people(crowded: Scene, statements: list[int]) -> None:
    people = [crowded.world.id(f"p{number}") for number in range(ROWS)]
    for field in ("assignee_ids", "completion_subscriber_ids"):
        one = await spent_on_a_todo(crowded, statements, **{field: people[:1]})
        assert await spent_on_a_todo(crowded, statements, **{field: people}) == one
    nobody = await spent_on_a_todo(crowded, statements)
    assert nobody < await spent_on_a_todo(crowded, statements, assignee_ids=people[:1]) <= WRITING


@pytest.fixture
def round_trips(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every way to the database that was taken, in order."""
    if settings.executor != "compiled":
        pytest.skip("this run has nothing compiled")
    taken: list[str] = []
    read, usual = Database.read, Database.transaction

    async def reading(self: Database, sql: str, arguments: Any) -> Any:
        taken.append("one statement")
        return await read(self, sql, arguments)

    def transaction(self: Database, *, writes: bool) -> Any:
        taken.append("a transaction")
        return usual(self, writes=writes)

    monkeypatch.setattr(Database, "read", reading)
    monkeypatch.setattr(Database, "transaction", transaction)
    return taken


@pytest.mark.parametrize("name", READS)
async def test_a_compiled_read_is_one_round_trip(crowded: Scene, round_trips: list[str], name: str) -> None:
    request = await EXAMPLES[name].request(crowded, ROUTES[name], {})
    answers = []
    for _ in range(3):
        round_trips.clear()
        answer = await crowded.rest("ana", request.method, request.path)
        answers.append(re.sub('"exported_at":"[^"]*"', "", answer.text))
    assert round_trips == (["one statement"] if name in COMPILED else ["a transaction"])
    assert answers[0] == answers[1] == answers[2]


def test_every_read_has_a_budget() -> None:
    assert sorted(BUDGETS) == READS
