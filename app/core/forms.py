"""Multipart forms, read within bounds: files go to disk while they come, and reading ends at the first byte too many.

Both doors read forms here, so that a file is as large on one as on the other.
"""

import asyncio
import errno
import io
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from app.core.errors import BadRequest, Unavailable

MEBIBYTE = 1024 * 1024
LARGEST_FILE = 50 * MEBIBYTE
"""In bytes; one more is too long (domain.md, ruling 13)."""
LARGEST_FORM = 64 * MEBIBYTE
"""All parts together."""
LARGEST_FIELD = MEBIBYTE
MOST_FILES = 20
SECONDS = 600
"""How long a form may take to arrive."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Form:
    """What came. `too_long` is the name of the file at which reading ended: then every file in it is empty."""

    data: FormData
    too_long: str | None = None


async def read_form(
    headers: Headers, chunks: AsyncGenerator[bytes, None], *, most_fields: int, largest_file: int = LARGEST_FILE
) -> Form:
    """A multipart form; close its `data` after use. The chunks' own reader bounds the whole.

    Raises BadRequest for what is no such form, or does not arrive in time; Unavailable when the disk is full.
    """
    parser = _Parser(headers, chunks, most_fields, largest_file)
    try:
        async with asyncio.timeout(SECONDS):
            return Form(await parser.parse())
    except _TooLong as error:
        return Form(FormData(_without_files(parser)), error.name)
    except TimeoutError as error:
        raise BadRequest(f"The body did not arrive within {SECONDS} seconds") from error
    except ClientDisconnect as error:
        raise BadRequest("The body ended early") from error
    except MultiPartException as error:
        raise BadRequest(f"The multipart body cannot be read: {error.message}") from error
    except (KeyError, AssertionError, UnicodeError) as error:
        raise BadRequest("The multipart body cannot be read") from error
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Unavailable("There is no room for files at this moment") from error


class _TooLong(Exception):
    def __init__(self, name: str):
        self.name = name


class _Parser(MultiPartParser):
    """Starlette's, which bounds fields but not files."""

    def __init__(
        self, headers: Headers, chunks: AsyncGenerator[bytes, None], most_fields: int, largest_file: int
    ) -> None:
        super().__init__(headers, chunks, max_files=MOST_FILES, max_fields=most_fields, max_part_size=LARGEST_FIELD)
        self._largest_file = largest_file
        self._received = 0

    def on_part_begin(self) -> None:
        super().on_part_begin()
        self._received = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._received += end - start
        if self._current_part.file is not None and self._received > self._largest_file:
            self.items.append((self._current_part.field_name, self._current_part.file))
            raise _TooLong(self._current_part.field_name)
        super().on_part_data(data, start, end)


def _without_files(parser: MultiPartParser) -> list[tuple[str, str | UploadFile]]:
    """What was read before, with nothing in the files: the parser has closed them."""
    return [(name, each if isinstance(each, str) else empty_file(each.filename)) for name, each in parser.items]


def empty_file(filename: str | None = None) -> UploadFile:
    """A file with nothing in it, where one has to be."""
    return UploadFile(io.BytesIO(), size=0, filename=filename or "")
