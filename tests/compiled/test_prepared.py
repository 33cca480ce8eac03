"""What the server's own documents ask for is compiled before anybody asks."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from app.api.compiler.plans import Compiled, Plans
from app.api.compiler.wire import Written
from app.api.schema import schema
from app.main import create_app
from app.settings import Settings
from tests.contract.examples import EXAMPLES
from tests.contract.routes import NATIVE
from tests.contract.scene import Scene
from tests.rest.test_budgets import COMPILED
from tests.world import World

QUERY = "query Mine($org: String!) { organization(slug: $org) { name projects { totalCount } } }"


def asks_no_more_than_it_must(name: str) -> bool:
    return set(EXAMPLES[name].values) <= {each.wire for each in NATIVE[name].parameters if each.required}


PLAIN = sorted(name for name in COMPILED if asks_no_more_than_it_must(name))


@pytest.fixture
def kinds(compiling: None, monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """What kind of answer each query got."""
    kinds: list[type] = []
    run = Plans.run

    async def noting(self: Plans, *arguments: Any) -> Any:
        answer = await run(self, *arguments)
        kinds.append(type(answer))
        return answer

    monkeypatch.setattr(Plans, "run", noting)
    return kinds


@pytest.fixture
def answers(kinds: list[type], monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """The same; none is compiled any more."""

    def refuse(*_: Any) -> Any:
        raise AssertionError("compiled only now")

    monkeypatch.setattr(Plans, "_compile", refuse)
    return kinds


@pytest.fixture(scope="module")
async def client(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """Of a server that has started, and has compiled what it wants to."""
    trusted = tmp_path_factory.mktemp("trusted") / "documents.json"
    trusted.write_bytes(orjson.dumps({"mine": QUERY}))
    served = create_app(settings.model_copy(update={"trusted_documents": trusted}))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=settings.url)
    async with served.router.lifespan_context(served), client:
        await schema.compile_prepared()
        yield client


@pytest.mark.parametrize("name", PLAIN)
async def test_a_route_is_compiled_before_it_is_asked(
    world: World, client: httpx.AsyncClient, name: str, request: pytest.FixtureRequest
) -> None:
    scene = Scene(world)
    await EXAMPLES[name].prepare(scene)
    asked = await EXAMPLES[name].request(scene, NATIVE[name])
    answers = request.getfixturevalue("answers")
    answer = await client.get(asked.path, headers=world.headers("ana"))
    assert answer.status_code == 200
    assert answers == [Written]


async def test_a_trusted_document_is_compiled_before_it_is_asked(
    world: World, client: httpx.AsyncClient, answers: list[type]
) -> None:
    body = {"documentId": "mine", "variables": {"org": world.org}}
    answer = await client.post("/graphql", json=body, headers=world.headers("ana"))
    assert answer.json() == {"data": {"organization": {"name": "Acme", "projects": {"totalCount": 0}}}}
    assert answers == [Compiled]


async def test_a_route_that_is_asked_earlier_is_compiled_then(
    world: World, settings: Settings, kinds: list[type], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(_: Plans) -> None: ...

    monkeypatch.setattr(Plans, "compile_prepared", none)
    served = create_app(settings)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=settings.url)
    async with served.router.lifespan_context(served), client:
        answer = await client.get(f"/api/v1/{world.org}/people", headers=world.headers("ana"))
    assert answer.status_code == 200
    assert kinds == [Written]
