"""What can be watched: each subscription's rows, and the topics at which there may be new ones."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, column, exists, func, or_, true
from sqlalchemy import select as rows_of
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import Row
from app.core.effects import Happening, follower
from app.core.errors import NotFound
from app.core.ids import first_of, read_id
from app.core.live import NewRow, Watch, announce
from app.live.loaders import here, position_of
from app.notifications.loaders import UNREAD
from app.notifications.model import Notification
from app.projects.loaders import find_project
from app.projects.model import Project
from app.recordings.activity import happened, within_history
from app.recordings.loaders import find
from app.recordings.model import Event, Recording, RecordingType

LINE_DELETED = "line_deleted"
"""The only event of a recording that is gone."""
CHATS = (RecordingType.CHAT, RecordingType.DM)
WRITER: ColumnElement[Any] = column("xmin")
"""Every table has it: the transaction that wrote the row."""


@follower
async def announce_what_happened(ctx: Context, events: Sequence[Happening]) -> None:
    """The organization's topic always, and that of every project that it happened in."""
    topics = {each.org_id for each in events}
    announce(ctx, topics | {each.project_id for each in events if each.project_id})


async def watch_activity(ctx: Context, org: str, project_id: str | None, after: str | None) -> None:
    """All that happens in the organization, or in one project. Raises NotFound, Invalid."""
    await ctx.enter(org)
    if project_id is None:
        await _watch_events(ctx, ctx.org_id, [], true(), after)
    else:
        await _watch_project(ctx, project_id, [], after)


async def watch_recordings(ctx: Context, project_id: str, after: str | None) -> None:
    """What happens to the recordings of a project. Raises NotFound, Invalid."""
    await _enter_with(ctx, project_id)
    about_one = or_(col(Event.recording_id).is_not(None), col(Event.action) == LINE_DELETED)
    await _watch_project(ctx, project_id, [about_one], after)


async def watch_chat(ctx: Context, chat_id: str, after: str | None) -> None:
    """What happens to the lines of a chat. Raises NotFound, Invalid."""
    await _enter_with(ctx, chat_id)
    chat = await find(ctx, chat_id)
    if chat.type not in CHATS:
        raise NotFound
    lines = select(Recording.id).where(
        col(Recording.id) == col(Event.recording_id), col(Recording.parent_id) == chat.id
    )
    deleted = (col(Event.action) == LINE_DELETED) & (col(Event.detail)["chat_id"].astext == chat.id)
    there = exists().where(col(Recording.id) == chat.id)
    await _watch_events(ctx, chat.project_id or ctx.org_id, [or_(lines.exists(), deleted)], there, after)


async def watch_notifications(ctx: Context, org: str, after: str | None) -> None:
    """What the viewer is told, while it is unread. Raises NotFound, Invalid."""
    await ctx.enter(org)
    _watch(
        ctx,
        Watch(
            org=ctx.here.slug,
            topics=frozenset({ctx.me}),
            table=Notification,
            where=(col(Notification.org_id) == ctx.org_id, col(Notification.membership_id) == ctx.me, UNREAD),
            recent=lambda _: true(),
            seen=lambda snapshot: func.thicket_was_told(col(Notification.told_in), snapshot),
            there=true(),
            since=None,
            start=position_of(after) if after else await here(ctx),
        ),
    )


async def heard(ctx: Context) -> NewRow | None:
    """The new row that the operation is to show, its organization entered; None: it is to find out what to watch."""
    live = ctx.caller.live
    if live is None or live.news is None:
        return None
    await ctx.enter(live.news.org)
    return live.news


async def event(ctx: Context, id: str) -> Row:
    """What happened, as lists of activity show it. Raises NotFound where it is not, or no longer, to be seen."""
    chosen = happened()
    columns = Event.__table__.columns  # type: ignore[attr-defined]
    rows = await ctx.tx.rows(rows_of(*columns, *chosen.extra).where(columns.id == id, *chosen.where))
    if not rows:
        raise NotFound
    return rows[0]


def subject_of(event: Row) -> str:
    """The id of the recording that an event is about, also of one that is gone."""
    about = event.detail["recording_id"] if event.action == LINE_DELETED else event.recording_id
    return str(about)


async def _enter_with(ctx: Context, id: str) -> None:
    """Enter the organization in which the thing lies."""
    _ = ctx.user_id
    found = await ctx.tx.call("thicket_locate", read_id(id))
    if not found:
        raise NotFound
    await ctx.enter(found[0].slug)


async def _watch_project(ctx: Context, id: str, where: list[Any], after: str | None) -> None:
    project = await find_project(ctx, id)
    there = exists().where(col(Project.id) == project.id)
    await _watch_events(ctx, project.id, [col(Event.project_id) == project.id, *where], there, after)


async def _watch_events(
    ctx: Context, topic: str, where: list[Any], there: ColumnElement[bool], after: str | None
) -> None:
    recording = col(Recording.id) == col(Event.recording_id)
    seen = or_(col(Event.recording_id).is_(None), select(Recording.id).where(recording).exists())
    since = (await within_history(ctx, {})).get("since") if after else None
    _watch(
        ctx,
        Watch(
            org=ctx.here.slug,
            topics=frozenset({topic}),
            table=Event,
            where=(col(Event.org_id) == ctx.org_id, seen, *where),
            recent=lambda moment: col(Event.id) >= first_of(moment),
            seen=lambda snapshot: func.thicket_was_seen(WRITER, snapshot),
            there=there,
            since=since,
            start=position_of(after) if after else await here(ctx),
        ),
    )


def _watch(ctx: Context, wanted: Watch) -> None:
    """Have it watched by whoever runs the operation."""
    assert ctx.caller.live is not None
    ctx.caller.live.watch = wanted
