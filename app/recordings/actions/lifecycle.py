"""The life of a recording: archived, trashed, brought back, and for chat lines erased.

What is archived or trashed takes the active things in it along as one batch; bringing it back brings back exactly
that batch (domain.md 2.5).
"""

from sqlalchemy import and_, case, delete, func, literal, or_, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.ids import new_id
from app.core.policy import Verb, owns_or_is_team, owns_or_manages, require
from app.recordings.actions.access import require_open_project, restricts_content
from app.recordings.actions.holding import lock_in_place, lock_tree, read_back
from app.recordings.events import note
from app.recordings.kind import is_tools_own, kind_of
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType

VERBS = {
    RecordingStatus.ACTIVE: "restored",
    RecordingStatus.ARCHIVED: "archived",
    RecordingStatus.TRASHED: "trashed",
}


async def set_status(ctx: Context, id: str, status: RecordingStatus) -> Recording:
    """Archive, trash or bring back. The same status again changes nothing.

    Raises Invalid for a project's own containers and a card table's own columns, for archiving drafts, and for
    bringing back what lies in something that is itself not there.
    """
    recording = await find(ctx, id)
    await require_open_project(ctx, recording)
    own_only = await restricts_content(ctx)
    mine = owns_or_is_team(ctx, recording.creator_id) if not own_only else owns_or_manages(ctx, recording.creator_id)
    require(ctx, Verb.set_status, also=mine)
    _require_may_become(recording, status)
    recording = await lock_in_place(ctx, recording)
    ids = await lock_tree(ctx, recording.id)
    draft = recording.status == RecordingStatus.DRAFTED or recording.drafted_before
    now_active = recording.status in (RecordingStatus.ACTIVE, RecordingStatus.DRAFTED)
    if recording.status != status and not (now_active and status is RecordingStatus.ACTIVE):
        await _require_parent_allows(ctx, recording, status)
        if not now_active:
            await _bring_back(ctx, recording, ids)
        if status is not RecordingStatus.ACTIVE:
            await _put_away(ctx, ids, status)
        await count_comments(ctx, recording)
        if not draft:
            await note(ctx, VERBS[status], project_id=recording.project_id, recording_id=recording.id)
    return await read_back(ctx, recording.id)


def _require_may_become(recording: Recording, status: RecordingStatus) -> None:
    if is_tools_own(recording):
        raise Invalid.field("status", Reason.invalid_value, "Tools cannot be archived or trashed")
    if kind_of(recording.type).standalone and status is RecordingStatus.TRASHED:
        raise Invalid.field("status", Reason.invalid_value, "A direct chat cannot be trashed, only archived")
    if recording.special is not None:
        raise Invalid.field("status", Reason.invalid_value, f"{recording.title} cannot be archived or trashed")
    if status is RecordingStatus.DRAFTED:
        raise Invalid.field("status", Reason.invalid_value, "status must be active, archived or trashed")
    draft = recording.status == RecordingStatus.DRAFTED or recording.drafted_before
    if status is RecordingStatus.ARCHIVED and draft:
        raise Invalid.field("status", Reason.invalid_value, "A draft cannot be archived")


async def _require_parent_allows(ctx: Context, recording: Recording, status: RecordingStatus) -> None:
    """Nothing is more alive than what it lies in: active in the archive, or archived in the trash."""
    if recording.parent_id is None or status is RecordingStatus.TRASHED:
        return
    parent = await find(ctx, recording.parent_id)
    allowed = {RecordingStatus.ACTIVE, status}
    if parent.status not in allowed:
        raise Invalid([Problem("status", Reason.invalid_value, "Restore its parent first")])


async def _put_away(ctx: Context, ids: list[str], status: RecordingStatus) -> None:
    """Archive or trash what is active of these, as one batch. Drafts are trashed too, but never archived."""
    trashed = status is RecordingStatus.TRASHED
    draft = col(Recording.status) == RecordingStatus.DRAFTED.value
    alive = or_(col(Recording.status) == RecordingStatus.ACTIVE.value, and_(literal(trashed), draft))
    await ctx.tx.run(
        update(Recording)
        .where(among(Recording.id, ids), alive)
        .values(
            drafted_before=draft,
            status=status.value,
            trash_batch_id=new_id(),
            trashed_at=ctx.now if trashed else None,
            trashed_by_id=ctx.me if trashed else None,
            updated_at=ctx.now,
        )
    )


async def _bring_back(ctx: Context, recording: Recording, ids: list[str]) -> None:
    """Bring back the batch, as far as it lies in this recording; drafts come back as drafts."""
    was = case((col(Recording.drafted_before), RecordingStatus.DRAFTED.value), else_=RecordingStatus.ACTIVE.value)
    await ctx.tx.run(
        update(Recording)
        .where(among(Recording.id, ids), col(Recording.trash_batch_id) == recording.trash_batch_id)
        .values(
            status=was,
            drafted_before=False,
            trash_batch_id=None,
            trashed_at=None,
            trashed_by_id=None,
            updated_at=ctx.now,
        )
    )


async def count_comments(ctx: Context, comment: Recording) -> None:
    """Count a thread's comments anew after one of them came or went."""
    if comment.type != RecordingType.COMMENT:
        return
    there = (
        col(Recording.parent_id) == comment.parent_id,
        col(Recording.type) == RecordingType.COMMENT.value,
        col(Recording.status) == RecordingStatus.ACTIVE.value,
    )
    rows = await ctx.tx.rows(select(func.count(), func.max(col(Recording.created_at))).where(*there))
    await ctx.tx.run(
        update(Recording)
        .where(col(Recording.id) == comment.parent_id)
        .values(comment_count=rows[0][0], last_comment_at=rows[0][1])
    )


async def erase(ctx: Context, id: str) -> None:
    """Delete a chat line for good. Its author, an owner or an admin can; other kinds go to the trash instead."""
    recording = await find(ctx, id)
    if not kind_of(recording.type).erasable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.erase_line, also=owns_or_manages(ctx, recording.creator_id))
    # Of a direct chat, only who is in it may know: the event is the chat's.
    chat_id = recording.parent_id if recording.project_id is None else None
    detail = {"recording_id": recording.id, "chat_id": recording.parent_id}
    await note(ctx, "line_deleted", project_id=recording.project_id, recording_id=chat_id, detail=detail)
    await ctx.tx.run(delete(Recording).where(col(Recording.id) == recording.id))
