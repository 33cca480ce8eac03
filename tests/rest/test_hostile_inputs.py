"""Input that nobody honest sends, at every route: a 4xx in the dialect's words, and nothing changed. Never a 5xx."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from app.settings import Settings
from rest_compat.compile import PARAMETER, Route
from tests.contract.examples import EXAMPLES, request_of
from tests.contract.routes import NATIVE, ROUTES
from tests.contract.scene import NEVER, Scene
from tests.contract.state import state
from tests.world import populate

DEEP = "[" * 5_000 + "]" * 5_000
HUGE = 10**400
VALUES: list[Any] = [
    None, True, -1, 0, 2**31, 2**53, 2**63, 2**64, 10**30, 1.5, -0.0, 1e308,
    "", " ", "\u0000", "a\u0000b", "\u202e", "\U0001f9e8" * 50, "x" * 3_000, "é" * 9_000, "'; drop table users; --",
    "%00", "../../etc/passwd", "{{7*7}}", "<img src=x onerror=alert(1)>", NEVER, NEVER.upper(), f"{{{NEVER}}}",
    "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "2026-13-01", "infinity", "NaN",
    [], [[]], [None], {}, {"a": {"b": []}}, [NEVER] * 300, ["\u0000"], {"id": NEVER},
]  # fmt: skip
RAW = [
    b"", b"null", b"[]", b'"text"', b"1", b"{", b'{"name":', b'{"name": NaN}', b'{"name": Infinity}',
    b'{"name": "\xff"}', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"name": "\\ud800"}', b'{"\\ud800": 1}',
    b'{"name": "\\u0000"}', b'{"name": 1' + b"0" * 5_000 + b"}", b'{"a":1,"a":2}', DEEP.encode(),
    b'{"name": ' + DEEP.encode() + b"}", json.dumps({str(n): n for n in range(50_000)}).encode(),
]  # fmt: skip
SEGMENTS = ["%00", "%ff", "%ed%a0%80", "%2f", "..%2f..", "%0d%0aX-Y:%20z", "'", "1", "-1", "x" * 4_000, "%F0%9F%A7%A8"]

WRITES = sorted(name for name, route in NATIVE.items() if route.reads_body)
PATHS = sorted(name for name, route in ROUTES.items() if PARAMETER.search(route.path))
QUERIES = sorted(
    (name, each.wire) for name, route in ROUTES.items() for each in route.parameters if each.where == "QUERY"
)


@pytest.fixture(scope="module")
async def scene(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    made = Scene(await populate(owner, app, settings))
    for name in ROUTES:
        await EXAMPLES[name].prepare(made)
    return made


def check_refusal(answer: httpx.Response, route: Route) -> None:
    """It is a refusal in the dialect's words, and it tells nothing of what is inside."""
    assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text}"
    body = answer.json()
    said = body.get("error", body)
    assert said if isinstance(said, str) else said["message"]
    for word in ("Traceback", "asyncpg", "sqlalchemy", "SELECT ", "thicket_", "/app/", "object at 0x"):
        assert word not in answer.text


def check_answer(answer: httpx.Response, route: Route) -> None:
    if answer.status_code >= 400:
        check_refusal(answer, route)
    else:
        assert answer.status_code in (200, 201, 204, 302), answer.text


async def path_of(scene: Scene, name: str) -> str:
    return (await EXAMPLES[name].request(scene, ROUTES[name])).path


@pytest.mark.parametrize("name", sorted(name for name in WRITES if "{" in ROUTES[name].path))
async def test_a_body_that_is_no_object_changes_nothing(scene: Scene, owner: Any, name: str) -> None:
    route, path = ROUTES[name], await path_of(scene, name)
    before = await state(owner, scene.world)
    needs_none = not any(each.where == "BODY" and each.required for each in route.parameters)
    for raw in RAW:
        content = {"content": raw, "headers": {"content-type": "application/json"}}
        answer = await scene.rest("ana", route.method, path, **content)
        if needs_none:
            check_answer(answer, route)
        else:
            check_refusal(answer, route)
    if not needs_none:
        assert await state(owner, scene.world) == before


@pytest.mark.parametrize("name", PATHS)
async def test_a_path_that_names_nothing_changes_nothing(scene: Scene, owner: Any, name: str) -> None:
    route, example = ROUTES[name], EXAMPLES[name]
    values = {"org": scene.slug, **await scene.filled(example.values)}
    before = await state(owner, scene.world)
    for wire in PARAMETER.findall(route.path):
        for segment in SEGMENTS:
            request = request_of(route, {**values, wire: segment})
            answer = await scene.rest("ana", request.method, request.path, request.json)
            if name != "FollowResetLink":
                check_refusal(answer, route) if answer.content else None
            assert answer.status_code < 500
    assert await state(owner, scene.world) == before


@pytest.mark.parametrize(("name", "wire"), QUERIES, ids=lambda each: each)
async def test_a_query_parameter_of_any_kind_is_read_or_refused(scene: Scene, name: str, wire: str) -> None:
    route, path = ROUTES[name], (await path_of(scene, name)).partition("?")[0]
    texts = [*SEGMENTS, "", "0", "1.5", str(2**31), str(2**63), str(10**30), "true", "null", "a,b", NEVER]
    for query in [f"{wire}={text}" for text in texts] + [f"{wire}[]=1", f"{wire}[a][b]=1", f"{wire}=1&{wire}=2"]:
        answer = await scene.rest("ana", "GET", f"{path}?{query}")
        check_answer(answer, route)


@pytest.mark.parametrize("name", ["ListRecordings", "ListPeople", "ListProjects"])
async def test_a_cursor_that_was_tampered_with_is_refused(scene: Scene, name: str) -> None:
    field = {"ListRecordings": "recordings(type: TODO, ", "ListPeople": "people(", "ListProjects": "projects("}[name]
    asked = f"{field}after: $after) {{ nodes {{ id }} }}"
    document = f"query($org: String!, $after: String) {{ organization(slug: $org) {{ {asked} }} }}"
    for cursor in (
        "",
        "x",
        "AAAA",
        "bnVsbA==",
        "W10=",
        "WzEsMl0=",
        "WyIwIiwgIjAiXQ==",
        "é",
        "\u0000",
        "x" * 5_000,
        NEVER,
    ):
        await scene.world.gql("ana", document, after=cursor, org=scene.slug)
        assert scene.world.codes in ([], ["INVALID"]), cursor
    await scene.world.gql("ana", document, after="x", org=scene.slug)
    assert scene.world.codes == ["INVALID"]


async def test_a_body_beyond_the_limit_is_refused_unread(scene: Scene, owner: Any) -> None:
    before = await state(owner, scene.world)
    answer = await scene.rest("ana", "POST", "/{org}/projects", {"name": "x" * (2**20 + 1)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")
    assert await state(owner, scene.world) == before


@bounded(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_value_in_any_field_is_a_fault_of_ours(scene: Scene, data: st.DataObject) -> None:
    """Fields of the wrong type, too large, unstorable: read or refused, whatever the others hold."""
    name = data.draw(st.sampled_from(WRITES))
    route, example = ROUTES[name], EXAMPLES[name]
    fields = sorted(each.wire for each in route.parameters if each.where == "BODY")
    changed = data.draw(st.dictionaries(st.sampled_from(fields), st.sampled_from(VALUES), min_size=1, max_size=4))
    values = {"org": scene.slug, **await scene.filled(example.values), **changed}
    request = request_of(route, values)
    answer = await scene.rest("ana", request.method, request.path, request.json)
    check_answer(answer, route)


async def test_every_field_refuses_or_stores_each_hostile_value(app: FastAPI, settings: Settings, owner: Any) -> None:
    """One field at a time, and what was stored can be read again."""
    scene = Scene(await populate(owner, app, settings))
    for name in ("CreateProject", "CreateChild", "CreateComment", "UpdateProject", "InvitePerson", "CreateCompany"):
        route, example = ROUTES[name], EXAMPLES[name]
        await example.prepare(scene)
        values = {"org": scene.slug, **await scene.filled(example.values)}
        for wire in sorted(each.wire for each in route.parameters if each.where == "BODY"):
            for value in VALUES:
                request = request_of(route, {**values, wire: value})
                check_answer(await scene.rest("ana", request.method, request.path, request.json), route)
    for path in (
        "/{org}/projects",
        "/{org}/people",
        "/{org}/companies",
        "/{org}/recordings?type=todo",
        "/{org}/people/invitations",
    ):
        answer = await scene.rest("ana", "GET", path)
        assert answer.status_code == 200
        assert "\\u0000" not in answer.text
