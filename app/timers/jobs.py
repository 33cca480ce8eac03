"""Timers that end, and milestones that are reached, are events like any other; who made a timer is reminded before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context, Place, Role
from app.core.ids import new_id
from app.core.jobs import Payload, cron, enqueue, job
from app.notifications.fanout import MAILING
from app.recordings.events import leave
from app.recordings.model import Event, Recording, RecordingStatus
from app.timers.clockwork import next_alarm, next_moment, reminding_moments
from app.timers.facts import TimerMode, facts_of

TICK = "timers.tick"
RING = "timers.ring"
AT_ONCE = 200
LATE = timedelta(minutes=30)
"""A reminder that is later than that, since nobody was there to send it, is not sent any more."""
INSTANT = timedelta(microseconds=1)


@cron(TICK, every=timedelta(minutes=1))
async def tick(ctx: Context) -> None:
    """Have every organization's alarms rung that are due: each in a transaction of its own."""
    for row in await ctx.tx.call("thicket_alarmed_organizations", ctx.now):
        await enqueue(ctx.tx, RING, {"org_id": row.org_id}, key=row.org_id)


@job(RING)
async def ring(ctx: Context, payload: Payload) -> None:
    """Say of each timer that is due that it ended, reached a milestone or soon will, and when it is due next.

    An alarm is the first thing of a timer that was not told yet, so what lies between it and now is told, once.
    """
    if not await ctx.tx.work_for(payload["org_id"]):
        return
    query = select(Recording).where(col(Recording.alarm_at) <= ctx.now).order_by(col(Recording.alarm_at), Recording.id)
    due = await ctx.tx.all(query.limit(AT_ONCE).with_for_update())
    if due:
        # What follows events wants to know the organization that they happened in; nobody in it does anything.
        ctx.place = Place(payload["org_id"], "", due[0].creator_id, Role.OWNER)
    events: list[Event] = []
    reminders: list[dict[str, Any]] = []
    for timer in due:
        facts, start = facts_of(timer), timer.starts_at or timer.created_at
        again = next_alarm(start, timer.time_zone, facts, ctx.now)
        await ctx.tx.run(update(Recording).where(col(Recording.id) == timer.id).values(alarm_at=again))
        since = timer.alarm_at or ctx.now
        moment = next_moment(start, timer.time_zone, facts, since - INSTANT)
        if timer.status != RecordingStatus.ACTIVE or moment is None:
            continue
        reminders += [
            _reminder(timer, moment, each) for each in reminding_moments(moment, facts) if _is_due(ctx, since, each)
        ]
        if moment <= ctx.now:
            events.append(_event(ctx, timer, "milestone" if facts["mode"] == TimerMode.SINCE else "ended"))
    await _remind(ctx, reminders)
    await leave(ctx, events)
    if len(due) == AT_ONCE:
        await enqueue(ctx.tx, RING, payload, key=payload["org_id"])


def _is_due(ctx: Context, since: datetime, moment: datetime) -> bool:
    return since <= moment <= ctx.now < moment + LATE


def _reminder(timer: Recording, moment: datetime, told_at: datetime) -> dict[str, Any]:
    """Names are those of `thicket_remind_of_timers`."""
    ends = facts_of(timer)["mode"] != TimerMode.SINCE
    return {"recording": timer.id, "at": moment.isoformat(), "told_at": told_at.isoformat(), "ends": ends}


async def _remind(ctx: Context, which: Sequence[dict[str, Any]]) -> None:
    if not which:
        return
    ((to_mail,),) = await ctx.tx.call("thicket_remind_of_timers", list(which), ctx.now)
    if to_mail:
        await enqueue(ctx.tx, MAILING, {})


def _event(ctx: Context, timer: Recording, action: str) -> Event:
    """By whoever made the timer: nobody else did anything."""
    return Event(
        id=new_id(),
        org_id=timer.org_id,
        action=action,
        actor_id=timer.creator_id,
        project_id=timer.project_id,
        recording_id=timer.id,
        detail=None,
        created_at=ctx.now,
    )
