"""Every job of every domain, and whoever does them: `thicket worker`, or the server beside its requests."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable

import app.auth.jobs
import app.billing.jobs
import app.core.mail
import app.files.jobs
import app.idempotency.jobs
import app.intake.jobs
import app.live.actions
import app.notifications.jobs
import app.orgs.jobs
import app.recordings.jobs
import app.timekeeping.jobs
import app.timers.jobs
import app.webhooks.jobs  # noqa: F401 -- what declares jobs, or follows what they do
from app.core.db import Database
from app.core.listen import listen
from app.core.worker import Worker
from app.prepare import Ready
from app.settings import Settings

CHANNEL = "thicket_jobs"
"""On which a new job is announced."""


@contextlib.asynccontextmanager
async def working(settings: Settings, url: str, *, role: str | None, at_once: int = 4) -> AsyncIterator[Worker]:
    """Do jobs as long as the block lasts, on connections of their own; then let those end that have begun."""
    database = Database()
    await database.open(url, size=at_once + 1, statement_cache_size=settings.statement_cache_size, role=role)
    worker = Worker(settings, database, at_once=at_once)
    tasks = [asyncio.create_task(worker.run())]
    if direct := direct_address(settings, url):
        tasks.append(asyncio.create_task(listen(direct, {CHANNEL: lambda _: worker.wake()})))
    try:
        yield worker
    finally:
        worker.stop()
        await tasks[0]
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()


def direct_address(settings: Settings, url: str) -> str | None:
    """Where announcements are heard; None where there is only a pooler: then jobs are looked for every two seconds."""
    return settings.database_direct_url or (url if settings.statement_cache_size else None)


async def work(settings: Settings, ready: Ready, at_once: int, started: Callable[[], None]) -> None:
    """Do jobs until SIGTERM or Ctrl-C. `started` is called once it works."""
    told = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, told.set)
    async with working(settings, ready.url, role=ready.role, at_once=at_once):
        started()
        await told.wait()
