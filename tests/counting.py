"""What operations cost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.core.db import Database, Tx


def statements_of_transactions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements each transaction has had that ended, from now on."""
    counted: list[int] = []
    usual = Database.transaction

    @asynccontextmanager
    async def counting(self: Database, *, writes: bool) -> AsyncIterator[Tx]:
        async with usual(self, writes=writes) as tx:
            yield tx
            counted.append(tx.statements)

    monkeypatch.setattr(Database, "transaction", counting)
    return counted
