"""Feeds for calendar programs: a secret address that reads with the eyes of the person who made it."""

from asyncio import to_thread
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.calendar.actions import find_event
from app.calendar.icalendar import written
from app.calendar.loaders import find_feed, overrides_of, participants_of, rows_of_event, rows_of_feed
from app.calendar.model import CalendarFeed, Just
from app.core.content import attachment
from app.core.context import Context
from app.core.errors import BadRequest, NotFound
from app.core.ids import new_id
from app.core.policy import is_client
from app.core.scalars import wall_clock
from app.core.secret import derived_token, digest
from app.orgs.model import Organization
from app.people.model import Membership
from app.projects.loaders import find_project
from app.projects.model import Project

PURPOSE = "calendar-feed"
BACK = timedelta(days=365)
"""How much of the past a feed shows."""


def address(ctx: Context, id: str) -> str:
    """The feed's secret address. Its token follows from its id (README, decision 6); only a hash is stored."""
    settings = ctx.caller.settings
    return f"{settings.url}/feeds/{derived_token(settings.secret, PURPOSE, id)}.ics"


async def create_feed(ctx: Context, project_id: str | None, *, include_tasks: bool, just: Just) -> CalendarFeed:
    """A new feed of what the viewer sees. Raises NotFound for clients, and for a project that is none."""
    if is_client(ctx):
        raise NotFound
    project = await find_project(ctx, project_id) if project_id is not None else None
    ctx.check_fields()
    id = new_id()
    feed = CalendarFeed(
        id=id,
        org_id=ctx.org_id,
        membership_id=ctx.me,
        project_id=project.id if project else None,
        include_tasks=include_tasks,
        just=just.value,
        digest=digest(derived_token(ctx.caller.settings.secret, PURPOSE, id)),
        created_at=ctx.now,
    )
    return await ctx.tx.add(feed)


async def revoke_feed(ctx: Context, id: str) -> None:
    """End one of the viewer's feeds for good."""
    feed = await find_feed(ctx, id)
    ctx.check_fields()
    await ctx.tx.run(update(CalendarFeed).where(col(CalendarFeed.id) == feed.id).values(revoked_at=ctx.now))


async def read_feed(ctx: Context, token: str, *, alone: bool) -> dict[str, Any]:
    """The feed with that token. Raises NotFound for one that is unknown, revoked, or whose owner is gone.

    The operation becomes the owner, so it may do nothing else: `alone` says that it does not (else BadRequest).
    """
    if not alone:
        raise BadRequest("A feed has to be asked for alone")
    (opened,) = await ctx.tx.call("thicket_open_feed", digest(token))
    place = await ctx.tx.enter(opened.owner_id, opened.org_slug) if opened.feed_id else None
    if place is None:
        raise NotFound
    ctx.place = place
    wall_clock.set(opened.time_zone or "UTC")
    feed = await find_feed(ctx, opened.feed_id)
    since = ctx.now.replace(hour=0, minute=0, second=0, microsecond=0) - BACK
    rows = await rows_of_feed(
        ctx, since, project_id=feed.project_id, tasks=feed.include_tasks, mine=feed.just == Just.ME
    )
    ctx.caller.response_headers.append(("Cache-Control", "private, max-age=300"))
    return await _file(ctx, rows, me=feed.just == Just.ME, project_id=feed.project_id)


async def event_file(ctx: Context, id: str) -> dict[str, Any]:
    """One entry with all its occurrences. Raises NotFound for what is none."""
    event = await find_event(ctx, id)
    return await _file(ctx, await rows_of_event(ctx, event.id), me=False, project_id=event.project_id)


async def _file(ctx: Context, rows: list[Any], *, me: bool, project_id: str | None) -> dict[str, Any]:
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    person = await ctx.tx.first(select(Membership).where(col(Membership.id) == ctx.me))
    assert organization is not None
    assert person is not None
    series = [row.id for row in rows if row.recurrence is not None and row.starts_at is not None]
    overrides = await overrides_of(ctx, series) if series else {}
    taking_part: set[str] = set()
    if me:
        ids = [row.id for row in rows]
        people = await participants_of(ctx.tx, ids)
        taking_part = {id for id, there in zip(ids, people, strict=True) if ctx.me in there}
    project = await ctx.tx.value(select(col(Project.name)).where(col(Project.id) == project_id))
    name = f"{organization.name}: {project}" if project else organization.name
    # Thousands of entries take some tenths of a second, which nobody else should wait for.
    text = await to_thread(
        written,
        rows,
        overrides,
        name=name,
        base=f"{ctx.caller.settings.url}/api/v1/{ctx.here.slug}/recordings/",
        attendee=(person.name, person.email),
        taking_part=taking_part,
        until=ctx.now.year + 10,
    )
    return {"text": text, "disposition": attachment(f"{name}.ics")}
