"""Leaves word of what happened, in the transaction in which it happens; core/effects.py tells who follows."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.context import Context, Presented
from app.core.effects import Happening
from app.core.ids import new_id
from app.recordings.model import Event


async def note(
    ctx: Context,
    action: str,
    *,
    project_id: str | None = None,
    recording_id: str | None = None,
    detail: dict[str, Any] | None = None,
    aside: Mapping[str, Any] | None = None,
) -> None:
    """`action` is a verb in the past tense: `created`, `moved`, `person_joined`. `aside` is told to followers alone."""
    await leave(ctx, [event(ctx, action, project_id, recording_id, detail)], aside or {})


def event(
    ctx: Context,
    action: str,
    project_id: str | None = None,
    recording_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> Event:
    """The same, to be left together with others."""
    return Event(
        id=new_id(),
        org_id=ctx.org_id,
        action=action,
        actor_id=ctx.me,
        project_id=project_id,
        recording_id=recording_id,
        detail=detail,
        created_at=ctx.now,
    )


async def leave(ctx: Context, events: Sequence[Event], aside: Mapping[str, Any] | None = None) -> None:
    """The same for many at once. Each says which API key it was done with, if any."""
    if ctx.identity is not None and ctx.identity.kind is Presented.KEY:
        for event in events:
            event.api_key_id = ctx.identity.credential_id
    ctx.tx.later(*events)
    ctx.happened += [Happening(**event.model_dump(), aside=aside or {}) for event in events]
    ctx.forget()
