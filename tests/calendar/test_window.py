"""What lies in a window of the calendar, and what does not (domain.md 2.14)."""

import pytest

from tests.calendar.agenda import event, listed, names, problem, starts
from tests.recordings.deeds import done, share, status, with_cleo
from tests.world import World

JUNE = ("2026-06-01", "2026-07-01")


async def test_a_series_is_shown_by_its_occurrences(world: World) -> None:
    project = await world.project()
    made = await event(
        world,
        project_id=project["id"],
        starts_at="2026-06-08T10:00:00+02:00",
        ends_at="2026-06-08T10:15:00+02:00",
        recurrence={"frequency": "weekly", "time_zone": "Europe/Paris", "until": "2026-06-15"},
        participant_ids=[world.id("bob")],
    )
    shown = {
        "id": made["id"],
        "kind": "event",
        "type": "schedule_entry",
        "title": "Stand-up",
        "start": "2026-06-08T08:00:00.000Z",
        "end": "2026-06-08T08:15:00.000Z",
        "starts_at": "2026-06-08T08:00:00.000Z",
        "ends_at": "2026-06-08T08:15:00.000Z",
        "all_day": False,
        "project_id": project["id"],
        "project_name": "Launch",
        "parent_id": project["containers"]["schedule"],
        "circled": False,
        "link": None,
        "mine": True,
        "recurring": True,
        "occurrence_key": "2026-06-08",
        "participant_ids": [world.id("bob")],
        "due_on": None,
        "completed": False,
    }
    times = {"start": "2026-06-15T08:00:00.000Z", "end": "2026-06-15T08:15:00.000Z"}
    second = {**shown, **times, "starts_at": times["start"], "ends_at": times["end"], "occurrence_key": "2026-06-15"}
    assert await listed(world, "ana", *JUNE) == [shown, second]


async def test_the_end_of_a_window_is_not_in_it_and_what_goes_on_at_its_beginning_is(world: World) -> None:
    await event(world, title="before", starts_at="2026-06-01T08:00:00Z", ends_at="2026-06-01T09:00:00Z")
    await event(world, title="into", starts_at="2026-06-01T08:30:00Z", ends_at="2026-06-01T09:00:01Z")
    await event(world, title="instant", starts_at="2026-06-01T09:00:00Z")
    await event(world, title="last", starts_at="2026-06-01T09:59:59Z", ends_at="2026-06-01T12:00:00Z")
    await event(world, title="after", starts_at="2026-06-01T10:00:00Z", ends_at="2026-06-01T12:00:00Z")
    window = ("2026-06-01T09:00:00Z", "2026-06-01T10:00:00Z")
    assert await names(world, "ana", *window) == ["into", "instant", "last"]


async def test_the_order_is_by_start_then_all_day_first_then_title(world: World) -> None:
    await event(world, title="b", starts_at="2026-06-02T00:00:00Z")
    await event(world, title="a", starts_at="2026-06-02T00:00:00Z")
    await event(world, title="whole", starts_at="2026-06-02", all_day=True)
    await event(world, title="early", starts_at="2026-06-01T23:59:00Z")
    assert await names(world, "ana", *JUNE) == ["early", "whole", "a", "b"]


async def test_entries_of_whole_days_are_compared_by_the_days_wherever_one_is(world: World) -> None:
    await event(world, title="Offsite", starts_at="2026-06-20", ends_at="2026-06-21", all_day=True)
    tokyo = {"headers": {"cookie": world.headers("ana")["cookie"] + "; tz=Asia/Tokyo"}}

    async def there(start: str, end: str) -> int:
        found = await world.rest("ana", "GET", f"/api/v1/{{org}}/calendar?from={start}&to={end}", **tokyo)
        assert found.status_code == 200, found.text
        return len(found.json())

    assert await there("2026-06-19", "2026-06-20") == 0
    assert await there("2026-06-20", "2026-06-21") == 1
    assert await there("2026-06-21", "2026-06-22") == 1
    assert await there("2026-06-22", "2026-06-23") == 0
    # 15:00 in UTC is already the next day in Tokyo, for which the window is only a moment long.
    assert await there("2026-06-19T14:00:00Z", "2026-06-19T15:00:00Z") == 0
    assert await there("2026-06-19T14:00:00Z", "2026-06-19T15:00:01Z") == 1


async def test_a_series_of_whole_days_is_the_same_in_every_zone(world: World) -> None:
    await event(
        world, starts_at="2026-06-01", ends_at="2026-06-02", all_day=True,
        recurrence={"frequency": "weekly", "time_zone": "Pacific/Auckland", "count": 3},
    )  # fmt: skip
    shown = await listed(world, "ana", *JUNE)
    assert [(each["start"], each["end"], each["occurrence_key"]) for each in shown] == [
        ("2026-06-01T00:00:00.000Z", "2026-06-02T23:59:59.000Z", "2026-06-01"),
        ("2026-06-08T00:00:00.000Z", "2026-06-09T23:59:59.000Z", "2026-06-08"),
        ("2026-06-15T00:00:00.000Z", "2026-06-16T23:59:59.000Z", "2026-06-15"),
    ]
    assert await starts(world, "2026-06-09", "2026-06-10") == ["2026-06-08T00:00Z"]
    assert await starts(world, "2026-06-10", "2026-06-11") == []


async def test_only_me_is_what_i_made_take_part_in_or_am_to_do(world: World) -> None:
    project = await world.project()
    todoset = project["containers"]["todoset"]
    day = {"starts_at": "2026-06-10T09:00:00Z"}
    await event(world, "ana", title="ana's", project_id=project["id"], **day)
    await event(world, "ana", title="with bob", project_id=project["id"], participant_ids=[world.id("bob")], **day)
    await event(world, "bob", title="bob's", project_id=project["id"], **day)
    await world.child("ana", todoset, "todo", title="for bob", due_on="2026-06-10", assignee_ids=[world.id("bob")])
    await world.child("ana", todoset, "todo", title="for mia", due_on="2026-06-10", assignee_ids=[world.id("mia")])
    assert await names(world, "bob", *JUNE, "&just=me&tasks=true") == ["for bob", "bob's", "with bob"]
    assert len(await names(world, "bob", *JUNE, "&just=everyone&tasks=true")) == 5
    assert await names(world, "mia", *JUNE, "&just=me") == []
    mine = {item["title"]: item["mine"] for item in await listed(world, "mia", *JUNE, "&tasks=true")}
    assert mine == {"for bob": False, "for mia": True, "ana's": False, "bob's": False, "with bob": False}


async def test_tasks_are_open_dated_and_only_there_when_asked_for(world: World) -> None:
    project = await world.project()
    todoset, table = project["containers"]["todoset"], project["containers"]["card_table"]
    column = await world.child("ana", table, "card_column", title="Doing")
    todo = await world.child("ana", todoset, "todo", title="Write", due_on="2026-06-15")
    card = await world.child("ana", column["id"], "card", title="Paint", due_on="2026-06-15")
    step = await world.child("ana", card["id"], "card_step", title="Crop", due_on="2026-06-16")
    await world.child("ana", todoset, "todo", title="Undated")
    finished = await world.child("ana", todoset, "todo", title="Done", due_on="2026-06-15")
    await done(world, "ana", "PUT", f"recordings/{finished['id']}/completion")
    assert await names(world, "ana", *JUNE) == []
    shown = await listed(world, "ana", *JUNE, "&tasks=true")
    assert [item["id"] for item in shown] == [card["id"], todo["id"], step["id"]]
    assert {name: shown[1][name] for name in ("kind", "type", "all_day", "start", "end", "due_on", "recurring")} == {
        "kind": "task",
        "type": "todo",
        "all_day": True,
        "start": "2026-06-15T00:00:00.000Z",
        "end": None,
        "due_on": "2026-06-15",
        "recurring": False,
    }
    assert await names(world, "ana", "2026-06-16", "2026-06-17", "&tasks=true") == ["Crop"]


async def test_one_can_look_at_some_projects_only(world: World) -> None:
    first, second = await world.project(name="First"), await world.project(name="Second")
    for made in (first, second):
        await event(world, title=made["name"], project_id=made["id"], starts_at="2026-06-10T09:00:00Z")
    await event(world, title="Everybody", starts_at="2026-06-10T09:00:00Z")
    assert await names(world, "ana", *JUNE) == ["Everybody", "First", "Second"]
    assert await names(world, "ana", *JUNE, f"&projects={first['id']}") == ["First"]
    assert await names(world, "ana", *JUNE, f"&projects={first['id']},{second['id']}") == ["First", "Second"]
    assert await names(world, "ana", *JUNE, "&projects=nonsense") == []


async def test_what_is_put_away_or_switched_off_is_not_on_the_calendar(world: World) -> None:
    project = await world.project()
    made = await event(world, project_id=project["id"], starts_at="2026-06-10T09:00:00Z")
    await world.child("ana", project["containers"]["todoset"], "todo", title="Write", due_on="2026-06-10")
    path = f"recordings/{made['id']}/status"
    query = "&tasks=true"
    await done(world, "ana", "PUT", f"{path}/trashed")
    assert await names(world, "ana", *JUNE, query) == ["Write"]
    await done(world, "ana", "PUT", f"{path}/active")
    assert await names(world, "ana", *JUNE, query) == ["Write", "Stand-up"]
    await done(world, "ana", "PUT", f"projects/{project['id']}/tools/schedule", {"enabled": False})
    assert await names(world, "ana", *JUNE, query) == []
    await done(world, "ana", "PUT", f"projects/{project['id']}/tools/schedule", {"enabled": True})
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/archived")
    assert await names(world, "ana", *JUNE, query) == []


async def test_clients_see_what_is_shared_with_them_and_nothing_of_the_teams_own(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    shared = await event(world, title="Demo", project_id=project["id"], starts_at="2026-06-10T09:00:00Z")
    await event(world, title="Secret", project_id=project["id"], starts_at="2026-06-10T09:00:00Z")
    await event(world, title="Team day", starts_at="2026-06-10T09:00:00Z")
    assert await names(world, "cleo", *JUNE) == []
    await share(world, shared["id"])
    assert await names(world, "cleo", *JUNE) == ["Demo"]
    assert await names(world, "bob", *JUNE) == ["Demo", "Secret", "Team day"]


async def test_another_organization_sees_nothing(world: World) -> None:
    made = await event(world, starts_at="2026-06-10T09:00:00Z")
    assert await status(world, "eve", "GET", "calendar?from=2026-06-01&to=2026-07-01") == 404
    path = f"/api/v1/{world.other_org}/calendar"
    found = await world.rest("eve", "GET", f"{path}?from=2026-06-01&to=2026-07-01")
    assert (found.status_code, found.json()) == (200, [])
    assert (await world.rest("eve", "PATCH", f"{path}/{made['id']}", {"title": "Mine"})).status_code == 404
    assert await names(world, "ana", *JUNE) == ["Stand-up"]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "from", "required"),
        ("from=2026-06-01", "to", "required"),
        ("from=2026-07-01&to=2026-06-01", "to", "out_of_range"),
        ("from=2026-06-01&to=2026-06-01", "to", "out_of_range"),
        ("from=2026-01-01&to=2027-02-06", "to", "out_of_range"),
        ("from=June&to=2026-06-01", "from", "invalid_format"),
        ("from=2026-06-01&to=2026-07-01&just=him", "just", "invalid_value"),
        ("from=2026-06-01&to=2026-07-01&tasks=maybe", "tasks", "invalid_format"),
    ],
)
async def test_a_window_that_is_none_is_refused(world: World, query: str, field: str, code: str) -> None:
    assert await problem(world, "GET", f"calendar?{query}") == (422, field, code)


async def test_400_days_are_not_too_many(world: World) -> None:
    assert await names(world, "ana", "2026-01-01", "2027-02-05") == []


async def test_a_thousand_are_shown_and_no_more(world: World) -> None:
    for hour in range(10, 13):
        await event(world, title=f"{hour}", starts_at=f"2026-01-01T{hour}:00:00Z", recurrence="daily")
    shown = await listed(world, "ana", "2026-01-01", "2027-02-05")
    assert len(shown) == 1_000
    assert shown[-1]["start"] == "2026-11-30T10:00:00.000Z"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01", "0002-01-01"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("9999-01-01", "9999-12-31"),
        ("9999-11-30T00:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
async def test_the_ends_of_the_calendar_can_be_looked_at(world: World, start: str, end: str) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        daily = {"frequency": "daily", "time_zone": zone}
        await event(world, starts_at="2026-01-01T10:00:00Z", ends_at="2026-01-31T10:00:00Z", recurrence=daily)
    await event(world, title="Then", all_day=True, starts_at="2026-01-01", recurrence="monthly")
    shown = await listed(world, "ana", start, end, "&tasks=true")
    assert all(item["start"] >= "9998-12-01" for item in shown)
    assert bool(shown) == start.startswith("9999")


async def test_what_is_mine_in_the_next_seven_days(world: World) -> None:
    await event(world, "bob", title="Daily", starts_at="2026-01-01T10:00:00Z", recurrence="daily")
    await event(world, "ana", title="Not bob's", starts_at="2026-01-01T10:00:00Z", recurrence="daily")
    shown = await done(world, "bob", "GET", "my/events")
    assert [item["title"] for item in shown] == ["Daily"] * 7


async def test_today_is_the_callers_and_tasks_are_also_those_that_are_late(world: World) -> None:
    project = await world.project()
    todoset = project["containers"]["todoset"]
    mine = {"assignee_ids": [world.id("bob")]}
    late = await world.child("ana", todoset, "todo", title="Late", due_on="2020-01-01", **mine)
    await world.child("ana", todoset, "todo", title="Later", due_on="2999-01-01", **mine)
    await world.child("ana", todoset, "todo", title="Not bob's", due_on="2020-01-01")
    await event(world, "bob", title="Every day", all_day=True, starts_at="2020-01-01", recurrence="daily")
    await event(world, "ana", title="Not bob's", all_day=True, starts_at="2020-01-01", recurrence="daily")
    shown = await done(world, "bob", "GET", "my/do-today")
    assert [item["title"] for item in shown["events"]] == ["Every day"]
    assert [(item["id"], item["mine"], item["kind"]) for item in shown["tasks"]] == [(late["id"], True, "task")]
    ahead = {"headers": {"cookie": world.headers("bob")["cookie"] + "; tz=Pacific/Kiritimati"}}
    behind = {"headers": {"cookie": world.headers("bob")["cookie"] + "; tz=Pacific/Pago_Pago"}}
    days = []
    for clock in (ahead, behind):
        there = (await world.rest("bob", "GET", "/api/v1/{org}/my/do-today", **clock)).json()
        days += [item["occurrence_key"] for item in there["events"]]
    assert len(days) == 2
    # 25 hours lie between the two: never the same day.
    assert days[0] > days[1]
