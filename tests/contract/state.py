"""What a world's organizations hold, as one value: equal before and after means that nothing happened."""

from typing import Any

import asyncpg
from sqlmodel import SQLModel

import app.migrate  # noqa: F401 -- it knows every table
from tests.world import KEY_NAME, World

TENANTS = sorted(name for name, table in SQLModel.metadata.tables.items() if "org_id" in table.columns)
SAID = {"memberships": "(to_jsonb(t) - 'last_seen_at')::text"}
"""Table → its rows as text, where they are not taken as they are: who merely asks, was seen."""
DIGESTS = " union all ".join(
    f"select '{name}' as name, md5(coalesce(string_agg(said, '|' order by said), '')) as digest"
    f" from {name} t, lateral (select {SAID.get(name, 't::text')} as said) s where org_id = any ($1)"
    + (f" and t.name <> '{KEY_NAME}'" if name == "api_keys" else "")
    for name in TENANTS
)


async def state(owner: "asyncpg.Connection[Any]", world: World) -> dict[str, str]:
    """Table → digest of the rows of both organizations."""
    rows = await owner.fetch(DIGESTS, [world.org_id, world.other_org_id])
    return {row["name"]: row["digest"] for row in rows}
