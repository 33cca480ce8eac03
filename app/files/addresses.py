"""Where to get files from: addresses that are given only to who may see the upload, and that die soon."""

from app.core.content import Content
from app.core.context import Context
from app.core.errors import NotFound
from app.core.sources import Link
from app.core.storage import Served
from app.files.loaders import version_of
from app.files.model import FileVersion
from app.files.sniffing import OCTETS, SHOWN
from app.files.storage import disk_of, storage_of
from app.recordings.model import Recording, RecordingStatus


async def to_save(ctx: Context, upload: Recording, version: int | None) -> str:
    """An address that saves the file. Raises NotFound for a version that is not there, and for what was trashed."""
    return await _address(ctx, upload, version, shown=False)


async def to_show(ctx: Context, upload: Recording, version: int | None) -> str:
    """An address that shows the file, where that is harmless."""
    return await _address(ctx, upload, version, shown=True)


async def _address(ctx: Context, upload: Recording, version: int | None, *, shown: bool) -> str:
    if upload.status == RecordingStatus.TRASHED:
        raise NotFound
    found = await (_present(ctx, upload) if version is None else version_of(ctx, upload, version))
    harmless = found.content_type in SHOWN
    served = Served(found.filename, found.content_type if harmless else OCTETS, shown and harmless)
    return await storage_of(ctx.caller.settings).address(key_of(found.org_id, found.stored_file_id), served)


async def _present(ctx: Context, upload: Recording) -> FileVersion:
    """What it holds now, looked up together with what others hold."""
    found: FileVersion | None = await ctx.load(Link("id", FileVersion), upload.file_id)  # type: ignore[arg-type]
    if found is None:
        raise NotFound
    return found


def key_of(org_id: str, stored_file_id: str) -> str:
    """Under which key the storage has a file."""
    return f"{org_id}/{stored_file_id}"


async def opened(ctx: Context, token: str) -> tuple[Content, Served]:
    """What the last part of an address of this server's leads to. Raises NotFound."""
    return await disk_of(ctx.caller.settings).opened(token)
