"""Reminders: of events that begin soon, and of what is due today (domain.md 2.9)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from app.core import clock
from app.notifications.jobs import DUE, SOON
from tests.notifications.bell import heard, prefer, told
from tests.recordings.deeds import done, with_cleo
from tests.world import World

Later = Callable[[timedelta], None]


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


async def event(world: World, begins: datetime, **fields: Any) -> dict[str, Any]:
    project = await world.project()
    await with_cleo(world, project)
    body = {
        "project_id": project["id"],
        "title": "Stand-up",
        "starts_at": instant(begins),
        "ends_at": instant(begins + timedelta(hours=1)),
        "participant_ids": [world.id("bob")],
        **fields,
    }
    made: dict[str, Any] = await done(world, "ana", "POST", "calendar", body)
    await told(world)
    return made


async def test_who_takes_part_is_reminded_once_of_what_begins_soon(world: World) -> None:
    await prefer(world, "bob", timezone="Africa/Lagos", time_format="24h")
    begins = clock.now() + timedelta(minutes=10)
    await event(world, begins)
    await world.tick(SOON)
    await world.tick(SOON)
    assert await heard(world, "bob") == [("reminder", f"starts at {begins + timedelta(hours=1):%H:%M}")]
    (row,) = (await done(world, "bob", "GET", "my/notifications?unread=true"))["notifications"]
    assert (row["title"], row["recording_title"], row["actor_name"]) == ("Stand-up", "Stand-up", None)
    assert await told(world) == {"bob": ["reminder"]}


@pytest.mark.parametrize("minutes", [-1, 17])
async def test_nobody_is_reminded_of_what_has_begun_or_is_far(world: World, minutes: int) -> None:
    await event(world, clock.now() + timedelta(minutes=minutes))
    await world.tick(SOON)
    assert await told(world) == {}


async def test_who_wants_no_reminders_of_events_gets_none(world: World) -> None:
    await prefer(world, "bob", notify_event_reminders=False)
    await event(world, clock.now() + timedelta(minutes=10))
    await world.tick(SOON)
    assert await told(world) == {}


async def test_each_of_a_series_is_reminded_of_by_itself(world: World, later: Later) -> None:
    begins = clock.now() + timedelta(minutes=10)
    await event(world, begins - timedelta(days=3), recurrence={"frequency": "daily", "time_zone": "UTC"})
    await world.tick(SOON)
    assert await told(world) == {"bob": ["reminder"]}
    later(timedelta(days=1))
    await world.tick(SOON)
    assert await told(world) == {"bob": ["reminder"]}


async def test_nobody_is_reminded_of_one_that_was_taken_out(world: World) -> None:
    begins = clock.now() + timedelta(minutes=10)
    made = await event(world, begins - timedelta(days=3), recurrence={"frequency": "daily", "time_zone": "UTC"})
    await done(world, "ana", "DELETE", f"calendar/{made['id']}/occurrences/{begins:%Y-%m-%d}")
    await told(world)
    await world.tick(SOON)
    assert await told(world) == {}


async def test_an_occurrence_that_was_moved_is_reminded_of_at_its_own_time(world: World) -> None:
    begins = clock.now() + timedelta(minutes=10)
    usual = begins - timedelta(hours=5)
    if usual.date() != begins.date():
        usual = begins + timedelta(hours=5)
    made = await event(world, usual - timedelta(days=3), recurrence={"frequency": "daily", "time_zone": "UTC"})
    body = {
        "scope": "this",
        "occurrence_key": f"{usual:%Y-%m-%d}",
        "starts_at": instant(begins),
        "ends_at": instant(begins + timedelta(hours=1)),
    }
    await done(world, "ana", "PATCH", f"calendar/{made['id']}", body)
    await told(world)
    await world.tick(SOON)
    assert await told(world) == {"bob": ["reminder"]}


def tomorrow(hour: int, minute: int = 0) -> timedelta:
    """How far it is to that time of tomorrow, in UTC."""
    day = clock.now().date() + timedelta(days=1)
    return datetime.combine(day, time(hour, minute, 5), UTC) - clock.now()


async def due_tomorrow(world: World) -> dict[str, Any]:
    made = await world.project()
    list_ = await world.child("ana", made["containers"]["todoset"], "todolist", title="Launch tasks")
    day = f"{clock.now().date() + timedelta(days=1)}"
    todo = await world.child(
        "ana", list_["id"], "todo", title="Write copy", due_on=day, assignee_ids=[world.id("bob"), world.id("mia")]
    )
    await told(world)
    return todo


async def test_who_has_something_due_is_reminded_at_nine_by_the_own_clock(world: World, later: Later) -> None:
    await prefer(world, "bob", timezone="Africa/Lagos")
    await due_tomorrow(world)
    bob, mia = {"bob": ["reminder"]}, {"mia": ["reminder"]}
    for hour, minute, expected in ((7, 58, {}), (8, 0, bob), (8, 30, {}), (9, 0, mia)):
        later(timedelta())
        later(tomorrow(hour, minute))
        await world.tick(DUE)
        if expected is bob:
            assert await heard(world, "bob") == [("reminder", "is due today")]
        assert await told(world) == expected


async def test_what_is_done_is_not_reminded_of(world: World, later: Later) -> None:
    todo = await due_tomorrow(world)
    await done(world, "ana", "PUT", f"recordings/{todo['id']}/completion")
    await told(world)
    later(tomorrow(9))
    await world.tick(DUE)
    assert await told(world) == {}


async def test_who_wants_no_reminders_of_work_gets_none(world: World, later: Later) -> None:
    await prefer(world, "bob", notify_assignment_reminders=False)
    await due_tomorrow(world)
    later(tomorrow(9))
    await world.tick(DUE)
    assert await told(world) == {"mia": ["reminder"]}
