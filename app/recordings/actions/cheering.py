"""Short applause for other people's work."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Duplicate, Forbidden, NotFound
from app.core.ids import new_id, read_id
from app.core.policy import Verb, require
from app.core.rules import line
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.events import note
from app.recordings.kind import is_tools_own
from app.recordings.loaders import find
from app.recordings.model import Cheer

LONGEST = 16


async def cheer(ctx: Context, id: str, content: str) -> Cheer:
    """Applaud a recording with an emoji, or up to 16 characters.

    Raises NotFound (a project's own containers take no applause), Duplicate (the caller's very same cheer is there).
    """
    recording = await find(ctx, id)
    if is_tools_own(recording):
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.cheer)
    require_active(recording)
    made = Cheer(
        id=new_id(),
        org_id=ctx.org_id,
        recording_id=recording.id,
        creator_id=ctx.me,
        content=line("content", content, most=LONGEST),
        created_at=ctx.now,
    )
    if not await ctx.tx.run(insert(Cheer).values(made.model_dump()).on_conflict_do_nothing()):
        raise Duplicate("You already left that cheer")
    detail = {"cheer_id": made.id, "content": made.content}
    await note(ctx, "cheered", project_id=recording.project_id, recording_id=recording.id, detail=detail)
    return made


async def take_back(ctx: Context, recording_id: str, cheer_id: str) -> None:
    """Take one's own cheer back. Raises NotFound, or Forbidden for somebody else's."""
    recording = await find(ctx, recording_id)
    query = select(Cheer).where(col(Cheer.id) == read_id(cheer_id), col(Cheer.recording_id) == recording.id)
    made = await ctx.tx.first(query)
    if made is None:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.cheer)
    if made.creator_id != ctx.me:
        raise Forbidden("Only who left a cheer can take it back")
    await ctx.tx.run(delete(Cheer).where(col(Cheer.id) == made.id))
    ctx.forget()
