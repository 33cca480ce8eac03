"""Mails what people are told, when they may be mailed."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from app.core.context import Context
from app.core.jobs import Payload, enqueue, job
from app.core.mail import post
from app.notifications.fanout import MAILING
from app.notifications.mails import news
from app.notifications.quiet import reachable_from

AT_ONCE = 200


@job(MAILING)
async def mail_news(ctx: Context, _: Payload) -> None:
    """Mail what is to be mailed by now, each to who has not read it and can see it still.

    What comes in quiet hours, or while somebody is away, is held until they end: then mailed one by one, or as one
    summary for who prefers that.
    """
    rows = await ctx.tx.call("thicket_take_letters", ctx.now, AT_ONCE)
    held: dict[datetime, list[str]] = defaultdict(list)
    people: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.wanted:
            people[row.membership_id].append(row)
    for told in people.values():
        until = reachable_from(told[0], ctx.now)
        if until > ctx.now:
            held[until] += [row.id for row in told]
            continue
        for each in _letters(told):
            await post(ctx, news(ctx.caller.settings, each))
    for until, ids in held.items():
        await ctx.tx.call("thicket_hold_letters", ids, until)
        await enqueue(ctx.tx, MAILING, {}, after=until - ctx.now, key=until.isoformat())
    if len(rows) == AT_ONCE:
        await enqueue(ctx.tx, MAILING, {})


def _letters(told: list[Any]) -> list[list[Any]]:
    """What goes into one letter together: what was held, for who wants a summary of it."""
    late = [row for row in told if row.held and row.catch_up_summary]
    return [*([late] if late else []), *([row] for row in told if row not in late)]
