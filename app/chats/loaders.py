"""Reads direct chats: which there are, who is in them, what was said last."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from sqlalchemy import ARRAY, Uuid, bindparam, case, func, select
from sqlmodel import col
from sqlmodel import select as select_rows

from app.chats.model import ChatParticipant
from app.core.context import Context
from app.core.paging import Order
from app.core.sources import Selection
from app.people.model import Membership
from app.recordings.model import Recording, RecordingStatus, RecordingType

PREVIEW = 140
"""Characters of what was said last."""


def chats_listed(
    status: Annotated[
        RecordingStatus, strawberry.argument(description="Only chats in this part of their life.")
    ] = RecordingStatus.ACTIVE,
) -> Selection:
    """Where somebody said something last comes first; row-level security leaves only the viewer's own."""
    return Selection(
        where=(col(Recording.type) == RecordingType.DM.value, col(Recording.status) == status.value),
        order=(
            Order(col(Recording.updated_at), "updated_at", descending=True),
            Order(col(Recording.id), "id", descending=True),
        ),
    )


def participants_listed() -> Selection:
    """By name."""
    name = func.lower(col(Membership.name)).label("_name")
    return Selection(
        order=(Order(name, "_name"), Order(col(Membership.id), "id")),
        join=(ChatParticipant, col(ChatParticipant.membership_id) == col(Membership.id)),
        extra=(name,),
    )


def lines_latest_first() -> Selection:
    """What was said, the latest first, each with its beginning as one line of plain text."""
    plain = func.coalesce(func.thicket_plain(col(Recording.content)), "")
    cut = func.rtrim(func.left(plain, PREVIEW - 1)).concat("…")
    return Selection(
        where=(
            col(Recording.type) == RecordingType.CHAT_LINE.value,
            col(Recording.status) == RecordingStatus.ACTIVE.value,
        ),
        order=(
            Order(col(Recording.created_at), "created_at", descending=True),
            Order(col(Recording.id), "id", descending=True),
        ),
        extra=(case((func.length(plain) <= PREVIEW, plain), else_=cut).label("preview"),),
    )


async def chat_of(ctx: Context, people: Sequence[str]) -> Recording | None:
    """The caller's chat with just these people, the caller among them, in the order of their ids."""
    together = func.array_agg(col(ChatParticipant.membership_id).op("order by")(col(ChatParticipant.membership_id)))
    same = (
        select(col(ChatParticipant.recording_id))
        .group_by(col(ChatParticipant.recording_id))
        .having(together == bindparam(None, list(people), type_=ARRAY(Uuid(as_uuid=False))))
    )
    return await ctx.tx.first(select_rows(Recording).where(col(Recording.id).in_(same)))
