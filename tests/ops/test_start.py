"""How the server starts and stops, and what keeps it from starting."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app import prepare
from app.prepare import Addresses, CannotRun
from app.revisions import newest
from app.settings import Environment, Settings
from tests.conftest import SECRET, server_url
from tests.ops.conftest import NewDatabase, Running, Thicket, addresses, free_port

PRODUCTION = {"env": "production", "base_url": "https://thicket.example"}
UNSAFE = (
    "THICKET_DATABASE_URL: the role postgres is a superuser, so nothing would keep organizations apart. "
    "Serve as a role of its own that is a member of thicket_app, "
    "and give the owner's address in THICKET_DATABASE_DIRECT_URL."
)


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Thicket, Running]]:
    """`thicket` in an empty folder, without any setting but the port."""
    program = Thicket(tmp_path_factory.mktemp("first"), {})
    running = program.start()
    yield program, running
    if running.process.poll() is None:
        running.end(signal.SIGINT)


def test_the_first_start_makes_the_demo_and_says_where_everything_is(first_start: tuple[Thicket, Running]) -> None:
    _, running = first_start
    url = running.url
    assert running.said == [
        "People: an owner, an admin, two members, a client",
        "Project: Website relaunch",
        "Project: Autumn campaign",
        "Project: Office move",
        f"Thicket answers at {url} (Ctrl-C stops it)",
        f"  GraphQL   {url}/graphql (GraphiQL in a browser)",
        f"  REST      {url}/api/v1",
        f"  Explorer  {url}/api/v1/explorer",
        f"  API keys  {url}/settings/api-keys",
        "  Mails     .thicket/mail (written there as files, not delivered)",
        "  Database  embedded, in .thicket/postgres",
    ]


def test_a_running_server_is_ready(first_start: tuple[Thicket, Running]) -> None:
    _, running = first_start
    assert running.get("/readyz") == (200, f'{{"status":"ok","revision":"{newest()}"}}')


def test_no_answer_says_which_program_makes_it(first_start: tuple[Thicket, Running]) -> None:
    _, running = first_start
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nserver:" not in answer.lower()


def test_a_second_server_on_the_same_folder_is_refused(first_start: tuple[Thicket, Running]) -> None:
    program, running = first_start
    done = program("serve", "--port", str(free_port()))
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"The database in {program.folder / '.thicket' / 'postgres'} is already in use by process "
        f"{running.process.pid}. Stop that process first, or choose another data folder.\n"
    )


def test_a_port_that_is_taken_is_named(first_start: tuple[Thicket, Running], tmp_path: Path) -> None:
    _, running = first_start
    done = Thicket(tmp_path, {})("--port", str(running.port))
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"Cannot listen on 127.0.0.1, port {running.port}: Address already in use. "
        "Choose another port by THICKET_PORT or --port.\n"
    )
    assert not (tmp_path / ".thicket").exists()


def test_the_demo_is_made_once_also_beside_a_running_server(first_start: tuple[Thicket, Running]) -> None:
    program, _ = first_start
    done = program("seed")
    assert (done.status, done.out) == (1, "")
    assert done.err == "The demo organization is there already: ana@example.com has signed up before.\n"


def test_ctrl_c_stops_the_server_and_its_database_and_nothing_is_lost(first_start: tuple[Thicket, Running]) -> None:
    program, running = first_start
    assert running.end(signal.SIGINT) == 0
    assert not (program.folder / ".thicket" / "postgres" / "cluster" / "postmaster.pid").exists()
    again = program.start()
    assert again.said[0] == f"Thicket answers at {again.url} (Ctrl-C stops it)"
    assert again.end(signal.SIGTERM) == 0
    assert not (program.folder / ".thicket" / "postgres" / "cluster" / "postmaster.pid").exists()


async def test_migrate_fills_an_empty_database_and_lets_the_serving_role_in(
    new_database: NewDatabase, owner: "asyncpg.Connection[Any]", thicket: Thicket
) -> None:
    database = await new_database("template1")
    role = f"{database}_serving"
    await owner.execute(f"create role {role} login")
    try:
        settings = {"database_url": server_url(database, role), "database_direct_url": server_url(database)}
        for _ in range(2):
            done = thicket("migrate", **settings)
            assert (done.status, done.err) == (0, "")
            assert done.out == f"The database is up to date (revision {newest()}); the server works as {role}.\n"
        rights = await prepare.rights_of_server(Addresses(settings["database_url"], settings["database_direct_url"]))
        assert rights == prepare.Rights(role, superuser=False, bypasses=False, owns=False, serves=True)
    finally:
        await owner.execute(f"drop role {role}")


async def test_production_does_not_migrate_by_itself(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database("template1")
    done = thicket("--port", str(free_port()), **PRODUCTION, **addresses(database))
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "The database lacks migrations. Run `thicket migrate`, or start with `thicket serve --migrate`.\n"
    )
    connection = await asyncpg.connect(server_url(database))
    assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0
    await connection.close()


async def test_production_makes_no_demo_and_shows_no_graphiql(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    running = thicket.start(**PRODUCTION, **addresses(database))
    assert running.end(signal.SIGTERM) == 0
    assert running.said[:2] == [
        "Thicket answers at https://thicket.example",
        "  GraphQL   https://thicket.example/graphql",
    ]
    connection = await asyncpg.connect(server_url(database))
    assert await connection.fetchval("select count(*) from users") == 0
    await connection.close()


async def test_production_refuses_a_role_that_row_level_security_does_not_hold(new_database: NewDatabase) -> None:
    url = server_url(await new_database())
    with pytest.raises(CannotRun) as refused:
        await prepare.check(_settings(url, Environment.PRODUCTION), Addresses(url, url))
    assert str(refused.value) == UNSAFE


async def test_production_refuses_the_owner_of_the_tables(
    new_database: NewDatabase, owner: "asyncpg.Connection[Any]"
) -> None:
    database = await new_database()
    role = f"{database}_owner"
    await owner.execute(f"create role {role} login in role thicket_app")
    connection = await asyncpg.connect(server_url(database))
    try:
        await connection.execute(f"alter table projects owner to {role}")
        url = server_url(database, role)
        with pytest.raises(CannotRun, match=f"the role {role} owns the tables"):
            await prepare.check(_settings(url, Environment.PRODUCTION), Addresses(url, url))
    finally:
        await connection.execute(f"reassign owned by {role} to postgres; drop owned by {role}; drop role {role}")
        await connection.close()


async def test_development_acts_as_the_application_where_the_role_has_too_many_rights(
    new_database: NewDatabase,
) -> None:
    url = server_url(await new_database())
    ready = await prepare.check(_settings(url, Environment.DEVELOPMENT), Addresses(url, url))
    assert (ready.url, ready.role) == (url, "thicket_app")
    assert ready.remark == (
        "The role postgres is a superuser: the server acts as thicket_app instead. "
        "In production it would refuse to start."
    )


async def test_a_role_of_its_own_serves_as_it_is(new_database: NewDatabase) -> None:
    database = await new_database()
    url = server_url(database, "thicket_server")
    ready = await prepare.check(_settings(url, Environment.PRODUCTION), Addresses(url, server_url(database)))
    assert (ready.role, ready.remark) == (None, None)


async def test_a_database_of_a_newer_program_is_served(new_database: NewDatabase) -> None:
    database = await new_database()
    connection = await asyncpg.connect(server_url(database))
    await connection.execute("update alembic_version set version_num = '9999'")
    await connection.close()
    url = server_url(database, "thicket_server")
    assert (await prepare.check(_settings(url, Environment.PRODUCTION), Addresses(url, url))).role is None


def test_addresses_are_shown_without_password_and_options() -> None:
    url = "postgresql://ann:s%40lt@db.example.com:6432/thicket?sslmode=require&password=x"
    assert prepare.without_password(url) == "postgresql://ann@db.example.com:6432/thicket"


def _settings(url: str, env: Environment) -> Settings:
    return Settings(_env_file=None, env=env, secret=SECRET, database_url=url, base_url="https://thicket.example")
