"""What operators see of requests: ids, log lines, and metrics, and no secret in any of them."""

import json
import logging
import re

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from app.core.context import Caller
from app.core.jobs import DECLARED, Hopeless, Payload, enqueue, errand
from app.core.logs import _Json, _WithRequest
from app.main import create_app
from app.settings import Environment, Settings
from tests.auth.browser import Browser
from tests.world import World

TOKEN = "a-token-for-prometheus"
Sample = tuple[str, frozenset[tuple[str, str]]]


async def metrics(world: World) -> dict[Sample, float]:
    """Every sample: its name and labels → its value."""
    answer = await world.rest("nobody", "GET", "/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def sample(name: str, /, **labels: str) -> Sample:
    return name, frozenset(labels.items())


async def test_every_answer_has_an_id(world: World) -> None:
    first, second = [(await world.rest("ana", "GET", "/api/v1/orgs")).headers["x-request-id"] for _ in range(2)]
    assert re.fullmatch(r"[0-9a-f-]{36}", first)
    assert first != second
    for path in ("/graphql?query={__typename}", "/healthz", "/nowhere", "/api/v1/nowhere"):
        assert (await world.rest("nobody", "GET", path)).headers["x-request-id"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("edge-7.4:a_b", True), ("x" * 128, True), ("x" * 129, False), ("a b", False), ("a\\nb", False), ("", False)],
)
async def test_the_callers_own_id_is_kept_where_it_can_be_logged(world: World, given: str, kept: bool) -> None:
    answer = await world.rest("ana", "GET", "/api/v1/orgs", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.headers.get_list("x-request-id") == [answer.headers["x-request-id"]]


async def test_a_request_is_logged_by_its_route_and_without_what_was_sent(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    secret = "s3cr3t-in-the-address"
    await world.rest("ana", "GET", f"/api/v1/{{org}}/projects?per_page=1&q={secret}")
    await world.rest("nobody", "GET", f"/api/auth/reset-password/{secret}?callbackURL=/{secret}")
    await world.rest("nobody", "GET", f"/somewhere/{secret}")
    await world.rest("nobody", "POST", "/graphql", {"query": f'{{ node(id: "{secret}") {{ id }} }}'})
    await world.rest("nobody", "GET", "/healthz")
    lines = [record for record in caplog.records if record.name == "thicket.access"]
    assert [re.sub(r"[\d.]+ ms$", "…", line.getMessage()) for line in lines] == [
        "GET /api/v1/{org}/projects 200 …",
        "GET /api/auth/reset-password/{token} 302 …",
        "GET (none) 404 …",
        "POST /graphql 200 …",
    ]
    assert [line.__dict__["beside"]["surface"] for line in lines] == ["thicket", "auth", "other", "graphql"]
    ours = [record for record in caplog.records if record.name != "httpx"]
    assert not any(secret in record.getMessage() for record in ours)


def test_a_json_line_is_one_object_with_the_requests_id() -> None:
    record = logging.LogRecord("thicket.access", logging.INFO, "x.py", 1, "GET %s\n200", ("/a",), None)
    record.beside = {"status": 200}
    _WithRequest().filter(record)
    line = _Json().format(record)
    assert "\n" not in line
    shown = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", shown.pop("time"))
    assert shown == {
        "level": "info",
        "logger": "thicket.access",
        "message": "GET /a\n200",
        "request_id": "-",
        "status": 200,
    }


async def test_requests_are_counted_by_surface_route_and_status(world: World) -> None:
    counted = sample(
        "thicket_requests_total", surface="thicket", method="GET", route="/api/v1/{org}/projects", status="200"
    )
    timed = sample("thicket_request_seconds_count", surface="thicket", route="/api/v1/{org}/projects")
    before = await metrics(world)
    for _ in range(3):
        await world.rest("ana", "GET", "/api/v1/{org}/projects")
    await world.rest("nobody", "GET", "/api/v1/{org}/projects")
    after = await metrics(world)
    assert after[counted] - before.get(counted, 0) == 3
    assert after[timed] - before.get(timed, 0) == 4


async def test_whatever_is_asked_for_makes_no_new_series(world: World) -> None:
    await world.rest("nobody", "GET", "/first")
    before = await metrics(world)
    for number in range(5):
        await world.rest("nobody", "GET", f"/nowhere/{number}")
        await world.rest("nobody", f"X{number}", "/nowhere")
    await metrics(world)
    fresh = {labels for name, labels in set(await metrics(world)) - set(before) if name == "thicket_requests_total"}
    assert {dict(labels)["route"] for labels in fresh} <= {"(none)", "/metrics"}
    assert len([labels for labels in fresh if dict(labels)["route"] == "(none)"]) <= 1


async def test_lanes_connections_and_jobs_are_counted(world: World) -> None:
    @errand("test.counted")
    async def fail(_: Caller, __: Payload) -> None:
        raise Hopeless("no")

    before = await metrics(world)
    await world.gql("ana", 'mutation ($org: String!) { createProject(org: $org, input: {name: "P"}) { id } }')
    async with world.app.state.database.transaction(writes=True) as tx:
        await enqueue(tx, "test.counted", {})
        await enqueue(tx, "mail.later", {})
    due = await metrics(world)
    await world.work()
    after = await metrics(world)
    del DECLARED["test.counted"]
    lane = sample("thicket_operations_total", lane="executor")
    assert due[lane] - before[lane] == 1
    assert due[sample("thicket_jobs", name="test.counted", state="due")] == 1
    assert after[sample("thicket_jobs", name="test.counted", state="dead")] == 1
    assert after[sample("thicket_jobs", name="mail.later", state="due")] == 1
    assert after[sample("thicket_jobs_oldest_due_seconds")] >= 0
    assert after[sample("thicket_jobs_ended_total", name="test.counted", outcome="failed")] == 1
    assert after[sample("thicket_database_connections", state="most")] == 5
    assert after[sample("thicket_database_up")] == 1


async def test_metrics_are_for_whoever_has_the_token(settings: Settings) -> None:
    async with _browser(settings, metrics_token=TOKEN) as browser:
        for given in (None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
            answer = await browser.get("/metrics", headers={"authorization": given} if given else {})
            assert (answer.status_code, answer.content) == (401, b"")
        answer = await browser.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert "thicket_database_up 0.0" in answer.text


async def test_production_shows_no_metrics_without_a_token(settings: Settings) -> None:
    async with _browser(settings, env=Environment.PRODUCTION) as browser:
        assert (await browser.get("/metrics")).status_code == 404


def _browser(settings: Settings, **changes: object) -> Browser:
    changed = settings.model_copy(update=changes)
    app: FastAPI = create_app(changed)
    return Browser.of(app, changed)
