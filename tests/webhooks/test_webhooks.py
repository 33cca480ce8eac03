"""Webhooks: events are told to addresses outside, signed, again and again until somebody takes them."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from app.core import clock
from app.webhooks import sending
from app.webhooks.addresses import Refused, Target, looked_up
from tests.tickward.conforming import conform
from tests.tickward.conftest import LAUNCH, key
from tests.world import World

pytestmark = pytest.mark.database

HOOKS = "/api/v1/{org}/webhooks"
URL = "https://hooks.example/take"


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    """Whoever is asked outside: nobody's name is looked up."""

    async def found(url: str, *, private: bool) -> Target:
        return Target(url, "hooks.example")

    monkeypatch.setattr(sending, "looked_up", found)
    with respx.mock(assert_all_called=False) as router:
        yield router


@pytest.fixture
def later() -> Iterator[Any]:
    yield lambda minutes: clock.move(timedelta(minutes=minutes))
    clock.move(timedelta())


async def hook(world: World, who: str = "ana", **fields: Any) -> dict[str, Any]:
    answer = await world.rest(who, "POST", HOOKS, {"name": "Prod", "url": URL, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def log(world: World, id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await world.rest("ana", "GET", f"{HOOKS}/{id}/deliveries")).json()
    return rows


def sent(router: respx.MockRouter) -> list[Any]:
    return [json.loads(call.request.content) for call in router.calls]


async def test_an_event_is_sent_once_and_signed(world: World, outside: respx.MockRouter) -> None:
    made = await hook(world)
    route = outside.post(URL).mock(return_value=httpx.Response(204))
    project = await world.project()
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="Water the plants")
    await world.work()
    bodies = {body["type"]: body for body in sent(outside)}
    assert sorted(bodies) == ["project.created", "todo.created"]
    told = bodies["todo.created"]
    assert (told["object"], told["environment"], told["event_version"]) == ("event", "development", "2026-06-10")
    assert told["data"]["object"]["recording_id"] == todo["id"]
    assert told["data"]["object"]["recording_title"] == "Water the plants"
    request = next(call.request for call in route.calls if b"todo.created" in call.request.content)
    moment, mark = request.headers["thicket-signature"].removeprefix("t=").split(",v1=")
    signed = f"{moment}.".encode() + request.content
    assert mark == hmac.new(made["signing_secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers["thicket-event-type"] == "todo.created"
    assert request.headers["host"] == "hooks.example"
    rows = await log(world, made["id"])
    assert [(row["event_type"], row["status"], row["attempt_count"], row["response_status"]) for row in rows] == [
        ("todo.created", "delivered", 1, 204),
        ("project.created", "delivered", 1, 204),
    ]
    assert rows[0]["id"] == request.headers["thicket-delivery-id"]
    await world.work()
    assert len(route.calls) == 2


async def test_only_chosen_events_are_sent_and_none_while_it_is_paused(world: World, outside: respx.MockRouter) -> None:
    made = await hook(world, event_types=["project.created"])
    outside.post(URL).mock(return_value=httpx.Response(200))
    project = await world.project()
    await world.child("ana", project["containers"]["todoset"], "todo", title="x")
    paused = await world.rest("ana", "PATCH", f"{HOOKS}/{made['id']}", {"status": "disabled"})
    assert (paused.status_code, paused.json()["status"]) == (200, "disabled")
    await world.project(name="Second")
    await world.work()
    assert sent(outside) == []
    await world.rest("ana", "PATCH", f"{HOOKS}/{made['id']}", {"status": "active"})
    await world.project(name="Third")
    await world.work()
    assert [body["data"]["object"]["action"] for body in sent(outside)] == ["project_created"]


async def test_nobody_hears_of_what_he_may_not_see(world: World, outside: respx.MockRouter) -> None:
    await hook(world, "abe")
    outside.post(URL).mock(return_value=httpx.Response(200))
    await world.project(name="Secret", all_access=False)
    chat = await world.rest("ana", "POST", "/api/v1/{org}/chats", {"membership_ids": [world.id("bob")]})
    assert chat.status_code == 201
    line = {"type": "chat_line", "content": "psst"}
    await world.rest("ana", "POST", f"/api/v1/{{org}}/recordings/{chat.json()['id']}/children", line)
    await world.work()
    assert [body["type"] for body in sent(outside)] == []


async def test_what_fails_is_tried_five_times(world: World, outside: respx.MockRouter, later: Any) -> None:
    made = await hook(world, event_types=["project.created"])
    outside.post(URL).mock(return_value=httpx.Response(500))
    await world.project()
    waits = []
    for minutes in (0, 1, 6, 21, 81):
        later(minutes)
        await world.work()
        await world.work()
        waits.append(len(outside.calls))
    assert waits == [1, 2, 3, 4, 5]
    (row,) = await log(world, made["id"])
    assert (row["status"], row["attempt_count"], row["error"], row["next_attempt_at"]) == (
        "failed",
        5,
        "Answered 500",
        None,
    )
    later(1_000)
    await world.work()
    assert len(outside.calls) == 5
    assert (await world.rest("ana", "GET", f"{HOOKS}/{made['id']}")).json()["failure_count"] == 5


async def test_it_is_disabled_after_25_failures_in_a_row(world: World, outside: respx.MockRouter, owner: Any) -> None:
    made = await hook(world, event_types=["project.created"])
    await owner.execute("update webhook_endpoints set failure_count = 24")
    outside.post(URL).mock(side_effect=httpx.ConnectError("nobody there"))
    await world.project()
    await world.work()
    shown = (await world.rest("ana", "GET", f"{HOOKS}/{made['id']}")).json()
    assert (shown["status"], shown["failure_count"], shown["disabled_at"] is None) == ("disabled", 25, False)


async def test_a_test_is_sent_once(world: World, outside: respx.MockRouter) -> None:
    made = await hook(world)
    outside.post(URL).mock(return_value=httpx.Response(404))
    tried = await world.rest("ana", "POST", f"{HOOKS}/{made['id']}/test", {})
    row = tried.json()
    assert (tried.status_code, row["status"], row["event_type"]) == (201, "failed", "webhook.test")
    assert (row["attempt_count"], row["response_status"], row["error"]) == (1, 404, "Answered 404")
    assert await log(world, made["id"]) == [row]
    await world.work()
    assert len(outside.calls) == 1
    assert (await world.rest("ana", "GET", f"{HOOKS}/{made['id']}")).json()["failure_count"] == 1


async def test_who_does_not_answer_is_not_waited_for(
    world: World, outside: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    made = await hook(world)
    monkeypatch.setattr(sending, "PATIENCE", 0.01)
    outside.post(URL).mock(side_effect=never)
    row = (await world.rest("ana", "POST", f"{HOOKS}/{made['id']}/test", {})).json()
    assert (row["status"], row["response_status"], row["error"]) == ("failed", None, "No answer within 0 seconds")


async def test_a_test_does_not_reach_a_private_address(
    world: World, outside: respx.MockRouter, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its name led to when it was made."""
    made = await hook(world)
    monkeypatch.setattr(sending, "looked_up", looked_up)
    await owner.execute("update webhook_endpoints set url = 'https://127.0.0.1:1/' where id = $1", made["id"])
    row = (await world.rest("ana", "POST", f"{HOOKS}/{made['id']}/test", {})).json()
    assert (row["status"], row["response_status"], row["error"]) == ("failed", None, "The address is private")
    assert len(outside.calls) == 0


async def test_nothing_is_sent_by_who_may_not_or_says_it_wrong(world: World, outside: respx.MockRouter) -> None:
    made = await hook(world)
    path = f"{HOOKS}/{made['id']}/test"
    for who, body, status in (("bob", {}, 404), ("eve", {}, 404), ("ana", {"event_type": "x"}, 422)):
        assert (await world.rest(who, "POST", path, body)).status_code == status
    assert (await world.rest("ana", "POST", path, {"event_type": 5})).status_code == 422
    assert (await log(world, made["id"]), len(outside.calls)) == ([], 0)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/x", "https://[::1]/",
     "https://169.254.169.254/latest", "https://me:secret@hooks.example/", "https://db.internal/", "nonsense", "https://",
     "https://[::ffff:10.0.0.1]/", "https://hooks.example:99999/"],
)  # fmt: skip
async def test_private_addresses_are_refused(world: World, url: str) -> None:
    answer = await world.rest("ana", "POST", HOOKS, {"name": "Prod", "url": url})
    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (422, "url")
    assert (await world.rest("ana", "GET", HOOKS)).json() == []


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://2130706433/", "https://[::1]:8443/"])
async def test_what_leads_to_a_private_address_is_refused_when_it_is_looked_up(url: str) -> None:
    with pytest.raises(Refused):
        await looked_up(url, private=False)
    assert (await looked_up(url, private=True)).host == url.removeprefix("https://").removesuffix("/")


async def test_only_managers_see_and_change_webhooks(world: World) -> None:
    made = await hook(world)
    for who, code in (("bob", 403), ("cleo", 403), ("eve", 404), ("nobody", 401)):
        answer = await world.rest(who, "GET", HOOKS)
        assert answer.status_code == code, who
    for who, code in (("bob", 404), ("eve", 404)):
        answer = await world.rest(who, "PATCH", f"{HOOKS}/{made['id']}", {"name": "Mine"})
        assert answer.status_code == code, who
    assert (await world.rest("ana", "GET", f"{HOOKS}/{made['id']}")).json()["name"] == "Prod"


@pytest.fixture
async def tickward(world: World) -> Any:
    token = await key(world)

    async def send(method: str, path: str, json: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        return await world.client.request(method, f"/api/v1{path}", headers=headers, **({"json": json} if json else {}))

    return send


async def test_tickwards_endpoints_are_managed_as_its_clients_do(world: World, tickward: Any) -> None:
    made = await tickward("POST", "/webhooks", {"name": "Prod", "url": URL, "event_types": ["timer.ended"]})
    shown = made.json()
    assert (made.status_code, shown) == (
        201,
        {
            "id": shown["id"],
            "object": "webhook_endpoint",
            "name": "Prod",
            "url": URL,
            "event_types": ["timer.ended"],
            "status": "active",
            "failure_count": 0,
            "created_at": shown["created_at"],
            "updated_at": shown["created_at"],
            "disabled_at": None,
            "last_delivered_at": None,
            "last_failed_at": None,
            "signing_secret": shown["signing_secret"],
        },
    )
    assert shown["id"].startswith("wh_")
    assert shown["signing_secret"].startswith("whsec_")
    endpoint = {name: value for name, value in shown.items() if name != "signing_secret"}
    assert (await tickward("GET", "/webhooks")).json() == {"object": "list", "data": [endpoint], "has_more": False}
    path = f"/webhooks/{shown['id']}"
    disabled = (await tickward("PATCH", path, {"status": "disabled"})).json()
    assert disabled == {
        **endpoint,
        "status": "disabled",
        "disabled_at": disabled["disabled_at"],
        "updated_at": disabled["updated_at"],
    }
    deliveries = await tickward("GET", f"{path}/deliveries?limit=10")
    assert deliveries.json() == {"object": "list", "data": [], "has_more": False}
    for wrong in ({"event_types": ["todo.created"]}, {"event_types": []}, {"url": URL}, {"status": "broken"}):
        assert (await tickward("PATCH", path, wrong)).status_code == 400, wrong
    assert (await world.rest("ana", "GET", HOOKS)).json() == []
    gone = await tickward("DELETE", path)
    assert gone.json() == {"deleted": True, "id": shown["id"], "object": "webhook_endpoint"}
    assert (await tickward("GET", path)).status_code == 404


async def test_tickward_sends_a_test_at_once(tickward: Any, outside: respx.MockRouter) -> None:
    made = (await tickward("POST", "/webhooks", {"name": "Prod", "url": URL})).json()
    path = f"/webhooks/{made['id']}"
    route = outside.post(URL).mock(return_value=httpx.Response(204))
    tried = await tickward("POST", f"{path}/test")
    conform(tried)
    told = tried.json()
    assert (told["delivery"]["status"], told["delivery"]["attempt_count"]) == ("delivered", 1)
    assert (told["delivery"]["response_status"], told["delivery"]["next_attempt_at"]) == (204, None)
    assert told["endpoint"]["last_delivered_at"] == told["delivery"]["delivered_at"]
    assert (await tickward("GET", f"{path}/deliveries")).json()["data"] == [told["delivery"]]
    request = route.calls[0].request
    assert request.headers["tickward-delivery-id"] == told["delivery"]["id"]
    moment, mark = request.headers["tickward-signature"].removeprefix("t=").split(",v1=")
    signed = f"{moment}.".encode() + request.content
    assert mark == hmac.new(made["signing_secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert json.loads(request.content)["data"]["object"] == {
        "object": "webhook_endpoint",
        "id": made["id"],
        "webhook_endpoint_id": made["id"],
        "webhook_endpoint_name": "Prod",
        "message": "This is a test.",
    }
    await tickward("POST", f"{path}/test", {"event_type": "share.created"})
    assert sent(outside)[1]["type"] == "share.created"
    assert sent(outside)[1]["data"]["object"] == {
        "object": "share",
        "id": "share_sample",
        "share_id": "share_sample",
        "project_id": "project_sample",
        "project_name": "Sample project",
        "timer_id": "timer_sample",
        "timer_label": "Sample timer",
    }


async def test_tickward_is_told_of_timers_in_its_own_words(
    world: World, tickward: Any, outside: respx.MockRouter
) -> None:
    secret = (await tickward("POST", "/webhooks", {"name": "Prod", "url": URL})).json()["signing_secret"]
    outside.post(URL).mock(return_value=httpx.Response(200))
    await world.project(name="Without timers")
    made = (await tickward("POST", "/projects", LAUNCH)).json()
    path = f"/projects/{made['id']}"
    await tickward("PATCH", f"{path}/timers/timer_123", {"archived_at": "2026-06-08T00:00:00.000Z"})
    share = (await tickward("POST", f"{path}/shares", {"timer_id": "timer_123"})).json()
    await tickward("DELETE", f"{path}/timers/timer_123")
    await tickward("DELETE", path)
    await world.work()
    told = {body["type"]: body["data"]["object"] for body in sent(outside)}
    project = {"project_id": made["id"], "project_name": "Launch Plan"}
    timer = {**project, "timer_id": "timer_123", "timer_label": "Flight to Tokyo"}
    assert told == {
        "project.created": {"object": "project", "id": made["id"], **project, "name": "Launch Plan"},
        "timer.created": {"object": "timer", "id": "timer_123", **timer},
        "timer.archived": {"object": "timer", "id": "timer_123", **timer},
        "share.created": {"object": "share", "id": share["id"], **timer},
        "timer.deleted": {"object": "timer", "id": "timer_123", **timer},
        "project.deleted": {"object": "project", "id": made["id"], **project, "name": "Launch Plan"},
    }
    request = outside.calls[0].request
    moment, mark = request.headers["tickward-signature"].removeprefix("t=").split(",v1=")
    signed = f"{moment}.".encode() + request.content
    assert mark == hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


async def test_a_timer_that_ends_is_told_once(
    world: World, tickward: Any, outside: respx.MockRouter, later: Any
) -> None:
    await tickward("POST", "/webhooks", {"name": "Prod", "url": URL, "event_types": ["timer.ended", "timer.milestone"]})
    outside.post(URL).mock(return_value=httpx.Response(200))
    soon = (clock.now() + timedelta(minutes=5)).isoformat()
    daily = {"type": "daily", "enabled": True}
    since = {"mode": "since", "milestones": {"rules": [{"unit": "days", "every": 1}]}}
    past = (clock.now() - timedelta(days=3) + timedelta(minutes=5)).isoformat()
    timers = [
        {"id": "timer_once", "label": "Once", "target_date": soon, "timezone": "UTC"},
        {"id": "timer_daily", "label": "Daily", "target_date": soon, "timezone": "UTC", "recurrence": daily},
        {"id": "timer_since", "label": "Since", "target_date": past, "timezone": "UTC", **since},
    ]
    made = await tickward("POST", "/projects", {"name": "P", "timers": timers})
    assert made.status_code == 201, made.text
    rounds = []
    for minutes in (1, 6, 7, 6 + 24 * 60):
        before = len(outside.calls)
        later(minutes)
        await world.tick("timers.tick")
        rounds.append(sorted((body["type"], body["data"]["object"]["id"]) for body in sent(outside)[before:]))
    assert rounds == [
        [],
        [("timer.ended", "timer_daily"), ("timer.ended", "timer_once"), ("timer.milestone", "timer_since")],
        [],
        [("timer.ended", "timer_daily"), ("timer.milestone", "timer_since")],
    ]
