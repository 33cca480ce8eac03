"""`GET /metrics`, as Prometheus reads it: what this process has counted, and what the database knows of jobs.

Without `THICKET_METRICS_TOKEN` it is there in development only; with it, for whoever shows that as a bearer token.
"""

import asyncio
import hmac
import logging

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.core import clock
from app.core.db import Database
from app.core.errors import AppError
from app.core.metrics import CONNECTIONS, JOBS, OLDEST, REGISTRY, UP
from app.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 2
"""Seconds that the database is given to answer."""


def metrics_routes(database: Database, settings: Settings) -> list[BaseRoute]:
    """The route; none where nobody may see it."""

    async def show(request: Request) -> Response:
        if settings.metrics_token is not None and not _shows(request, settings.metrics_token):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})
        for state, count in database.connections().items():
            CONNECTIONS.labels(state).set(count)
        await _count_jobs(database)
        body = generate_latest(REGISTRY)
        return Response(body, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return [Route("/metrics", show)] if settings.metrics_token or not settings.production else []


def _shows(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


async def _count_jobs(database: Database) -> None:
    try:
        async with asyncio.timeout(PATIENCE), database.transaction(writes=False) as tx:
            rows = await tx.call("thicket_count_jobs", clock.now())
    except (AppError, TimeoutError, asyncpg.PostgresError):
        UP.set(0)
        return
    UP.set(1)
    JOBS.clear()
    for row in rows:
        for state in ("waiting", "due", "running", "dead"):
            JOBS.labels(row.name, state).set(row[state])
    OLDEST.set(max((row.overdue for row in rows), default=0))
