"""What happened lately, across projects (routes.md 3.2.13)."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, DateTime, bindparam, false, func, literal_column, or_
from sqlmodel import col, select

from app.billing.plans import history_begins
from app.core.conditions import Viewer
from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import is_id
from app.core.paging import Order
from app.core.sources import Selection
from app.orgs.model import Organization
from app.recordings.model import Event, Recording

EXCERPT = 200
"""Characters of what a recording says."""


def happened(
    project_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only in this project.")] = None,
    actor_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only what this person did.")] = None,
    since: Annotated[datetime | None, strawberry.argument(description="Only from this moment on.")] = None,
) -> Selection:
    """Newest first. Nothing of what the viewer does not see (any more)."""
    recording = col(Recording.id) == col(Event.recording_id)
    where: list[Any] = [or_(col(Event.recording_id).is_(None), select(Recording.id).where(recording).exists())]
    for column, id in ((Event.project_id, project_id), (Event.actor_id, actor_id)):
        if id is not None:
            where.append(col(column) == id.lower() if is_id(id) else false())
    if since is not None:
        where.append(col(Event.created_at) >= bindparam(None, since, type_=DateTime(timezone=True)))
    says = func.nullif(func.left(func.thicket_plain(Recording.content), EXCERPT), "")
    return Selection(
        where=where,
        order=(Order(col(Event.id), "id", descending=True),),
        extra=(select(says).where(recording).scalar_subquery().label("excerpt"),),
    )


async def within_history(ctx: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """The same, but no further back than the organization's plan shows (domain.md 2.12); whole days."""
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    if organization is None:
        raise NotFound
    first = history_begins(organization, ctx)
    return arguments | ({"since": max(first, arguments.get("since") or first)} if first else {})


def recent_enough(organization: Any, viewer: Viewer) -> ColumnElement[bool]:
    """The same as a condition, of the organization's columns."""
    first = func.coalesce(history_begins(organization, viewer), literal_column("'-infinity'"))
    return col(Event.created_at) >= first
