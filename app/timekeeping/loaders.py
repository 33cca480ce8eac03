"""Reads time entries, and how much time they come to."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, DateTime, any_, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as select_rows

from app.boards.loaders import same
from app.core.context import Context
from app.core.db import Tx
from app.core.errors import NotFound
from app.core.ids import read_id
from app.core.paging import Order
from app.core.sources import KEYS, Selection
from app.people.model import Membership
from app.recordings.model import Recording
from app.timekeeping.model import TimeEntry, TimeSource

strawberry.enum(TimeSource, description="How a time entry came to be: typed by hand, or measured by a timer.")


def entries_listed(
    person_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Only this person's: a membership id, or the id of the user."),
    ] = None,
    card_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only on this card itself.")] = None,
    step_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only on this step.")] = None,
    project_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Only on cards that are work for this project, or lie on its board."),
    ] = None,
    from_: Annotated[
        date | None, strawberry.argument(name="from", description="Only what began on this day or later, in UTC.")
    ] = None,
    to: Annotated[
        date | None, strawberry.argument(description="Only what began on this day or earlier, in UTC.")
    ] = None,
) -> Selection:
    """Latest first, by when they were entered. A page's cursor is the id of its last entry."""
    where: list[Any] = []
    if person_id is not None:
        named = or_(same(Membership.id, person_id), same(Membership.user_id, person_id))
        where.append(exists().where(col(Membership.id) == col(TimeEntry.membership_id), named))
    if card_id is not None:
        where.append(same(TimeEntry.card_id, card_id))
    if step_id is not None:
        where.append(same(TimeEntry.step_id, step_id))
    if project_id is not None:
        of_project = or_(same(Recording.project_id, project_id), same(Recording.linked_project_id, project_id))
        where.append(exists().where(col(Recording.id) == spent_on(TimeEntry), of_project))
    if from_ is not None:
        where.append(col(TimeEntry.started_at) >= _midnight(from_))
    if to is not None:
        where.append(col(TimeEntry.started_at) < _midnight(min(to, date.max - timedelta(days=1)) + timedelta(days=1)))
    return Selection(where=where, order=(Order(col(TimeEntry.id), "id", descending=True),))


def _midnight(day: date) -> Any:
    return bindparam(None, datetime.combine(day, time.min, UTC), type_=DateTime(timezone=True))


def spent_on(entry: Any) -> ColumnElement[Any]:
    """SQL: the id of the card or step."""
    return func.coalesce(entry.card_id, entry.step_id)


def project_in_sql(entry: Any) -> ColumnElement[Any]:
    """SQL: the project that the card lies in now."""
    recording = aliased(Recording)
    query = select(col(recording.project_id)).where(col(recording.id) == spent_on(entry))
    return query.correlate_except(recording).scalar_subquery()


_PROJECTS = select(col(TimeEntry.id), project_in_sql(TimeEntry).label("project")).where(col(TimeEntry.id) == any_(KEYS))


async def project_of(tx: Tx, ids: list[str]) -> list[str | None]:
    """The same, of many."""
    projects = {row.id: row.project for row in await tx.rows(_PROJECTS, keys=ids)}
    return [projects.get(id) for id in ids]


def seconds_in_sql(recording: Any) -> ColumnElement[Any]:
    """SQL: the seconds that were spent on a card and its steps, or on a step; a running timer is not counted yet."""
    entry, step = aliased(TimeEntry), aliased(Recording)
    steps = select(col(step.id)).where(col(step.parent_id) == recording.id).correlate_except(step)
    total = func.coalesce(func.sum(col(entry.duration_seconds)), 0)
    query = select(cast(total, BigInteger)).where(
        or_(col(entry.card_id) == recording.id, col(entry.step_id) == recording.id, col(entry.step_id).in_(steps))
    )
    return query.correlate_except(entry).scalar_subquery()


_SECONDS = select(col(Recording.id), seconds_in_sql(Recording).label("seconds")).where(col(Recording.id) == any_(KEYS))


async def seconds_on(tx: Tx, ids: list[str]) -> list[int]:
    """The same, of many."""
    seconds = {row.id: row.seconds for row in await tx.rows(_SECONDS, keys=ids)}
    return [seconds.get(id, 0) for id in ids]


async def find_entry(ctx: Context, id: str) -> TimeEntry:
    """Raises NotFound."""
    entry = await ctx.tx.first(select_rows(TimeEntry).where(col(TimeEntry.id) == read_id(id)))
    if entry is None:
        raise NotFound
    return entry
