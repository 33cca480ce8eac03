"""The demo organization (`thicket seed`)."""

import re
from typing import Any

import asyncpg
import httpx
import pytest

from app import seed
from app.main import create_app
from app.prepare import CannotRun, Ready
from app.recordings.model import RecordingType
from app.settings import Environment, Settings
from tests.conftest import SECRET, server_url
from tests.ops.conftest import NewDatabase

Rows = list[Any]


@pytest.fixture(scope="module")
async def planted(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """The settings of a server with the demo organization, and that one's slug."""
    url = server_url(await new_database(), "thicket_server")
    settings = Settings(_env_file=None, secret=SECRET, database_url=url, data_dir=tmp_path_factory.mktemp("demo"))
    return settings, await seed.plant(settings, Ready(url, None), lambda _: None)


async def _rows(planted: tuple[Settings, str], query: str) -> Rows:
    """What the owner sees of the demo organization, which is `$1`."""
    settings, slug = planted
    connection = await asyncpg.connect((settings.database_url or "").replace("thicket_server", "postgres"))
    try:
        found: Rows = await connection.fetch(query, slug)
        return found
    finally:
        await connection.close()


async def test_it_has_people_of_every_role_and_one_on_the_way(planted: tuple[Settings, str]) -> None:
    assert re.fullmatch("acme-[a-z0-9]{6}", planted[1])
    people = await _rows(
        planted,
        "select m.name, m.role, m.title from memberships m join organizations o on o.id = m.org_id"
        " where o.slug = $1 order by m.name",
    )
    assert [tuple(row) for row in people] == [
        ("Abe Okafor", "admin", "Studio lead"),
        ("Ana Alvarez", "owner", "Founder"),
        ("Bob Lindqvist", "member", "Engineer"),
        ("Cleo Martin", "client", "Head of marketing"),
        ("Mia Tanaka", "member", "Designer"),
    ]
    waiting = await _rows(
        planted,
        "select i.email from invitations i join organizations o on o.id = i.org_id"
        " where o.slug = $1 and i.accepted_at is null",
    )
    assert [row[0] for row in waiting] == ["noor@example.com"]


ELSEWHERE = {"dm", "canvas", "canvas_item", "timer_board", "timer_space", "timer"}
"""Types that are not of a team's projects: direct chats, and what ThinkEx's and Tickward's clients make."""


async def test_it_has_recordings_of_every_type_and_in_every_state(planted: tuple[Settings, str]) -> None:
    recordings = await _rows(
        planted, "select r.* from recordings r join organizations o on o.id = r.org_id and o.slug = $1"
    )
    assert {row["type"] for row in recordings} == {type.value for type in RecordingType} - ELSEWHERE
    assert {row["status"] for row in recordings} == {"active", "archived", "trashed", "drafted"}
    assert {row["type"] for row in recordings if row["completed_at"]} == {"todo", "card", "card_step"}
    assert {row["type"] for row in recordings if row["visible_to_clients"]} >= {"message", "todolist", "document"}
    projects = await _rows(
        planted,
        "select p.name, p.status from projects p join organizations o on o.id = p.org_id"
        " where o.slug = $1 order by p.name",
    )
    assert [tuple(row) for row in projects] == [
        ("Autumn campaign", "active"),
        ("Office move", "archived"),
        ("Website relaunch", "active"),
    ]


async def test_everybody_can_sign_in_and_the_client_sees_what_is_shared(planted: tuple[Settings, str]) -> None:
    settings, slug = planted
    app = create_app(settings)
    seen = {}
    async with app.router.lifespan_context(app):
        for name in ("ana", "abe", "bob", "mia", "cleo"):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.url) as client:
                body = {"email": f"{name}@example.com", "password": "thicket-demo"}
                assert (await client.post("/api/auth/sign-in/email", json=body)).status_code == 200
                projects = (await client.get(f"/api/v1/{slug}/projects")).json()
                seen[name] = [project["name"] for project in projects]
                messages = await client.get(f"/api/v1/{slug}/recordings?type=message")
                if name == "cleo":
                    assert [message["title"] for message in messages.json()] == ["Kick-off: what we agreed on"]
    assert seen == {
        "ana": ["Autumn campaign", "Website relaunch"],
        "abe": ["Website relaunch"],
        "bob": ["Website relaunch"],
        "mia": ["Autumn campaign", "Website relaunch"],
        "cleo": ["Website relaunch"],
    }


async def test_it_is_not_made_twice(planted: tuple[Settings, str]) -> None:
    settings, _ = planted
    before = await _rows(planted, "select count(*) from users where $1 <> ''")
    with pytest.raises(CannotRun, match=r"is there already: ana@example\.com has signed up before"):
        await seed.plant(settings, Ready(settings.database_url or "", None), lambda _: None)
    assert await _rows(planted, "select count(*) from users where $1 <> ''") == before


async def test_production_never_has_it(new_database: NewDatabase) -> None:
    url = server_url(await new_database(), "thicket_server")
    settings = Settings(_env_file=None, env=Environment.PRODUCTION, secret=SECRET, database_url=url)
    with pytest.raises(CannotRun, match="not made in production"):
        await seed.plant(settings, Ready(url, None), lambda _: None)
    connection = await asyncpg.connect(url.replace("thicket_server", "postgres"))
    assert await connection.fetchval("select count(*) from users") == 0
    await connection.close()


def test_it_tells_how_to_sign_in() -> None:
    told = "\n".join(seed.sign_in(Settings(_env_file=None)))
    assert 'signIn(input: {email: "ana@example.com", password: "thicket-demo"})' in told
    assert "http://127.0.0.1:8000/api/auth/sign-in/email" in told
