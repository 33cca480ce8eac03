"""Every mutation of the routes' examples is answered alike by graphql-core's executor and by ours."""

from typing import Any

import pytest
from fastapi import FastAPI
from graphql import OperationType

from app.api.schema import schema
from app.settings import Settings
from rest_compat.compile import Route
from tests.contract.examples import EXAMPLES, Request
from tests.contract.masks import Masks
from tests.contract.matrix import MATRIX, PRINCIPALS
from tests.contract.routes import ROUTES
from tests.contract.scene import Scene
from tests.multipart import MEANT, of_graphql
from tests.world import populate

MUTATIONS = sorted(
    name for name in set(ROUTES) & set(EXAMPLES) if ROUTES[name].operation.kind is OperationType.MUTATION
)


async def answer(scene: Scene, route: Route, request: Request, who: str) -> Any:
    """The whole answer of `/graphql`."""
    headers = {**await scene.world.credentials(who, route.profile.name), **MEANT}
    body = of_graphql(route.operation.text, request.variables)
    answer = await scene.world.client.post("/graphql", headers=headers, **body)
    return Masks(scene).of(answer.json())


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_mutation_is_answered_alike(
    app: FastAPI, settings: Settings, owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for executor in (schema.closures, None):
        scene = Scene(await populate(owner, app, settings), shared=False)
        await EXAMPLES[name].prepare(scene)
        monkeypatch.setattr(schema, "closures", executor)
        request = await EXAMPLES[name].request(scene, ROUTES[name])
        answers.append(await answer(scene, ROUTES[name], request, EXAMPLES[name].asks))
    assert answers[0] == answers[1]
    assert "errors" not in answers[0]


@pytest.fixture(scope="module")
async def furnished(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    """A scene for requests that are refused."""
    scene = Scene(await populate(owner, app, settings), shared=True)
    for name in MUTATIONS:
        await EXAMPLES[name].prepare(scene)
    return scene


@pytest.mark.parametrize("name", MUTATIONS)
async def test_its_refusals_are_alike(furnished: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    route, example = ROUTES[name], EXAMPLES[name]
    refused = [PRINCIPALS[principal] for principal, status in MATRIX.get(name, {}).items() if status >= 400]
    asking = [(who, await example.request(furnished, route)) for who in refused]
    if example.bad:
        asking.append((example.asks, await example.request(furnished, route, example.bad)))
    closures = schema.closures
    for who, request in asking:
        answers = []
        for executor in (closures, None):
            monkeypatch.setattr(schema, "closures", executor)
            answers.append(await answer(furnished, route, request, who))
        assert answers[0] == answers[1]
        assert answers[0]["errors"]
