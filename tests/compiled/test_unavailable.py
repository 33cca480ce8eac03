"""A compiled query that finds the database away says so at once, as the executor would."""

from typing import Any

import pytest

from app.core.db import Database
from tests.world import World

DOCUMENT = "query ($org: String!) { organization(slug: $org) { name } }"


async def test_a_database_that_is_away_is_answered_with_503(
    compiling: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert await world.gql("ana", DOCUMENT) == {"organization": {"name": "Acme"}}

    class Away:
        async def take(self) -> Any:
            raise ConnectionRefusedError

    async def answer(path: str, **options: Any) -> tuple[int, str, str]:
        found = await world.client.request(**options, url=path, headers=world.headers("ana"))
        return found.status_code, found.headers["retry-after"], found.text

    usual = Database.read

    async def read(self: Database, sql: str, arguments: Any) -> Any:
        monkeypatch.setattr(self, "_connections", Away())
        return await usual(self, sql, arguments)

    monkeypatch.setattr(Database, "read", read)
    body = {"query": DOCUMENT, "variables": {"org": world.org}}
    status, retry_after, text = await answer("/graphql", method="POST", json=body)
    assert (status, retry_after) == (503, "1")
    assert '"code":"UNAVAILABLE"' in text
    status, retry_after, text = await answer(f"/api/v1/{world.org}/projects", method="GET")
    assert (status, retry_after) == (503, "1")
    assert '"code":"unavailable"' in text
