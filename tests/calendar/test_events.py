"""Entries: making them, changing a series, one of it, or the rest of it, and taking one out."""

from typing import Any

import pytest

from tests.calendar.agenda import event, listed, names, problem, starts
from tests.recordings.deeds import answer, done, events, refusal, seen, status, with_cleo
from tests.world import World

JUNE = ("2026-06-01", "2026-07-01")
MONDAYS = {
    "starts_at": "2026-06-08T10:00:00+02:00",
    "ends_at": "2026-06-08T10:15:00+02:00",
    "recurrence": {"frequency": "weekly", "time_zone": "Europe/Paris"},
}


async def patch(world: World, id: str, **body: Any) -> dict[str, Any]:
    return dict(await done(world, "ana", "PATCH", f"calendar/{id}", body))


async def test_an_entry_lies_in_the_projects_schedule(world: World) -> None:
    project = await world.project()
    made = await event(world, project_id=project["id"], **MONDAYS, link="https://meet.example/1", circled=True)
    assert made["parent_id"] == project["containers"]["schedule"]
    assert made["meta"] == {"link": "https://meet.example/1", "circled": True}
    assert (made["type"], made["project_id"], made["position"]) == ("schedule_entry", project["id"], None)
    assert await seen(world, "bob", made["id"]) == made


async def test_an_entry_can_be_made_with_its_repetition_in_the_schedule_itself(world: World) -> None:
    project = await world.project()
    made = await world.child("ana", project["containers"]["schedule"], "schedule_entry", title="Demo", **MONDAYS)
    assert made["recurrence"]["rrule"] == "FREQ=WEEKLY"
    assert len(await starts(world, *JUNE)) == 4


async def test_whole_days_are_from_the_first_ones_midnight_to_the_last_ones_end(world: World) -> None:
    made = await event(world, starts_at="2026-06-20", ends_at="2026-06-21", all_day=True)
    assert (made["starts_at"], made["ends_at"]) == ("2026-06-20T00:00:00.000Z", "2026-06-21T23:59:59.000Z")


async def test_the_organizations_own_calendar_is_the_teams(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    made = await event(world, starts_at="2026-06-10T09:00:00Z", participant_ids=[world.id("bob")])
    assert (made["project_id"], made["parent_id"], made["assignee_ids"]) == (None, None, [world.id("bob")])
    comment = await done(world, "bob", "POST", f"recordings/{made['id']}/comments", {"content": "I come"})
    assert (await seen(world, "mia", comment["id"]))["content"] == "I come"
    assert (await seen(world, "mia", made["id"]))["comment_count"] == 1
    assert await seen(world, "cleo", made["id"]) is None
    assert await seen(world, "cleo", comment["id"]) is None
    assert await status(world, "cleo", "PATCH", f"calendar/{made['id']}", {"title": "Mine"}) == 404
    assert await status(world, "cleo", "POST", "calendar", {"title": "x", "starts_at": "2026-06-10"}) == 403
    shared = await refusal(world, "ana", "PUT", f"recordings/{made['id']}/visibility", {"visible_to_clients": True})
    assert shared == (422, "What lies in no project is the team's alone", "visible_to_clients")
    await done(world, "mia", "PUT", f"recordings/{made['id']}/status/trashed")
    assert await names(world, "ana", *JUNE) == []
    await done(world, "mia", "PUT", f"recordings/{made['id']}/status/active")
    assert await names(world, "ana", *JUNE) == ["Stand-up"]


async def test_who_takes_part_is_invited_and_subscribed(world: World) -> None:
    project = await world.project()
    made = await event(world, project_id=project["id"], **MONDAYS, participant_ids=[world.id("bob")])
    assert made["assignee_ids"] == [world.id("bob")]
    assert sorted(await events(world, "ana", made["id"])) == ["assigned", "created"]
    heard = await done(world, "ana", "GET", f"recordings/{made['id']}/subscription")
    assert {row["name"] for row in heard["subscribers"]} == {"Ana", "Bob"}
    changed = await patch(world, made["id"], participant_ids=[world.id("mia")])
    assert changed["assignee_ids"] == [world.id("mia")]


@pytest.mark.parametrize("change", [{"project_id": "never"}, {"participant_ids": ["mem-eve"]}])
async def test_what_a_body_names_and_is_not_there_is_not_found(world: World, change: dict[str, Any]) -> None:
    body = {"title": "x", "starts_at": "2026-06-10T09:00:00Z", **change}
    if "participant_ids" in change:
        body["participant_ids"] = [world.id("eve")]
    assert await status(world, "ana", "POST", "calendar", body) == 404
    assert await names(world, "ana", *JUNE) == []


async def test_only_entries_are_on_the_calendars_routes(world: World) -> None:
    project = await world.project()
    todo = await world.child("ana", project["containers"]["todoset"], "todo", title="Write")
    assert await status(world, "ana", "PATCH", f"calendar/{todo['id']}", {"title": "x"}) == 404
    assert await status(world, "ana", "DELETE", f"calendar/{todo['id']}/occurrences/2026-06-10") == 404
    assert await status(world, "ana", "GET", f"calendar/{todo['id']}/ics") == 404


async def test_a_change_is_for_the_whole_series(world: World) -> None:
    made = await event(world, **MONDAYS)
    changed = await patch(
        world, made["id"], title="Retro", starts_at="2026-06-08T09:00:00Z", ends_at="2026-06-08T10:00:00Z"
    )
    assert changed["id"] == made["id"]
    assert await starts(world, *JUNE) == [f"2026-06-{day}T09:00Z" for day in ("08", "15", "22", "29")]
    assert set(await names(world, "ana", *JUNE)) == {"Retro"}
    await patch(world, made["id"], recurrence=None)
    assert await starts(world, *JUNE) == ["2026-06-08T09:00Z"]


async def test_one_occurrence_can_be_moved_and_renamed(world: World) -> None:
    made = await event(world, **MONDAYS)
    body = {"scope": "this", "occurrence_key": "2026-06-15"}
    times = {"starts_at": "2026-06-18T12:00:00Z", "ends_at": "2026-06-18T12:30:00Z"}
    answered = await patch(world, made["id"], **body, **times)
    assert {**answered, "updated_at": None} == {**made, "updated_at": None}
    await patch(world, made["id"], **body, title="Planning")
    moved = (await listed(world, "ana", *JUNE))[1]
    assert (moved["title"], moved["start"], moved["end"], moved["occurrence_key"]) == (
        "Planning",
        "2026-06-18T12:00:00.000Z",
        "2026-06-18T12:30:00.000Z",
        "2026-06-15",
    )
    assert await starts(world, *JUNE) == [
        "2026-06-08T08:00Z",
        "2026-06-18T12:00Z",
        "2026-06-22T08:00Z",
        "2026-06-29T08:00Z",
    ]
    assert await names(world, "ana", "2026-06-15", "2026-06-16") == []
    assert await events(world, "ana", made["id"]) == ["created", "occurrence_changed", "occurrence_changed"]


async def test_an_occurrence_can_be_moved_to_before_its_series_and_far_behind_it(world: World) -> None:
    made = await event(world, **{**MONDAYS, "recurrence": {"frequency": "weekly", "count": 2}})
    for key, day in (("2026-06-08", "2026-01-10"), ("2026-06-15", "2027-01-10")):
        times = {"starts_at": f"{day}T12:00:00Z", "ends_at": f"{day}T12:30:00Z"}
        await patch(world, made["id"], scope="this", occurrence_key=key, **times)
    assert await starts(world, *JUNE) == []
    assert await starts(world, "2026-01-01", "2026-02-01") == ["2026-01-10T12:00Z"]
    assert await starts(world, "2027-01-01", "2027-02-01") == ["2027-01-10T12:00Z"]


async def test_the_rest_of_a_series_becomes_one_of_its_own(world: World) -> None:
    project = await world.project()
    people = {"participant_ids": [world.id("bob")]}
    made = await event(world, project_id=project["id"], **MONDAYS, **people)
    await patch(world, made["id"], scope="this", occurrence_key="2026-06-29", title="Summer party")
    later = await patch(world, made["id"], scope="following", occurrence_key="2026-06-22", title="New era")
    assert later["id"] != made["id"]
    assert later["meta"] == {"link": None, "circled": False, "split_from": made["id"]}
    assert (later["starts_at"], later["ends_at"]) == ("2026-06-22T08:00:00.000Z", "2026-06-22T08:15:00.000Z")
    assert later["assignee_ids"] == [world.id("bob")]
    assert later["recurrence"] == made["recurrence"]
    before = await seen(world, "ana", made["id"])
    assert before["recurrence"]["until"] == "2026-06-21"
    assert before["recurrence"]["rrule"] == "FREQ=WEEKLY;UNTIL=20260621T215959Z"
    shown = await listed(world, "ana", *JUNE)
    assert [(item["id"], item["title"]) for item in shown] == [
        (made["id"], "Stand-up"),
        (made["id"], "Stand-up"),
        (later["id"], "New era"),
        (later["id"], "Summer party"),
    ]
    assert "split" in await events(world, "ana", made["id"])
    heard = await done(world, "ana", "GET", f"recordings/{later['id']}/subscription")
    assert {row["name"] for row in heard["subscribers"]} == {"Ana", "Bob"}


async def test_a_count_goes_on_counting_in_the_rest_of_a_series(world: World) -> None:
    daily = {"frequency": "daily", "count": 5, "exdates": ["2026-06-09", "2026-06-12"]}
    made = await event(world, starts_at="2026-06-08T10:00:00Z", recurrence=daily)
    later = await patch(world, made["id"], scope="following", occurrence_key="2026-06-11", title="Late")
    assert (later["recurrence"]["count"], later["recurrence"]["exdates"]) == (2, ["2026-06-12"])
    before = (await seen(world, "ana", made["id"]))["recurrence"]
    assert (before["count"], before["until"], before["exdates"]) == (None, "2026-06-10", ["2026-06-09"])
    assert await starts(world, *JUNE) == [f"2026-06-{day}T10:00Z" for day in ("08", "10", "11")]


async def test_following_the_first_one_is_the_series_itself(world: World) -> None:
    made = await event(world, **MONDAYS)
    changed = await patch(world, made["id"], scope="following", occurrence_key="2026-06-08", title="Retro")
    assert changed["id"] == made["id"]
    assert set(await names(world, "ana", *JUNE)) == {"Retro"}


async def test_the_rest_can_repeat_otherwise_or_no_more(world: World) -> None:
    made = await event(world, **MONDAYS)
    later = await patch(
        world, made["id"], scope="following", occurrence_key="2026-06-15",
        recurrence={"frequency": "weekly", "interval": 2, "time_zone": "Europe/Paris"},
    )  # fmt: skip
    assert await starts(world, *JUNE) == ["2026-06-08T08:00Z", "2026-06-15T08:00Z", "2026-06-29T08:00Z"]
    single = await patch(world, later["id"], scope="following", occurrence_key="2026-06-29", recurrence=None)
    assert single["recurrence"] is None
    assert await starts(world, "2026-06-01", "2026-09-01") == [
        "2026-06-08T08:00Z",
        "2026-06-15T08:00Z",
        "2026-06-29T08:00Z",
    ]


async def test_a_new_time_of_day_keeps_what_differs_and_a_new_pattern_what_still_fits(world: World) -> None:
    recurrence = {"frequency": "weekly", "time_zone": "Europe/Paris", "exdates": ["2026-06-15"]}
    made = await event(world, **{**MONDAYS, "recurrence": recurrence})
    for key in ("2026-06-22", "2026-06-29"):
        await patch(world, made["id"], scope="this", occurrence_key=key, title=f"Special {key}")
    await patch(world, made["id"], starts_at="2026-06-08T12:00:00Z", ends_at="2026-06-08T13:00:00Z")
    assert await names(world, "ana", *JUNE) == ["Stand-up", "Special 2026-06-22", "Special 2026-06-29"]
    every_other = {"frequency": "weekly", "interval": 3, "time_zone": "Europe/Paris"}
    changed = await patch(world, made["id"], recurrence=every_other)
    assert changed["recurrence"]["exdates"] == []
    assert await names(world, "ana", *JUNE) == ["Stand-up", "Special 2026-06-29"]
    await patch(world, made["id"], recurrence={"frequency": "weekly", "time_zone": "Europe/Paris"})
    assert await names(world, "ana", *JUNE) == ["Stand-up", "Stand-up", "Stand-up", "Special 2026-06-29"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"scope": "this", "title": "x"}, "occurrence_key", "required"),
        ({"scope": "following", "title": "x"}, "occurrence_key", "required"),
        ({"scope": "this", "occurrence_key": "2026-06-16", "title": "x"}, "occurrence_key", "not_found"),
        ({"scope": "following", "occurrence_key": "2026-06-16"}, "occurrence_key", "not_found"),
        ({"scope": "this", "occurrence_key": "2026-06-15", "recurrence": "daily"}, "recurrence", "invalid_value"),
        ({"scope": "this", "occurrence_key": "2026-06-15", "circled": True}, "circled", "invalid_value"),
        ({"scope": "this", "occurrence_key": "2026-06-15", "participant_ids": []}, "participant_ids", "invalid_value"),
        ({"scope": "this", "occurrence_key": "2026-06-15", "title": " "}, "title", "blank"),
        ({"scope": "this", "occurrence_key": "2026-06-15", "ends_at": "2026-06-15"}, "ends_at", "out_of_range"),
        ({"scope": "all", "title": "x"}, "scope", "invalid_value"),
        ({"scope": "this", "occurrence_key": "15 June", "title": "x"}, "occurrence_key", "invalid_format"),
        ({"starts_at": "2026-06-09T00:00:00Z"}, "ends_at", "out_of_range"),
        ({"title": None}, "title", "required"),
    ],
    ids=str,
)  # fmt: skip
async def test_a_change_that_makes_no_sense_is_refused(
    world: World, body: dict[str, Any], field: str, code: str
) -> None:
    made = await event(world, **MONDAYS)
    assert await problem(world, "PATCH", f"calendar/{made['id']}", body) == (422, field, code)
    assert await seen(world, "ana", made["id"]) == made
    assert len(await starts(world, *JUNE)) == 4


async def test_one_can_be_left_out(world: World) -> None:
    made = await event(world, **MONDAYS)
    path = f"calendar/{made['id']}/occurrences"
    await patch(world, made["id"], scope="this", occurrence_key="2026-06-15", title="Special")
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-15") == {"result": "excluded"}
    assert await status(world, "ana", "DELETE", f"{path}/2026-06-15") == 404
    assert await status(world, "ana", "DELETE", f"{path}/2026-06-16") == 404
    assert await status(world, "ana", "DELETE", f"{path}/tomorrow") == 404
    assert (await seen(world, "ana", made["id"]))["recurrence"]["exdates"] == ["2026-06-15"]
    assert await starts(world, *JUNE) == ["2026-06-08T08:00Z", "2026-06-22T08:00Z", "2026-06-29T08:00Z"]
    assert (await events(world, "ana", made["id"]))[-1] == "occurrence_cancelled"


async def test_a_series_can_be_ended(world: World) -> None:
    made = await event(world, **MONDAYS)
    path = f"calendar/{made['id']}/occurrences"
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-22?mode=future") == {"result": "truncated"}
    assert await starts(world, *JUNE) == ["2026-06-08T08:00Z", "2026-06-15T08:00Z"]
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-08") == {"result": "excluded"}
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-15?mode=future") == {"result": "trashed"}
    assert await starts(world, *JUNE) == []
    assert (await seen(world, "ana", made["id"]))["status"] == "trashed"


async def test_the_only_one_left_takes_its_series_along(world: World) -> None:
    twice = {"frequency": "weekly", "count": 2, "time_zone": "Europe/Paris"}
    made = await event(world, **{**MONDAYS, "recurrence": twice})
    path = f"calendar/{made['id']}/occurrences"
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-08") == {"result": "excluded"}
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-15") == {"result": "trashed"}
    single = await event(world, starts_at="2026-06-10T09:00:00Z")
    path = f"calendar/{single['id']}/occurrences"
    assert await status(world, "ana", "DELETE", f"{path}/2026-06-11") == 404
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-10") == {"result": "trashed"}


async def test_more_can_be_left_out_than_a_repetition_lists(world: World) -> None:
    exdates = [f"20{year}-{month:02}-{day:02}" for year in (30, 31) for month in range(1, 11) for day in range(1, 21)]
    daily = {"frequency": "daily", "exdates": exdates}
    made = await event(world, starts_at="2026-06-08T10:00:00Z", recurrence=daily)
    path = f"calendar/{made['id']}/occurrences"
    assert await done(world, "ana", "DELETE", f"{path}/2026-06-10") == {"result": "excluded"}
    assert await status(world, "ana", "DELETE", f"{path}/2026-06-10") == 404
    assert (await seen(world, "ana", made["id"]))["recurrence"]["exdates"] == exdates
    window = ("2026-06-09", "2026-06-12")
    assert await starts(world, *window) == ["2026-06-09T10:00Z", "2026-06-11T10:00Z"]


async def test_a_copy_differs_as_its_original_does(world: World) -> None:
    project = await world.project()
    made = await event(world, project_id=project["id"], **MONDAYS)
    await patch(world, made["id"], scope="this", occurrence_key="2026-06-15", title="Special")
    await done(world, "ana", "POST", f"recordings/{made['id']}/copy", {})
    assert await names(world, "ana", "2026-06-15", "2026-06-16") == ["Special", "Special"]


async def test_a_client_changes_only_what_he_made_himself(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    made = await event(world, project_id=project["id"], **MONDAYS)
    await done(world, "ana", "PUT", f"recordings/{made['id']}/visibility", {"visible_to_clients": True})
    assert await status(world, "cleo", "PATCH", f"calendar/{made['id']}", {"title": "Mine"}) == 403
    assert await status(world, "cleo", "DELETE", f"calendar/{made['id']}/occurrences/2026-06-15") == 403
    assert await status(world, "cleo", "POST", "calendar", {"project_id": project["id"], "title": "x"}) == 403
    assert await seen(world, "ana", made["id"]) == {**made, "visible_to_clients": True}


async def test_an_archived_project_can_only_be_read(world: World) -> None:
    project = await world.project()
    made = await event(world, project_id=project["id"], **MONDAYS)
    await done(world, "ana", "PUT", f"projects/{project['id']}/status/archived")
    for body in ({"title": "x"}, {"scope": "this", "occurrence_key": "2026-06-15", "title": "x"}):
        assert await status(world, "ana", "PATCH", f"calendar/{made['id']}", body) == 403
    assert await status(world, "ana", "DELETE", f"calendar/{made['id']}/occurrences/2026-06-15") == 403
    code, _ = await answer(
        world, "ana", "POST", "calendar", {"project_id": project["id"], "title": "x", "starts_at": "2026-06-10"}
    )
    assert code == 403
