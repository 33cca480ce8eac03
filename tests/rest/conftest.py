"""Every test begins with the same store."""

import pytest

from tests.rest.stand_in import fresh, schema


@pytest.fixture(autouse=True)
def _store() -> None:
    schema.store = fresh()
