"""Reads what is new to somebody, and the places in what happened that cursors stand for.

Rows do not become visible in the order of their ids, but when their transactions are committed. So a place is no id but
a snapshot of PostgreSQL's, which says of every transaction whether it was finished: what is new is exactly what was
written by one that was not.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import String, and_, cast, func, not_, select

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import is_id
from app.core.live import NewRow, Position, Watch

LONGEST = timedelta(minutes=5)
"""How long a transaction may take from making a row to its commit."""
BATCH = 100
LONGEST_CURSOR = 8000

_SNAPSHOT = re.compile(r"\d{1,18}:\d{1,18}:(\d{1,18}(,\d{1,18})*)?")
NOW = cast(func.pg_current_snapshot(), String).label("now")
MOMENT = func.statement_timestamp().label("moment")


@dataclass(frozen=True)
class News:
    """Rows that are new, and the position behind them; there may be `more` there already."""

    rows: list[NewRow]
    position: Position
    more: bool


async def here(ctx: Context) -> Position:
    """Where somebody is who knows all that happened so far."""
    row = (await ctx.tx.rows(select(NOW, MOMENT)))[0]
    return Position(row.now, row.moment)


async def news(ctx: Context, watch: Watch, position: Position) -> News:
    """What is new since the position, the oldest first. Raises NotFound where the watched thing is not to be seen."""
    wanted = select(watch.table.id).where(*_new(watch, position)).order_by(watch.table.id).limit(BATCH + 1)
    ids = func.array(wanted.scalar_subquery())
    row = (await ctx.tx.rows(select(NOW, MOMENT, watch.there.label("there"), ids.label("ids"))))[0]
    if not row.there:
        raise NotFound
    batch, now = row.ids[:BATCH], position.now or row.now
    places = [Position(position.seen, position.moment, now, id) for id in batch]
    if len(row.ids) <= BATCH:
        behind = Position(position.now, position.moment) if position.now else Position(row.now, row.moment)
        places[-1:] = [behind] if batch else []
    else:
        behind = places[-1]
    rows = [NewRow(id, cursor_of(place), watch.org) for id, place in zip(batch, places, strict=True)]
    return News(rows, behind, behind.moment != row.moment)


def _new(watch: Watch, position: Position) -> list[Any]:
    since = position.moment - LONGEST
    where = [
        *watch.where,
        watch.recent(max(since, watch.since) if watch.since else since),
        not_(watch.seen(position.seen)),
    ]
    if position.now is not None:
        where.append(and_(watch.seen(position.now), watch.table.id > position.last))
    return where


def cursor_of(position: Position) -> str:
    """Opaque to clients."""
    parts = [position.seen, int(position.moment.timestamp() * 1000), position.now, position.last]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def position_of(cursor: str) -> Position:
    """Raises Invalid for what is no cursor of ours. A forged one shows nothing that its reader may not see."""
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("too long")
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        seen, milliseconds, now, last = orjson.loads(raw)
        if not all(_SNAPSHOT.fullmatch(each) for each in (seen, now or seen)):
            raise ValueError("no snapshot")
        if (now is None) is not (last is None) or not is_id(last or "00000000-0000-0000-0000-000000000000"):
            raise ValueError("half a batch")
        if milliseconds < LONGEST / timedelta(milliseconds=1):
            raise ValueError("before there were computers")
        return Position(seen, datetime.fromtimestamp(milliseconds / 1000, UTC), now, last)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise Invalid.field("after", Reason.invalid_format, "after is not a cursor of a subscription") from error
