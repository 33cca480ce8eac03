"""Letters that come regularly: on Mondays one's open work, every day what happened."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.calendar.times import to_wall
from app.core.context import Context
from app.core.db import Row, among
from app.core.mail import Mail
from app.notifications.loaders import MY_WORK
from app.notifications.mails import letter
from app.notifications.unsubscribing import Letters
from app.people.model import Membership
from app.projects.model import Project
from app.recordings.model import Event, Recording

MOST = 50
"""Lines of a letter."""


async def composed(ctx: Context, person: SimpleNamespace, letters: Letters) -> Mail | None:
    """The letter to a person who the operation has become; None where there is nothing to say."""
    write = {Letters.ASSIGNMENTS: _assignments, Letters.ACTIVITY: _activity}[letters]
    said = await write(ctx, person)
    return letter(ctx.caller.settings, person, letters, *said) if said else None


async def _assignments(ctx: Context, person: SimpleNamespace) -> tuple[str, str] | None:
    rows = await ctx.load(MY_WORK, ctx.org_id)
    if not rows:
        return None
    query = select(col(Project.id), col(Project.name)).where(among(Project.id, {row.project_id for row in rows}))
    projects = {row[0]: row[1] for row in await ctx.tx.rows(query)}
    lines = [f"- {row.title} ({projects.get(row.project_id, '')}){_due(row)}" for row in rows[:MOST]]
    things = "1 thing" if len(rows) == 1 else f"{len(rows)} things"
    return f"{things} to do in {person.org_name}", "\n".join([*lines, *_rest(len(rows))])


def _due(row: Any) -> str:
    return f", due {row.due_on:%A}, {row.due_on:%B} {row.due_on.day}" if row.due_on else ""


def _rest(count: int) -> list[str]:
    return [f"- and {count - MOST} more"] if count > MOST else []


async def _activity(ctx: Context, person: SimpleNamespace) -> tuple[str, str] | None:
    """What others did in the last 24 hours, of what the person sees."""
    query: Any = (
        select(
            col(Event.action),
            col(Membership.name).label("actor"),
            col(Recording.title).label("title"),
            col(Recording.type).label("type"),
            col(Project.name).label("project"),
        )
        .join_from(Event, Recording, col(Recording.id) == col(Event.recording_id))
        .join(Membership, col(Membership.id) == col(Event.actor_id))
        .join(Project, col(Project.id) == col(Event.project_id))
        .where(col(Event.created_at) > ctx.now - timedelta(days=1), col(Event.actor_id) != ctx.me)
        .order_by(col(Event.id).desc())
        .limit(MOST)
    )
    rows = await ctx.tx.rows(query)
    if not rows:
        return None
    yesterday = to_wall(ctx.now - timedelta(days=1), person.time_zone or "UTC")
    subject = f"What happened in {person.org_name} since {yesterday:%A}"
    return subject, "\n\n".join(_in_project(name, rows) for name in dict.fromkeys(row.project for row in rows))


def _in_project(name: str, rows: Sequence[Row]) -> str:
    """What happened in one project, the latest first."""
    lines = [
        f"- {row.actor} {row.action.replace('_', ' ')} {row.title or 'a ' + row.type.replace('_', ' ')}"
        for row in rows
        if row.project == name
    ]
    return "\n".join([f"{name}:", *lines])
