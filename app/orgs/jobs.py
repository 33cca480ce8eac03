"""What becomes of organizations that were cancelled."""

from datetime import timedelta

from app.core.context import Context
from app.core.jobs import cron, enqueue

PURGE = "orgs.purge"
KEPT = timedelta(days=30)
"""How long a cancelled organization could still be called back (domain.md 2.5)."""
AT_ONCE = 2_000
"""Rows of each table."""


@cron(PURGE, every=timedelta(hours=1), at=timedelta(minutes=27))
async def purge(ctx: Context) -> None:
    """Destroy organizations that were cancelled 30 days ago, with all that is in them. Their people stay users."""
    ((gone,),) = await ctx.tx.call("thicket_purge_organization", ctx.now - KEPT, AT_ONCE)
    if gone:
        await enqueue(ctx.tx, PURGE, {}, key=PURGE)
