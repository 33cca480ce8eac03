"""Traces of requests by OpenTelemetry, where `thicket[telemetry]` is installed and an address for them is set.

Spans are named by routes, as in `GET /api/v1/{org}/projects`; what stands in an address is not in them. A caller's
own trace (`traceparent`) goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from starlette.types import Scope

from app.api.observe import Trace
from app.core.logs import REQUEST_ID
from app.prepare import CannotRun
from app.settings import Settings

MISSING = "THICKET_OTLP_ENDPOINT needs OpenTelemetry: install `thicket[telemetry]`."


def tracing(settings: Settings) -> tuple[Trace | None, Callable[[], None]]:
    """How requests are traced, None if they are not; and what is to be called at the end. Raises CannotRun."""
    if settings.otlp_endpoint is None:
        return None, lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise CannotRun(MISSING) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "thicket"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")))
    return trace_with(provider), provider.shutdown


def trace_with(provider: object) -> Trace:
    """Trace requests with an OpenTelemetry TracerProvider."""
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    assert isinstance(provider, trace.TracerProvider)
    tracer = provider.get_tracer("thicket")
    propagator = TraceContextTextMapPropagator()

    @contextmanager
    def spanning(scope: Scope) -> Iterator[Callable[[str, int], None]]:
        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        came_from = propagator.extract(
            {name: carrier[name] for name in ("traceparent", "tracestate") if name in carrier}
        )
        with tracer.start_as_current_span("request", context=came_from, kind=trace.SpanKind.SERVER) as span:

            def tell(name: str, status: int) -> None:
                method, _, route = name.partition(" ")
                span.update_name(name)
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "http.route": route,
                        "http.response.status_code": status,
                        "thicket.request_id": REQUEST_ID.get(),
                    }
                )
                if status >= 500:
                    span.set_status(trace.StatusCode.ERROR)

            yield tell

    def begin(scope: Scope) -> AbstractContextManager[Callable[[str, int], None]]:
        return spanning(scope)

    return begin
