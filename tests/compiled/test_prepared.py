"""What the server's own documents ask for is compiled before anybody asks."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from app.api.compiler.plans import Compiled, Plans
from app.api.compiler.wire import Written
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
def answers(compiling: None, monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """What kind of answer each query got; none is compiled any more."""
    kinds: list[type] = []
    run = Plans.run

    async def noting(self: Plans, *arguments: Any) -> Any:
        answer = await run(self, *arguments)
        kinds.append(type(answer))
        return answer

    def refuse(*_: Any) -> Any:
        raise AssertionError("compiled only now")

    monkeypatch.setattr(Plans, "run", noting)
    monkeypatch.setattr(Plans, "_compile", refuse)
    return kinds


@pytest.fixture(scope="module")
async def client(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """Of a server that has just started."""
    trusted = tmp_path_factory.mktemp("trusted") / "documents.json"
    trusted.write_bytes(orjson.dumps({"mine": QUERY}))
    served = create_app(settings.model_copy(update={"trusted_documents": trusted}))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=settings.url)
    async with served.router.lifespan_context(served), client:
        yield client


@pytest.mark.parametrize("name", PLAIN)
async def test_a_route_is_compiled_at_start_up(
    world: World, client: httpx.AsyncClient, name: str, request: pytest.FixtureRequest
) -> None:
    scene = Scene(world)
    await EXAMPLES[name].prepare(scene)
    asked = await EXAMPLES[name].request(scene, NATIVE[name])
    answers = request.getfixturevalue("answers")
    answer = await client.get(asked.path, headers=world.headers("ana"))
    assert answer.status_code == 200
    assert answers == [Written]


async def test_a_trusted_document_is_compiled_at_start_up(
    world: World, client: httpx.AsyncClient, answers: list[type]
) -> None:
    body = {"documentId": "mine", "variables": {"org": world.org}}
    answer = await client.post("/graphql", json=body, headers=world.headers("ana"))
    assert answer.json() == {"data": {"organization": {"name": "Acme", "projects": {"totalCount": 0}}}}
    assert answers == [Compiled]
