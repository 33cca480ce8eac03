"""Reads versions of files."""

from sqlalchemy import and_
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.paging import Order
from app.core.sources import Selection
from app.files.model import FileVersion
from app.recordings.model import Recording


def earlier_listed() -> Selection:
    """What was replaced, newest first."""
    return Selection(
        where=(col(FileVersion.replaced_at).is_not(None),),
        order=(Order(col(FileVersion.version), "version", descending=True), Order(col(FileVersion.id), "id")),
    )


async def version_of(ctx: Context, upload: Recording, version: int | None) -> FileVersion:
    """A version of an upload by its number; None is the present one. Raises NotFound."""
    if version is None:
        wanted = col(FileVersion.id) == upload.file_id
    else:
        wanted = and_(col(FileVersion.recording_id) == upload.id, col(FileVersion.version) == version)
    found = await ctx.tx.first(select(FileVersion).where(wanted))
    if found is None:
        raise NotFound
    return found
