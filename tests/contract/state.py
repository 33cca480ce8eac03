"""What a world's organizations hold, as one value: equal before and after means that nothing happened."""

from typing import Any

import asyncpg
from sqlmodel import SQLModel

from tests.world import KEY_NAME, World

TENANTS = sorted(name for name, table in SQLModel.metadata.tables.items() if "org_id" in table.columns)
DIGESTS = " union all ".join(
    f"select '{name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest"
    f" from {name} t where org_id = any ($1)" + (f" and t.name <> '{KEY_NAME}'" if name == "api_keys" else "")
    for name in TENANTS
)


async def state(owner: "asyncpg.Connection[Any]", world: World) -> dict[str, str]:
    """Table → digest of the rows of both organizations."""
    rows = await owner.fetch(DIGESTS, [world.org_id, world.other_org_id])
    return {row["name"]: row["digest"] for row in rows}
