"""Timers that end, and milestones that are reached, are events like any other."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context, Place, Role
from app.core.ids import new_id
from app.core.jobs import Payload, cron, enqueue, job
from app.recordings.events import leave
from app.recordings.model import Event, Recording, RecordingStatus
from app.timers.clockwork import next_moment
from app.timers.facts import TimerMode, facts_of

TICK = "timers.tick"
RING = "timers.ring"
AT_ONCE = 200


@cron(TICK, every=timedelta(minutes=1))
async def tick(ctx: Context) -> None:
    """Have every organization's alarms rung that are due: each in a transaction of its own."""
    for row in await ctx.tx.call("thicket_alarmed_organizations", ctx.now):
        await enqueue(ctx.tx, RING, {"org_id": row.org_id}, key=row.org_id)


@job(RING)
async def ring(ctx: Context, payload: Payload) -> None:
    """Say of each timer that is due that it ended, or reached a milestone, and when it is due next."""
    if not await ctx.tx.work_for(payload["org_id"]):
        return
    query = select(Recording).where(col(Recording.alarm_at) <= ctx.now).order_by(col(Recording.alarm_at), Recording.id)
    due = await ctx.tx.all(query.limit(AT_ONCE).with_for_update())
    if due:
        # What follows events wants to know the organization that they happened in; nobody in it does anything.
        ctx.place = Place(payload["org_id"], "", due[0].creator_id, Role.OWNER)
    events = []
    for timer in due:
        facts = facts_of(timer)
        again = next_moment(timer.starts_at or timer.created_at, timer.time_zone, facts, ctx.now)
        await ctx.tx.run(update(Recording).where(col(Recording.id) == timer.id).values(alarm_at=again))
        if timer.status == RecordingStatus.ACTIVE:
            action = "milestone" if facts["mode"] == TimerMode.SINCE else "ended"
            events.append(_event(ctx, timer, action))
    await leave(ctx, events)
    if len(due) == AT_ONCE:
        await enqueue(ctx.tx, RING, payload, key=payload["org_id"])


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
