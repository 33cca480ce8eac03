"""Passwords: how long they may be, and their hashes (argon2id).

Hashing is slow on purpose and takes 64 MB: two at once, in threads, so that it stops neither the server nor others.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth.errors import PasswordTooLong, PasswordTooShort

T = TypeVar("T")

SHORTEST, LONGEST = 8, 128
"""Characters of a password."""

hasher = PasswordHash((Argon2Hasher(),))
_threads = ThreadPoolExecutor(2, thread_name_prefix="password")


def check_length(password: str) -> None:
    """Raise PasswordTooShort or PasswordTooLong. Before hashing: a password of megabytes would cost as much."""
    if len(password) < SHORTEST:
        raise PasswordTooShort
    if len(password) > LONGEST:
        raise PasswordTooLong


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await _in_thread(lambda: hasher.hash(password))


async def matches(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether it is the password, and a new hash for it if the stored one is weaker than what is usual by now.

    `stored` None is somebody who does not exist, or has no password: that takes as long as a wrong password.
    """
    if len(password) > LONGEST:
        return False, None
    if stored is None:
        await _in_thread(lambda: hasher.verify(password, _nobodys(hasher)))
        return False, None
    return await _in_thread(lambda: hasher.verify_and_update(password, stored))


async def _in_thread(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


@cache
def _nobodys(by: PasswordHash) -> str:
    """The hash of a password that nobody has."""
    return by.hash("\0")
