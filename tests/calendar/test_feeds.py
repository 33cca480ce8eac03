"""Feeds for calendar programs: who may read them, what is in them, and that two readers find the same as the API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import icalendar
import pytest
import recurring_ical_events

from app.calendar.icalendar import _folded
from app.core.clock import now
from tests.calendar.agenda import event, listed
from tests.recordings.deeds import done, put, share, status, with_cleo
from tests.world import World

YEAR = now().year


async def feed(world: World, who: str = "ana", **scope: Any) -> str:
    """The path of a new feed."""
    made = await done(world, who, "POST", "calendar/feeds", scope)
    return str(made["url"]).removeprefix("http://thicket.example")


async def fetched(world: World, path: str, **headers: str) -> httpx.Response:
    """What a calendar program gets: no cookie, no token."""
    return await world.client.get(path, headers=headers)


async def parsed(world: World, path: str) -> icalendar.Calendar:
    answer = await fetched(world, path)
    assert answer.status_code == 200, answer.text
    return icalendar.Calendar.from_ical(answer.text)


def summaries(calendar: icalendar.Calendar) -> list[str]:
    return sorted(str(each["SUMMARY"]) for each in calendar.walk() if "SUMMARY" in each)


async def test_a_feed_is_read_without_a_session(world: World) -> None:
    await event(world, starts_at=f"{YEAR}-06-08T10:00:00Z", ends_at=f"{YEAR}-06-08T11:00:00Z", title="Stand-up")
    answer = await fetched(world, await feed(world))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert "set-cookie" not in answer.headers
    assert summaries(icalendar.Calendar.from_ical(answer.text)) == ["Stand-up"]


async def test_an_unchanged_feed_is_not_sent_again(world: World) -> None:
    made = await event(world, starts_at=f"{YEAR}-06-08T10:00:00Z")
    path = await feed(world)
    tag = (await fetched(world, path)).headers["etag"]
    again = await fetched(world, path, **{"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "private, max-age=300")
    await done(world, "ana", "PATCH", f"calendar/{made['id']}", {"title": "New"})
    assert (await fetched(world, path, **{"if-none-match": tag})).status_code == 200


async def test_what_is_in_a_feed_is_just_what_the_format_wants(world: World) -> None:
    project = await world.project()
    made = await event(
        world, project_id=project["id"], title="Réunion; très, longue", content_html="<p>One</p><p>Two &amp; three</p>",
        starts_at=f"{YEAR}-06-08T10:00:00Z", ends_at=f"{YEAR}-06-08T11:00:00Z", participant_ids=[world.id("bob")],
    )  # fmt: skip
    stamp = datetime.fromisoformat(made["created_at"]).strftime("%Y%m%dT%H%M%SZ")
    assert (await fetched(world, await feed(world))).text.split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thicket//Calendar 1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Acme",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
        "BEGIN:VEVENT",
        f"UID:{made['id']}@thicket",
        f"DTSTAMP:{stamp}",
        f"CREATED:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        "SEQUENCE:0",
        f"DTSTART:{YEAR}0608T100000Z",
        f"DTEND:{YEAR}0608T110000Z",
        "SUMMARY:Réunion\\; très\\, longue",
        "DESCRIPTION:One\\nTwo & three",
        *_folded(f"URL:http://thicket.example/api/v1/{world.org}/recordings/{made['id']}").split("\r\n")[:-1],
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


async def test_long_lines_are_folded_within_75_octets_and_read_back_whole(world: World) -> None:
    title = "Ünïcödé 🎉 " * 40
    await event(world, title=title.strip(), starts_at=f"{YEAR}-06-08T10:00:00Z")
    answer = await fetched(world, await feed(world))
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    assert summaries(icalendar.Calendar.from_ical(answer.text)) == [title.strip()]


async def test_nothing_in_a_text_can_add_a_line(world: World) -> None:
    title = "x\rDESCRIPTION:evil"
    body = {"title": title, "content": "one\r\ntwo\rEND:VEVENT", "link": "https://x.example/\r\nATTENDEE:evil"}
    code = await status(world, "ana", "POST", "calendar", {**body, "starts_at": f"{YEAR}-06-08T10:00:00Z"})
    assert code == 201
    (entry,) = (await parsed(world, await feed(world))).walk("VEVENT")
    assert "ATTENDEE" not in entry
    assert "\r" not in str(entry["DESCRIPTION"])


async def test_the_readers_own_feed_names_him_alone(world: World) -> None:
    project = await world.project()
    people = {"project_id": project["id"], "participant_ids": [world.id("bob"), world.id("mia")]}
    await event(world, title="With bob", starts_at=f"{YEAR}-06-08T10:00:00Z", **people)
    await event(world, title="Without", starts_at=f"{YEAR}-06-08T10:00:00Z")
    (entry,) = (await parsed(world, await feed(world, "bob", just="me"))).walk("VEVENT")
    assert str(entry["ATTENDEE"]) == f"mailto:{world.people['bob'].email}"
    assert entry["ATTENDEE"].params["CN"] == "Bob"
    everyone = await fetched(world, await feed(world, "bob"))
    assert "ATTENDEE" not in everyone.text
    assert "@example.com" not in everyone.text


async def test_tasks_are_in_a_feed_that_wants_them(world: World) -> None:
    project = await world.project()
    todoset = project["containers"]["todoset"]
    await world.child("ana", todoset, "todo", title="Open", due_on=f"{YEAR}-06-15")
    finished = await world.child("ana", todoset, "todo", title="Done", due_on=f"{YEAR}-06-16")
    await put(world, "ana", finished["id"], "completion")
    await world.child("ana", todoset, "todo", title="Undated")
    await world.child("ana", todoset, "todo", title="Long ago", due_on=f"{YEAR - 2}-06-16")
    assert summaries(await parsed(world, await feed(world))) == []
    first, second = sorted(
        (await parsed(world, await feed(world, include_tasks=True))).walk("VTODO"), key=lambda each: each["SUMMARY"]
    )
    assert (first["SUMMARY"], first["STATUS"], first["PERCENT-COMPLETE"]) == ("Done", "COMPLETED", 100)
    assert isinstance(first["COMPLETED"].dt, datetime)
    assert (second["SUMMARY"], second["STATUS"], second["PERCENT-COMPLETE"]) == ("Open", "NEEDS-ACTION", 0)
    assert (second["DUE"].dt, second["UID"]) == (date(YEAR, 6, 15), second["UID"])
    assert "COMPLETED" not in second


async def test_a_feed_of_one_project_shows_nothing_else(world: World) -> None:
    first, second = await world.project(name="First"), await world.project(name="Second")
    for made in (first, second):
        await event(world, title=made["name"], project_id=made["id"], starts_at=f"{YEAR}-06-08T10:00:00Z")
    calendar = await parsed(world, await feed(world, project_id=first["id"]))
    assert (summaries(calendar), str(calendar["X-WR-CALNAME"])) == (["First"], "Acme: First")


async def test_a_year_back_is_shown_and_no_more(world: World) -> None:
    today = now()
    for days, title in ((360, "last year"), (380, "before")):
        await event(world, title=title, starts_at=(today - timedelta(days=days)).isoformat())
    over = (today - timedelta(days=380)).date().isoformat()
    old = f"{YEAR - 5}-01-05T10:00:00Z"
    await event(world, title="still on", starts_at=old, recurrence="weekly")
    await event(world, title="over", starts_at=old, recurrence={"frequency": "weekly", "until": over})
    assert summaries(await parsed(world, await feed(world))) == ["last year", "still on"]


async def test_only_its_owner_lists_a_feed_and_revoking_it_ends_it(world: World) -> None:
    made = await done(world, "ana", "POST", "calendar/feeds", {"just": "me"})
    path = made["url"].removeprefix("http://thicket.example")
    assert made["scope"] == {"project_id": None, "include_tasks": False, "just": "me"}
    assert await done(world, "ana", "GET", "calendar/feeds") == [made]
    assert await done(world, "bob", "GET", "calendar/feeds") == []
    assert await status(world, "bob", "DELETE", f"calendar/feeds/{made['id']}") == 404
    assert (await fetched(world, path)).status_code == 200
    assert await done(world, "ana", "DELETE", f"calendar/feeds/{made['id']}") == {"ok": True}
    gone = await fetched(world, path)
    assert (gone.status_code, gone.json()) == (404, {"error": {"code": "not_found", "message": "Not found"}})
    assert await done(world, "ana", "GET", "calendar/feeds") == []
    assert await status(world, "ana", "DELETE", f"calendar/feeds/{made['id']}") == 404


async def test_the_address_is_long_random_and_not_stored(world: World, owner: Any) -> None:
    path = await feed(world)
    token = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) == 32
    row = await owner.fetchrow("select * from calendar_feeds where org_id = $1", world.org_id)
    assert token not in str(dict(row))
    for wrong in (token[:-1], token.lower(), "x" * 32, "x", "%00", "a" * 10_000):
        assert (await fetched(world, f"/feeds/{wrong}.ics")).status_code == 404


@pytest.mark.parametrize("leaving", [False, True])
async def test_a_feed_is_dead_as_soon_as_its_owner_is_gone(world: World, leaving: bool) -> None:
    await event(world, starts_at=f"{YEAR}-06-08T10:00:00Z")
    path = await feed(world, "bob")
    assert (await fetched(world, path)).status_code == 200
    await done(world, "bob" if leaving else "ana", "DELETE", f"people/{world.id('bob')}")
    assert (await fetched(world, path)).status_code == 404


async def test_a_feed_sees_what_its_owner_sees_now(world: World) -> None:
    project = await world.project(all_access=False)
    await done(world, "ana", "PUT", f"projects/{project['id']}/people", {"grant": [world.id("bob")]})
    await event(world, title="Private", project_id=project["id"], starts_at=f"{YEAR}-06-08T10:00:00Z")
    bobs, mias = await feed(world, "bob"), await feed(world, "mia")
    assert summaries(await parsed(world, bobs)) == ["Private"]
    assert summaries(await parsed(world, mias)) == []
    await done(world, "ana", "PUT", f"projects/{project['id']}/people", {"revoke": [world.id("bob")]})
    assert summaries(await parsed(world, bobs)) == []


async def test_clients_have_no_feeds_but_may_save_what_is_shared_with_them(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    made = await event(world, project_id=project["id"], starts_at=f"{YEAR}-06-08T10:00:00Z")
    assert await status(world, "cleo", "POST", "calendar/feeds", {}) == 404
    assert await status(world, "cleo", "GET", f"calendar/{made['id']}/ics") == 404
    await share(world, made["id"])
    saved = await world.rest("cleo", "GET", f"/api/v1/{{org}}/calendar/{made['id']}/ics")
    assert (saved.status_code, saved.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert saved.headers["content-disposition"].startswith('attachment; filename="')
    assert summaries(icalendar.Calendar.from_ical(saved.text)) == ["Stand-up"]


async def test_a_project_that_one_does_not_see_has_no_feed(world: World) -> None:
    project = await world.project(all_access=False)
    assert await status(world, "bob", "POST", "calendar/feeds", {"project_id": project["id"]}) == 404
    assert await status(world, "bob", "POST", "calendar/feeds", {"project_id": "nonsense"}) == 404
    assert await done(world, "bob", "GET", "calendar/feeds") == []


async def test_a_token_opens_nothing_but_its_feed(world: World) -> None:
    """Whoever knows it must not see the rest of the organization with its owner's eyes."""
    await event(world, title="Secret", starts_at=f"{YEAR}-06-08T10:00:00Z")
    token = (await feed(world)).rsplit("/", 1)[1].removesuffix(".ics")
    alone = await world.gql("nobody", "query ($token: String!) { calendarFeed(token: $token) { text } }", token=token)
    assert "SUMMARY:Secret" in alone["calendarFeed"]["text"]
    both = "query ($token: String!, $org: String!) { %s }"
    for who in ("nobody", "eve", "ana"):
        for fields in (
            "calendarFeed(token: $token) { text } organization(slug: $org) { name }",
            "organization(slug: $org) { name } calendarFeed(token: $token) { text }",
            "... on Query { calendarFeed(token: $token) { text } organization(slug: $org) { name } }",
        ):
            data = await world.gql(who, both % fields, token=token)
            assert "BAD_REQUEST" in world.codes, fields
            assert "Secret" not in str(data)
            assert who == "ana" or "Acme" not in str(data)


Span = tuple[datetime, datetime]


def by_second_reader(text: str, start: datetime, end: datetime) -> list[Span]:
    """What recurring_ical_events finds in a window, in UTC."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(start, end)
    return sorted((as_instant(each["DTSTART"].dt), as_instant(each["DTEND"].dt)) for each in found)


def as_instant(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


SERIES: list[dict[str, Any]] = [
    {"recurrence": {"frequency": "daily", "time_zone": "Europe/Paris"}},
    {"recurrence": {"frequency": "weekly", "time_zone": "America/New_York", "until": f"{YEAR}-04-20"}},
    {"recurrence": {"frequency": "daily", "time_zone": "Europe/Paris", "count": 40, "exdates": [f"{YEAR}-03-05"]}},
    {"recurrence": {"frequency": "custom", "interval": 2, "by_weekday": [1, 3], "time_zone": "Australia/Sydney"}},
    {"recurrence": {"frequency": "monthly", "monthly_mode": "nth_weekday", "time_zone": "UTC"}},
    {"recurrence": {"rrule": "FREQ=MONTHLY;BYDAY=-1FR;COUNT=5", "time_zone": "Asia/Kolkata"}},
    {"recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=31", "time_zone": "Africa/Cairo"}},
    {"recurrence": {"frequency": "yearly", "time_zone": "Europe/Paris"}},
    {"recurrence": {"frequency": "daily", "interval": 3, "count": 9}, "all_day": True},
]


@pytest.mark.parametrize("series", SERIES, ids=lambda series: str(series["recurrence"]))
async def test_a_second_reader_finds_the_same_occurrences(world: World, series: dict[str, Any]) -> None:
    """Across both changes of the clock; one is moved, one is left out."""
    whole = series.get("all_day", False)
    begins = {"starts_at": f"{YEAR}-03-03", "ends_at": f"{YEAR}-03-04"}
    if not whole:
        begins = {"starts_at": f"{YEAR}-03-03T09:30:00Z", "ends_at": f"{YEAR}-03-03T10:15:00Z"}
    made = await event(world, **begins, **series)
    window = (f"{YEAR}-01-01", f"{YEAR + 1}-01-01")
    keys = [item["occurrence_key"] for item in await listed(world, "ana", *window)]
    if len(keys) > 3:
        moved = {"starts_at": f"{keys[1]}T18:00:00Z", "ends_at": f"{keys[1]}T19:30:00Z", "title": "Moved"}
        body = {"scope": "this", "occurrence_key": keys[1], **moved}
        await done(world, "ana", "PATCH", f"calendar/{made['id']}", body)
        await done(world, "ana", "DELETE", f"calendar/{made['id']}/occurrences/{keys[2]}")
    shown = [
        (datetime.fromisoformat(item["start"]), datetime.fromisoformat(item["end"]))
        for item in await listed(world, "ana", *window)
    ]
    if whole:
        shown = [(start, end + timedelta(seconds=1)) for start, end in shown]
    text = (await fetched(world, await feed(world))).text
    limits = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in window]
    assert by_second_reader(text, *limits) == sorted(shown)
    assert shown
    assert f"{made['id']}@thicket" in text.replace("\r\n ", "")
    zone = series["recurrence"].get("time_zone", "UTC")
    assert ("BEGIN:VTIMEZONE" in text) == (not whole and zone != "UTC")
