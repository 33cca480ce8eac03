"""Bytes that nobody needs any more are let go of, in time."""

from datetime import timedelta

from app.core.context import Caller, Context
from app.core.jobs import Payload, cron, enqueue, errand
from app.files.storage import storage_of
from app.files.sweeping import release, release_lost

SWEEP, SEARCH = "files.sweep", "files.search"
RELEASE, RELEASE_LOST = "files.release", "files.release_lost"


@cron(SWEEP, every=timedelta(hours=1), at=timedelta(minutes=37))
async def sweep(ctx: Context) -> None:
    """Let go of what was destroyed in the past hour."""
    await enqueue(ctx.tx, RELEASE, {}, key=RELEASE)


@cron(SEARCH, every=timedelta(days=1), at=timedelta(hours=3, minutes=43))
async def search(ctx: Context) -> None:
    """Look through the whole storage for what has no row."""
    await enqueue(ctx.tx, RELEASE_LOST, {}, key=RELEASE_LOST)


@errand(RELEASE)
async def release_discarded(caller: Caller, _: Payload) -> None:
    """Delete what is gone already as often as you like: only bytes without a row are touched."""
    await release(caller.database, storage_of(caller.settings))


@errand(RELEASE_LOST)
async def release_what_is_lost(caller: Caller, _: Payload) -> None:
    """The same for what an upload left behind that was cut off."""
    await release_lost(caller.database, storage_of(caller.settings))
