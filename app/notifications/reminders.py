"""What people are reminded of: events that begin soon. (What is due is found by the database alone.)"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from app.calendar.expansion import occurrences
from app.calendar.loaders import Window
from app.calendar.times import A_DAY
from app.core.context import Context

SOON = timedelta(minutes=15)
"""How long before an event its participants are reminded."""


async def remind_of_events(ctx: Context) -> bool:
    """Remind who takes part in what begins within 15 minutes, once of each occurrence.

    Whether there is something to mail.
    """
    rows = await ctx.tx.call("thicket_beginning", ctx.now, ctx.now + SOON)
    window = Window(ctx.now, ctx.now + SOON, ctx.now.date() - A_DAY, ctx.now.date() + A_DAY)
    which = [{"recording": row.id, "starts_at": start.isoformat()} for row in rows for start in _begins(row, window)]
    if not which:
        return False
    ((to_mail,),) = await ctx.tx.call("thicket_remind", which, ctx.now)
    return bool(to_mail)


def _begins(row: Any, window: Window) -> Iterator[datetime]:
    """When it begins within the window: once, or several times for a series."""
    if row.recurrence is None:
        yield row.starts_at
        return
    differing = {date.fromisoformat(each["day"]): each for each in row.differing or ()}
    moved = [each["starts_at"] for each in differing.values() if each["starts_at"] and not each["cancelled"]]
    as_usual = {day for day, each in differing.items() if not each["starts_at"] and not each["cancelled"]}
    begins = [each.start for each in occurrences(row, window, differing.keys() - as_usual)]
    for start in [*begins, *map(datetime.fromisoformat, moved)]:
        if window.start < start <= window.end:
            yield start
