"""What files are called: as data only, for nothing is ever found by it."""

import re
from pathlib import PurePosixPath

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.files.model import FileVersion
from app.recordings.model import Recording

LONGEST = 255
LONGEST_ENDING = 20
NAMELESS = "file"

_UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean_name(filename: str | None) -> str:
    """The sender's name of a file, without folders and what cannot be seen, cut to 255 characters before its ending."""
    name = _UNSEEN.sub("", filename or "").replace("\\", "/").rsplit("/", 1)[-1].strip()
    if not name.strip(". "):
        return NAMELESS
    ending = _ending(name)
    return name if len(name) <= LONGEST else name[: LONGEST - len(ending)] + ending


async def rename(ctx: Context, upload: Recording, base_name: str | None) -> str:
    """Call an upload's present file otherwise, with the ending that it has; its whole name. Raises Invalid."""
    base = _UNSEEN.sub("", base_name or "").replace("\\", "/").replace("/", "_").strip()
    if not base:
        raise Invalid.field("base_name", Reason.blank, "base_name can't be blank")
    present = await ctx.tx.value(select(FileVersion.filename).where(col(FileVersion.id) == upload.file_id))
    name = base + _ending(present)
    if len(name) > LONGEST:
        raise Invalid.field("base_name", Reason.too_long, f"base_name is longer than {LONGEST} characters")
    await ctx.tx.run(update(FileVersion).where(col(FileVersion.id) == upload.file_id).values(filename=name))
    return name


def _ending(name: str) -> str:
    """`.png`; nothing where there is none, or what is too long to be one."""
    ending = PurePosixPath(name).suffix
    return ending if len(ending) <= LONGEST_ENDING else ""
