"""Reads API keys: your own, and everybody's for owners and admins, which row-level security sees to."""

from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import read_id
from app.core.paging import Order
from app.core.sources import Selection
from app.keys.model import ApiKey


def keys_listed() -> Selection:
    """Revoked and expired ones too, the latest first."""
    return Selection(order=(Order(col(ApiKey.id), "id", descending=True),))


async def find_key(ctx: Context, id: str) -> ApiKey:
    """One of the keys that the viewer may see. Raises NotFound."""
    key = await ctx.tx.first(select(ApiKey).where(ApiKey.id == read_id(id)))
    if key is None:
        raise NotFound
    return key
