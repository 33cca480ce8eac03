"""API keys, as GraphQL shows them."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from app.core.declare import Info, linked, show
from app.core.refs import Person
from app.keys import actions
from app.keys.model import KeyDialect, KeyPermission
from app.people.model import Membership

strawberry.enum(KeyDialect, description="The product whose clients a key is for.")
strawberry.enum(KeyPermission, description="What a key may do: all that its maker may, or only read.")

Org = Annotated[str, argument(description="The organization's slug.")]


@strawberry.type(
    description="A key for programs that were written for another product. It acts as its maker, in one organization."
)
class ApiKey:
    id: strawberry.ID = strawberry.field(description="The key's id; not the key itself.")
    dialect: KeyDialect = strawberry.field(description="The product whose clients it is for.")
    name: str = strawberry.field(description="What its maker called it.")
    permission: KeyPermission = strawberry.field(description="What it may do.")
    token_prefix: str = strawberry.field(description="How it begins, so that you know which one it is.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the minute; null if never.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null if never.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked.")
    created_at: datetime = strawberry.field(description="When it was made.")
    creator: Person = linked("membership_id", Membership, description="Who made it, and as whom it acts.")


@strawberry.type(description="A new API key.")
class CreateApiKeyPayload:
    api_key: ApiKey = strawberry.field(description="What is kept of it.")
    token: str = strawberry.field(description="The key itself: `ba_…`, `kt_…` or `tw_…`. It is shown this once.")


@strawberry.input(description="What a new API key is for.")
class CreateApiKeyInput:
    dialect: KeyDialect = strawberry.field(description="The product whose clients shall use it.")
    name: str = strawberry.field(description="What you call it: 1 to 100 characters.")
    permission: KeyPermission = strawberry.field(default=KeyPermission.FULL, description="What it may do.")
    expires_at: datetime | None = strawberry.field(default=None, description="When it shall end; null for never.")


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Make an API key of your own, which is shown this once. Needs a session. A Tickward key works in "
        "your personal organization, if you have one."
    )
    async def create_api_key(
        self, info: Info, org: Org, input: Annotated[CreateApiKeyInput, argument(description="What it is for.")]
    ) -> CreateApiKeyPayload:
        await info.context.enter(org)
        return show(await actions.create(info.context, input.dialect, input.name, input.permission, input.expires_at))

    @strawberry.mutation(description="End an API key for good: your own; owners and admins anybody's. Needs a session.")
    async def revoke_api_key(
        self, info: Info, org: Org, id: Annotated[strawberry.ID, argument(description="The key's id.")]
    ) -> ApiKey:
        await info.context.enter(org)
        return show(await actions.revoke(info.context, id))
