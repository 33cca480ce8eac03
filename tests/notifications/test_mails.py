"""Notifications by mail: to whom, when, and how they end (domain.md 2.9)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from app.core import clock
from app.notifications.quiet import reachable_from
from app.preferences.model import WORKING_WEEK
from tests.notifications.bell import comment, follow, prefer
from tests.notifications.post import a_todo, mails, subjects, text_of
from tests.recordings.deeds import done
from tests.world import World

NIGHT = {"start": "00:00", "end": "00:01"}


async def test_what_concerns_somebody_is_mailed_once_and_to_nobody_else(world: World) -> None:
    await prefer(world, "bob", timezone="Europe/Paris", time_format="24h")
    await a_todo(world)
    (mail,) = await mails(world, "bob")
    assert mail["Subject"] == "Ana assigned you Write copy"
    text = text_of(mail)
    assert text.startswith("Hello Bob,\n\nAna assigned you Write copy.\nLaunch, Acme: ")
    assert len(await mails(world, "bob")) == 1
    assert await mails(world, "mia") == []
    assert await mails(world, "ana") == []


async def test_what_was_read_or_is_out_of_sight_by_then_is_not_mailed(world: World) -> None:
    made = await a_todo(world)
    await follow(world, made["id"], "mia")
    await comment(world, "ana", made["id"])
    await done(world, "bob", "PUT", "my/notifications")
    await done(world, "ana", "PATCH", f"projects/{made['project_id']}", {"all_access": False})
    assert (await subjects(world, "bob"), await subjects(world, "mia")) == ([], [])


async def test_who_wants_no_mail_gets_none(world: World) -> None:
    await prefer(world, "bob", email_notifications=False)
    await a_todo(world)
    assert await subjects(world, "bob") == []


async def test_in_quiet_hours_mail_waits_and_the_row_does_not(world: World, later: Callable[[timedelta], None]) -> None:
    hours = {day: None for day in WORKING_WEEK} | {f"{clock.now() + timedelta(days=2):%A}".lower(): NIGHT}
    await prefer(world, "bob", work_hours_enabled=True, work_hours=hours)
    made = await a_todo(world)
    await comment(world, "ana", made["id"])
    assert await subjects(world, "bob") == []
    assert (await done(world, "bob", "GET", "my/notifications"))["unread_count"] == 2
    until = datetime.combine(clock.now().date() + timedelta(days=2), datetime.min.time(), UTC)
    later(until - clock.now() + timedelta(seconds=5))
    assert await subjects(world, "bob") == ["Ana assigned you Write copy", "Ana commented on Write copy"]


async def test_what_was_held_comes_as_one_for_who_prefers_a_summary(
    world: World, later: Callable[[timedelta], None]
) -> None:
    today = clock.now().date()
    await prefer(world, "bob", catch_up_summary=True, out_of_office_start=f"{today}", out_of_office_end=f"{today}")
    made = await a_todo(world)
    await comment(world, "ana", made["id"])
    assert await subjects(world, "bob") == []
    until = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC)
    later(until - clock.now() + timedelta(seconds=5))
    (mail,) = await mails(world, "bob")
    assert mail["Subject"] == "2 things happened in Acme"
    text = text_of(mail)
    assert "Ana assigned you Write copy.\nLaunch, Acme: " in text
    assert "Ana commented on Write copy.\nLaunch, Acme: " in text


async def test_the_link_in_a_mail_ends_them_without_a_session(world: World) -> None:
    made = await a_todo(world)
    (mail,) = await mails(world, "bob")
    link = str(mail["List-Unsubscribe"]).strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in text_of(mail)
    path = link.removeprefix(world.settings.url)
    page = await world.client.get(path)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post">' in page.text
    preferences = (await world.rest("bob", "GET", "/api/v1/me/preferences")).json()
    assert preferences["email_notifications"]
    ended = await world.client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert ended.status_code == 200
    changed = (await world.rest("bob", "GET", "/api/v1/me/preferences")).json()
    assert changed == {**preferences, "email_notifications": False}
    await comment(world, "ana", made["id"])
    assert len(await mails(world, "bob")) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path", ["news/{bob}/x", "notifications/{bob}/x", "notifications/nobody/x", "activity/{bob}/é"]
)
async def test_a_link_that_is_not_ours_ends_nothing(world: World, method: str, path: str) -> None:
    bob = world.people["bob"].user_id
    answer = await world.client.request(method, f"/unsubscribe/{path.format(bob=bob)}")
    assert answer.status_code == 404
    preferences = (await world.rest("bob", "GET", "/api/v1/me/preferences")).json()
    assert preferences["email_notifications"]


def person(**values: Any) -> SimpleNamespace:
    usual = {
        "time_zone": "Europe/Berlin",
        "work_hours_enabled": True,
        "work_hours": WORKING_WEEK,
        "out_of_office_start": None,
        "out_of_office_end": None,
    }
    return SimpleNamespace(**{**usual, **values})


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-06-10T12:00", "2026-06-10T12:00"),  # Wednesday at two
        ("2026-06-10T06:59", "2026-06-10T07:00"),
        ("2026-06-10T15:00", "2026-06-11T07:00"),
        ("2026-06-12T15:30", "2026-06-15T07:00"),  # over the weekend
        ("2026-03-27T17:00", "2026-03-30T07:00"),  # over the change of clocks
    ],
)
def test_mail_waits_for_the_next_working_hour_of_the_person(moment: str, expected: str) -> None:
    found = reachable_from(person(), datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "moment", "expected"),
    [
        ({"work_hours_enabled": False}, "2026-06-10T03:00", "2026-06-10T03:00"),
        (
            {"out_of_office_start": date(2026, 6, 10), "out_of_office_end": date(2026, 6, 14)},
            "2026-06-10T12:00",
            "2026-06-15T07:00",
        ),
        (
            {
                "work_hours_enabled": False,
                "out_of_office_start": date(2026, 6, 10),
                "out_of_office_end": date(2026, 6, 11),
            },
            "2026-06-10T12:00",
            "2026-06-11T22:00",
        ),
        ({"work_hours": dict.fromkeys(WORKING_WEEK)}, "2026-06-10T12:00", "2026-06-17T12:00"),
        (
            {"work_hours": {day: {"start": "22:00", "end": "06:00"} for day in WORKING_WEEK}},
            "2026-06-10T01:00",
            "2026-06-10T01:00",
        ),
    ],
)
def test_days_away_and_nights_at_work_count(values: dict[str, Any], moment: str, expected: str) -> None:
    found = reachable_from(person(**values), datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
