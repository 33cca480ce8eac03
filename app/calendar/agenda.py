"""What is on the calendar: entries of all projects and of the organization, series expanded, tasks on their days."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from app.calendar.expansion import Occurrence, in_order, occurrence_on, occurrences
from app.calendar.loaders import Wanted, Window, assigned_until, overrides_of, participants_of, window_rows
from app.calendar.times import A_DAY, to_instant, to_wall
from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.core.scalars import Midnight, wall_clock
from app.recordings.model import RecordingType

MOST = 1_000
"""How many things one look at the calendar shows."""
LONGEST_WINDOW = timedelta(days=400)
SOON = timedelta(days=7)


async def calendar(
    ctx: Context,
    start: datetime,
    end: datetime,
    *,
    mine: bool,
    tasks: bool,
    project_ids: Sequence[str] | None,
) -> list[dict[str, Any]]:
    """What lies between two instants, the second not included: the first 1,000 by start, all-day first, title.

    Raises Invalid where they are the wrong way round or more than 400 days apart (domain.md 2.14).
    """
    ctx.check_fields()
    if end <= start:
        raise Invalid.field("to", Reason.out_of_range, "to must be after from")
    if end - start > LONGEST_WINDOW:
        raise Invalid.field("to", Reason.out_of_range, f"to must be at most {LONGEST_WINDOW.days} days after from")
    window = Window(start, end, _first_day(start), _last_day(end))
    wanted = Wanted(window, mine=mine, project_ids=project_ids, tasks=tasks)
    return await _shown(ctx, await _occurrences(ctx, wanted))


async def my_events(ctx: Context) -> list[dict[str, Any]]:
    """The viewer's entries of the next seven days, those that are going on included."""
    end = ctx.now + SOON
    wanted = Wanted(Window(ctx.now, end, _first_day(ctx.now), _last_day(end)), mine=True)
    return await _shown(ctx, await _occurrences(ctx, wanted))


async def my_events_today(ctx: Context) -> list[dict[str, Any]]:
    """The viewer's entries of today, as the viewer's clock has it."""
    zone = ZoneInfo(wall_clock.get())
    today = _today(ctx)
    start, end = (to_instant(datetime.combine(day, time.min), zone) for day in (today, today + A_DAY))
    return await _shown(ctx, await _occurrences(ctx, Wanted(Window(start, end, today, today), mine=True)))


async def my_tasks_today(ctx: Context) -> list[dict[str, Any]]:
    """The viewer's open assignments that are due today or were before."""
    rows = await assigned_until(ctx, _today(ctx), most=MOST)
    return await _shown(ctx, sorted(map(_task, rows), key=lambda each: each.order))


def _today(ctx: Context) -> date:
    return to_wall(ctx.now, wall_clock.get()).date()


def _first_day(start: datetime) -> date:
    """The first day that a window touches: as given, else on the viewer's clock."""
    return start.day_given if isinstance(start, Midnight) else to_wall(start, wall_clock.get()).date()


def _last_day(end: datetime) -> date:
    """The last day that a window touches, which ends before `end`."""
    if isinstance(end, Midnight):
        return date.fromordinal(max(1, end.day_given.toordinal() - 1))
    return to_wall(end - timedelta(microseconds=1), wall_clock.get()).date()


async def _occurrences(ctx: Context, wanted: Wanted) -> list[Occurrence]:
    rows = await window_rows(ctx, wanted, most=MOST)
    window = wanted.window
    singles = [
        _task(row) if row.type != RecordingType.SCHEDULE_ENTRY else _single(row) for row in rows if not _repeats(row)
    ]
    series = [row for row in rows if _repeats(row)]
    overrides = await overrides_of(ctx, [row.id for row in series]) if series else {}
    listed: list[Iterable[Occurrence]] = [singles]
    for row in series:
        own = overrides.get(row.id, [])
        singles += [each for each in changed(row, own) if shows(window, each)]
        listed.append(occurrences(row, window, {each.occurrence_key for each in own}))
    singles.sort(key=lambda each: each.order)
    return list(islice(in_order(listed), MOST))


def _repeats(row: Any) -> bool:
    return row.type == RecordingType.SCHEDULE_ENTRY and row.recurrence is not None


def _single(row: Any) -> Occurrence:
    return Occurrence(row.starts_at, row.ends_at, row)


def _task(row: Any) -> Occurrence:
    return Occurrence(datetime.combine(row.due_on, time.min, UTC), None, row)


def changed(row: Any, overrides: Sequence[Any]) -> list[Occurrence]:
    """Those of a series that differ from it and take place."""
    found = []
    for each in overrides:
        if not each.cancelled:
            start, end = occurrence_on(row, each.occurrence_key)
            found.append(Occurrence(each.starts_at or start, each.ends_at or end, row, each.occurrence_key, each.title))
    return found


def shows(window: Window, each: Occurrence) -> bool:
    """Whether one that is known by itself lies in the window."""
    if each.row.all_day:
        return window.holds_days(each.start.date(), (each.end or each.start).date())
    return window.holds(each.start, each.end)


async def _shown(ctx: Context, found: Sequence[Occurrence]) -> list[dict[str, Any]]:
    """As GraphQL shows them."""
    ids = list(dict.fromkeys(each.row.id for each in found))
    people = dict(zip(ids, await participants_of(ctx.tx, ids), strict=True)) if ids else {}
    return [_item(ctx, each, people[each.row.id]) for each in found]


def _item(ctx: Context, each: Occurrence, participant_ids: list[str]) -> dict[str, Any]:
    row = each.row
    task = row.type != RecordingType.SCHEDULE_ENTRY
    return {
        "id": row.id,
        "kind": "task" if task else "event",
        "type": row.type,
        "title": row.title if each.title is None else each.title,
        "starts_at": each.start,
        "ends_at": each.end,
        "all_day": task or row.all_day,
        "project_id": row.project_id,
        "project_name": row.project_name,
        "parent_id": row.parent_id,
        "circled": row.circled,
        "link": row.link,
        "mine": row.creator_id == ctx.me or ctx.me in participant_ids,
        "recurring": row.recurrence is not None,
        "occurrence_key": each.key,
        "participant_ids": participant_ids,
        "due_on": row.due_on,
        "completed": False,
    }
