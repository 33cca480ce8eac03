"""What the tests of compiled queries share."""

import pytest

from app.settings import Settings


@pytest.fixture
def compiling(settings: Settings) -> None:
    """Only where queries are compiled: the second run of CI has that switched off, to test the executor alone."""
    if settings.executor != "compiled":
        pytest.skip("this run has nothing compiled")
