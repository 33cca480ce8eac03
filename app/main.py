"""Puts the parts together. The only importer of `rest_compat`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware

from app.api.documents import Documents
from app.api.health import health_routes
from app.api.http import PATH, GraphQLDoor, cors_options, graphql_routes
from app.api.identity import callers
from app.api.keys_page import keys_page_routes
from app.api.lane import Server
from app.api.metrics import metrics_routes
from app.api.observe import Observed
from app.api.schema import schema
from app.api.socket import SocketDoor
from app.api.streams import Streams
from app.billing.providers import provider_of
from app.billing.sandbox_pages import billing_routes
from app.core import collecting
from app.core.db import Database
from app.core.listen import listen
from app.core.live import CHANNEL, Watchers
from app.core.replica import following
from app.files.storage import storage_of
from app.notifications.pages import unsubscribe_routes
from app.revisions import is_behind
from app.settings import Settings
from app.tracing import tracing
from app.worker import direct_address, working
from rest_compat import listing
from rest_compat.language import RouteDoesNotFit
from rest_compat.mount import PROFILES, facade

__all__ = ["DIALECTS", "RouteDoesNotFit", "create_app", "openapi_document", "routes_table"]

DIALECTS = tuple(profile.name for profile in PROFILES)
"""The names of the REST dialects."""

OWN_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework would look for exporters at every request; we count and trace operations ourselves (api/observe.py)."""


@collecting.uncollected()
def create_app(settings: Settings, database_url: str | None = None, *, role: str | None = None) -> FastAPI:
    """The server as an ASGI application, for a database that is there and migrated.

    Raises RouteDoesNotFit when an operation document does not fit the schema. `role` is assumed on every connection
    where the URL's own role has too many rights.
    """
    database = Database()
    url = database_url or settings.database_url or ""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open(url, size=settings.pool_size, statement_cache_size=settings.statement_cache_size, role=role)
        collecting.collect_and_keep()  # Else looking through all that start-up made would stall the event loop.
        async with AsyncExitStack() as beside:
            if settings.replica_url:
                size, cache = settings.pool_size, settings.statement_cache_size
                await beside.enter_async_context(
                    following(database, settings.replica_url, size=size, statement_cache_size=cache, role=role)
                )
            if direct := direct_address(settings, url):
                listening = asyncio.create_task(listen(direct, {CHANNEL: watchers.hear}))
                beside.callback(listening.cancel)
            if settings.run_jobs:
                await beside.enter_async_context(working(settings, url, role=role))
            compiling = asyncio.create_task(schema.compile_prepared())
            beside.callback(compiling.cancel)
            yield
        await storage_of(settings).close()
        if provider := provider_of(settings):
            await provider.close()
        await database.close()
        await asyncio.to_thread(end_tracing)

    watchers = Watchers()
    app = Server(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, telemetry=OWN_TELEMETRY)
    app.state.database = database
    app.state.watchers = watchers
    asking = callers(settings, database)
    documents = Documents(schema._schema, settings)
    for operation in documents.trusted():
        schema.prepare(operation)
    # Half of the connections: when many subscribers are woken at once, requests must not wait behind them.
    streams = Streams(schema, watchers, max(1, settings.pool_size // 2))
    door = GraphQLDoor(schema, asking, documents, settings, streams)
    socket = SocketDoor(schema, asking, documents, streams)
    app.doors, app.facade = {PATH: door}, facade(schema, asking)
    app.router.routes.extend(graphql_routes(door, settings, socket))
    app.router.routes.extend(health_routes(database, is_behind))
    app.router.routes.extend(metrics_routes(database, settings))
    app.router.routes.extend(keys_page_routes())
    app.router.routes.extend(billing_routes(database, settings))
    app.router.routes.extend(unsubscribe_routes(database, settings))
    app.add_middleware(app.facade)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, **cors_options(settings))
    trace, end_tracing = tracing(settings)
    app.add_middleware(Observed, trace=trace)
    return app


@collecting.uncollected()
def routes_table() -> str:
    """Every REST route, one a line: dialect, method, path, operation, file. Raises RouteDoesNotFit."""
    return listing.routes(schema._schema)


@collecting.uncollected()
def openapi_document(dialect: str) -> dict[str, Any]:
    """The OpenAPI document of one of the DIALECTS. Raises RouteDoesNotFit."""
    return listing.openapi(schema._schema, dialect)
