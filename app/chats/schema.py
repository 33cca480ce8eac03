"""Direct chats in GraphQL: starting one. What one is, is a kind of recording (recordings/kinds/dm.py)."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from app.chats.actions import find_or_start
from app.core.declare import Info, show
from app.core.refs import Dm


@strawberry.type(description="What was said last in a chat.")
class ChatPreview:
    created_at: datetime = strawberry.field(description="When it was said.")
    preview: str = strawberry.field(description="Its beginning as plain text, at most 140 characters.")


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="The direct chat of just these people and you: the one that there is, or a new one. Only who is in "
        "it sees it; owners and admins do not."
    )
    async def find_or_create_chat(
        self,
        info: Info,
        org: Annotated[str, argument(description="The organization's slug.")],
        membership_ids: Annotated[
            list[strawberry.ID], argument(description="With whom; only yourself: notes to yourself. At most 50.")
        ],
    ) -> Dm:
        await info.context.enter(org)
        return show(await find_or_start(info.context, membership_ids))
