"""What billing does by itself: asks the provider where events leave a doubt, and lets the sandbox's periods end."""

from datetime import datetime, timedelta

from app.billing.events import ASK, ask
from app.billing.sandbox_deeds import renew
from app.core.context import Caller, Context
from app.core.jobs import Payload, cron, errand

RENEW = "billing.renew"


@errand(ASK)
async def ask_provider(caller: Caller, payload: Payload) -> None:
    """Asked twice, it is told the same."""
    await ask(caller, payload["customer"], datetime.fromisoformat(payload["at"]))


@cron(RENEW, every=timedelta(hours=1), at=timedelta(minutes=7))
async def renew_in_sandbox(ctx: Context) -> None:
    """What was bought in the sandbox goes on, or ends, with its period."""
    if ctx.caller.settings.pays_in_sandbox:
        await renew(ctx)
