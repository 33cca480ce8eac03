"""Law 8, the database's part: migrations and models say the same, in both directions."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from app import migrate, revisions
from migrations.exporting import KEPT_BACK, OF_ORGANIZATION, OF_PROJECT, OF_RECORDING, PLACED
from tests.conftest import server_url

pytestmark = pytest.mark.database

DESCRIPTION = """
select 'column' as what, table_name || '.' || column_name as name,
       concat_ws(' ', data_type, udt_name, is_nullable, column_default) as said
  from information_schema.columns where table_schema = 'public'
union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
union all select 'policy', polrelid::regclass || '.' || polname,
       concat_ws(' ', polcmd::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
union all select 'security', relname, concat(relrowsecurity, relforcerowsecurity, relacl::text)
  from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
union all select 'function', proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
union all select 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
  from pg_trigger where not tgisinternal
order by 1, 2, 3
"""


@pytest.fixture
async def empty(worker_id: str) -> AsyncIterator[str]:
    """The address of a database with nothing in it."""
    name = f"migrated_{worker_id}"
    root = await asyncpg.connect(server_url("postgres"))
    await root.execute(f"drop database if exists {name}")
    await root.execute(f"create database {name}")
    yield server_url(name)
    await root.execute(f"drop database {name} with (force)")
    await root.close()


async def described(url: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(DESCRIPTION) if "alembic_version" not in row["name"]]
    finally:
        await connection.close()


async def test_the_migrations_make_just_what_the_models_say(worker_database: str, owner: object) -> None:
    assert await migrate.differences(server_url(worker_database)) == []


async def test_going_back_leaves_nothing_and_coming_again_leaves_the_same(empty: str) -> None:
    await migrate.upgrade(empty)
    made = await described(empty)
    await migrate.downgrade(empty, "base")
    assert await described(empty) == []
    await migrate.upgrade(empty)
    assert await described(empty) == made
    assert {name.split(".")[0] for what, name, _ in made if what == "column"} == set(SQLModel.metadata.tables)
    assert {name for what, name, _ in made if what == "function"} >= {"thicket_enter", "thicket_open"}


async def test_a_changed_function_or_policy_is_put_in_place_by_the_next_migrating(empty: str) -> None:
    await migrate.upgrade(empty)
    made = await described(empty)
    connection = await asyncpg.connect(empty)
    await connection.execute("drop function thicket_org cascade; comment on table alembic_version is 'an older text'")
    assert await described(empty) != made
    await connection.close()
    await migrate.upgrade(empty)
    assert await described(empty) == made


async def test_migrating_twice_changes_nothing(empty: str) -> None:
    await migrate.upgrade(empty)
    made = await described(empty)
    await migrate.upgrade(empty)
    assert await described(empty) == made


def test_migrations_are_one_line() -> None:
    scripts = ScriptDirectory(str(revisions.SCRIPTS))
    assert scripts.get_heads() == [revisions.newest()]
    assert [each.revision for each in scripts.walk_revisions() if revisions.is_behind(each.revision)] == [
        each.revision for each in scripts.walk_revisions()
    ][1:]


def test_every_table_of_organizations_is_exported_or_known_not_to_be() -> None:
    """So that an export is complete: a new table wants to be named in migrations/exporting.py."""
    tables = {name for name, table in SQLModel.metadata.tables.items() if "org_id" in table.columns} - {"projects"}
    named = (*OF_ORGANIZATION, *OF_PROJECT, *OF_RECORDING, *PLACED, *KEPT_BACK)
    assert sorted(named) == sorted(tables)
    for group, column in ((OF_PROJECT, "project_id"), (OF_RECORDING, "recording_id")):
        assert [name for name in group if column not in SQLModel.metadata.tables[name].columns] == []
