"""Changes what a recording says, without moving it or ending its life."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.calendar.overrides import keep_what_fits
from app.calendar.series import renewed
from app.core.conditions import Viewer, choice, either, one_of
from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.policy import Verb, owns_or_is_team, require
from app.core.rules import line, optional_text
from app.files.naming import rename
from app.projects.model import ProjectTool
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.create import LINK, contents, dated, timed, titled
from app.recordings.actions.holding import lock_tree, read_back
from app.recordings.actions.involvement import remember_mentions, subscribe_audience
from app.recordings.actions.planning import linked_project, planned, relink, tag, task_type
from app.recordings.events import note
from app.recordings.kind import KINDS, Kind, Sharing, is_tools_own, kind_of
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType
from app.timers.clockwork import native_alarm

ONLY_AUTHOR = "Only the author can edit this"
LOOSE = "Loose to-dos are never visible to clients"
LABEL = 60
"""The longest name of a tool, in characters."""
COLORS = ("white", "red", "orange", "yellow", "green", "blue", "aqua", "purple", "gray", "pink", "brown")
"""A column's colours; white takes the colour away (routes.md 3.2.12)."""


def may_edit(viewer: Viewer, recording: Any) -> Any:
    """Comments, lines and drafts are their author's; the rest the team's, and a client's what he made himself."""
    of_author = [kind.type.value for kind in KINDS.values() if kind.author_edits]
    return choice(
        either(one_of(recording.type, of_author), recording.status == RecordingStatus.DRAFTED.value),
        recording.creator_id == viewer.me,
        owns_or_is_team(viewer, recording.creator_id),
    )


async def edit(ctx: Context, id: str, values: dict[str, Any]) -> Recording:
    """Change title, content or dates; a field that is not in `values` stays as it is."""
    recording = await find(ctx, id)
    await require_may_edit(ctx, recording)
    kind = kind_of(recording.type)
    if is_tools_own(recording) and set(values) - {"title"}:
        field = min(set(values) - {"title"})
        raise Invalid.field(field, Reason.invalid_value, f"A {kind.words} has no {field}")
    wanted = _read(kind, recording, values)
    if "base_name" in values:
        if not kind.filed:
            raise Invalid.field("base_name", Reason.invalid_value, f"A {kind.words} has no base_name")
        wanted["title"] = await rename(ctx, recording, values["base_name"])
    wanted |= renewed(recording, wanted, values)  # type: ignore[arg-type]
    if "linked_project_id" in values:
        wanted["linked_project_id"] = await linked_project(ctx, kind, values["linked_project_id"])
    if "task_type_id" in values:
        wanted["task_type_id"] = await task_type(ctx, kind, values["task_type_id"])
    tagged = "tag_ids" in values and await tag(ctx, recording, values["tag_ids"] or ())
    wanted |= _alarm(ctx, recording, wanted)
    changed = {name: value for name, value in wanted.items() if getattr(recording, name) != value}
    if not changed and not tagged:
        return recording
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**changed, updated_at=ctx.now))
    mentioned = await remember_mentions(ctx, recording, changed["content"]) if "content" in changed else []
    if "linked_project_id" in changed:
        await relink(ctx, recording, changed["linked_project_id"])
    if is_tools_own(recording):
        await _rename_tool(ctx, recording, changed["title"])
    if "recurrence" in changed or (recording.recurrence and "starts_at" in changed):
        await keep_what_fits(ctx, await find(ctx, recording.id))
    await _tell(
        ctx,
        recording,
        "changed",
        {"fields": sorted({*changed, *(["tag_ids"] if tagged else [])} - {"repeats_until", "alarm_at"})},
        {"mentioned": mentioned},
    )
    return await find(ctx, recording.id)


async def require_may_edit(ctx: Context, recording: Recording) -> None:
    """Raise Forbidden or Invalid unless the caller may change it now."""
    await require_open_project(ctx, recording)
    require(ctx, Verb.edit, also=may_edit(ctx, recording), otherwise=ONLY_AUTHOR)
    require_active(recording)


async def _rename_tool(ctx: Context, container: Recording, title: str) -> None:
    """A container is called as its tool is."""
    label = line("title", title, most=LABEL)
    await ctx.tx.run(update(ProjectTool).where(col(ProjectTool.container_id) == container.id).values(label=label))


async def _tell(
    ctx: Context,
    recording: Recording,
    event: str,
    detail: dict[str, Any] | None = None,
    aside: dict[str, Any] | None = None,
) -> None:
    """Leave an event; of drafts nobody hears."""
    if recording.status != RecordingStatus.DRAFTED:
        place = {"project_id": recording.project_id, "recording_id": recording.id}
        await note(ctx, event, **place, detail=detail, aside=aside)


def _read(kind: Kind, recording: Recording, values: dict[str, Any]) -> dict[str, Any]:
    """The columns to set, every field checked."""
    wanted: dict[str, Any] = {}
    if "title" in values:
        wanted["title"] = titled(kind, values["title"] if values["title"] is not None else "")
    if "content" in values or "content_html" in values:
        plain, rich = values.get("content"), values.get("content_html")
        wanted["content"] = contents(kind, plain if rich is not None or plain is not None else "", rich)
    for field in ("due_on", "starts_on", "recurrence"):
        if field in values:
            wanted[field] = dated(kind, field, values[field])
    wanted |= _timing(kind, recording, values)
    wanted |= planned(kind, values)
    if "scheduled_at" in values:
        if recording.status != RecordingStatus.DRAFTED:
            raise Invalid.field("scheduled_at", Reason.invalid_value, "Only drafts can be scheduled")
        wanted["scheduled_at"] = values["scheduled_at"]
    return wanted


def _alarm(ctx: Context, recording: Recording, wanted: dict[str, Any]) -> dict[str, Any]:
    """When a timer whose moment is another now rings next."""
    if "starts_at" not in wanted:
        return {}
    timer, zone = recording.timer, recording.time_zone
    return {"alarm_at": native_alarm(recording.type, wanted["starts_at"], timer, zone, ctx.now)}


def _timing(kind: Kind, recording: Recording, values: dict[str, Any]) -> dict[str, Any]:
    """What an entry's calendar says of it."""
    wanted: dict[str, Any] = {}
    if "link" in values:
        wanted["link"] = dated(kind, "link", optional_text("link", values["link"], most=LINK))
    if "circled" in values:
        wanted["circled"] = bool(dated(kind, "circled", values["circled"]))
    given = {field: values[field] for field in ("starts_at", "ends_at", "all_day") if field in values}
    for field, value in given.items():
        dated(kind, field, value)
    if given and "starts_at" in kind.dates:
        now = {field: getattr(recording, field) for field in ("starts_at", "ends_at", "all_day")} | given
        wanted["starts_at"], wanted["ends_at"], wanted["all_day"] = timed(kind, **now)
    return wanted


async def share(ctx: Context, id: str, visible: bool) -> Recording:
    """Show a recording, and all that lies in it, to the project's clients, or hide it from them."""
    recording = await find(ctx, id)
    await require_open_project(ctx, recording)
    require(ctx, Verb.share_with_clients, also=not await _is_loose(ctx, recording), otherwise=LOOSE)
    sharing = kind_of(recording.type).sharing
    if recording.project_id is None and sharing is Sharing.OWN:
        raise Invalid.field("visible_to_clients", Reason.invalid_value, "What lies in no project is the team's alone")
    if sharing is not Sharing.OWN:
        raise Invalid.field(
            "visible_to_clients", Reason.invalid_value, f"A {recording.type} is visible to clients with what it lies in"
        )
    require_active(recording)
    if recording.visible_to_clients != visible:
        ids = await lock_tree(ctx, recording.id)
        await ctx.tx.run(update(Recording).where(among(Recording.id, ids)).values(visible_to_clients=visible))
        verb = "shared" if visible else "unshared"
        await _tell(ctx, recording, verb)
    return await read_back(ctx, recording.id)


async def _is_loose(ctx: Context, recording: Recording) -> bool:
    """A to-do in no list, or a subtask of one."""
    if recording.type != RecordingType.TODO:
        return False
    above = await find(ctx, recording.parent_id or "")
    return above.type == RecordingType.TODOSET or await _is_loose(ctx, above)


async def pin(ctx: Context, id: str, pinned: bool) -> Recording:
    """Keep a message at the top of its board, or let it go."""
    recording = await _arranged(ctx, id)
    if not kind_of(recording.type).pinnable:
        raise NotFound
    require_active(recording)
    pinned_at = (recording.pinned_at or ctx.now) if pinned else None
    return await _set(ctx, recording, {"pinned_at": pinned_at}, "pinned" if pinned else "unpinned")


async def hold(ctx: Context, id: str, on_hold: bool) -> Recording:
    """Park a card without moving it; on a column: give it a section for parked cards."""
    recording = await _arranged(ctx, id)
    if not kind_of(recording.type).holdable or recording.special is not None:
        raise NotFound
    require_active(recording)
    return await _set(ctx, recording, {"on_hold": on_hold}, "held" if on_hold else "released")


async def color(ctx: Context, id: str, name: str) -> Recording:
    """Colour a column; white takes the colour away."""
    recording = await _arranged(ctx, id)
    if not kind_of(recording.type).colorable or recording.special is not None:
        raise NotFound
    require_active(recording)
    if name not in COLORS:
        raise Invalid([Problem("color", Reason.invalid_value, "color is not available")])
    return await _set(ctx, recording, {"color": None if name == "white" else name}, "colored")


async def close_comments(ctx: Context, id: str, closed: bool) -> Recording:
    """Let nobody comment any more, or let them again."""
    recording = await find(ctx, id)
    if not kind_of(recording.type).commentable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.arrange)
    require_active(recording)
    verb = "comments_closed" if closed else "comments_opened"
    return await _set(ctx, recording, {"comments_closed": closed}, verb)


async def publish(ctx: Context, id: str, notify: object) -> Recording:
    """Post a draft: from now on others see it, and its audience hears of it. Only its author can."""
    recording = await find(ctx, id)
    if recording.status != RecordingStatus.DRAFTED:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.edit, also=recording.creator_id == ctx.me, otherwise=ONLY_AUTHOR)
    require_active(await find(ctx, recording.parent_id or ""))
    values = {"status": RecordingStatus.ACTIVE.value, "created_at": ctx.now, "scheduled_at": None}
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**values, updated_at=ctx.now))
    if kind_of(recording.type).notifies:
        await subscribe_audience(ctx, recording, notify)
    await note(ctx, "published", project_id=recording.project_id, recording_id=recording.id)
    return await find(ctx, recording.id)


async def _arranged(ctx: Context, id: str) -> Recording:
    recording = await find(ctx, id)
    await require_open_project(ctx, recording)
    require(ctx, Verb.arrange)
    return recording


async def _set(ctx: Context, recording: Recording, values: dict[str, Any], event: str) -> Recording:
    """Set columns; where that changes something, leave an event."""
    if all(getattr(recording, name) == value for name, value in values.items()):
        return recording
    await ctx.tx.run(update(Recording).where(col(Recording.id) == recording.id).values(**values, updated_at=ctx.now))
    await _tell(ctx, recording, event)
    return await find(ctx, recording.id)
