"""When garbage is collected. To make the program takes twice as long when the collector looks on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: nearly all that is made stays, and would be looked through again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def keep() -> None:
    """What there is now is never looked through again."""
    gc.freeze()


def collect_and_keep() -> None:
    """The same, without what is garbage by now."""
    gc.collect()
    gc.freeze()
