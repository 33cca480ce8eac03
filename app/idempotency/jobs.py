"""Keys that nobody will use again are forgotten."""

from datetime import timedelta

from app.core.context import Context
from app.core.jobs import cron
from app.idempotency.actions import forget

SWEEP = "idempotency.sweep"


@cron(SWEEP, every=timedelta(hours=1), at=timedelta(minutes=17))
async def sweep(ctx: Context) -> None:
    """Expired ones, in the same transaction: there is nothing outside the database."""
    await forget(ctx)
