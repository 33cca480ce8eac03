"""An invitation as it shows to whom it was sent, and how its place is taken."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.core.context import Role
from app.core.declare import Info, show
from app.core.refs import Organization
from app.people.joining import actions

Token = Annotated[str, strawberry.argument(description="The last part of the address to join at.")]


@strawberry.type(description="What an invitation offers, for whoever has its link.")
class OfferedPlace:
    email: str = strawberry.field(description="The address that was invited.")
    name: str | None = strawberry.field(description="What the invited person is called.")
    role: Role = strawberry.field(description="The role that is offered.")
    organization_name: str = strawberry.field(description="The organization that the place is in.")
    inviter_name: str = strawberry.field(description="Who invites.")
    inviter_image: str | None = strawberry.field(description="Address of the inviter's picture.")
    expires_at: datetime | None = strawberry.field(
        description="Until when the place can be taken; null for as long as it takes."
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="What an invitation offers, for whoever has its link. One that was taken or withdrawn is not there."
    )
    async def offered_place(self, info: Info, token: Token) -> OfferedPlace:
        return show(await actions.find_offer(info.context, token))


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Take the place that an invitation offers.")
    async def accept_invitation(self, info: Info, token: Token) -> Organization:
        return show(await actions.accept(info.context, token))
