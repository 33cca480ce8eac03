"""What a person prefers: defaults, changes, rules, and where it is honoured (domain.md 2.18)."""

from typing import Any

import pytest

from tests.recordings.deeds import done
from tests.world import World

ME = "/api/v1/me/preferences"


async def preferences(world: World, who: str = "ana") -> Any:
    return (await world.rest(who, "GET", ME)).json()


async def changed(world: World, body: Any, who: str = "ana") -> Any:
    """All of them after a change that must succeed."""
    answer = await world.rest(who, "PATCH", ME, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(world: World, body: Any) -> tuple[str, str]:
    """The field and the message of the first problem; nothing has changed."""
    before = await preferences(world)
    answer = await world.rest("ana", "PATCH", ME, body)
    assert answer.status_code == 422, answer.text
    assert await preferences(world) == before
    (problem, *_) = answer.json()["error"]["details"]
    return problem["field"], problem["message"]


async def test_a_change_leaves_the_rest_and_other_people_alone(world: World) -> None:
    before = await preferences(world)
    after = await changed(world, {"theme": "dark", "week_start": "monday", "location": "Lisbon"})
    assert after == {**before, "theme": "dark", "week_start": "monday", "location": "Lisbon"}
    assert await changed(world, {"location": None}) == {**after, "location": None}
    assert await preferences(world, "bob") == before


async def test_both_surfaces_say_the_same(world: World) -> None:
    await changed(world, {"time_format": "24h", "quiet_hours": {"enabled": True, "start": "22:00", "end": "07:00"}})
    shown = await world.gql(
        "ana", "{ preferences { timeFormat workHours { sunday { start end } } quietHours { enabled start end } } }"
    )
    assert shown["preferences"] == {
        "timeFormat": "TWENTY_FOUR_HOUR",
        "workHours": {"sunday": {"start": "07:00", "end": "22:00"}},
        "quietHours": {"enabled": True, "start": "22:00", "end": "07:00"},
    }


async def test_quiet_hours_are_working_hours_turned_round(world: World) -> None:
    after = await changed(world, {"quiet_hours": {"enabled": True, "start": "20:00", "end": "08:00"}})
    assert after["work_hours_enabled"] is True
    assert set(map(str, after["work_hours"].values())) == {str({"start": "08:00", "end": "20:00"})}
    after = await changed(world, {"quiet_hours": {"end": "06:30"}})
    assert after["quiet_hours"] == {"enabled": True, "start": "20:00", "end": "06:30"}


async def test_one_day_changes_and_the_others_stay(world: World) -> None:
    after = await changed(world, {"work_hours": {"friday": None, "saturday": {"start": "22:00", "end": "02:00"}}})
    assert after["work_hours"]["friday"] is None
    assert after["work_hours"]["saturday"] == {"start": "22:00", "end": "02:00"}
    assert after["work_hours"]["monday"] == {"start": "09:00", "end": "17:00"}


async def test_who_never_works_is_always_quiet(world: World) -> None:
    days = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    after = await changed(world, {"work_hours": dict.fromkeys(days)})
    assert after["quiet_hours"] == {"enabled": False, "start": "00:00", "end": "00:00"}


DAYS = "sunday, monday, tuesday, wednesday, thursday, friday or saturday"


@pytest.mark.parametrize(
    ("body", "field", "rest"),
    [
        ({"timezone": None}, "timezone", "is required"),
        ({"timezone": "localtime"}, "timezone", "is not a known zone"),
        ({"timezone": "../../etc/passwd"}, "timezone", "is not a known zone"),
        ({"time_format": "H24"}, "time_format", "must be 12h or 24h"),
        ({"week_start": 1}, "week_start", f"must be {DAYS}"),
        ({"unread_badge": "yes"}, "unread_badge", "must be true or false"),
        ({"work_hours": {"monday": {"start": "9", "end": "17:00"}}}, "work_hours.monday.start", "must be HH:MM"),
        ({"work_hours": {"monday": {"start": "09:00"}}}, "work_hours.monday.end", "is required"),
        ({"work_hours": {"monday": {"start": "09:00", "end": "24:00"}}}, "work_hours.monday.end", "must be HH:MM"),
        ({"work_hours": 9}, "work_hours", "must be an object"),
        ({"quiet_hours": {"start": "09:00"}}, "quiet_hours.end", "must not be the same as its start"),
        ({"quiet_hours": {}, "work_hours": {}}, "quiet_hours", "cannot be used together with work_hours"),
        (
            {"out_of_office_start": "2026-07-02", "out_of_office_end": "2026-07-01"},
            "out_of_office_end",
            "must not be before out_of_office_start",
        ),
        ({"location": "x" * 201}, "location", "is longer than 200 characters"),
    ],
)
async def test_what_cannot_be_preferred_is_refused(world: World, body: Any, field: str, rest: str) -> None:
    assert await refused(world, body) == (field, f"{field} {rest}")


async def test_days_away_have_a_first_and_a_last(world: World) -> None:
    message = "out_of_office_start and out_of_office_end go together: out_of_office_end is missing"
    assert await refused(world, {"out_of_office_start": "2026-07-01"}) == ("out_of_office_end", message)


async def test_days_away_show_on_the_person_everywhere(world: World) -> None:
    await changed(world, {"out_of_office_start": "2026-07-01", "out_of_office_end": "2026-07-15"}, "bob")
    person = await done(world, "ana", "GET", f"people/{world.id('bob')}")
    assert person["out_of_office"] == {"start_date": "2026-07-01", "end_date": "2026-07-15"}
    assert (await done(world, "ana", "GET", f"people/{world.id('mia')}"))["out_of_office"] is None
    await changed(world, {"out_of_office_start": None, "out_of_office_end": None}, "bob")
    assert (await done(world, "ana", "GET", f"people/{world.id('bob')}"))["out_of_office"] is None


async def test_who_joins_while_away_is_away_there_too(world: World) -> None:
    await changed(world, {"out_of_office_start": "2026-07-01", "out_of_office_end": "2026-07-15"}, "eve")
    eve = world.people["eve"]
    await done(world, "ana", "POST", "people", {"email": eve.email, "role": "member"})
    people = await done(world, "ana", "GET", "people")
    (away,) = [person["out_of_office"] for person in people if person["email"] == eve.email]
    assert away == {"start_date": "2026-07-01", "end_date": "2026-07-15"}


async def test_a_time_without_an_offset_is_read_in_the_preferred_zone(world: World) -> None:
    schedule = (await world.project())["containers"]["schedule"]
    meeting = {"title": "Demo", "starts_at": "2026-07-01T10:00:00"}
    cookie = {"cookie": world.headers("ana")["cookie"] + "; tz=Asia/Tokyo"}
    path = f"/api/v1/{{org}}/recordings/{schedule}/children"
    said = await world.rest("ana", "POST", path, {"type": "schedule_entry", **meeting}, headers=cookie)
    assert said.json()["starts_at"] == "2026-07-01T01:00:00.000Z"
    await changed(world, {"timezone": "America/New_York"})
    said = await world.rest("ana", "POST", path, {"type": "schedule_entry", **meeting}, headers=cookie)
    assert said.json()["starts_at"] == "2026-07-01T14:00:00.000Z"


async def test_a_token_for_reading_reads_them_and_changes_none(world: World) -> None:
    token = (await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "CI", "scope": "read"})).json()["token"]
    bearer = {"authorization": f"Bearer {token}", "cookie": ""}
    assert (await world.rest("nobody", "GET", ME, headers=bearer)).status_code == 200
    answer = await world.rest("nobody", "PATCH", ME, {"theme": "dark"}, headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only_token")
    assert (await preferences(world))["theme"] == "system"
