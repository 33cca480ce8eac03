"""Clean-up after people who have signed in."""

from datetime import timedelta

from app.core.context import Context
from app.core.jobs import cron, enqueue

SWEEP = "auth.sweep"
AT_ONCE = 2_000


@cron(SWEEP, every=timedelta(hours=1), at=timedelta(minutes=7))
async def sweep(ctx: Context) -> None:
    """Destroy sessions and mailed permissions that have expired, and counts of tries that are over."""
    ((gone,),) = await ctx.tx.call("thicket_sweep_credentials", ctx.now, AT_ONCE)
    if gone:
        await enqueue(ctx.tx, SWEEP, {}, key=SWEEP)
