"""Files in a folder of this machine. Their addresses are ours: signed, bound to one file, gone in minutes.

For one machine, or several that share the folder.
"""

import asyncio
import base64
import errno
import hmac
import logging
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

import orjson

from app.core import clock
from app.core.content import Content
from app.core.errors import NotFound
from app.core.storage import ADDRESS_SECONDS, Served, StorageAway

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
LEAST_FREE = 256 * 2**20
"""Bytes; with less left on the disk, something is wrong."""
UNFINISHED = ".unfinished"
"""How the name of a file ends that is still being written, or never was to the end."""

P = ParamSpec("P")
T = TypeVar("T")


class Disk:
    """Keeps each file under its key in `folder`; `url` is the server's own address."""

    def __init__(self, folder: Path, url: str, secret: str) -> None:
        self._folder = folder
        self._url = url
        self._secret = secret

    async def put(self, key: str, file: BinaryIO, size: int) -> None:
        await _in_thread(self._put, key, file)

    async def delete(self, key: str) -> None:
        await _in_thread((self._folder / key).unlink, missing_ok=True)

    async def address(self, key: str, served: Served) -> str:
        until = int(clock.now().timestamp()) + ADDRESS_SECONDS
        said = orjson.dumps({"key": key, "until": until, **asdict(served)})
        return f"{self._url}/files/{_text(said)}.{_text(self._signature(said))}"

    async def listed(self) -> AsyncIterator[str]:
        for key in await _in_thread(self._keys):
            yield key

    async def check(self) -> None:
        await _in_thread(self._check)

    async def close(self) -> None:
        pass

    async def opened(self, token: str) -> tuple[Content, Served]:
        """What an address of ours leads to. Raises NotFound for one that is not ours or too old, and what is gone."""
        said, _, signature = token.partition(".")
        raw = _bytes(said)
        if not hmac.compare_digest(self._signature(raw), _bytes(signature)):
            raise NotFound
        known: dict[str, Any] = orjson.loads(raw)
        key = known.pop("key")
        if known.pop("until") < clock.now().timestamp():
            raise NotFound
        path = self._folder / key
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError as error:
            raise NotFound from error
        return Content(_reader(path), size, tag=path.name), Served(**known)

    def _check(self) -> None:
        nearest = next(each for each in (self._folder, *self._folder.absolute().parents) if each.exists())
        if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
            raise NotADirectoryError(f"{nearest} is not a folder of ours")
        if (free := shutil.disk_usage(nearest).free) < LEAST_FREE:
            raise OSError(errno.ENOSPC, f"only {free // 2**20} MiB are left in {nearest}")

    def _put(self, key: str, file: BinaryIO) -> None:
        """By another name first: nobody ever reads half a file, and the sweep finds what a crash left."""
        path = self._folder / key
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + UNFINISHED)
        try:
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                file.seek(0)
                shutil.copyfileobj(file, written, CHUNK)
                written.flush()
                os.fsync(written.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def _keys(self) -> list[str]:
        return [path.relative_to(self._folder).as_posix() for path in self._folder.glob("*/*")]

    def _signature(self, said: bytes) -> bytes:
        return hmac.digest(self._secret.encode(), b"file:" + said, "sha256")


def _reader(path: Path) -> Callable[[int, int | None], AsyncGenerator[bytes, None]]:
    async def read(first: int, length: int | None) -> AsyncGenerator[bytes, None]:
        file = await asyncio.to_thread(path.open, "rb")
        try:
            await asyncio.to_thread(file.seek, first)
            left = length if length is not None else path.stat().st_size
            while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK, left))):
                left -= len(chunk)
                yield chunk
        finally:
            file.close()

    return read


async def _in_thread(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Do what the disk may take its time for. Raises StorageAway for what the disk does not do."""
    try:
        return await asyncio.to_thread(work, *arguments, **options)
    except OSError as error:
        log.warning("file storage: %s", error)
        raise StorageAway from error


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """What was written so; empty for what is no such text."""
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return b""
