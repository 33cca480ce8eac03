"""A clock that tests can move."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.core import clock


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    yield clock.move
    clock.move(timedelta())
