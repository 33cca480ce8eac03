"""What becomes of timers that nobody stopped."""

from datetime import timedelta

from app.core.context import Context
from app.core.jobs import cron, enqueue
from app.timekeeping.actions import LONGEST

STOP = "timekeeping.stop"
AT_ONCE = 1_000


@cron(STOP, every=timedelta(minutes=15), at=timedelta(minutes=7))
async def stop(ctx: Context) -> None:
    """Stop timers that have run for a day; they count just that day, and their entries say so."""
    ((stopped,),) = await ctx.tx.call("thicket_stop_timers", ctx.now - timedelta(seconds=LONGEST), LONGEST, AT_ONCE)
    if stopped:
        await enqueue(ctx.tx, STOP, {}, key=STOP)
