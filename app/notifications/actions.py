"""What people do with what they are told: read it, and say how much of it they want."""

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.core.context import Context
from app.core.policy import Verb, require
from app.notifications.loaders import UNREAD, find_notification
from app.notifications.model import Notification, ProjectBell
from app.preferences.model import NotifyScope
from app.projects.loaders import find_project
from app.projects.model import Project


async def read_all(ctx: Context) -> None:
    """Mark all that the caller was told as read."""
    require(ctx, Verb.read)
    await ctx.tx.run(update(Notification).where(UNREAD).values(read_at=ctx.now, bundle=None, mail_at=None))
    ctx.forget()


async def mark(ctx: Context, id: str, *, read: bool) -> Notification:
    """Mark one as read, or as unread again. What comes after it is told anew. Raises NotFound."""
    notification = await find_notification(ctx, id)
    require(ctx, Verb.read)
    read_at = (notification.read_at or ctx.now) if read else None
    values = {"read_at": read_at, "bundle": None, "mail_at": None}
    await ctx.tx.run(update(Notification).where(col(Notification.id) == notification.id).values(**values))
    ctx.forget()
    return await find_notification(ctx, id)


async def set_bell(ctx: Context, project_id: str, scope: NotifyScope | None) -> Project:
    """Say how much of a project the caller wants to be told; None: as much as everywhere. Raises NotFound."""
    project = await find_project(ctx, project_id)
    require(ctx, Verb.subscribe)
    if scope is None:
        await ctx.tx.run(delete(ProjectBell).where(col(ProjectBell.project_id) == project.id))
    else:
        row = ProjectBell(
            project_id=project.id, membership_id=ctx.me, org_id=ctx.org_id, scope=scope.value, created_at=ctx.now
        )
        keys = [col(ProjectBell.membership_id), col(ProjectBell.project_id)]
        statement = insert(ProjectBell).values(row.model_dump())
        await ctx.tx.run(statement.on_conflict_do_update(index_elements=keys, set_={"scope": scope.value}))
    ctx.forget()
    return project
