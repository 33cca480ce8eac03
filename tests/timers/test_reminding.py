"""Timers remind who made them, so long before they end as he wanted, each time once."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from app.timers.jobs import TICK
from tests.notifications.bell import prefer, told
from tests.recordings.deeds import done
from tests.timers.test_timers import launch
from tests.world import World

pytestmark = pytest.mark.database

Later = Callable[[int], None]


@pytest.fixture
def later() -> Iterator[Later]:
    """Sets the clock so many minutes ahead."""
    yield lambda minutes: clock.move(timedelta(minutes=minutes))
    clock.move(timedelta())


async def timer(world: World, minutes: int, *offsets: int, **fields: Any) -> dict[str, Any]:
    """Bob's timer that ends in so many minutes, with reminders so many minutes before; its board."""
    reminders = [{"offset_minutes": each} for each in offsets]
    target = (clock.now() + timedelta(minutes=minutes)).isoformat()
    given = {"label": "Tea", "targetDate": target, "timezone": "UTC", "reminders": reminders, **fields}
    board = await launch(world, "bob", name="P", spaces=[], timers=[given])
    await told(world)
    return board


async def rounds(world: World, later: Later, *minutes: int) -> list[int]:
    """How many reminders Bob gets at each of these minutes, and nobody anything else."""
    counts = []
    for each in minutes:
        later(each)
        await world.tick(TICK)
        found = await told(world)
        assert found.keys() <= {"bob"}
        counts.append(len(found.get("bob", ())))
    return counts


async def test_each_reminder_comes_once(world: World, later: Later) -> None:
    ends = clock.now() + timedelta(minutes=60)
    await prefer(world, "bob", timezone="UTC", time_format="24h")
    await timer(world, 60, 10, 30, 0)
    assert await rounds(world, later, 1, 29, 31, 31, 49, 51, 61, 200) == [0, 0, 1, 0, 0, 1, 1, 0]
    said = (await done(world, "bob", "GET", "my/notifications"))["notifications"]
    assert [(row["action"], row["title"]) for row in said] == [("reminder", "Tea")] * 3
    assert all(re.fullmatch(rf"ends( on \w+ \d+)? at {ends:%H:%M}", row["body"]) for row in said)


async def test_those_that_nobody_was_there_to_send_are_sent_if_not_too_late(world: World, later: Later) -> None:
    await timer(world, 100, 10, 80)
    assert await rounds(world, later, 95) == [1]


async def test_an_archived_one_is_silent_until_it_is_brought_back(world: World, later: Later) -> None:
    board = await timer(world, 60, 30, 10)
    change = """mutation($org: String!, $p: ID!, $key: ID!, $at: DateTime) {
      updateTimer(org: $org, project: $p, key: $key, input: {archivedAt: $at}) { archivedAt } }"""
    which = {"p": board["projectKey"], "key": board["timers"][0]["key"]}
    await world.gql("bob", change, **which, at="2026-01-01T00:00:00Z")
    assert await rounds(world, later, 31) == [0]
    await world.gql("bob", change, **which, at=None)
    assert await rounds(world, later, 51) == [1]


async def test_a_timer_that_begins_anew_reminds_anew(world: World, later: Later) -> None:
    day = 24 * 60
    await timer(world, 60, 30, recurrence={"type": "daily", "enabled": True})
    assert await rounds(world, later, 31, 61, day + 29, day + 31, day + 61) == [1, 0, 0, 1, 0]


async def test_a_milestone_is_reminded_of(world: World, later: Later) -> None:
    rules = {"mode": "SINCE", "milestones": {"rules": [{"unit": "days", "every": 1}]}}
    await timer(world, 60 - 3 * 24 * 60, 30, **rules)
    assert await rounds(world, later, 31) == [1]
    (said,) = (await done(world, "bob", "GET", "my/notifications"))["notifications"]
    assert said["body"].startswith("reaches a milestone ")


async def test_who_wants_no_reminders_gets_none(world: World, later: Later) -> None:
    await prefer(world, "bob", notify_event_reminders=False)
    await timer(world, 60, 30)
    assert await rounds(world, later, 31, 61) == [0, 0]


async def test_a_change_of_its_name_loses_nothing_that_is_due(world: World, later: Later) -> None:
    board = await timer(world, 60, 30)
    later(31)
    change = """mutation($org: String!, $p: ID!, $key: ID!) {
      updateTimer(org: $org, project: $p, key: $key, input: {label: "Coffee"}) { title } }"""
    await world.gql("bob", change, p=board["projectKey"], key=board["timers"][0]["key"])
    assert world.errors == []
    assert await rounds(world, later, 31) == [1]
