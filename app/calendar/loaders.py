"""Reads what lies in a window of the calendar: entries, series that may have something in it, tasks with a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, union_all
from sqlmodel import col, select

from app.calendar.model import CalendarFeed, EventOverride
from app.core.context import Context
from app.core.db import Row, Tx, among
from app.core.errors import NotFound
from app.core.ids import is_id, read_id
from app.core.sources import whole
from app.projects.model import Project, ProjectStatus, ProjectTool, Tool
from app.recordings.model import Assignment, Recording, RecordingStatus, RecordingType

TASKS = (RecordingType.TODO.value, RecordingType.CARD.value, RecordingType.CARD_STEP.value)
"""What has a day on which it is due."""

AROUND = timedelta(days=33)
"""An entry that repeats lasts up to 31 days; zones may add one at both ends."""

COLUMNS: tuple[Any, ...] = (
    col(Recording.id),
    col(Recording.type),
    col(Recording.title),
    col(Recording.starts_at),
    col(Recording.ends_at),
    col(Recording.all_day),
    col(Recording.project_id),
    col(Project.name).label("project_name"),
    col(Recording.parent_id),
    col(Recording.circled),
    col(Recording.link),
    col(Recording.creator_id),
    col(Recording.recurrence),
    col(Recording.repeats_until),
    col(Recording.due_on),
)


@dataclass(frozen=True)
class Window:
    """From one instant to another, the second not included; and the days that it touches, both included.

    Entries that take whole days float: they are compared by the days, the others by the instants (domain.md 2.14).
    """

    start: datetime
    end: datetime
    first: date
    last: date

    @cached_property
    def opens_on(self) -> date:
        """Its first day in UTC."""
        return self.start.date()

    @cached_property
    def closes_on(self) -> date:
        """The day after its last in UTC: no zone is further away."""
        return date.fromordinal(min(self.end.toordinal() + 1, date.max.toordinal()))

    def holds(self, start: datetime, end: datetime | None) -> bool:
        """Whether something that begins and ends then shows in it."""
        return start < self.end and (start >= self.start or (end is not None and end > self.start))

    def holds_days(self, start: date, end: date) -> bool:
        return start <= self.last and end >= self.first


@dataclass(frozen=True)
class Wanted:
    """What of a window somebody wants to see."""

    window: Window
    mine: bool = False
    """Only what the viewer made, takes part in, or is to do."""
    project_ids: Sequence[str] | None = None
    tasks: bool = False


async def window_rows(ctx: Context, wanted: Wanted, *, most: int) -> list[Row]:
    """Single entries and tasks in the window, at most so many of each, and every series that may reach into it."""
    window = wanted.window
    first, last = _stored(window.first, time.min), _stored(window.last, time.max)
    singles = _entries(wanted, ctx.me).where(
        col(Recording.recurrence).is_(None),
        or_(
            and_(
                ~col(Recording.all_day),
                col(Recording.starts_at) < window.end,
                or_(col(Recording.ends_at) > window.start, col(Recording.starts_at) >= window.start),
            ),
            and_(col(Recording.all_day), col(Recording.starts_at) <= last, col(Recording.ends_at) >= first),
        ),
        # Said of both kinds, so that an index finds them.
        col(Recording.ends_at) >= min(window.start, first),
    )
    singles = singles.order_by(col(Recording.starts_at), ~col(Recording.all_day)).limit(most)
    parts = [singles, _series(wanted, ctx.me)]
    if wanted.tasks:
        parts.append(_tasks(wanted, ctx.me, most))
    return await ctx.tx.rows(union_all(*(part.subquery().select() for part in parts)))


def _stored(day: date, at: time) -> datetime:
    """A floating day's beginning or end, as it is stored."""
    return datetime.combine(day, at, UTC)


def _chosen(wanted: Wanted, me: str) -> list[ColumnElement[bool]]:
    """What holds for entries and tasks alike."""
    where: list[ColumnElement[bool]] = [
        col(Recording.status) == RecordingStatus.ACTIVE.value,
        cast(ColumnElement[bool], col(Recording.tool_enabled)),
        or_(col(Recording.project_id).is_(None), col(Project.status) == ProjectStatus.ACTIVE.value),
    ]
    if wanted.project_ids is not None:
        known = [id.lower() for id in wanted.project_ids if is_id(id.lower())]
        where.append(among(Recording.project_id, known) if known else false())
    if wanted.mine:
        where.append(or_(col(Recording.creator_id) == me, _assigned_to(me)))
    return where


def _assigned_to(me: str) -> ColumnElement[bool]:
    found = select(literal(1)).where(
        col(Assignment.recording_id) == col(Recording.id), col(Assignment.membership_id) == me
    )
    return found.exists()


def _entries(wanted: Wanted, me: str) -> Select[Any]:
    return (
        select(*COLUMNS)
        .join(Project, col(Project.id) == col(Recording.project_id), isouter=True)
        .where(col(Recording.type) == RecordingType.SCHEDULE_ENTRY.value, *_chosen(wanted, me))
    )


def _series(wanted: Wanted, me: str) -> Select[Any]:
    """Those that have begun and not ended long ago, or have moved one of theirs into the window."""
    window = wanted.window
    long_before = date.fromordinal(max(1, window.first.toordinal() - AROUND.days))
    before = max(window.end, _stored(window.last, time.max))
    moved = select(literal(1)).where(
        col(EventOverride.recording_id) == col(Recording.id),
        col(EventOverride.starts_at) <= before,
        col(EventOverride.ends_at) >= _stored(long_before, time.min),
    )
    lasting = or_(col(Recording.repeats_until).is_(None), col(Recording.repeats_until) >= long_before)
    return _entries(wanted, me).where(
        col(Recording.recurrence).is_not(None),
        or_(and_(col(Recording.starts_at) <= before, lasting), moved.exists()),
    )


_SCHEDULE_OFF = select(literal(1)).where(
    col(ProjectTool.project_id) == col(Recording.project_id),
    col(ProjectTool.tool) == Tool.SCHEDULE.value,
    ~col(ProjectTool.enabled),
)


def _tasks(wanted: Wanted, me: str, most: int) -> Select[Any]:
    """Open tasks by the day on which they are due. A project whose schedule is switched off shows none either."""
    query = select(*COLUMNS).join(Project, col(Project.id) == col(Recording.project_id))
    return (
        query.where(
            or_(*(col(Recording.type) == type for type in TASKS)),
            col(Recording.completed_at).is_(None),
            col(Recording.due_on).between(wanted.window.first, wanted.window.last),
            ~_SCHEDULE_OFF.exists(),
            *_chosen(wanted, me),
        )
        .order_by(col(Recording.due_on))
        .limit(most)
    )


async def assigned_until(ctx: Context, day: date, *, most: int) -> list[Row]:
    """The viewer's open tasks that are due by that day, the oldest first."""
    query = (
        select(*COLUMNS)
        .join(Project, col(Project.id) == col(Recording.project_id))
        .where(
            or_(*(col(Recording.type) == type for type in TASKS)),
            col(Recording.status) == RecordingStatus.ACTIVE.value,
            col(Recording.tool_enabled),
            col(Recording.completed_at).is_(None),
            col(Recording.due_on) <= day,
            col(Project.status) == ProjectStatus.ACTIVE.value,
            _assigned_to(ctx.me),
        )
        .order_by(col(Recording.due_on), col(Recording.title), col(Recording.id))
        .limit(most)
    )
    return await ctx.tx.rows(query)


FEED_COLUMNS: tuple[Any, ...] = (
    *COLUMNS,
    col(Recording.content),
    col(Recording.completed_at),
    col(Recording.created_at),
    col(Recording.updated_at),
)
MOST_IN_FEED = 5_000
"""How many entries, and how many tasks, one feed holds: those that begin last."""


async def rows_of_feed(ctx: Context, since: datetime, *, project_id: str | None, tasks: bool, mine: bool) -> list[Row]:
    """Entries and series that have not ended before that moment, and tasks of then or later, done ones too."""
    window = Window(since, since, since.date(), since.date())
    wanted = Wanted(window, mine, [project_id] if project_id else None)
    entries = (
        select(*FEED_COLUMNS)
        .join(Project, col(Project.id) == col(Recording.project_id), isouter=True)
        .where(
            col(Recording.type) == RecordingType.SCHEDULE_ENTRY.value,
            or_(
                and_(col(Recording.recurrence).is_(None), col(Recording.ends_at) >= since),
                and_(
                    col(Recording.recurrence).is_not(None),
                    or_(col(Recording.repeats_until).is_(None), col(Recording.repeats_until) >= since.date()),
                ),
            ),
            *_chosen(wanted, ctx.me),
        )
        .order_by(col(Recording.starts_at).desc(), col(Recording.id))
        .limit(MOST_IN_FEED)
    )
    rows = await ctx.tx.rows(entries)
    if tasks:
        rows += await ctx.tx.rows(_dated(wanted, ctx.me).order_by(col(Recording.due_on).desc(), col(Recording.id)))
    return rows


def _dated(wanted: Wanted, me: str) -> Select[Any]:
    return (
        select(*FEED_COLUMNS)
        .join(Project, col(Project.id) == col(Recording.project_id))
        .where(
            or_(*(col(Recording.type) == type for type in TASKS)),
            col(Recording.due_on) >= wanted.window.first,
            ~_SCHEDULE_OFF.exists(),
            *_chosen(wanted, me),
        )
        .limit(MOST_IN_FEED)
    )


async def rows_of_event(ctx: Context, id: str) -> list[Row]:
    """One entry, as a feed has it."""
    query = select(*FEED_COLUMNS).join(Project, col(Project.id) == col(Recording.project_id), isouter=True)
    return await ctx.tx.rows(query.where(col(Recording.id) == id))


async def overrides_of(ctx: Context, recording_ids: Collection[str]) -> Mapping[str, list[Row]]:
    """What differs from their series, by the series' id, in order."""
    query = whole(EventOverride).where(among(EventOverride.recording_id, recording_ids))
    found: dict[str, list[Row]] = {}
    for row in await ctx.tx.rows(query.order_by(col(EventOverride.occurrence_key))):
        found.setdefault(row.recording_id, []).append(row)
    return found


async def participants_of(tx: Tx, recording_ids: Sequence[str]) -> list[list[str]]:
    """The membership ids of those who take part in each, in the order in which they were asked."""
    query = (
        select(col(Assignment.recording_id), col(Assignment.membership_id))
        .where(among(Assignment.recording_id, recording_ids))
        .order_by(col(Assignment.created_at), col(Assignment.membership_id))
    )
    found: dict[str, list[str]] = {id: [] for id in recording_ids}
    for row in await tx.rows(query):
        found[row.recording_id].append(row.membership_id)
    return [found[id] for id in recording_ids]


async def feeds_of_viewer(ctx: Context) -> list[CalendarFeed]:
    """The viewer's feeds that are not revoked, oldest first."""
    return await ctx.tx.all(
        select(CalendarFeed).where(col(CalendarFeed.revoked_at).is_(None)).order_by(col(CalendarFeed.id))
    )


async def find_feed(ctx: Context, id: str) -> CalendarFeed:
    """One of the viewer's feeds. Raises NotFound for any other, and for one that is revoked."""
    query = select(CalendarFeed).where(col(CalendarFeed.id) == read_id(id), col(CalendarFeed.revoked_at).is_(None))
    feed = await ctx.tx.first(query)
    if feed is None:
        raise NotFound
    return feed
