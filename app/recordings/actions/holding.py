"""What an operation has in hand: nobody else can change it until the operation ends, and the operation sees it.

A client who completes a card does not see the Done column, nobody sees another's drafts; yet the one has to be put
into its place and the others go along with their folder. What is held is seen with what lies directly in it, and must
be let go before the answer is read.
"""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import bindparam, func, literal_column
from sqlalchemy import select as columns
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import read_id
from app.core.table import Id
from app.recordings.loaders import find
from app.recordings.model import Recording


async def hold(ctx: Context, *ids: str | None) -> None:
    """See these, and what lies directly in them, whoever may see them otherwise."""
    await ctx.tx.call("thicket_hold", [id for id in ids if id])


async def lock(ctx: Context, *ids: str | None) -> None:
    """Hold these, and let nobody else arrange what lies in them until this operation ends.

    In id order: two moves at once would otherwise each wait for the other.
    """
    wanted = sorted({id for id in ids if id})
    if wanted:
        await ctx.tx.call("thicket_lock", wanted)


TAKEN = func.thicket_take(bindparam("id", type_=Id)).table_valued("found", "project_status", "last_place", name="taken")
TAKING = columns(literal_column("(taken.found).*"), TAKEN.c.project_status, TAKEN.c.last_place)


@dataclass(frozen=True)
class Taken:
    """A recording that nobody else changes any more, and what its new children depend on."""

    recording: Recording
    project_status: str | None
    """None where it lies in no project."""
    last_place: float | None
    """The greatest number among its children, seen or not; None without any."""


async def take(ctx: Context, id: str) -> Taken:
    """Lock one that gets a child. It is not held: the caller sees what he sees of it.

    Raises NotFound if there is none that the viewer may see.
    """
    for row in await ctx.tx.rows(TAKING, id=read_id(id)):
        return Taken(cast(Recording, row), row.project_status, row.last_place)
    raise NotFound


async def lock_in_place(ctx: Context, recording: Recording, *others: str | None) -> Recording:
    """Lock what it lies in, and others, then itself; the recording as it is then.

    Parents first, always: who arranges what lies in one writes its children's rows while holding it. When it was moved
    meanwhile, these locks are given back before those of its new parent are taken, so that no two wait for each other.
    """
    await ctx.tx.call("thicket_lock_in_place", recording.id, [id for id in others if id])
    return await find(ctx, recording.id)


async def lock_tree(ctx: Context, root_id: str) -> list[str]:
    """Lock and hold a recording with all that lies in it, at any depth and of any status; the ids of it all."""
    return [row.id for row in await ctx.tx.call("thicket_lock_tree", root_id)]


async def hold_drafts(ctx: Context, project_id: str) -> None:
    """Hold a project's drafts, whosever they are."""
    await hold(ctx, *[row.id for row in await ctx.tx.call("thicket_drafts", project_id)])


async def let_go(ctx: Context) -> None:
    """See again only what the caller may see."""
    await ctx.tx.call("thicket_release")


async def path(ctx: Context, id: str) -> list[str]:
    """The ids of a recording and of all that it lies in."""
    above = (
        select(col(Recording.id), col(Recording.parent_id)).where(col(Recording.id) == id).cte("above", recursive=True)
    )
    above = above.union(
        select(col(Recording.id), col(Recording.parent_id)).join(above, col(Recording.id) == above.c.parent_id)
    )
    return [row[0] for row in await ctx.tx.rows(select(above.c.id))]


async def read_back(ctx: Context, id: str) -> Recording:
    """The recording as it is now, for the answer; all that was held is let go."""
    recording = await find(ctx, id)
    await let_go(ctx)
    return recording
