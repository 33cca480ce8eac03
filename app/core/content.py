"""Answers that are no JSON: files, exports, feeds. What an operation leaves behind for its door to send."""

import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from urllib.parse import quote

ATTRIBUTE = "!#$&+-.^_`|~"
"""What may stand in an extended parameter besides letters and digits (RFC 8187, attr-char)."""
LONGEST_NAME = 200

_UNPRINTABLE = re.compile(r"[^ -~]")
_SPECIAL = re.compile(r'["\\/%;]')


@dataclass(frozen=True)
class Content:
    """Bytes that are read while they are sent, after the operation's transaction has ended.

    An operation leaves one in its caller's `contents`, under the text that the route's body field answers.
    """

    read: Callable[[int, int | None], AsyncGenerator[bytes, None]]
    """The bytes from the first number on, as many as the second; None: to the end."""
    size: int | None = None
    """How many there are. None: nobody knows, so there are no ranges either, and `read` is given 0 and None."""
    tag: str | None = None
    """An entity tag without its quotes: what has the same is the same, byte for byte."""


def attachment(filename: str) -> str:
    """A Content-Disposition: the client saves it under that name (RFC 6266). Any name is safe."""
    return _disposition("attachment", filename)


def inline(filename: str) -> str:
    """A Content-Disposition: the client shows it, and saves it under that name."""
    return _disposition("inline", filename)


def _disposition(kind: str, filename: str) -> str:
    """With a plain name for old clients, and the true one where that is another."""
    name = filename[:LONGEST_NAME].encode("utf-8", "replace").decode()
    plain = _SPECIAL.sub("_", _UNPRINTABLE.sub("_", name))
    said = f'{kind}; filename="{plain}"'
    return said if plain == name else f"{said}; filename*=UTF-8''{quote(name, safe=ATTRIBUTE)}"
