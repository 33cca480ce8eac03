"""Every route through both doors: REST in one world, its printed operation through `/graphql` in an equal one.

Same principal, same values: the same answer, or the same refusal.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from graphql import get_named_type

from app.core.errors import NotFound
from app.settings import Settings
from rest_compat.answer import _in_wire_words, _lost, _pick, failure_of
from rest_compat.compile import Route
from rest_compat.profile import Failure
from tests.contract.examples import EXAMPLES, Request, Values
from tests.contract.masks import Masks
from tests.contract.matrix import MATRIX, PRINCIPALS
from tests.contract.routes import ROUTES
from tests.contract.scene import NEVER, Scene
from tests.multipart import MEANT, of_graphql
from tests.world import populate


@dataclass
class Outcome:
    """What came of one request: a status, and what was shown or why it was refused."""

    status: int
    shown: Any
    total: int | None = None


async def by_rest(scene: Scene, route: Route, request: Request, who: str) -> Outcome:
    answer = await scene.rest(who, request.method, request.path, request.json)
    if route.media is not None and answer.status_code < 400:
        return Outcome(answer.status_code, None if route.streamed else Masks(scene).of(answer.text))
    body = Masks(scene).of(answer.json()) if answer.content else None
    if answer.status_code >= 400:
        return Outcome(answer.status_code, code_of(body))
    if route.envelope:
        return Outcome(answer.status_code, body["data"], body["meta"]["total"])
    total = answer.headers.get("x-total-count")
    return Outcome(answer.status_code, body, int(total) if total else None)


async def by_graphql(scene: Scene, route: Route, request: Request, who: str) -> Outcome:
    headers = {**await scene.world.credentials(who, route.profile.name), **MEANT}
    body = of_graphql(route.operation.text, request.variables)
    answer = await scene.world.client.post("/graphql", headers=headers, **body)
    said = answer.json()
    if errors := said.get("errors"):
        return refused(route, errors[0])
    data = said["data"]
    if _lost(route, data):
        return nothing(route)
    total = _pick(data, route.total) if route.total else None
    if route.status == 204 or route.status == 302 or route.streamed:
        return Outcome(route.status, None)
    convert = route.converts[None]
    body = _pick(data, route.body)
    shown = convert(body) if convert and body is not None else body
    if route.handler == "signedIn":
        shown = {key: value for key, value in shown.items() if key != "url" or value is not None}
    return Outcome(route.status, Masks(scene).of(shown), total)


def refused(route: Route, error: dict[str, Any]) -> Outcome:
    """GraphQL's refusal in the dialect's words, since better-auth has statuses of its own."""
    extensions = error["extensions"]
    failure = Failure(extensions["code"].lower(), extensions["status"], error["message"], extensions.get("details"))
    refusal = route.profile.refuse(_in_wire_words(failure, route))
    return Outcome(refusal.status, code_of(refusal.body))


def nothing(route: Route) -> Outcome:
    """What a dialect says where nothing is found."""
    refusal = route.profile.refuse(failure_of(NotFound()))
    return Outcome(refusal.status, code_of(refusal.body))


def code_of(body: Any) -> Any:
    """What programs read of a refusal: its code, and which fields it names."""
    error = body.get("error", body)
    if isinstance(error, str):
        return error
    details = error.get("details")
    fields = [row.get("code") for row in details] if isinstance(details, list) else None
    code = error.get("code", error["message"])
    return (code, fields) if fields else code


@pytest.fixture(scope="module")
async def twins(app: FastAPI, settings: Settings, owner: Any) -> tuple[Scene, Scene]:
    """Two equal scenes with what every example wants, for requests that change nothing."""
    scenes = [Scene(await populate(owner, app, settings), shared=True) for _ in range(2)]
    for scene in scenes:
        for name in ROUTES:
            await EXAMPLES[name].prepare(scene)
    return scenes[0], scenes[1]


async def outcomes(
    scenes: tuple[Scene, Scene], name: str, who: str, change: Values | None = None
) -> tuple[Outcome, Outcome]:
    """What comes of a route's example, some values changed, by REST in one scene and by GraphQL in the other."""
    route, example = ROUTES[name], EXAMPLES[name]
    rest, graphql = [await example.request(scene, route, change) for scene in scenes]
    return await by_rest(scenes[0], route, rest, who), await by_graphql(scenes[1], route, graphql, who)


async def fresh(app: FastAPI, settings: Settings, owner: Any, name: str, *, shared: bool) -> tuple[Scene, Scene]:
    """Two equal scenes for one route alone."""
    scenes = [Scene(await populate(owner, app, settings), shared=shared) for _ in range(2)]
    for scene in scenes:
        await EXAMPLES[name].prepare(scene)
    return scenes[0], scenes[1]


HANDLED = {"GetSessionByPost"}
"""The handler answers, whatever the operation does."""

EVERY = sorted(set(ROUTES) & set(EXAMPLES) - HANDLED)
REFUSED = [(name, principal) for name in EVERY for principal, status in MATRIX.get(name, {}).items() if status >= 400]
WITH_RULES = [name for name in EVERY if EXAMPLES[name].bad]


def ids_of(name: str) -> list[str]:
    """The path parameters that are ids."""
    return [
        each.wire for each in ROUTES[name].parameters if each.where == "PATH" and get_named_type(each.type).name == "ID"
    ]


@pytest.mark.parametrize("name", EVERY)
async def test_both_doors_answer_alike(app: FastAPI, settings: Settings, owner: Any, name: str) -> None:
    scenes = await fresh(app, settings, owner, name, shared=False)
    rest, graphql = await outcomes(scenes, name, EXAMPLES[name].asks)
    assert rest == graphql
    assert rest.status == ROUTES[name].status


@pytest.mark.parametrize("name", [name for name in EVERY if MATRIX.get(name, {}).get("client", 400) < 400])
async def test_both_doors_show_a_client_the_same(app: FastAPI, settings: Settings, owner: Any, name: str) -> None:
    scenes = await fresh(app, settings, owner, name, shared=True)
    rest, graphql = await outcomes(scenes, name, "cleo")
    assert rest == graphql
    assert rest.status == ROUTES[name].status


@pytest.mark.parametrize(("name", "principal"), REFUSED)
async def test_both_doors_refuse_alike(twins: tuple[Scene, Scene], name: str, principal: str) -> None:
    rest, graphql = await outcomes(twins, name, PRINCIPALS[principal])
    assert rest == graphql
    assert rest.status == MATRIX[name][principal]


@pytest.mark.parametrize("name", [name for name in EVERY if ids_of(name)])
@pytest.mark.parametrize("id", [NEVER, "nonsense", "org-2"], ids=["never", "malformed", "foreign"])
async def test_both_doors_find_nothing_alike(twins: tuple[Scene, Scene], name: str, id: str) -> None:
    rest, graphql = await outcomes(twins, name, EXAMPLES[name].asks, dict.fromkeys(ids_of(name), id))
    assert rest == graphql == nothing(ROUTES[name])


@pytest.mark.parametrize("name", WITH_RULES)
async def test_both_doors_refuse_a_value_alike(twins: tuple[Scene, Scene], name: str) -> None:
    rest, graphql = await outcomes(twins, name, EXAMPLES[name].asks, EXAMPLES[name].bad)
    assert rest == graphql
    assert 400 <= rest.status < 500
