"""How a repetition is said, shown and refused (domain.md 2.13)."""

from typing import Any

import pytest

from tests.calendar.agenda import event, problem, starts
from tests.recordings.deeds import done
from tests.world import World

MONDAY = {"starts_at": "2026-06-08T10:00:00+02:00", "ends_at": "2026-06-08T10:15:00+02:00"}
SHOWN: dict[str, Any] = {
    "frequency": "weekly",
    "interval": 1,
    "by_weekday": None,
    "monthly_mode": None,
    "count": None,
    "until": None,
    "exdates": [],
    "time_zone": "UTC",
    "rrule": "FREQ=WEEKLY",
}


def shown(**changes: Any) -> dict[str, Any]:
    return {**SHOWN, **changes}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("weekly", shown()),
        ("daily", shown(frequency="daily", rrule="FREQ=DAILY")),
        ("yearly", shown(frequency="yearly", rrule="FREQ=YEARLY")),
        ("monthly", shown(frequency="monthly", monthly_mode="day_of_month", rrule="FREQ=MONTHLY")),
        ({"freq": "WEEKLY", "interval": 3}, shown(interval=3, rrule="FREQ=WEEKLY;INTERVAL=3")),
        (
            {
                "frequency": "custom", "interval": 2, "by_weekday": [1, 3], "until": "2026-12-31",
                "exdates": ["2026-07-06"], "time_zone": "Europe/Paris",
            },
            {
                "frequency": "custom", "interval": 2, "by_weekday": [1, 3], "monthly_mode": None, "count": None,
                "until": "2026-12-31", "exdates": ["2026-07-06"], "time_zone": "Europe/Paris",
                "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261231T225959Z",
            },
        ),
        (
            {"freq": "weekly", "days": ["we", "Monday", 0]},
            shown(frequency="custom", by_weekday=[0, 1, 3], rrule="FREQ=WEEKLY;BYDAY=MO,WE,SU"),
        ),
        (
            {"frequency": "monthly", "monthly_mode": "nth_weekday", "count": 5},
            shown(frequency="monthly", monthly_mode="nth_weekday", count=5, rrule="FREQ=MONTHLY;BYDAY=2MO;COUNT=5"),
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
            shown(frequency="custom", interval=2, by_weekday=[1, 3], rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"),
        ),
        (
            "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231T225959Z",
            shown(frequency="custom", until="2026-12-31", rrule="FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231T235959Z"),
        ),
        # An end in the middle of the day, before that day's occurrence.
        ("FREQ=DAILY;UNTIL=20260610T070000Z", shown(
            frequency="custom", until="2026-06-09", rrule="FREQ=DAILY;UNTIL=20260609T235959Z"
        )),
        (
            {"rrule": "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2"},
            shown(frequency="custom", rrule="FREQ=MONTHLY;BYDAY=2MO"),
        ),
        ({"frequency": "daily", "count": 3, "until": None}, shown(
            frequency="daily", count=3, rrule="FREQ=DAILY;COUNT=3"
        )),
        (None, None),
    ],
    ids=str,
)  # fmt: skip
async def test_whatever_is_said_is_shown_in_one_way_that_can_be_said_again(
    world: World, said: Any, expected: Any
) -> None:
    made = await event(world, **MONDAY, recurrence=said)
    assert made["recurrence"] == expected
    again = await event(world, **MONDAY, recurrence=made["recurrence"])
    assert again["recurrence"] == expected


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"frequency": "hourly"}, "recurrence.frequency", "invalid_value"),
        ("secondly", "recurrence.frequency", "invalid_value"),
        ({}, "recurrence.frequency", "required"),
        (7, "recurrence", "invalid_format"),
        (["weekly"], "recurrence", "invalid_format"),
        ({"frequency": ["weekly"]}, "recurrence.frequency", "invalid_value"),
        ({"frequency": "custom"}, "recurrence.by_weekday", "required"),
        ({"frequency": "daily", "by_weekday": [1]}, "recurrence.by_weekday", "invalid_value"),
        ({"frequency": "custom", "by_weekday": [7]}, "recurrence.by_weekday.0", "invalid_value"),
        ({"frequency": "custom", "by_weekday": [1, True]}, "recurrence.by_weekday.1", "invalid_value"),
        ({"frequency": "custom", "by_weekday": "someday"}, "recurrence.by_weekday.0", "invalid_value"),
        ({"frequency": "daily", "interval": 0}, "recurrence.interval", "out_of_range"),
        ({"frequency": "daily", "interval": 1000}, "recurrence.interval", "out_of_range"),
        ({"frequency": "daily", "interval": 1.5}, "recurrence.interval", "invalid_format"),
        ({"frequency": "daily", "interval": "2"}, "recurrence.interval", "invalid_format"),
        ({"frequency": "daily", "count": 1001}, "recurrence.count", "out_of_range"),
        ({"frequency": "daily", "count": 2, "until": "2026-07-01"}, "recurrence.count", "conflict"),
        ({"frequency": "daily", "until": "2026-06-07"}, "recurrence.until", "out_of_range"),
        ({"frequency": "daily", "until": "next year"}, "recurrence.until", "invalid_format"),
        ({"frequency": "daily", "until": "9999-12-31"}, "recurrence.until", "out_of_range"),
        ({"frequency": "daily", "exdates": "2026-06-09"}, "recurrence.exdates", "invalid_format"),
        ({"frequency": "daily", "exdates": ["2026-06-09", 7]}, "recurrence.exdates.1", "invalid_format"),
        ({"frequency": "daily", "exdates": ["2026-06-09"] * 401}, "recurrence.exdates", "out_of_range"),
        ({"frequency": "daily", "time_zone": "Mars/Olympus"}, "recurrence.time_zone", "invalid_value"),
        ({"frequency": "daily", "time_zone": "../etc/passwd"}, "recurrence.time_zone", "invalid_value"),
        ({"frequency": "weekly", "monthly_mode": "nth_weekday"}, "recurrence.monthly_mode", "invalid_value"),
        ({"frequency": "monthly", "monthly_mode": "sometimes"}, "recurrence.monthly_mode", "invalid_value"),
        ("FREQ=SECONDLY", "recurrence.rrule", "invalid_value"),
        ("FREQ=MINUTELY;COUNT=2", "recurrence.rrule", "invalid_value"),
        ("FREQ=HOURLY", "recurrence.rrule", "invalid_value"),
        ("FREQ=DAILY;INTERVAL=0", "recurrence.rrule", "invalid_value"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "recurrence.rrule", "invalid_value"),
        ("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3", "recurrence.rrule", "invalid_value"),
        ("FREQ=YEARLY;BYMONTH=13", "recurrence.rrule", "invalid_value"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "recurrence.rrule", "out_of_range"),
        ("FREQ=DAILY;EXRULE=DAILY", "recurrence.rrule", "invalid_value"),
        ({"rrule": 7}, "recurrence.rrule", "invalid_format"),
    ],
    ids=str,
)  # fmt: skip
async def test_what_cannot_be_kept_is_refused_and_leaves_no_trace(
    world: World, said: Any, field: str, code: str
) -> None:
    assert await problem(world, "POST", "calendar", {"title": "x", **MONDAY, "recurrence": said}) == (422, field, code)
    made = await event(world, **MONDAY)
    assert await problem(world, "PATCH", f"calendar/{made['id']}", {"recurrence": said}) == (422, field, code)
    assert await starts(world, "2026-06-01", "2026-07-01") == ["2026-06-08T08:00Z"]


async def test_what_repeats_begins_in_years_in_which_every_zone_has_days(world: World) -> None:
    for year in ("0001", "0999", "9001", "9999"):
        body = {"title": "x", "starts_at": f"{year}-12-31T23:59:59Z", "recurrence": "daily"}
        assert await problem(world, "POST", "calendar", body) == (422, "recurrence", "out_of_range")


async def test_what_repeats_lasts_a_month_at_most(world: World) -> None:
    times = {"starts_at": "2026-06-01T00:00:00Z", "ends_at": "2026-07-02T00:00:01Z"}
    assert await problem(world, "POST", "calendar", {"title": "x", **times, "recurrence": "yearly"}) == (
        422,
        "ends_at",
        "out_of_range",
    )
    assert (await event(world, **times))["ends_at"] == "2026-07-02T00:00:01.000Z"


@pytest.mark.parametrize(
    ("zone", "first", "window", "expected"),
    [
        # The clock jumps from 2:00 to 3:00: what is not there comes an hour later, and keeps its place afterwards.
        ("Europe/Paris", "2026-03-27T02:30:00", ("2026-03-28", "2026-03-31"),
         ["2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z"]),
        # 2:30 is there twice: the first one is meant.
        ("Europe/Paris", "2026-10-23T02:30:00", ("2026-10-24", "2026-10-27"),
         ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"]),
        ("America/New_York", "2026-03-06T09:00:00", ("2026-03-07", "2026-03-10"),
         ["2026-03-07T14:00Z", "2026-03-08T13:00Z", "2026-03-09T13:00Z"]),
        ("America/New_York", "2026-10-30T01:30:00", ("2026-10-31", "2026-11-03"),
         ["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"]),
        # Half an hour, in the south.
        ("Australia/Lord_Howe", "2026-04-03T10:00:00", ("2026-04-03T12:00:00Z", "2026-04-06T12:00:00Z"),
         ["2026-04-03T23:00Z", "2026-04-04T23:30Z", "2026-04-05T23:30Z"]),
        # At midnight there is no midnight.
        ("Africa/Cairo", "2026-04-22T00:15:00", ("2026-04-22T12:00:00Z", "2026-04-25T12:00:00Z"),
         ["2026-04-22T22:15Z", "2026-04-23T22:15Z", "2026-04-24T21:15Z"]),
        ("Asia/Kolkata", "2026-03-27T09:00:00", ("2026-03-28", "2026-03-30"),
         ["2026-03-28T03:30Z", "2026-03-29T03:30Z"]),
    ],
)  # fmt: skip
async def test_the_clock_on_the_wall_stays_when_it_is_changed(
    world: World, zone: str, first: str, window: tuple[str, str], expected: list[str]
) -> None:
    there = {"headers": {"cookie": world.headers("ana")["cookie"] + f"; tz={zone}"}}
    body = {"title": "Daily", "starts_at": first, "recurrence": "daily"}
    made = await world.rest("ana", "POST", "/api/v1/{org}/calendar", body, **there)
    assert made.status_code == 201, made.text
    assert made.json()["recurrence"]["time_zone"] == zone
    assert await starts(world, *window) == expected


async def test_the_end_is_by_the_clock_on_the_wall_too(world: World) -> None:
    paris = {"frequency": "daily", "time_zone": "Europe/Paris"}
    await event(world, starts_at="2026-03-27T23:00:00+01:00", ends_at="2026-03-28T08:00:00+01:00", recurrence=paris)
    window = "calendar?from=2026-03-28T12:00:00Z&to=2026-03-30T12:00:00Z"
    shown = await done(world, "ana", "GET", window)
    assert [(each["start"], each["end"]) for each in shown] == [
        ("2026-03-28T22:00:00.000Z", "2026-03-29T06:00:00.000Z"),
        ("2026-03-29T21:00:00.000Z", "2026-03-30T06:00:00.000Z"),
    ]


async def test_an_end_never_comes_before_its_beginning(world: World) -> None:
    """2:30 is moved to 3:30 that night, past the end at 3:15."""
    paris = {"frequency": "daily", "time_zone": "Europe/Paris"}
    await event(world, starts_at="2026-03-27T02:30:00+01:00", ends_at="2026-03-27T03:15:00+01:00", recurrence=paris)
    (shown,) = await done(world, "ana", "GET", "calendar?from=2026-03-29&to=2026-03-30")
    assert (shown["start"], shown["end"]) == ("2026-03-29T01:30:00.000Z", "2026-03-29T01:30:00.000Z")


async def test_days_that_a_month_does_not_have_are_skipped(world: World) -> None:
    await event(world, starts_at="2026-01-31T10:00:00Z", recurrence="monthly")
    expected = ["01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31"]
    assert await starts(world, "2026-01-01", "2027-01-01") == [f"2026-{day}T10:00Z" for day in expected]


async def test_the_age_of_a_series_makes_no_difference(world: World) -> None:
    await event(world, starts_at="1000-01-01T10:00:00Z", recurrence={"frequency": "daily", "interval": 7})
    assert await starts(world, "2026-06-01", "2026-06-15") == ["2026-06-03T10:00Z", "2026-06-10T10:00Z"]
