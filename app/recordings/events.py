"""Leaves word of what happened, in the transaction in which it happens. Whoever wants to know reads these rows."""

from typing import Any

from app.core.context import Context
from app.recordings.model import Event


async def note(
    ctx: Context,
    action: str,
    *,
    project_id: str | None = None,
    recording_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """`action` is a verb in the past tense: `created`, `moved`, `person_joined`."""
    await ctx.tx.add(
        Event(
            org_id=ctx.org_id,
            action=action,
            actor_id=ctx.me,
            project_id=project_id,
            recording_id=recording_id,
            detail=detail,
            created_at=ctx.now,
        )
    )
    ctx.forget()
