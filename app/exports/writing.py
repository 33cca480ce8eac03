"""Writes an organization as one JSON document, piece by piece: in constant memory, whatever its size (domain.md 2.17).

Every row stands on a line of its own. Rows are what the tables hold, all columns but secrets; PostgreSQL writes them.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from datetime import datetime
from tempfile import TemporaryFile

import orjson

from app.core.content import Content
from app.core.context import Context
from app.core.db import Database, Row, Tx
from app.core.scalars import write_instant
from migrations.exporting import OF_ORGANIZATION, OF_PROJECT, OF_RECORDING, PLACED

FORMAT, VERSION = "thicket.export", 1
CALLED = {"memberships": "people", "people_groups": "groups", "project_tools": "tools"}
"""Table → its key, where that is another."""
CHUNK = 256 * 1024
AT_ONCE = 2
"""Exports that a server process writes at a time: each holds a database connection meanwhile."""

_places = asyncio.Semaphore(AT_ONCE)


def content(ctx: Context, projects: Sequence[str] | None) -> Content:
    """The entered organization's document, to be read once; with `projects`, of their content alone."""
    database, org_id, now = ctx.caller.database, ctx.org_id, ctx.now

    async def read(_: int, __: int | None) -> AsyncGenerator[bytes, None]:
        # Into a file first: a slow client must not hold a connection, and the moment that it reads from.
        with TemporaryFile() as file:
            async with _places:
                await _write(file.write, document(database, org_id, projects, now))
            file.seek(0)
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk

    return Content(read)


async def _write(write: Callable[[bytes], int], pieces: AsyncIterator[str]) -> None:
    waiting: list[bytes] = []
    size = 0
    async for piece in pieces:
        waiting.append(piece.encode())
        size += len(waiting[-1])
        if size >= CHUNK:
            await asyncio.to_thread(write, b"".join(waiting))
            waiting, size = [], 0
    await asyncio.to_thread(write, b"".join(waiting))


async def document(
    database: Database, org_id: str, projects: Sequence[str] | None, now: datetime
) -> AsyncGenerator[str, None]:
    """The pieces of the document, all from one moment. There are none of an organization that is gone."""
    async with database.snapshot() as tx:
        if not await tx.work_for(org_id):
            return
        ((organization,),) = await tx.call("thicket_export_organization")
        head = {"format": FORMAT, "version": VERSION, "exported_at": write_instant(now)}
        yield orjson.dumps(head).decode().removesuffix("}") + f',\n"organization":{organization},\n'
        for table in OF_ORGANIZATION:
            async for piece in _rows(tx, table, None):
                yield piece
            yield ",\n"
        yield '"categories":[]'
        if projects is None:
            yield ',\n"calendar":{\n'
            async for piece in _place(tx, org_id):
                yield piece
            yield "}"
        yield ',\n"projects":['
        async for piece in _projects(tx, projects):
            yield piece
        yield "]}\n"


async def _projects(tx: Tx, chosen: Sequence[str] | None) -> AsyncIterator[str]:
    rows: list[Row] = []
    for id in [None] if chosen is None else chosen:
        rows += await tx.call("thicket_export", "projects", id)
    between = "\n"
    for (line,) in rows:
        id = orjson.loads(line)["id"]
        people = [orjson.loads(row[0])["membership_id"] for row in await tx.call("thicket_export", OF_PROJECT[0], id)]
        yield f'{between}{line.removesuffix("}")},"people":{orjson.dumps(people).decode()},\n'
        for table in OF_PROJECT:
            async for piece in _rows(tx, table, id):
                yield piece
            yield ",\n"
        async for piece in _place(tx, id):
            yield piece
        yield "}"
        between = ",\n"


async def _place(tx: Tx, id: str) -> AsyncIterator[str]:
    """What lies in a project, or on the calendar of the organization that has this id."""
    for number, table in enumerate((*PLACED, *OF_RECORDING)):
        yield ",\n" if number else ""
        async for piece in _rows(tx, table, id):
            yield piece


async def _rows(tx: Tx, table: str, place: str | None) -> AsyncIterator[str]:
    yield f'"{CALLED.get(table, table)}":['
    between = "\n"
    async for rows in tx.each("thicket_export", table, place):
        yield between + ",\n".join(line for (line,) in rows)
        between = ",\n"
    yield "]"
