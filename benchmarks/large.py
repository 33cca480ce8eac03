"""The same organizations with ten times the content: 2,000,000 recordings, to see what grows with them.

A copy of the small database, in which PostgreSQL itself repeats each recording nine times, a little later each time.
"""

import hashlib
from pathlib import Path
from typing import Any

import asyncpg

from app.recordings.model import Assignment, Recording
from app.search.model import SearchEntry
from benchmarks import data

DATABASE = f"{data.DATABASE}_large"
TIMES = 10

_REPEATED = "md5({}::text || repeated.number)::uuid"
_CHANGED = {
    "recordings": {
        "id": _REPEATED.format("r.id"),
        # A project keeps its containers, which lie in nothing; all else is repeated with what it lies in.
        "parent_id": f"case when p.parent_id is null then p.id else {_REPEATED.format('p.id')} end",
        "position": "r.position + 1000 * repeated.number",
        "created_at": "r.created_at + interval '7 seconds' * repeated.number",
        "updated_at": "r.updated_at + interval '7 seconds' * repeated.number",
    },
    "assignments": {"recording_id": _REPEATED.format("r.recording_id")},
    "search_entries": {"recording_id": _REPEATED.format("r.recording_id")},
}
_FROM = {
    "recordings": "recordings r join recordings p on p.id = r.parent_id",
    "assignments": "assignments r",
    "search_entries": "search_entries r join recordings d on d.id = r.recording_id",
}
_MADE = {"recordings": "r.created_at", "assignments": "r.created_at", "search_entries": "d.created_at"}
_INDEXES = """
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i
 where i.indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
"""


def fingerprint() -> str:
    """Changes with the rows or with the tables that they are in."""
    return hashlib.sha256(data.fingerprint().encode() + Path(__file__).read_bytes()).hexdigest()


async def is_loaded(server_url: str) -> bool:
    """Whether the large database is there, made from the small one as it is."""
    return await data.comment(server_url, DATABASE) == fingerprint()


async def load(server_url: str) -> None:
    """Make the large database anew from the small one, as a superuser."""
    root = await asyncpg.connect(server_url)
    await root.execute(f"drop database if exists {DATABASE} with (force)")
    await root.execute(f"create database {DATABASE} template {data.DATABASE}")
    owner = await asyncpg.connect(data.on_database(server_url, DATABASE))
    await owner.execute(
        "set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '1GB'"
    )
    for table in (Recording, Assignment, SearchEntry):
        await _fill(owner, str(table.__tablename__), data.stored(table))
    await owner.execute("vacuum (analyze)")
    await owner.execute("checkpoint")
    await owner.close()
    await root.execute(f"comment on database {DATABASE} is '{fingerprint()}'")
    await root.close()


async def _fill(owner: "asyncpg.Connection[Any]", table: str, columns: list[str]) -> None:
    """Repeat a table's rows. Its indexes are made anew afterwards: row by row they would take most of the time."""
    indexes = await owner.fetch(_INDEXES, table)
    for index in indexes:
        await owner.execute(f"drop index {index['name']}")
    await owner.execute(_repeat(table, columns), timeout=None)
    for index in indexes:
        await owner.execute(index["definition"], timeout=None)


def _repeat(table: str, columns: list[str]) -> str:
    values = [_CHANGED[table].get(name, f"r.{name}") for name in columns]
    return f"""
      insert into {table} ({", ".join(columns)})
      select {", ".join(values)}
        from {_FROM[table]}, generate_series(1, {TIMES - 1}) repeated (number)
       order by {_MADE[table]} + interval '7 seconds' * repeated.number
    """
