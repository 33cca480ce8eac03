"""Makes recordings: under a parent, of a type that may lie there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.calendar.series import repetition
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.html import rich_text
from app.core.ids import new_id
from app.core.policy import Verb, allows, is_client, require
from app.core.rules import TITLE, line, optional_text
from app.core.scalars import Midnight
from app.projects.model import Tool
from app.recordings.actions.access import require_active, require_open
from app.recordings.actions.holding import Taken, take
from app.recordings.actions.involvement import (
    assignments,
    known_on_project,
    remember_mentions,
    subscribe,
    subscribe_audience,
    subscriptions,
)
from app.recordings.actions.moving import too_deep
from app.recordings.actions.places import place_in
from app.recordings.actions.planning import linked_project, planned, tag, task_type
from app.recordings.events import note
from app.recordings.kind import Kind, Sharing, Text, kind_of
from app.recordings.model import (
    Priority,
    Recording,
    RecordingStatus,
    RecordingType,
    SpecialColumn,
    SubscriptionReason,
)
from app.timers.clockwork import native_alarm

LINK = 2_000


@dataclass(frozen=True)
class New:
    """What a new recording is to be. What its kind does not have must stay None."""

    type: RecordingType
    title: str | None = None
    content: str | None = None
    content_html: str | None = None
    due_on: date | None = None
    starts_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool | None = None
    assignee_ids: Sequence[str] | None = None
    notify: object = None
    completion_subscriber_ids: Sequence[str] | None = None
    drafted: bool = False
    link: str | None = None
    circled: bool | None = None
    file_id: str | None = None
    """The version that an upload begins with; the caller adds it."""
    recurrence: object = None
    creator_id: str | None = None
    """Whose it is, where it is not the caller's."""
    shared: bool = False
    """Clients see it from the start, whoever makes it."""
    priority: Priority | None = None
    estimated_hours: float | None = None
    linked_project_id: str | None = None
    task_type_id: str | None = None
    tag_ids: Sequence[str] | None = None


async def create(ctx: Context, parent_id: str, new: New) -> Recording:
    """A new recording under a parent.

    Raises NotFound (no such parent for the viewer), Forbidden (the role, or an archived project), Invalid.
    """
    return await _create_under(ctx, await take(ctx, parent_id), new)


async def _create_under(ctx: Context, taken: Taken, new: New) -> Recording:
    """Nobody can trash or move the parent meanwhile: nothing new may end up where nobody looks."""
    parent, kind = taken.recording, kind_of(new.type)
    require_open(taken.project_status)
    require(ctx, _verb(kind, parent), also=not new.assignee_ids or allows(ctx, Verb.arrange))
    await require_fits(ctx, kind, parent)
    if kind.filed and new.file_id is None:
        raise Invalid.field("type", Reason.invalid_value, f"A {kind.words} is made by sending a file")
    if new.type is RecordingType.COMMENT:
        _require_open_thread(parent)
    require_active(parent, field="type")
    linked = await linked_project(ctx, kind, new.linked_project_id) or parent.linked_project_id
    recording = _composed(ctx, kind, parent, new)
    recording.linked_project_id = linked
    recording.task_type_id = await task_type(ctx, kind, new.task_type_id)
    if kind.positionable:
        recording.position = await place_in(ctx, taken, kind.type)
    return await _add(ctx, kind, recording, parent, new)


async def create_apart(ctx: Context, new: New, tool: Tool) -> Recording:
    """A new recording that lies in no project, where only the team sees it: an entry of the organization's calendar.

    Raises Forbidden, Invalid.
    """
    require(ctx, Verb.create_content)
    kind = kind_of(new.type)
    recording = _composed(ctx, kind, None, new)
    recording.tool = tool.value
    return await _add(ctx, kind, recording, None, new)


async def _add(ctx: Context, kind: Kind, recording: Recording, parent: Recording | None, new: New) -> Recording:
    """Write it together with all who are drawn into it; the recording as it is stored."""
    await _draw_in(ctx, kind, recording, new)
    if not new.drafted:
        await note(ctx, "created", project_id=recording.project_id, recording_id=recording.id)
    made = await ctx.tx.store(recording)
    if new.tag_ids:
        await tag(ctx, made, new.tag_ids)
    if _has_audience(kind, new):
        await subscribe_audience(ctx, made, new.notify)
    if parent is not None:
        await _touch(ctx, kind, parent)
    await remember_mentions(ctx, made, made.content, new=True)
    return made


async def comment(ctx: Context, id: str, content: str | None, content_html: str | None) -> Recording:
    """Say something to a recording; from then on its author hears of the thread.

    Raises NotFound for what takes no comments, and for threads that are closed, archived or trashed.
    """
    taken = await take(ctx, id)
    require_open(taken.project_status)
    require(ctx, Verb.comment)
    _require_open_thread(taken.recording)
    return await _create_under(ctx, taken, New(RecordingType.COMMENT, content=content, content_html=content_html))


def _verb(kind: Kind, parent: Recording) -> Verb:
    """What making this asks for. Loose to-dos are the team's own: clients make to-dos only in lists."""
    loose = kind.type is RecordingType.TODO and parent.type == RecordingType.TODOSET
    return Verb.create_shared_content if kind.by_clients and not loose else Verb.create_content


def _require_open_thread(parent: Recording) -> None:
    if not kind_of(parent.type).commentable or parent.comments_closed or parent.status != RecordingStatus.ACTIVE:
        raise NotFound


async def require_fits(ctx: Context, kind: Kind, parent: Recording) -> None:
    """Raise Invalid where the parent holds no such kind."""
    if RecordingType(parent.type) not in kind.parents or await too_deep(ctx, kind.type, parent):
        message = f"A {kind.words} cannot be created under a {parent.type}"
        raise Invalid([Problem("type", Reason.invalid_value, message)], message)


def _composed(ctx: Context, kind: Kind, parent: Recording | None, new: New) -> Recording:
    """The row to insert, every field checked."""
    if new.drafted and not kind.draftable:
        raise Invalid.field("status", Reason.invalid_value, f"A {kind.words} cannot be drafted")
    starts_at, ends_at, all_day = timed(kind, new.starts_at, new.ends_at, new.all_day or False)
    done = parent is not None and parent.special == SpecialColumn.DONE
    composed = Recording(
        id=new_id(),
        org_id=ctx.org_id,
        project_id=parent.project_id if parent else None,
        parent_id=parent.id if parent else None,
        tool=parent.tool if parent else None,
        tool_enabled=parent.tool_enabled if parent else True,
        type=kind.type.value,
        status=(RecordingStatus.DRAFTED if new.drafted else RecordingStatus.ACTIVE).value,
        title=titled(kind, new.title),
        content=contents(kind, new.content, new.content_html),
        creator_id=new.creator_id or ctx.me,
        due_on=dated(kind, "due_on", new.due_on),
        starts_on=dated(kind, "starts_on", new.starts_on),
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=all_day,
        alarm_at=native_alarm(kind.type, starts_at, None, None, ctx.now),
        file_id=new.file_id,
        link=dated(kind, "link", optional_text("link", new.link, most=LINK)),
        circled=bool(dated(kind, "circled", new.circled or None)),
        completed_at=ctx.now if done else None,
        completed_by_id=ctx.me if done else None,
        visible_to_clients=new.shared or _visible(ctx, kind, parent),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    for field, value in planned(kind, {"priority": new.priority, "estimated_hours": new.estimated_hours}).items():
        setattr(composed, field, value)
    repeats = repetition(composed.model_dump(), dated(kind, "recurrence", new.recurrence))
    composed.recurrence, composed.repeats_until = repeats["recurrence"], repeats["repeats_until"]
    return composed


def _visible(ctx: Context, kind: Kind, parent: Recording | None) -> bool:
    """Whether clients see it from the start: as its parent, a group as its list; else what a client has made."""
    if parent is None:
        return False
    if kind.sharing is Sharing.INHERITED or kind.type == parent.type == RecordingType.TODOLIST:
        return parent.visible_to_clients
    return is_client(ctx)


def titled(kind: Kind, title: str | None) -> str | None:
    """The title, as the kind wants it."""
    if kind.title is Text.NONE:
        if title is not None:
            raise Invalid.field("title", Reason.invalid_value, f"A {kind.words} has no title")
        return None
    if kind.title is Text.OPTIONAL and (title is None or not title.strip()):
        return None
    return line("title", title, most=TITLE)


def contents(kind: Kind, plain: str | None, rich: str | None) -> str | None:
    """The content as it is stored, as the kind wants it."""
    if kind.content is Text.NONE:
        if plain or rich:
            raise Invalid.field("content", Reason.invalid_value, f"A {kind.words} has no content")
        return None
    stored = rich_text(plain, rich)
    if stored is None and kind.content is Text.REQUIRED:
        if plain is None and rich is None:
            raise Invalid.field("content", Reason.required, "content is required")
        raise Invalid.field("content", Reason.blank, "content can't be blank")
    return stored


def dated(kind: Kind, field: str, value: Any) -> Any:
    """The value of a date, or what else only some kinds have. Raises Invalid where this kind has none."""
    if value is not None and field not in kind.dates:
        raise Invalid.field(field, Reason.invalid_value, f"A {kind.words} has no {field}")
    return value


def timed(
    kind: Kind, starts_at: datetime | None, ends_at: datetime | None, all_day: bool
) -> tuple[datetime | None, datetime | None, bool]:
    """Start and end of an entry; an all-day one spans whole days that float with every zone (domain.md 2.14)."""
    if "starts_at" not in kind.dates:
        dated(kind, "starts_at", starts_at)
        dated(kind, "ends_at", ends_at)
        dated(kind, "all_day", all_day or None)
        return None, None, False
    if starts_at is None:
        raise Invalid.field("starts_at", Reason.required, "starts_at is required")
    if "ends_at" not in kind.dates:
        dated(kind, "ends_at", ends_at)
        dated(kind, "all_day", all_day or None)
        return starts_at, None, False
    ends_at = ends_at or starts_at
    if all_day:
        starts_at = datetime.combine(_day(starts_at), time.min, UTC)
        ends_at = datetime.combine(_day(ends_at), time(23, 59, 59), UTC)
    if ends_at < starts_at:
        raise Invalid.field("ends_at", Reason.out_of_range, "ends_at must not be before starts_at")
    return starts_at, ends_at, all_day


def _day(moment: datetime) -> date:
    return moment.day_given if isinstance(moment, Midnight) else moment.date()


def _has_audience(kind: Kind, new: New) -> bool:
    """Whether it is posted to people; else its author alone hears of it."""
    return kind.notifies and not new.drafted and not (kind.notifies_silently and new.notify is None)


async def _draw_in(ctx: Context, kind: Kind, recording: Recording, new: New) -> None:
    """Assign it, and let those hear of it who are to, together with the recording that is still to be written."""
    assignees = await known_on_project(ctx, recording, new.assignee_ids or (), "assignee_ids")
    following: dict[str, SubscriptionReason] = {}
    if assignees:
        if not kind.assignable:
            message = f"A {kind.words} cannot be assigned"
            raise Invalid.field("assignee_ids", Reason.invalid_value, message)
        ctx.tx.later(*assignments(ctx, recording, assignees))
        detail = {"added": list(assignees), "removed": []}
        await note(ctx, "assigned", project_id=recording.project_id, recording_id=recording.id, detail=detail)
        following = dict.fromkeys([*assignees, ctx.me], SubscriptionReason.ASSIGNED)
    if kind.subscribable:
        if not _has_audience(kind, new):
            following.setdefault(ctx.me, SubscriptionReason.AUTHOR)
        chosen = new.completion_subscriber_ids or ()
        for id in await known_on_project(ctx, recording, chosen, "completion_subscriber_ids"):
            following.setdefault(id, SubscriptionReason.CHOSEN)
        ctx.tx.later(*subscriptions(ctx, recording, following))


async def _touch(ctx: Context, kind: Kind, parent: Recording) -> None:
    """Count a comment where it was made; a direct chat was used."""
    if kind.type is RecordingType.COMMENT:
        await ctx.tx.run(
            update(Recording)
            .where(col(Recording.id) == parent.id)
            .values(comment_count=col(Recording.comment_count) + 1, last_comment_at=ctx.now)
        )
        if kind_of(parent.type).subscribable:
            await subscribe(ctx, parent, [ctx.me], SubscriptionReason.COMMENTED)
    if parent.type == RecordingType.DM:
        await ctx.tx.run(update(Recording).where(col(Recording.id) == parent.id).values(updated_at=ctx.now))
