"""OpenTelemetry: optional, and without secrets."""

import sys

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.api.observe import Observed
from app.prepare import CannotRun
from app.settings import Settings
from app.tracing import trace_with, tracing
from tests.world import World

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_a_request_is_a_span_of_its_callers_trace_named_by_its_route(world: World) -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    observed = Observed(world.app, trace_with(provider))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(observed), base_url="http://thicket.example") as client:
        headers = {**world.headers("ana"), "traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-request-id": "mine"}
        answer = await client.get(f"/api/v1/{world.org}/projects?q=secret", headers=headers)
        assert answer.status_code == 200
        await client.get("/nowhere/secret", headers={"traceparent": "nonsense"})
    first, second = kept.get_finished_spans()
    assert first.name == "GET /api/v1/{org}/projects"
    assert first.context is not None
    assert format(first.context.trace_id, "032x") == TRACE
    assert dict(first.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/api/v1/{org}/projects",
        "http.response.status_code": 200,
        "thicket.request_id": "mine",
    }
    assert second.name == "GET (none)"
    assert "secret" not in first.to_json() + second.to_json()
    provider.shutdown()


def test_without_an_address_nothing_is_traced() -> None:
    trace, end = tracing(Settings(_env_file=None))
    end()
    assert trace is None


def test_an_address_without_the_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(CannotRun, match=r"install `thicket\[telemetry\]`"):
        tracing(Settings(_env_file=None, otlp_endpoint="http://collector:4318"))
