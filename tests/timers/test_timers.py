"""Projects of timers, by GraphQL: how they are made, found, changed and deleted (routes.md 3.6)."""

from typing import Any

import pytest

from tests.world import World

pytestmark = pytest.mark.database

TIMER = """fragment T on Timer { key projectKey spaceKey title startsAt effectiveAt timezone status archivedAt color
  description sharedAt notify reminders repeats pinned image mode milestones }"""
CREATE = (
    TIMER
    + """mutation($org: String!, $input: CreateTimerProjectInput!) {
  createTimerProject(org: $org, input: $input) {
    projectKey timerCount spaceCount project { id name color } spaces { key title color } timers { ...T } } }"""
)
LAUNCH = {
    "name": " Launch  Plan ",
    "color": "#111827",
    "spaces": [
        {
            "id": "travel",
            "name": "Travel",
            "color": "#2563eb",
            "timers": [
                {
                    "id": "timer_123",
                    "label": "Flight to Tokyo",
                    "targetDate": "2036-10-10T09:30:00.000Z",
                    "timezone": "Asia/Tokyo",
                    "reminders": [{"offset_minutes": 10}],
                }
            ],
        }
    ],
    "timers": [{"label": "Loose", "targetDate": "2036-10-10T09:30:00Z", "timezone": "UTC", "spaceId": "travel"}],
}


async def launch(world: World, who: str = "ana", **values: Any) -> dict[str, Any]:
    made = await world.gql(who, CREATE, input={**LAUNCH, **values})
    assert world.errors == [], world.errors
    board: dict[str, Any] = made["createTimerProject"]
    return board


async def test_a_project_is_made_with_spaces_and_timers(world: World) -> None:
    board = await launch(world)
    assert board["project"]["name"] == "Launch Plan"
    assert board["projectKey"] == "project_" + board["project"]["id"][-12:]
    assert (board["timerCount"], board["spaceCount"]) == (2, 1)
    assert board["spaces"] == [{"key": "travel", "title": "Travel", "color": "#2563eb"}]
    flight, loose = board["timers"]
    assert flight == {
        "key": "timer_123",
        "projectKey": board["projectKey"],
        "spaceKey": "travel",
        "title": "Flight to Tokyo",
        "startsAt": "2036-10-10T09:30:00.000Z",
        "effectiveAt": "2036-10-10T09:30:00.000Z",
        "timezone": "Asia/Tokyo",
        "status": "ACTIVE",
        "archivedAt": None,
        "color": None,
        "description": None,
        "sharedAt": None,
        "notify": True,
        "reminders": [{"offset_minutes": 10}],
        "repeats": None,
        "pinned": False,
        "image": None,
        "mode": "UNTIL",
        "milestones": None,
    }
    assert loose["spaceKey"] == "travel"
    assert loose["key"].startswith("timer_")


async def test_the_project_is_one_of_the_organizations_projects(world: World) -> None:
    board = await launch(world)
    listed = (await world.rest("bob", "GET", "/api/v1/{org}/projects")).json()
    assert [(row["id"], row["name"]) for row in listed] == [(board["project"]["id"], "Launch Plan")]
    timers = (await world.rest("bob", "GET", "/api/v1/{org}/recordings?type=timer")).json()
    assert [row["title"] for row in timers] == ["Loose", "Flight to Tokyo"]
    shown = (await world.rest("bob", "GET", f"/api/v1/{{org}}/projects/{board['project']['id']}")).json()
    assert [tool["tool"] for tool in shown["tools"]][-1] == "timer_board"


async def test_a_timer_that_was_made_natively_is_one_too(world: World) -> None:
    board = await launch(world)
    tools = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{board['project']['id']}/tools")).json()
    await world.child("ana", tools[-1]["container_id"], "timer", title="Native", starts_at="2036-01-01T00:00:00Z")
    found = await world.gql(
        "ana",
        TIMER + "query($org: String!, $p: ID!) { timerBoard(org: $org, project: $p) { timers { ...T } } }",
        p=board["projectKey"],
    )
    native = found["timerBoard"]["timers"][-1]
    assert (native["title"], native["mode"], native["notify"], native["spaceKey"]) == ("Native", "UNTIL", True, None)


PREVIEW = """query($org: String!, $input: CreateTimerProjectInput!) {
  previewTimerProject(org: $org, input: $input) { planHash summary changes warnings apply } }"""


async def test_a_preview_has_the_published_hash_and_writes_nothing(world: World) -> None:
    found = (await world.gql("ana", PREVIEW, input={"name": "Launch Plan"}))["previewTimerProject"]
    published = "sha256:918fff31c8da70adae5e35cc9dbe9e7f0adf51394351be79231d7887e1e479ba"
    assert found["planHash"] == published
    assert (await world.rest("ana", "GET", "/api/v1/{org}/projects")).json() == []
    made = await launch(world, name="Launch Plan", color=None, spaces=[], timers=[], expectedPlanHash=published)
    assert made["timers"] == []


async def test_another_plan_than_the_one_that_was_looked_at_is_refused(world: World) -> None:
    hashed = "sha256:" + "0" * 64
    assert await world.gql("ana", CREATE, input={**LAUNCH, "expectedPlanHash": hashed}) is None
    assert world.codes == ["PLAN_HASH_MISMATCH"]
    assert (await world.rest("ana", "GET", "/api/v1/{org}/projects")).json() == []


async def test_everything_that_does_not_fit_is_told_at_once(world: World) -> None:
    space = {"name": "x" * 31, "id": "a b", "timers": [{"label": "", "targetDate": "2036-01-01T00:00:00Z",
             "timezone": "Mars/Base", "reminders": [{"offset_minutes": -1, "x": 1}]}]}  # fmt: skip
    timer = {"label": "x", "targetDate": "2036-01-01T00:00:00Z", "timezone": "UTC", "spaceId": "nope"}
    await world.gql("ana", CREATE, input={"name": " ", "color": "red", "spaces": [space], "timers": [timer]})
    assert [row["field"] for row in world.errors[0]["extensions"]["details"]] == [
        "name",
        "color",
        "spaces.0.id",
        "spaces.0.name",
        "spaces.0.timers.0.label",
        "spaces.0.timers.0.timezone",
        "spaces.0.timers.0.reminders.0.x",
        "spaces.0.timers.0.reminders.0.offset_minutes",
        "timers.0.space_id",
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mode": "SINCE"}, "Since timers need at least one milestone rule."),
        ({"milestones": {"rules": [{"unit": "days", "every": 1}]}}, "Only since timers can define milestones."),
        (
            {"mode": "SINCE", "milestones": {"rules": [{"unit": "days", "every": 1}]}},
            "Anchor must be in the past.",
        ),
        (
            {"mode": "SINCE", "milestones": {"rules": [{"unit": "days", "at": [1]}, {"unit": "days", "at": [1]}]}},
            "Milestone rules must be unique.",
        ),
        (
            {
                "mode": "SINCE",
                "milestones": {"rules": [{"unit": "days", "every": 1}]},
                "recurrence": {"type": "daily", "enabled": True},
            },
            "Since timers cannot recur.",
        ),
    ],
)
async def test_modes_have_rules(world: World, fields: dict[str, Any], message: str) -> None:
    timer = {"label": "x", "targetDate": "2036-01-01T00:00:00Z", "timezone": "UTC", **fields}
    await world.gql("ana", CREATE, input={"name": "P", "timers": [timer]})
    assert (world.codes, world.errors[0]["message"]) == (["UNPROCESSABLE"], message)


async def alarm(world: World, title: str) -> Any:
    query = "select alarm_at from recordings where type = 'timer' and title = $1 and org_id = $2"
    moment = await world.owner.fetchval(query, title, world.org_id)
    return moment and moment.isoformat()


async def test_a_timer_that_is_changed_natively_rings_then(world: World) -> None:
    board = await launch(world)
    tools = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{board['project']['id']}/tools")).json()
    fields = {"title": "Native", "starts_at": "2036-01-01T00:00:00Z"}
    made = await world.child("ana", tools[-1]["container_id"], "timer", **fields)
    assert await alarm(world, "Native") == "2036-01-01T00:00:00+00:00"
    path = f"/api/v1/{{org}}/recordings/{made['id']}"
    changed = await world.rest("ana", "PATCH", path, {"starts_at": "2037-01-01T00:00:00Z"})
    assert (changed.status_code, changed.json()["starts_at"]) == (200, "2037-01-01T00:00:00.000Z")
    assert await alarm(world, "Native") == "2037-01-01T00:00:00+00:00"
    for field, value in (("ends_at", "2038-01-01T00:00:00Z"), ("all_day", True)):
        refused = await world.rest("ana", "PATCH", path, {field: value})
        assert refused.status_code == 422, field


async def test_a_timer_that_goes_to_another_project_makes_way_for_its_namesake(world: World) -> None:
    first, second = await launch(world), await launch(world, name="Second")
    query = "select id from recordings where type = 'timer' and key = 'timer_123' and place_id = $1"
    flight = await world.owner.fetchval(query, first["project"]["id"])
    tools = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{second['project']['id']}/tools")).json()
    path = f"/api/v1/{{org}}/recordings/{flight}/position"
    moved = await world.rest("ana", "PUT", path, {"parent_id": tools[-1]["container_id"], "position": 0})
    assert moved.status_code == 200, moved.text
    document = "query($org: String!, $p: ID!) { timerBoard(org: $org, project: $p) { timers { key title } } }"
    timers = (await world.gql("ana", document, p=second["projectKey"]))["timerBoard"]["timers"]
    assert sorted(timer["title"] for timer in timers) == ["Flight to Tokyo", "Flight to Tokyo", "Loose"]
    assert [timer["key"] for timer in timers].count("timer_123") == 1
