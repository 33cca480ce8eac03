"""Every route of Tickward answers what the product's public OpenAPI document says (openapi.yaml), and nothing more."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate

from app.settings import Settings
from tests.contract.examples import EXAMPLES
from tests.contract.routes import ROUTES
from tests.contract.scene import NEVER, Scene
from tests.tickward.conforming import BASE, DOCUMENT, METHODS, check, conform, operations, served, untyped
from tests.tickward.conftest import Call
from tests.world import populate

SPOKEN = {name: route for name, route in ROUTES.items() if route.profile.name == "tickward" and route.media is None}
ORDER = ("GET", "POST", "PATCH", "DELETE")
LAST = ("TickwardDeleteShare", "TickwardDeleteTimer", "TickwardDeleteSpace", "TickwardDeleteProject")
"""Each would take away what those before it delete."""


def test_the_document_is_one_and_has_every_route() -> None:
    validate(DOCUMENT)
    assert operations() == {(route.method, BASE.sub("", route.path)) for route in SPOKEN.values()}


def test_the_document_that_we_serve_says_what_each_value_looks_like() -> None:
    assert untyped(served()) == []
    properties = served()["components"]["schemas"]["TickwardTimer"]["properties"]
    assert properties["reminders"]["items"]["properties"]["offset_minutes"]["maximum"] == 40_320
    assert properties["recurrence"]["properties"]["type"]["enum"] == ["daily", "weekly", "monthly", "yearly"]


def test_every_example_in_it_is_what_its_schema_says() -> None:
    for item in served()["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            for each in (operation.get("requestBody", {}), *operation["responses"].values()):
                if content := each.get("content", {}).get("application/json"):
                    check(content["schema"], content["example"], served())


async def ask(scene: Scene, name: str, change: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    """The example's request, some values changed; with these headers instead of the owner's key."""
    request = await EXAMPLES[name].request(scene, ROUTES[name], change)
    if not headers:
        return await scene.rest(scene.who, request.method, request.path, request.json)
    body = {} if request.json is None else {"json": request.json}
    return await scene.world.client.request(request.method, request.path, headers=headers, **body)


@pytest.mark.database
async def test_every_route_answers_as_the_document_says(app: FastAPI, settings: Settings, owner: Any) -> None:
    scene = Scene(await populate(owner, app, settings))
    for name in SPOKEN:
        await EXAMPLES[name].prepare(scene)
    names = sorted(SPOKEN, key=lambda name: (name in LAST and LAST.index(name) + 1, ORDER.index(SPOKEN[name].method)))
    for name in names:
        await refuse(scene, name)
    for name in (each for each in names if each not in LAST):
        await succeed(scene, name)
    for name in LAST:
        await succeed(scene, name)


async def succeed(scene: Scene, name: str) -> None:
    answer = await ask(scene, name)
    assert answer.status_code == SPOKEN[name].status, f"{name}: {answer.text}"
    conform(answer)


async def refuse(scene: Scene, name: str) -> None:
    """In each of the ways in which the route can be refused."""
    route, example = SPOKEN[name], EXAMPLES[name]
    if not route.public:
        for token, status in (("", 401), ("Bearer tw_nobodys", 403)):
            answer = await ask(scene, name, authorization=token)
            assert answer.status_code == status, f"{name}: {answer.text}"
            conform(answer)
    ids = [each.wire for each in route.parameters if each.where == "PATH"]
    changes = [(dict.fromkeys(ids, NEVER), 404), (example.bad, 400)]
    for change, status in changes:
        if change:
            answer = await ask(scene, name, change)
            assert answer.status_code == status, f"{name}: {answer.text}"
            conform(answer)


RICH = {
    "label": "Everything",
    "target_date": "2036-10-10T09:30:00Z",
    "timezone": "Europe/Warsaw",
    "color": "#2563EB",
    "description": "All there is.",
    "recurrence": {"type": "monthly", "enabled": True, "lastDay": True},
    "reminders": [{"offset_minutes": 0}, {"offset_minutes": 40_320}],
    "pinned": True,
    "notify": False,
    "image": {
        "unsplashId": "x1",
        "url": "https://images.unsplash.com/x1",
        "thumbUrl": "https://images.unsplash.com/x1-small",
        "authorName": "Ada",
        "authorUrl": "https://unsplash.com/@ada",
    },
}


@pytest.mark.database
async def test_a_timer_with_all_that_it_can_have_is_answered_so(call: Call) -> None:
    made = (await call("POST", "/projects", {"name": "P", "timers": [RICH]})).json()
    assert made["timers"][0]["image"] == RICH["image"]
    assert (await call("GET", "/sync")).json()["timers"] == made["timers"]


def test_a_field_that_is_not_declared_is_found() -> None:
    schema = {"$ref": "#/components/schemas/Reminder"}
    check(schema, {"offset_minutes": 5})
    for body in ({"offset_minutes": 5, "more": 1}, {"offset_minutes": "5"}, {}):
        with pytest.raises(AssertionError):
            check(schema, body)
