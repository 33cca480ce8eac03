"""Where files' bytes are kept, behind one small protocol: a folder of ours, or an S3 bucket (app/files)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from app.core.content import attachment, inline
from app.core.errors import Unavailable

ADDRESS_SECONDS = 300
"""How long the address of a file works (routes.md 3.2.8)."""


class StorageAway(Unavailable):
    """The bytes cannot be reached, or there is no room for more. Nothing was changed."""

    default = "File storage is away for the moment"


@dataclass(frozen=True)
class Served:
    """How a file is to be sent to whoever has its address."""

    filename: str
    content_type: str
    shown: bool
    """In the browser; else it is saved."""

    @property
    def disposition(self) -> str:
        return inline(self.filename) if self.shown else attachment(self.filename)


class Storage(Protocol):
    """Bytes by key. A key is `organization's id/file's id`, never a name. All of it may raise StorageAway."""

    async def put(self, key: str, file: BinaryIO, size: int) -> None:
        """Keep all of the file, from its beginning: either it is there whole afterwards, or nothing is."""

    async def delete(self, key: str) -> None:
        """Let go of it. What is not there is gone already."""

    async def address(self, key: str, served: Served) -> str:
        """Where to get it from: an address that works for ADDRESS_SECONDS and for nothing else."""

    def listed(self) -> AsyncIterator[str]:
        """Every key there is, in any order."""

    async def check(self) -> None:
        """Raise StorageAway unless files could be kept now."""

    async def close(self) -> None:
        """Let go of connections."""
