"""Ids: UUIDs of version 7, made here and not in the database, so that their order is the order of creation."""

import os
import re
import threading
import time
from datetime import UTC, datetime

from app.core.errors import NotFound

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LATEST = 253_402_300_799
"""The last second of the year 9999."""
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A fresh id. Ids made by one process sort in the order they were made (RFC 9562, 5.7 and 6.2 method 3)."""
    global _last
    with _lock:
        # 60 bits of time: 48 of milliseconds and 12 below them; never twice the same, never backwards.
        _last = max(_last + 1, time.time_ns() * 4096 // 1_000_000)
        ticks = _last
    low = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    digits = f"{ticks >> 12:012x}7{ticks & 0xFFF:03x}{low:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def made_at(id: str) -> datetime:
    """When an id of ours was made; of others at most the year 9999."""
    return datetime.fromtimestamp(min(int(id[:8] + id[9:13], 16) // 1000, LATEST), UTC)


def first_of(moment: datetime) -> str:
    """What comes before every id that is made from that moment on, and after those that were made before."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


def is_id(text: str) -> bool:
    """Whether the text is a UUID as we write them (upper-case digits are read too)."""
    return _CANONICAL.fullmatch(text.lower()) is not None


def read_id(text: str) -> str:
    """The id as it is stored. Raises NotFound: a malformed id names nothing (domain.md 2.1)."""
    lowered = text.lower()
    if not _CANONICAL.fullmatch(lowered):
        raise NotFound
    return lowered
