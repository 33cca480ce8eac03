"""Lets go of bytes that nobody needs: of what was destroyed, and of uploads that came to nothing without telling."""

from datetime import timedelta

from app.core import clock
from app.core.db import Database
from app.core.ids import is_id, made_at
from app.core.storage import Storage
from app.files.disk import UNFINISHED

AT_ONCE = 100
YOUNGEST = timedelta(hours=2)
"""No upload takes so long: what has no row by then will not get one."""


async def release(database: Database, storage: Storage) -> int:
    """Discard files that no version has, and let go of the bytes of all that is discarded; how many these were.

    A row goes first and its bytes after it; whatever is interrupted goes on next time.
    """
    while (await database.apart("thicket_discard_unused_files", AT_ONCE))[0][0]:
        pass
    released = 0
    while rows := await database.apart("thicket_discarded_files", AT_ONCE):
        keys = [row.key for row in rows]
        for key in keys:
            await storage.delete(key)
        await database.apart("thicket_forget_discarded_files", keys)
        released += len(keys)
    return released


async def release_lost(database: Database, storage: Storage) -> int:
    """Let go of bytes that have no row, as after a crash in the middle of an upload; how many there were.

    Only of organizations that the database has: were it another database, its bucket would be emptied.
    """
    released = 0
    some: list[str] = []
    async for key in storage.listed():
        if _is_old(key):
            some.append(key)
        if len(some) == AT_ONCE:
            released += await _release_those_lost(database, storage, some)
            some = []
    return released + await _release_those_lost(database, storage, some)


def _is_old(key: str) -> bool:
    """Whether it is a key of ours, made long enough ago for its upload to have ended."""
    org_id, _, file_id = key.removesuffix(UNFINISHED).partition("/")
    return is_id(org_id) and is_id(file_id) and made_at(file_id) < clock.now() - YOUNGEST


async def _release_those_lost(database: Database, storage: Storage, keys: list[str]) -> int:
    rows = await database.apart("thicket_lost_files", keys)
    for row in rows:
        await storage.delete(row.key)
    return len(rows)
