"""Copies recordings, with what lies in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import SQLModel, col, literal, select

from app.calendar.overrides import copy_overrides
from app.core.context import Context
from app.core.db import Row, among
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require
from app.files.model import FileVersion
from app.projects.loaders import people_ids_on
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.holding import lock, read_back
from app.recordings.actions.moving import require_may_lie_in
from app.recordings.actions.places import last_place
from app.recordings.events import event, leave
from app.recordings.kind import Sharing, kind_of
from app.recordings.loaders import find
from app.recordings.model import (
    Assignment,
    Mention,
    Recording,
    RecordingStatus,
    RecordingTag,
    RecordingType,
    SpecialColumn,
    Subscription,
    SubscriptionReason,
)
from app.workspaces.copying import copy_contents

MOST = 1_000
"""How many recordings one copy can be."""


async def copy(ctx: Context, id: str, parent_id: str | None, *, include_comments: bool) -> Recording:
    """A copy of a recording and of what is active in it, as the last child of a parent; of its own one if none is said.

    The caller is its author, and nobody is told. Comments come along only if wanted, and stay their authors'. Raises
    NotFound (unknown parent; tools, comments and chat lines are not copied), Forbidden, Invalid (a parent that cannot
    hold it; archived or trashed; more than 1,000 in it).
    """
    source = await find(ctx, id)
    kind = kind_of(source.type)
    if kind.container or kind.author_edits or source.parent_id is None:
        raise NotFound
    require(ctx, Verb.arrange)
    target = await find(ctx, parent_id if parent_id is not None else source.parent_id)
    await require_open_project(ctx, target)
    await lock(ctx, target.id)
    target = await find(ctx, target.id)
    require_active(source)
    await require_may_lie_in(ctx, source, target, "copied")
    require_active(target, field="parent_id")
    originals = await _originals(ctx, source, include_comments=include_comments)
    copies = _copies(ctx, originals, target)
    copies[source.id].position = await last_place(ctx, target.id, source.type) if kind.positionable else None
    await ctx.tx.add_all(list(copies.values()))
    await _share_files(ctx, originals, copies)
    await _tag(ctx, copies)
    await _involve(ctx, copies, target)
    await copy_overrides(ctx, {original: made.id for original, made in copies.items()})
    await copy_contents(ctx, {row.id: copies[row.id].id for row in originals if row.type == RecordingType.CANVAS_ITEM})
    created = (
        event(ctx, "created", made.project_id, made.id, {"copied_from": original}) for original, made in copies.items()
    )
    await leave(ctx, list(created))
    return await read_back(ctx, copies[source.id].id)


async def _originals(ctx: Context, source: Recording, *, include_comments: bool) -> list[Row]:
    """The rows to copy, parents first, then in the order in which they were made."""
    tree = (
        select(col(Recording.id), literal(0).label("depth"))
        .where(col(Recording.id) == source.id)
        .cte("tree", recursive=True)
    )
    below = (
        select(col(Recording.id), tree.c.depth + 1)
        .join(tree, col(Recording.parent_id) == tree.c.id)
        .where(col(Recording.status) == RecordingStatus.ACTIVE.value)
    )
    if not include_comments:
        below = below.where(col(Recording.type) != RecordingType.COMMENT.value)
    tree = tree.union_all(below)
    query = (
        select(*Recording.__table__.columns)  # type: ignore[attr-defined]
        .join(tree, col(Recording.id) == tree.c.id)
        .order_by(tree.c.depth, col(Recording.created_at), col(Recording.id))
        .limit(MOST + 1)
    )
    rows = await ctx.tx.rows(query)
    if len(rows) > MOST:
        message = f"More than {MOST} things lie in it: copy them in parts"
        raise Invalid.field("id", Reason.out_of_range, message)
    return rows


def _copies(ctx: Context, originals: Sequence[Row], target: Recording) -> dict[str, Recording]:
    """The new rows by the original's id, in the same order."""
    copies: dict[str, Recording] = {}
    parents: dict[str, Any] = {originals[0].parent_id: target}
    for row in originals:
        parent = parents[row.parent_id]
        made = Recording(**{**dict(row), **_changes(ctx, row, parent, target)})
        if row.type == RecordingType.COMMENT:
            parent.comment_count += 1
            parent.last_comment_at = made.created_at
        copies[row.id] = parents[row.id] = made
    return copies


def _changes(ctx: Context, row: Row, parent: Any, target: Recording) -> dict[str, Any]:
    """In what a copy differs from its original."""
    comment = row.type == RecordingType.COMMENT
    inherits = kind_of(row.type).sharing is Sharing.INHERITED
    shared_here = row.visible_to_clients and row.project_id == target.project_id
    changes = {
        "id": new_id(),
        "project_id": target.project_id,
        "parent_id": parent.id,
        "tool": target.tool,
        "tool_enabled": target.tool_enabled,
        "creator_id": row.creator_id if comment else ctx.me,
        "created_at": row.created_at if comment else ctx.now,
        "updated_at": ctx.now,
        "visible_to_clients": parent.visible_to_clients if inherits else shared_here,
        "comment_count": 0,
        "last_comment_at": None,
        "comments_closed": False,
        "pinned_at": None,
        "special": None,
        "key": None,
        "linked_project_id": (row if kind_of(row.type).planned else parent).linked_project_id,
        "file_id": new_id() if row.file_id is not None else None,
        "series_id": None,
        "split_from_id": None,
    }
    return changes | (_completion(ctx, row, parent) if row.type == RecordingType.CARD else {})


def _completion(ctx: Context, card: Row, column: Any) -> dict[str, Any]:
    """A card is done exactly where it lies in Done."""
    done = column.special == SpecialColumn.DONE
    return {
        "completed_at": (card.completed_at or ctx.now) if done else None,
        "completed_by_id": (card.completed_by_id or ctx.me) if done else None,
        "completed_from_id": None,
        "on_hold": False,
    }


async def _share_files(ctx: Context, originals: Sequence[Row], copies: Mapping[str, Recording]) -> None:
    """Copies of uploads begin with the present version; the bytes are kept once for both."""
    held = [row.file_id for row in originals if row.file_id is not None]
    if not held:
        return
    query = select(*FileVersion.__table__.columns).where(among(FileVersion.id, held))  # type: ignore[attr-defined]
    versions = []
    for row in await ctx.tx.rows(query):
        made = copies[row.recording_id]
        changes = {"id": made.file_id, "recording_id": made.id, "version": 1, "creator_id": ctx.me}
        versions.append(FileVersion(**{**dict(row), **changes, "created_at": ctx.now}))
    await ctx.tx.add_all(versions)


async def _tag(ctx: Context, copies: Mapping[str, Recording]) -> None:
    """Copies are marked as their originals are."""
    query = select(RecordingTag).where(among(RecordingTag.recording_id, copies))
    rows = await ctx.tx.all(query)
    await ctx.tx.add_all(
        [RecordingTag(recording_id=copies[row.recording_id].id, tag_id=row.tag_id, org_id=row.org_id) for row in rows]
    )


async def _involve(ctx: Context, copies: Mapping[str, Recording], target: Recording) -> None:
    """The same people are assigned and mentioned, as far as they can see the copy; they and the caller hear of it."""
    there = await people_ids_on(ctx, target.project_id or "")
    subscriptions = {}
    for made in copies.values():
        if kind_of(made.type).subscribable:
            subscriptions[made.id, ctx.me] = _subscription(ctx, made, ctx.me, SubscriptionReason.AUTHOR)
    tables: tuple[Any, ...] = (Assignment, Mention)
    for table in tables:
        rows: list[SQLModel] = []
        query = select(*table.__table__.columns).where(among(table.recording_id, copies))
        for row in await ctx.tx.rows(query):
            made = copies[row.recording_id]
            if row.membership_id not in there:
                continue
            rows.append(table(**{**dict(row), "recording_id": made.id}))
            if table is Assignment and kind_of(made.type).subscribable:
                new = _subscription(ctx, made, row.membership_id, SubscriptionReason.ASSIGNED)
                subscriptions.setdefault((made.id, row.membership_id), new)
        await ctx.tx.add_all(rows)
    await ctx.tx.add_all(list(subscriptions.values()))


def _subscription(ctx: Context, made: Recording, membership_id: str, reason: SubscriptionReason) -> Subscription:
    return Subscription(
        recording_id=made.id,
        membership_id=membership_id,
        org_id=ctx.org_id,
        reason=reason.value,
        created_at=ctx.now,
    )
