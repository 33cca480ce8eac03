"""What follows from what an operation did: read once, at its end, in its own transaction.

Actions leave word of what happened (recordings/events.py). Who has something to do about it (notifications, webhooks,
live subscriptions) follows these words instead of being called, so nothing ever calls upward.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.context import Context


@dataclass(frozen=True)
class Happening:
    """An event as its row has it, and `aside`: what followers need to know and nobody is shown."""

    id: str
    org_id: str
    action: str
    actor_id: str
    project_id: str | None
    recording_id: str | None
    detail: Mapping[str, Any] | None
    created_at: datetime
    api_key_id: str | None = None
    aside: Mapping[str, Any] = field(default_factory=dict)


Follower = Callable[[Context, Sequence[Happening]], Awaitable[None]]

_followers: list[Follower] = []


def follower(follow: Follower) -> Follower:
    """Have it called with all that an operation did in the organization that it entered, in order, before the commit.

    What it raises refuses the operation. It costs the same number of statements however much happened.
    """
    _followers.append(follow)
    return follow


async def conclude(ctx: Context) -> None:
    """Tell every follower what happened since the operation began, or since this was last called.

    At the end of each operation and each job; and before an operation leaves the organization in which it happened.
    """
    happened = list(ctx.happened)
    ctx.happened.clear()
    if happened:
        for follow in _followers:
            await follow(ctx, happened)
