"""What becomes of the trash."""

from datetime import timedelta

from app.core.context import Context
from app.core.jobs import cron, enqueue

PURGE = "recordings.purge"
KEPT = timedelta(days=30)
"""How long things stay in the trash (domain.md 2.5)."""
AT_ONCE = 500


@cron(PURGE, every=timedelta(hours=1), at=timedelta(minutes=17))
async def purge(ctx: Context) -> None:
    """Destroy recordings and projects that have been in the trash for 30 days, with all that hangs on them."""
    ((gone,),) = await ctx.tx.call("thicket_purge_trash", ctx.now - KEPT, AT_ONCE)
    if gone:
        await enqueue(ctx.tx, PURGE, {}, key=PURGE)
