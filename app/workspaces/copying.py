"""Copies what canvases' programs keep of items along with the items."""

from collections.abc import Mapping

from app.core.context import Context
from app.core.db import among
from app.core.sources import whole
from app.workspaces.model import CanvasContent


async def copy_contents(ctx: Context, copies: Mapping[str, str]) -> None:
    """Let the copies of items, by the originals' ids, hold what the originals do, under ids of their own."""
    if not copies:
        return
    rows = await ctx.tx.rows(whole(CanvasContent).where(among(CanvasContent.recording_id, copies)))
    made = [(copies[row.recording_id], row.item) for row in rows]
    await ctx.tx.add_all(
        [CanvasContent(recording_id=id, org_id=ctx.org_id, item={**item, "id": id}) for id, item in made]
    )
