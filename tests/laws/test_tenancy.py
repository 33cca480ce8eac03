"""Law 7: what keeps organizations apart is the database, whatever Python forgets."""

import asyncpg
import pytest
from sqlmodel import SQLModel

from migrations import rls
from tests.conftest import server_url

pytestmark = pytest.mark.database

Owner = "asyncpg.Connection[Any]"

TABLES = sorted(SQLModel.metadata.tables)
TENANTS = [name for name in TABLES if "org_id" in SQLModel.metadata.tables[name].columns]
NO_TENANTS = [
    "access_tokens",
    "accounts",
    "discarded_files",
    "jobs",
    "organizations",
    "password_resets",
    "preferences",
    "rate_buckets",
    "sessions",
    "users",
]
"""What belongs to a user, to the server, or is the organization itself."""

POLICIES = {"trusted": "*", "seen": "r", "added": "a", "changed": "w", "removed": "d"}
"""Policy → the command that it is for, in PostgreSQL's letters."""


def test_every_table_belongs_to_an_organization_or_is_known_not_to() -> None:
    assert sorted([*TENANTS, *NO_TENANTS]) == TABLES


def test_every_table_is_in_the_list_of_policies() -> None:
    assert sorted([*rls.SEEN, *rls.HIDDEN]) == TABLES


@pytest.mark.parametrize("table", TABLES)
async def test_row_level_security_is_on_and_forced(owner: Owner, table: str) -> None:
    row = await owner.fetchrow("select relrowsecurity, relforcerowsecurity from pg_class where relname = $1", table)
    assert row is not None
    assert tuple(row) == (True, True)


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_has_just_its_policies(owner: Owner, table: str) -> None:
    rows = await owner.fetch(
        "select polname, polcmd::text as command, array(select rolname from pg_roles where oid = any (polroles)) as who"
        " from pg_policy where polrelid = $1::text::regclass",
        table,
    )
    expected = {"trusted": "*"} if table in rls.HIDDEN else POLICIES
    assert {row["polname"]: row["command"] for row in rows} == expected
    assert {row["polname"]: row["who"] for row in rows if row["polname"] != "trusted"} == {
        name: ["thicket_app"] for name in expected if name != "trusted"
    }


@pytest.mark.parametrize("table", sorted(set(TENANTS) - set(rls.HIDDEN)))
async def test_a_new_row_can_only_be_the_entered_organizations(owner: Owner, table: str) -> None:
    rows = await owner.fetch(
        "select polname, pg_get_expr(polqual, polrelid) as seen, pg_get_expr(polwithcheck, polrelid) as written"
        " from pg_policy where polrelid = $1::text::regclass and polname <> 'trusted'",
        table,
    )
    for row in rows:
        for condition in filter(None, (row["seen"], row["written"])):
            assert condition.lstrip("(").startswith("org_id = ( SELECT thicket_org() AS thicket_org)"), row["polname"]


def test_links_inside_an_organization_cannot_leave_it() -> None:
    """The database looks past row-level security when it checks a foreign key: so `org_id` is part of each."""
    loose = [
        f"{name}.{constraint.column_keys}"
        for name in TENANTS
        for constraint in SQLModel.metadata.tables[name].foreign_key_constraints
        if constraint.referred_table.name in TENANTS and "org_id" not in constraint.column_keys
    ]
    assert loose == []


def test_every_link_is_a_foreign_key_or_known_not_to_be() -> None:
    """What is none is written once by the server itself, of the row that it has just read, and only shown."""
    tied = {
        (name, key)
        for name in TABLES
        for constraint in SQLModel.metadata.tables[name].foreign_key_constraints
        for key in constraint.column_keys
    }
    links = {(name, column.name) for name in TABLES for column in SQLModel.metadata.tables[name].columns}
    untied = {f"{name}.{key}" for name, key in links - tied if key.endswith("_id")}
    assert untied == {
        "accounts.provider_id",
        "assignments.assigned_by_id",
        "events.api_key_id",
        "invitations.invited_by_id",
        "project_tools.container_id",
        "projects.folder_id",
        "recordings.category_id",
        "recordings.completed_from_id",
        "recordings.file_id",
        "recordings.place_id",
        "recordings.series_id",
        "recordings.split_from_id",
        "recordings.trash_batch_id",
        "recordings.trashed_by_id",
        "webhook_deliveries.event_id",
    }


@pytest.mark.parametrize("role", ["thicket_app", "thicket_server"])
async def test_the_servers_role_owns_nothing_and_has_no_way_around(owner: Owner, role: str) -> None:
    row = await owner.fetchrow(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = $1",
        role,
    )
    assert row is not None
    assert not any(row)
    owned = await owner.fetchval(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = $1", role
    )
    assert owned == 0
    above = await owner.fetch(
        "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid"
        " join pg_roles u on u.oid = m.member where u.rolname = $1",
        role,
    )
    assert [each["rolname"] for each in above] == (["thicket_app"] if role == "thicket_server" else [])


@pytest.mark.parametrize("table", TABLES)
async def test_the_servers_role_may_do_nothing_to_a_table_but_read_and_write_rows(owner: Owner, table: str) -> None:
    allowed = set() if table in rls.HIDDEN else {"SELECT", "INSERT", "UPDATE", "DELETE"}
    every = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    held = {
        each
        for each in every
        if await owner.fetchval("select has_table_privilege('thicket_server', $1, $2)", table, each)
    }
    assert held == allowed


async def test_nobody_else_may_do_anything(owner: Owner) -> None:
    granted = await owner.fetch(
        "select table_name, grantee from information_schema.table_privileges"
        " where table_schema = 'public' and grantee = 'PUBLIC'"
    )
    assert [tuple(row) for row in granted] == []


@pytest.mark.parametrize("table", sorted(rls.SEEN))
async def test_the_servers_role_sees_no_row_before_it_has_become_somebody(
    world: object, worker_database: str, owner: Owner, table: str
) -> None:
    connection = await asyncpg.connect(server_url(worker_database, "thicket_server"))
    try:
        assert await connection.fetchval(f"select count(*) from {table}") == 0
    finally:
        await connection.close()
    if table in ("users", "sessions", "memberships", "organizations"):
        assert await owner.fetchval(f"select count(*) from {table}") > 0


@pytest.mark.parametrize("name", ["app.user_id", "app.org_id", "app.project_ids", "app.role"])
async def test_a_setting_that_died_with_its_transaction_shows_nothing(
    worker_database: str, world: object, name: str
) -> None:
    connection = await asyncpg.connect(server_url(worker_database, "thicket_server"))
    try:
        async with connection.transaction():
            await connection.execute("select set_config($1, $2, true)", name, "")
            assert await connection.fetchval("select count(*) from memberships") == 0
        assert await connection.fetchval("select count(*) from recordings") == 0
    finally:
        await connection.close()


async def test_a_look_across_is_pinned_and_the_owners(owner: Owner) -> None:
    """Every security definer function has a search path of its own, so nothing can be put before our tables."""
    rows = await owner.fetch(
        "select proname, proconfig from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'public' and prosecdef"
    )
    assert rows
    assert {row["proname"] for row in rows if row["proconfig"] != ["search_path=pg_catalog, public"]} == set()
