"""Reads what somebody was told, and what is theirs to do."""

from datetime import date
from typing import Annotated, Any

import strawberry
from sqlalchemy import Date, and_, exists, func, literal, or_, select
from sqlmodel import col

from app.core.context import Context
from app.core.db import among
from app.core.errors import NotFound
from app.core.ids import read_id
from app.core.paging import Order
from app.core.sources import Batch, Listing, Selection
from app.core.table import Id
from app.notifications.model import Notification
from app.projects.model import Project, ProjectStatus
from app.recordings.model import Assignment, Recording, RecordingStatus, RecordingType

WORK = (RecordingType.TODO.value, RecordingType.CARD.value, RecordingType.CARD_STEP.value)
NEVER = literal(date(9999, 12, 31), Date)
DUE = func.coalesce(col(Recording.due_on), NEVER).label("_due")
UNREAD = col(Notification.read_at).is_(None)


def notifications_listed(
    unread: Annotated[bool, strawberry.argument(description="Only what was not read yet.")] = False,
) -> Selection:
    """Newest first; row-level security leaves only the viewer's own."""
    return Selection(
        where=(UNREAD,) if unread else (),
        order=(
            Order(col(Notification.created_at), "created_at", descending=True),
            Order(col(Notification.id), "id", descending=True),
        ),
    )


def assignments_listed() -> Selection:
    """Open work that is the viewer's to do, in active projects: what is due first, then in the order it was made."""
    open_project = exists().where(
        col(Project.id) == col(Recording.project_id), col(Project.status) == ProjectStatus.ACTIVE.value
    )
    mine = and_(
        col(Assignment.recording_id) == col(Recording.id),
        col(Assignment.membership_id) == func.thicket_me(type_=Id),
    )
    return Selection(
        where=(
            or_(*(col(Recording.type) == type for type in WORK)),
            col(Recording.status) == RecordingStatus.ACTIVE.value,
            col(Recording.completed_at).is_(None),
            col(Recording.tool_enabled),
            open_project,
        ),
        order=(Order(DUE, "_due"), Order(col(Recording.created_at), "created_at"), Order(col(Recording.id), "id")),
        join=(Assignment, mine),
        extra=(DUE,),
    )


async def find_notification(ctx: Context, id: str) -> Notification:
    """One of the viewer's own. Raises NotFound."""
    query = select(*Notification.__table__.columns).where(col(Notification.id) == read_id(id))  # type: ignore[attr-defined]
    rows = await ctx.tx.rows(query)
    if not rows:
        raise NotFound
    return rows[0]  # type: ignore[return-value]


MY_WORK = Batch(Listing(Recording, assignments_listed), ())
HOLDERS = (RecordingType.TODO.value, RecordingType.CARD.value)
"""What subtasks and steps lie in."""


async def work_grouped(ctx: Context) -> dict[str, Any]:
    """The viewer's open work as `WorkGroups` shows it: a subtask or step lies in its parent, which is there once.

    A parent stands where it, or the first of what lies in it, would stand in `assignments_listed`.
    """
    rows = await ctx.load(MY_WORK, ctx.org_id)
    above = select(*Recording.__table__.columns).where(  # type: ignore[attr-defined]
        among(Recording.id, {row.parent_id for row in rows}), or_(*(col(Recording.type) == type for type in HOLDERS))
    )
    parents = {row.id: row for row in await ctx.tx.rows(above)}
    mine = {row.id for row in rows}
    tops: dict[str, dict[str, Any]] = {}
    for row in rows:
        top = parents.get(row.parent_id, row)
        work = tops.setdefault(top.id, {"recording": top, "children": [], "assigned_to_me": top.id in mine})
        if top is not row:
            work["children"].append({"recording": row, "children": [], "assigned_to_me": True})
    return {"priorities": [], "non_priorities": list(tops.values())}
