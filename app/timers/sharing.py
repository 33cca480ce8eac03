"""Public links on timers: made, taken away, and what the world sees of them."""

from html import escape
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.scalars import write_instant
from app.core.secret import digest
from app.recordings.actions.holding import lock
from app.recordings.events import event, leave
from app.timers.clockwork import shown_target
from app.timers.facts import facts_of
from app.timers.loaders import NO_SHARE, SHARE, Share, find_share, find_timer, shares_on, token_of
from app.timers.model import PublicLink
from app.timers.places import open_board

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{label}</title>
</head>
<body>
<main>
<h1>{label}</h1>
<p><time datetime="{moment}">{moment}</time></p>
{description}</main>
</body>
</html>
"""


async def share(ctx: Context, key: str, timer_key: str) -> Share:
    """The timer's public link; a new one if it has none. Raises NotFound, Forbidden, LimitReached."""
    board, _ = await open_board(ctx, key)
    timer = await find_timer(ctx, board, timer_key)
    await lock(ctx, timer.id)
    for each in await shares_on(ctx, board):
        if each.recording_id == timer.id:
            return each
    id = new_id()
    await ctx.tx.add(
        PublicLink(
            id=id,
            org_id=ctx.org_id,
            project_id=str(board.project_id),
            recording_id=timer.id,
            creator_id=ctx.me,
            digest=digest(token_of(ctx, id)),
            created_at=ctx.now,
        )
    )
    await leave(ctx, [event(ctx, "shared", board.project_id, timer.id, {"share_id": f"share_{token_of(ctx, id)}"})])
    return next(each for each in await shares_on(ctx, board) if each.id == id)


async def unshare(ctx: Context, key: str, share_key: str) -> Share:
    """Take a public link away: what it leads to is not found any more. Raises NotFound, Forbidden, LimitReached."""
    board, _ = await open_board(ctx, key)
    found = await find_share(ctx, board, share_key)
    await ctx.tx.run(delete(PublicLink).where(col(PublicLink.id) == found.id))
    detail = {"share_id": found.key}
    await leave(ctx, [event(ctx, "unshared", board.project_id, found.recording_id, detail)])
    return found


async def shown(ctx: Context, key: str) -> dict[str, Any]:
    """The timer that the link is on, for anybody. Raises NotFound, also for one that was archived or trashed."""
    front, _, token = key.partition("_")
    rows = await ctx.tx.call("thicket_shared", digest(token)) if front == SHARE else []
    if not rows:
        raise NotFound(NO_SHARE)
    row = rows[0]
    facts = facts_of(row)
    moment = shown_target(row.starts_at or row.created_at, row.time_zone, facts, ctx.now)
    said = f"<p>{escape(facts['description'])}</p>\n" if facts["description"] else ""
    page = PAGE.format(label=escape(row.title), moment=write_instant(moment), description=said)
    return {"label": row.title, "description": facts["description"], "target_date": moment, "page": page}
