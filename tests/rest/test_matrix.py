"""Every route for every principal, on objects that exist: the statuses of tests/contract/matrix.py."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.settings import Settings
from tests.contract.examples import EXAMPLES, Example
from tests.contract.matrix import MATRIX, PRINCIPALS
from tests.contract.routes import NATIVE, ROUTES
from tests.contract.scene import NEVER, Scene
from tests.contract.state import state
from tests.world import populate


async def fresh(owner: Any, app: FastAPI, settings: Settings, name: str, **options: Any) -> Scene:
    """A scene of its own, with what the route's example wants."""
    scene = Scene(await populate(owner, app, settings), shared=True, **options)
    await EXAMPLES[name].prepare(scene)
    return scene


async def status(scene: Scene, name: str, who: str) -> int:
    request = await EXAMPLES[name].request(scene, ROUTES[name])
    answer = await scene.rest(who, request.method, request.path, request.json)
    assert answer.status_code < 400 or answer.json(), "a refusal has a body"
    return answer.status_code


@pytest.mark.parametrize("name", sorted(ROUTES))
async def test_each_principal_gets_the_status_of_the_matrix(
    app: FastAPI, settings: Settings, owner: Any, name: str
) -> None:
    """Who is refused changes nothing, so the refused share a scene; whoever may write gets one of his own."""
    expected = MATRIX[name]
    found: dict[str, int] = {}
    shared = await fresh(owner, app, settings, name)
    before = await state(owner, shared.world)
    for principal in (each for each, code in expected.items() if code >= 400):
        found[principal] = await status(shared, name, PRINCIPALS[principal])
        assert await state(owner, shared.world) == before, f"{principal} was refused, yet something changed"
    for principal in (each for each, code in expected.items() if code < 400):
        scene = shared if ROUTES[name].method == "GET" else await fresh(owner, app, settings, name)
        found[principal] = await status(scene, name, PRINCIPALS[principal])
    assert found == expected
    if ROUTES[name].method == "GET":
        assert await state(owner, shared.world) == before


async def test_a_write_is_seen(app: FastAPI, settings: Settings, owner: Any) -> None:
    """What the tests above mean by "nothing changed"."""
    scene = await fresh(owner, app, settings, "UpdateRecording")
    before = await state(owner, scene.world)
    assert await status(scene, "UpdateRecording", "ana") == 200
    after = await state(owner, scene.world)
    assert {table for table in after if after[table] != before[table]} == {"events", "recordings", "search_entries"}


IN_PROJECT = sorted(name for name, route in NATIVE.items() if re.search(r"/(projects|recordings)/\{id\}", route.path))


@pytest.fixture(scope="module")
async def private(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    """A project that only ana and bob are on, and in it what every example wants."""
    scene = Scene(await populate(owner, app, settings), private=True)
    for name in IN_PROJECT:
        example = EXAMPLES[name]
        values = {key: value for key, value in example.values.items() if "mem-mia" not in str(value)}
        await Example(values, {}, example.needs, example.first).prepare(scene)
    return scene


@pytest.mark.parametrize("who", ["mia", "abe", "cleo"])
@pytest.mark.parametrize("name", IN_PROJECT)
async def test_who_is_not_on_a_project_finds_nothing_of_it(private: Scene, owner: Any, name: str, who: str) -> None:
    """Admins neither: the very same answer as for an id that never was."""
    before = await state(owner, private.world)
    answers = []
    for change in ({}, {"id": NEVER}):
        request = await EXAMPLES[name].request(private, ROUTES[name], change)
        answer = await private.rest(who, request.method, request.path, request.json)
        answers.append((answer.status_code, answer.json()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert await state(owner, private.world) == before
