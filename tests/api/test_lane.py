"""The short way in and the framework's own give the same answers, and middleware sees both."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from app.api.lane import Server
from app.main import create_app
from app.settings import Settings
from tests.world import World

QUERY = "query ($org: String!) { organization(slug: $org) { name } }"
JSON = {"content-type": "application/json"}

REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/graphql", {"json": {"query": QUERY, "variables": {"org": "{org}"}}}),
    ("POST", "/graphql", {"json": {"query": QUERY, "variables": {"org": "nowhere"}}}),
    ("POST", "/graphql", {"json": {"query": "{"}}),
    ("POST", "/graphql", {"content": b"{", "headers": JSON}),
    ("POST", "/graphql", {"content": b"x" * 2_000_000, "headers": JSON}),
    ("POST", "/graphql", {"json": {"query": QUERY}, "headers": {"origin": "https://evil.example"}}),
    ("POST", "/graphql", {"json": {"query": "{ __typename }"}, "headers": {"origin": "https://app.example"}}),
    ("POST", "/graphql/", {"json": {"query": "{ __typename }"}}),
    ("POST", "/%67raphql", {"json": {"query": "{ __typename }"}}),
    ("GET", "/graphql", {"params": {"query": "{ __typename }"}}),
    ("GET", "/graphql", {"headers": {"accept": "text/html"}}),
    ("HEAD", "/graphql", {"params": {"query": "{ __typename }"}}),
    ("PUT", "/graphql", {}),
    ("OPTIONS", "/graphql", {}),
    ("OPTIONS", "/graphql", {"headers": {"origin": "https://app.example", "access-control-request-method": "POST"}}),
    ("GET", "/api/v1/{org}/projects", {}),
    ("GET", "/api/v1/{org}/projects", {"headers": {"origin": "https://app.example"}}),
    ("GET", "/api/v1/{org}/projects", {"headers": {"origin": "https://evil.example"}}),
    ("GET", "/api/v1/{org}/projects", {"headers": {"authorization": "Bearer thicket_pat_nonsense"}}),
    ("GET", "/api/v1/{org}/projects?page=x", {}),
    ("HEAD", "/api/v1/{org}/projects", {}),
    ("GET", "/api/v1/{org}/projects/", {}),
    ("GET", "/api/v1/nowhere/projects", {}),
    ("GET", "/api/v1/openapi.json", {}),
    ("DELETE", "/api/v1/{org}/projects", {}),
    ("OPTIONS", "/api/v1/{org}/projects", {"headers": {"origin": "https://app.example"}}),
    ("POST", "/api/v1/{org}/projects", {"content": b"{", "headers": JSON}),
    ("POST", "/api/v1/{org}/projects", {"content": b"x" * 2_000_000, "headers": JSON}),
    ("POST", "/api/v1/{org}/projects", {"json": {}, "headers": {"sec-fetch-site": "cross-site"}}),
    ("GET", "/api/v1/nothing/of/the/kind", {}),
    ("GET", "/healthz", {}),
    ("GET", "/nothing", {}),
]


@pytest.fixture(scope="module", params=[(), ("https://app.example",)], ids=["closed", "open to a front end"])
async def ways(request: Any, settings: Settings) -> AsyncIterator[list[ASGIApp]]:
    """The server's stack with the short way before it, and without."""
    served = create_app(settings.model_copy(update={"cors_origins": request.param}))
    assert isinstance(served, Server)
    async with served.router.lifespan_context(served):
        yield [served.build_middleware_stack(), FastAPI.build_middleware_stack(served)]


@pytest.mark.parametrize(("method", "path", "options"), REQUESTS)
async def test_both_ways_answer_alike(
    world: World, ways: list[ASGIApp], method: str, path: str, options: dict[str, Any]
) -> None:
    answers = []
    for way in ways:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(way), base_url=world.settings.url) as client:
            sent = {**world.headers("ana"), **options.get("headers", {})}
            rest = {name: _filled(value, world.org) for name, value in options.items() if name != "headers"}
            answer = await client.request(method, path.replace("{org}", world.org), headers=sent, **rest)
        headers = [(name, value) for name, value in answer.headers.multi_items() if name != "x-request-id"]
        answers.append((answer.status_code, headers, answer.content))
    assert answers[0] == answers[1]


def _filled(value: Any, org: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, org) for key, each in value.items()}
    return org if value == "{org}" else value


async def test_middleware_sees_what_goes_the_short_way(settings: Settings) -> None:
    served = create_app(settings)
    served.add_middleware(GZipMiddleware, minimum_size=1)
    transport = httpx.ASGITransport(served)
    async with httpx.AsyncClient(transport=transport, base_url=settings.url) as client:
        answer = await client.get("/api/v1/openapi.json", headers={"accept-encoding": "gzip"})
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
