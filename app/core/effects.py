"""What follows from what an operation did: read once, at its end, in its own transaction.

Actions leave word of what happened (recordings/events.py). Who has something to do about it (notifications, webhooks,
live subscriptions) follows these words instead of being called, so nothing ever calls upward.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from app.core.context import Context
from app.core.db import Call


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
Informed = Callable[[Context, Sequence[Happening], list[dict[str, Any]]], Awaitable[None]]
"""One that is also told the rows of what it asked."""
Question = Callable[[Context, Sequence[Happening]], Call | None]
"""What a follower has to know first; None where it has nothing to do."""

_followers: list[tuple[Follower | Informed, Question | None]] = []


def follower(follow: Follower) -> Follower:
    """Have it called with all that an operation did in the organization that it entered, in order, before the commit.

    What it raises refuses the operation. It costs the same number of statements however much happened.
    """
    _followers.append((follow, None))
    return follow


def informed(question: Question) -> Callable[[Informed], Informed]:
    """The same for one that asks something first: what all of them ask is one statement."""

    def declare(follow: Informed) -> Informed:
        _followers.append((follow, question))
        return follow

    return declare


async def conclude(ctx: Context) -> None:
    """Tell every follower what happened since the operation began, or since this was last called.

    At the end of each operation and each job; and before an operation leaves the organization in which it happened.
    """
    happened = list(ctx.happened)
    ctx.happened.clear()
    if not happened:
        return
    asked = [(question(ctx, happened) if question else None) for _, question in _followers]
    calls = [call for call in asked if call]
    answers = iter(await ctx.tx.ask(calls) if calls else [])
    for (follow, question), call in zip(_followers, asked, strict=True):
        if question is None:
            await cast(Follower, follow)(ctx, happened)
        elif call is not None:
            await cast(Informed, follow)(ctx, happened, next(answers))
