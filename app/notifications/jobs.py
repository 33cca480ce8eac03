"""Mails what people are told when they may be mailed; reminds them; writes letters that come regularly."""

from collections import defaultdict
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from app.core.context import Context
from app.core.jobs import Payload, cron, enqueue, job
from app.core.mail import post
from app.notifications.fanout import MAILING
from app.notifications.mails import news
from app.notifications.quiet import reachable_from
from app.notifications.regular import composed
from app.notifications.reminders import remind_of_events
from app.notifications.unsubscribing import Letters

SOON, DUE = "notifications.soon", "notifications.due"
REGULAR, LETTER = "notifications.regular", "notifications.letter"
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


@cron(SOON, every=timedelta(minutes=1))
async def remind_of_events_soon(ctx: Context) -> None:
    """Remind of events that begin soon."""
    if await remind_of_events(ctx):
        await enqueue(ctx.tx, MAILING, {})


@cron(DUE, every=timedelta(minutes=5))
async def remind_of_work_due(ctx: Context) -> None:
    """Remind of what is due today, at nine by each one's clock; until noon, should nobody have been there at nine."""
    ((to_mail,),) = await ctx.tx.call("thicket_remind_of_work", ctx.now)
    if to_mail:
        await enqueue(ctx.tx, MAILING, {})


@cron(REGULAR, every=timedelta(hours=1), at=timedelta(minutes=2))
async def find_who_gets_letters(ctx: Context) -> None:
    """Start regular letters at eight by each one's clock; until noon, should nobody have been there at eight."""
    rows = await ctx.tx.call("thicket_take_regular_letters", ctx.now, AT_ONCE)
    for row in rows:
        await enqueue(ctx.tx, LETTER, dict(row))
    if len(rows) == AT_ONCE:
        await enqueue(ctx.tx, REGULAR, {}, key=REGULAR)


@job(LETTER)
async def write_letter(ctx: Context, payload: Payload) -> None:
    """Write one letter, of what its reader sees."""
    person = SimpleNamespace(**payload)
    await ctx.tx.become(person.user_id)
    place = await ctx.tx.enter(person.user_id, person.slug)
    if place is None:
        return
    ctx.place = place
    if mail := await composed(ctx, person, Letters(person.letters)):
        await post(ctx, mail)
