"""Behind a pooler that keeps no prepared statements, a compiled query is read in a transaction of its own."""

import pytest

from app.core.db import Database
from app.settings import Settings
from tests.world import World

ALONE = "select current_setting('transaction_read_only') = 'off' as alone"
"""The transaction that is made of it is read-only; what PostgreSQL makes by itself is not."""


@pytest.mark.parametrize(("statement_cache_size", "alone"), [(0, False), (100, True)])
async def test_only_a_pooler_makes_a_transaction_of_it(
    world: World, settings: Settings, statement_cache_size: int, alone: bool
) -> None:
    assert settings.database_url is not None
    database = Database()
    await database.open(settings.database_url, size=1, statement_cache_size=statement_cache_size)
    try:
        row = await database.read(ALONE, [])
        assert row is not None
        assert row["alone"] is alone
    finally:
        await database.close()
