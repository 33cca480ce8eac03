"""The life of a recording: archived, trashed, brought back, and for chat lines erased.

What is archived or trashed takes the active things in it along as one batch; bringing it back brings back exactly
that batch (domain.md 2.5).
"""

from sqlalchemy import ColumnElement, and_, case, delete, func, literal, or_, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.ids import new_id
from app.core.policy import Verb, owns_or_is_team, owns_or_manages, require
from app.recordings.actions.access import require_open_project, restricts_content
from app.recordings.actions.positions import lock, subtree
from app.recordings.events import note
from app.recordings.kind import kind_of
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
    await lock(ctx, recording.parent_id, recording.id)
    recording = await find(ctx, recording.id)
    if recording.status == status or (recording.status == RecordingStatus.DRAFTED and status == RecordingStatus.ACTIVE):
        return recording
    if status is RecordingStatus.ACTIVE:
        await _bring_back(ctx, recording)
    elif recording.trash_batch_id is not None:
        await _move_batch(ctx, recording, status)
    else:
        await _put_away(ctx, recording, status)
    await count_comments(ctx, recording)
    await note(ctx, VERBS[status], project_id=recording.project_id, recording_id=recording.id)
    return await find(ctx, recording.id)


def _require_may_become(recording: Recording, status: RecordingStatus) -> None:
    if kind_of(recording.type).container or (recording.type == RecordingType.VAULT and recording.parent_id is None):
        raise Invalid.field("status", Reason.invalid_value, "Tools cannot be archived or trashed")
    if recording.special is not None:
        raise Invalid.field("status", Reason.invalid_value, f"{recording.title} cannot be archived or trashed")
    if status is RecordingStatus.DRAFTED:
        raise Invalid.field("status", Reason.invalid_value, "status must be active, archived or trashed")
    if status is RecordingStatus.ARCHIVED and recording.status == RecordingStatus.DRAFTED:
        raise Invalid.field("status", Reason.invalid_value, "A draft cannot be archived")


async def _put_away(ctx: Context, recording: Recording, status: RecordingStatus) -> None:
    """Archive or trash it, and what is active in it, as one batch."""
    batch = new_id()
    await ctx.tx.call("thicket_keep_batch_visible", batch)
    ids = await subtree(ctx, recording.id)
    trashed = status is RecordingStatus.TRASHED
    draft = col(Recording.status) == RecordingStatus.DRAFTED.value
    alive = or_(col(Recording.status) == RecordingStatus.ACTIVE.value, and_(literal(trashed), draft))
    await ctx.tx.run(
        update(Recording)
        .where(among(Recording.id, ids), alive)
        .values(
            drafted_before=draft,
            status=status.value,
            trash_batch_id=batch,
            trashed_at=ctx.now if trashed else None,
            trashed_by_id=ctx.me if trashed else None,
            updated_at=ctx.now,
        )
    )


async def _move_batch(ctx: Context, recording: Recording, status: RecordingStatus) -> None:
    """From archive to trash or back: the whole batch together."""
    await ctx.tx.call("thicket_keep_batch_visible", recording.trash_batch_id)
    trashed = status is RecordingStatus.TRASHED
    await ctx.tx.run(
        update(Recording)
        .where(*_of_batch(recording, await subtree(ctx, recording.id)))
        .values(
            status=status.value,
            trashed_at=ctx.now if trashed else None,
            trashed_by_id=ctx.me if trashed else None,
            updated_at=ctx.now,
        )
    )


def _of_batch(recording: Recording, ids: list[str]) -> tuple[ColumnElement[bool], ...]:
    return among(Recording.id, ids), col(Recording.trash_batch_id) == recording.trash_batch_id


async def _bring_back(ctx: Context, recording: Recording) -> None:
    """Bring back the batch, as far as it lies in this recording; drafts come back as drafts."""
    if recording.parent_id is not None:
        parent = await find(ctx, recording.parent_id)
        if parent.status != RecordingStatus.ACTIVE:
            raise Invalid([Problem("status", Reason.invalid_value, "Restore its parent first")])
    was = case((col(Recording.drafted_before), RecordingStatus.DRAFTED.value), else_=RecordingStatus.ACTIVE.value)
    await ctx.tx.run(
        update(Recording)
        .where(*_of_batch(recording, await subtree(ctx, recording.id)))
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
    await note(ctx, "line_deleted", project_id=recording.project_id, detail={"recording_id": recording.id})
    await ctx.tx.run(delete(Recording).where(col(Recording.id) == recording.id))
