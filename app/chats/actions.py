"""Starts direct chats: the same people always find the same one."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select, update
from sqlmodel import col

from app.chats.loaders import chat_of
from app.chats.model import ChatParticipant
from app.core.context import Context
from app.core.db import among
from app.core.errors import Forbidden, Invalid, NotFound, Reason
from app.core.ids import is_id, new_id
from app.core.policy import Verb, managers_only, require
from app.people.loaders import listed_for_viewer
from app.people.model import Company, Membership
from app.recordings.events import note
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType

MOST = 50
"""How many people one chat can hold, the caller among them."""


async def find_or_start(ctx: Context, membership_ids: Sequence[str]) -> Recording:
    """The direct chat of just these people and the caller; a new one if there is none. One that was archived is back.

    One's own id alone is a chat with oneself. Raises NotFound for who is not there for the caller (ruling 12; clients
    reach whom they share a project with, owners and admins), Forbidden for people of a company that closed the door,
    and Invalid for nobody or too many.
    """
    require(ctx, Verb.start_chat)
    if not membership_ids:
        raise Invalid.field("membership_ids", Reason.required, "membership_ids is required")
    people = sorted({id.lower() for id in membership_ids} | {ctx.me})
    if len(people) > MOST:
        raise Invalid.field("membership_ids", Reason.too_long, f"A chat holds at most {MOST} people")
    await _require_reachable(ctx, [id for id in people if id != ctx.me])
    # Whoever starts the same chat at the same time waits here, and then finds it.
    await ctx.tx.rows(select(func.pg_advisory_xact_lock(func.hashtextextended(",".join(people), 0))))
    await ctx.tx.refresh_access()
    chat = await chat_of(ctx, people)
    if chat is None:
        return await _start(ctx, people)
    if chat.status != RecordingStatus.ACTIVE:
        values = {"status": RecordingStatus.ACTIVE.value, "trash_batch_id": None}
        whole = or_(col(Recording.id) == chat.id, col(Recording.parent_id) == chat.id)
        await ctx.tx.run(update(Recording).where(whole).values(values))
        await note(ctx, "restored", recording_id=chat.id)
    return await find(ctx, chat.id)


async def _require_reachable(ctx: Context, ids: Sequence[str]) -> None:
    reachable = or_(listed_for_viewer(), managers_only(col(Membership.role)))
    query = (
        select(col(Membership.id), col(Company.dms_disabled))
        .join_from(Membership, Company, col(Company.id) == col(Membership.company_id), isouter=True)
        .where(among(Membership.id, [id for id in ids if is_id(id)]), col(Membership.removed_at).is_(None), reachable)
    )
    rows = await ctx.tx.rows(query)
    if len(rows) < len(ids):
        raise NotFound
    if any(row[1] for row in rows):
        raise Forbidden("People of this company cannot be written to directly")


async def _start(ctx: Context, people: Sequence[str]) -> Recording:
    chat = Recording(
        id=new_id(),
        org_id=ctx.org_id,
        type=RecordingType.DM.value,
        creator_id=ctx.me,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.tx.add(chat)
    await ctx.tx.add_all(
        [
            ChatParticipant(recording_id=chat.id, membership_id=id, org_id=ctx.org_id, created_at=ctx.now)
            for id in people
        ]
    )
    await ctx.tx.refresh_access()
    await note(ctx, "created", recording_id=chat.id)
    return await find(ctx, chat.id)
