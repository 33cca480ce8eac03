"""What people do with files: send them, and replace them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col
from starlette.datastructures import UploadFile

from app.billing.plans import expect_room_for_file, require_room_for_file
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require
from app.files import sniffing
from app.files.addresses import key_of
from app.files.loaders import version_of
from app.files.model import FileVersion, StoredFile
from app.files.naming import clean_name
from app.files.storage import storage_of
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.create import New, create, require_fits
from app.recordings.actions.edit import may_edit
from app.recordings.actions.holding import lock, read_back
from app.recordings.events import note
from app.recordings.kind import kind_of
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingType


@dataclass(frozen=True)
class Sent:
    """A file that came, looked at and kept in the storage under `stored_id`."""

    stored_id: str
    filename: str
    byte_size: int
    content_type: str
    width: int | None
    height: int | None


async def send(ctx: Context, parent_id: str, file: object, description_html: str | None, notify: object) -> Recording:
    """A new upload in a folder or a chat; nobody hears of it unless `notify` says who.

    Raises NotFound, Forbidden, Invalid (no file, an empty one, a parent that holds no files), LimitReached and
    StorageAway. The bytes are kept before the plan's last word, so that others wait for rows and not for them; what
    is refused then is let go of.
    """
    parent = await find(ctx, parent_id)
    await require_open_project(ctx, parent)
    require(ctx, Verb.create_shared_content)
    await require_fits(ctx, kind_of(RecordingType.UPLOAD), parent)
    require_active(parent, field="type")
    sent = await _kept(ctx, file)
    version_id = new_id()
    new = New(
        RecordingType.UPLOAD,
        title=sent.filename,
        content_html=description_html,
        notify=notify,
        file_id=version_id,
    )
    upload = await create(ctx, parent.id, new)
    await _add(ctx, upload.id, version_id, 1, sent)
    return upload


async def replace(ctx: Context, id: str, file: object) -> Recording:
    """A new version of an upload; one that is called as its file was takes the new name too.

    Raises as `send` does, and NotFound for what is no upload.
    """
    upload = await find(ctx, id)
    if not kind_of(upload.type).filed:
        raise NotFound
    await require_open_project(ctx, upload)
    require(ctx, Verb.edit, also=may_edit(ctx, upload))
    require_active(upload)
    sent = await _kept(ctx, file)
    await lock(ctx, upload.id)
    upload = await find(ctx, upload.id)
    require_active(upload)
    before = await version_of(ctx, upload, None)
    values: dict[str, Any] = {"file_id": new_id(), "updated_at": ctx.now}
    if upload.title == before.filename:
        values["title"] = sent.filename
    await ctx.tx.run(update(FileVersion).where(col(FileVersion.id) == before.id).values(replaced_at=ctx.now))
    await _add(ctx, upload.id, values["file_id"], before.version + 1, sent)
    await ctx.tx.run(update(Recording).where(col(Recording.id) == upload.id).values(values))
    detail = {"version": before.version + 1}
    await note(ctx, "version_added", project_id=upload.project_id, recording_id=upload.id, detail=detail)
    return await read_back(ctx, upload.id)


async def _kept(ctx: Context, file: object) -> Sent:
    """Look at the file and keep its bytes; they go again if the operation comes to nothing."""
    if not isinstance(file, UploadFile):  # GraphQL's scalar takes whatever JSON there is
        raise Invalid.field("file", Reason.invalid_format, "file must be a file")
    size = file.size or 0
    if size == 0:
        if not file.filename:
            raise Invalid.field("file", Reason.required, "file is required")
        raise Invalid.field("file", Reason.too_short, "file is empty")
    filename = clean_name(file.filename)
    await expect_room_for_file(ctx, size)
    kind, pixels = await asyncio.to_thread(_examined, file, filename)
    width, height = pixels or (None, None)
    sent = Sent(new_id(), filename, size, kind, width, height)
    storage, key = storage_of(ctx.caller.settings), key_of(ctx.org_id, sent.stored_id)
    ctx.tx.after_rollback(lambda: storage.delete(key))
    await storage.put(key, file.file, size)
    return sent


def _examined(file: UploadFile, filename: str) -> tuple[str, tuple[int, int] | None]:
    file.file.seek(0)
    kind = sniffing.content_type(file.file.read(sniffing.HEAD), filename)
    return kind, sniffing.dimensions(file.file, kind)


async def _add(ctx: Context, recording_id: str, version_id: str, version: int, sent: Sent) -> None:
    """Write down what was kept, if the plan has room for it."""
    await require_room_for_file(ctx, sent.byte_size)
    stored = StoredFile(id=sent.stored_id, org_id=ctx.org_id, byte_size=sent.byte_size, created_at=ctx.now)
    await ctx.tx.add(stored)
    await ctx.tx.add(
        FileVersion(
            id=version_id,
            org_id=ctx.org_id,
            recording_id=recording_id,
            stored_file_id=stored.id,
            version=version,
            filename=sent.filename,
            byte_size=sent.byte_size,
            content_type=sent.content_type,
            width=sent.width,
            height=sent.height,
            creator_id=ctx.me,
            created_at=ctx.now,
        )
    )
    ctx.forget()
