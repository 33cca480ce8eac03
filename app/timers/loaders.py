"""Finds timers and what they lie in, by the ids of those who name things themselves.

A project, a space or a timer goes by the id that a client gave it, else by its type and the end of its own id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, any_, cast, func, or_, select
from sqlmodel import col
from sqlmodel import select as select_rows

from app.core.context import Context
from app.core.db import Row, Tx
from app.core.errors import BadRequest, Invalid, NotFound, Reason
from app.core.ids import is_id
from app.core.paging import MOST, Order
from app.core.secret import derived_token
from app.core.sources import KEYS, Selection
from app.projects.model import Project, ProjectStatus
from app.recordings.model import Recording, RecordingStatus, RecordingType
from app.timers.model import PublicLink

TAIL = 12
"""Digits of an id that stand for it: random ones."""
PROJECT, SPACE, TIMER, SHARE = "project", "space", "timer", "share"
LIVING = or_(
    col(Recording.status) == RecordingStatus.ACTIVE.value, col(Recording.status) == RecordingStatus.ARCHIVED.value
)
NEWEST = (Order(col(Recording.place_id), "place_id", descending=True), Order(col(Recording.id), "id"))

NO_PROJECT, NO_SPACE, NO_TIMER, NO_SHARE = (f"{name} not found." for name in ("Project", "Space", "Timer", "Share"))


def key_of(prefix: str, id: str, given: str | None = None) -> str:
    """What it goes by."""
    return given or f"{prefix}_{id[-TAIL:]}"


def tail_of(prefix: str, key: str) -> str | None:
    """The end of the id that the key stands for; None where it stands for none."""
    front, _, tail = key.lower().partition("_")
    return tail if front == prefix and len(tail) == TAIL and tail.isalnum() else None


def ends(column: Any, tail: str) -> Any:
    """SQL: the id in this column ends so."""
    return func.right(cast(column, Text), TAIL) == tail


def boards_listed() -> Any:
    """Every board of a project that is active, newest project first."""
    return (
        select_rows(Recording)
        .join(Project, col(Project.id) == col(Recording.place_id))
        .where(
            col(Recording.type) == RecordingType.TIMER_BOARD.value,
            col(Recording.tool_enabled),
            col(Project.status) == ProjectStatus.ACTIVE.value,
        )
    )


async def find_board(ctx: Context, key: str) -> Recording:
    """The board of the project that goes by the key, or has the id. Raises NotFound."""
    tail = tail_of(PROJECT, key)
    if tail is None and not is_id(key):
        raise NotFound(NO_PROJECT)
    named = ends(Project.id, tail) if tail else col(Project.id) == key.lower()
    board: Recording | None = await ctx.tx.first(boards_listed().where(named))
    if board is None:
        raise NotFound(NO_PROJECT)
    return board


@dataclass(frozen=True)
class BoardPage:
    """Some of the boards."""

    boards: list[Recording]
    has_more: bool


async def boards(ctx: Context, limit: int, after: str | None, before: str | None) -> BoardPage:
    """Newest first; those after or before the project of that key. Raises BadRequest for both, and for no project.

    Raises Invalid for a limit that is not from 1 to 100.
    """
    if not 1 <= limit <= MOST:
        raise Invalid.field("first", Reason.out_of_range, f"first must be between 1 and {MOST}")
    if after is not None and before is not None:
        raise BadRequest("Use either after or before, not both.")
    edge = after if after is not None else before
    query = boards_listed()
    newest = col(Project.id).desc()
    if edge is not None:
        try:
            place = (await find_board(ctx, edge)).project_id
        except NotFound as error:
            raise BadRequest(NO_PROJECT) from error
        query = query.where(col(Project.id) < place if after is not None else col(Project.id) > place)
        newest = newest if after is not None else col(Project.id).asc()
    found = await ctx.tx.all(query.order_by(newest).limit(limit + 1))
    page = found[:limit]
    return BoardPage(page if before is None else page[::-1], len(found) > limit)


async def every_board(ctx: Context) -> list[Recording]:
    """Newest project first."""
    return await ctx.tx.all(boards_listed().order_by(col(Project.id).desc()))


def spaces_listed() -> Selection:
    """In their places."""
    return Selection(
        where=(
            col(Recording.type) == RecordingType.TIMER_SPACE.value,
            col(Recording.status) == RecordingStatus.ACTIVE.value,
        ),
        order=(Order(col(Recording.id), "id"),),
    )


def timers_listed() -> Selection:
    """Archived ones too, in the order in which they were made."""
    return Selection(
        where=(col(Recording.type) == RecordingType.TIMER.value, LIVING),
        order=(Order(col(Recording.id), "id"),),
    )


async def find_in(ctx: Context, board: Recording, type: RecordingType, prefix: str, key: str) -> Recording | None:
    """The space or timer of the board that goes by the key, or has the id."""
    tail = tail_of(prefix, key)
    query = select_rows(Recording).where(
        col(Recording.place_id) == board.project_id,
        col(Recording.type) == type.value,
        LIVING,
    )
    if is_id(key):
        return await ctx.tx.first(query.where(col(Recording.id) == key.lower()))
    found = await ctx.tx.first(query.where(col(Recording.key) == key))
    if found is None and tail is not None:
        found = await ctx.tx.first(query.where(col(Recording.key).is_(None), ends(Recording.id, tail)))
    return found


async def find_timer(ctx: Context, board: Recording, key: str) -> Recording:
    """Raises NotFound."""
    timer = await find_in(ctx, board, RecordingType.TIMER, TIMER, key)
    if timer is None:
        raise NotFound(NO_TIMER)
    return timer


async def find_space(ctx: Context, board: Recording, key: str) -> Recording:
    """Raises NotFound."""
    space = await find_in(ctx, board, RecordingType.TIMER_SPACE, SPACE, key)
    if space is None:
        raise NotFound(NO_SPACE)
    return space


async def lying_on(ctx: Context, board: Recording, type: RecordingType) -> list[Recording]:
    """Its spaces or its timers, in the order in which they were made."""
    query = select_rows(Recording).where(
        col(Recording.place_id) == board.project_id,
        col(Recording.type) == type.value,
        LIVING,
    )
    return await ctx.tx.all(query.order_by(col(Recording.id)))


async def everything(ctx: Context, type: RecordingType) -> list[Recording]:
    """The spaces or timers of every board, newest project first."""
    of_boards = boards_listed().with_only_columns(col(Recording.place_id))
    query = select_rows(Recording).where(
        col(Recording.place_id).in_(of_boards), col(Recording.type) == type.value, LIVING
    )
    return await ctx.tx.all(query.order_by(*(order.expression for order in NEWEST)))


@dataclass(frozen=True)
class Share:
    """A public link on a timer, with what is said of it."""

    id: str
    key: str
    """What it goes by, and what the world knows it by."""
    recording_id: str
    project_id: str
    project_name: str
    timer_id: str
    timer_label: str
    created_at: datetime


def token_of(ctx: Context, link_id: str) -> str:
    """What the world knows a public link by."""
    return derived_token(ctx.caller.settings.secret, SHARE, link_id)


async def shares_on(ctx: Context, board: Recording) -> list[Share]:
    """Oldest first."""
    query: Any = (
        select(
            col(PublicLink.id).label("link_id"),
            col(PublicLink.created_at),
            col(Project.name).label("project_name"),
            col(Recording.id).label("timer"),
            col(Recording.key),
            col(Recording.title),
        )
        .join(Recording, col(Recording.id) == col(PublicLink.recording_id))
        .join(Project, col(Project.id) == col(PublicLink.project_id))
        .where(col(Recording.place_id) == board.project_id, col(Recording.type) == RecordingType.TIMER.value)
        .order_by(col(PublicLink.id))
    )
    return [
        Share(
            id=row["link_id"],
            key=f"{SHARE}_{token_of(ctx, row['link_id'])}",
            recording_id=row["timer"],
            project_id=key_of(PROJECT, str(board.project_id)),
            project_name=row["project_name"],
            timer_id=key_of(TIMER, row["timer"], row["key"]),
            timer_label=row["title"],
            created_at=row["created_at"],
        )
        for row in await ctx.tx.rows(query)
    ]


async def find_share(ctx: Context, board: Recording, key: str) -> Share:
    """The public link on one of the board's timers that goes by the key, or has the id. Raises NotFound."""
    found = next((each for each in await shares_on(ctx, board) if key in (each.key, each.id)), None)
    if found is None:
        raise NotFound(NO_SHARE)
    return found


async def shared_at(tx: Tx, ids: list[str]) -> Sequence[datetime | None]:
    """When each of these recordings was given a public link."""
    query = select(col(PublicLink.recording_id), col(PublicLink.created_at)).where(
        col(PublicLink.recording_id) == any_(KEYS)
    )
    found = {row[0]: row[1] for row in await tx.rows(query, keys=ids)}
    return [found.get(id) for id in ids]


async def space_keys(tx: Tx, ids: list[str]) -> Sequence[str | None]:
    """What each of these recordings goes by, if it is a space."""
    query = select(col(Recording.id), col(Recording.key)).where(
        col(Recording.id) == any_(KEYS), col(Recording.type) == RecordingType.TIMER_SPACE.value
    )
    found: dict[str, Row] = {row["id"]: row for row in await tx.rows(query, keys=ids)}
    return [key_of(SPACE, id, found[id]["key"]) if id in found else None for id in ids]
