"""Webhooks as GraphQL shows and changes them."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlmodel import col
from strawberry import Maybe, argument

from app.core.declare import Connection, Info, connected, linked, show
from app.core.inputs import given
from app.core.policy import Verb, require
from app.core.refs import Person
from app.people.model import Membership
from app.webhooks import actions, following, loaders  # noqa: F401 -- what follows events
from app.webhooks.model import DeliveryStatus, WebhookStatus, WebhookStyle
from app.webhooks.model import WebhookDelivery as DeliveryRow

strawberry.enum(WebhookStyle, description="In whose words events are told: our own, or those of Tickward.")
strawberry.enum(WebhookStatus, description="Whether events are sent to a webhook.")
strawberry.enum(
    DeliveryStatus,
    name="WebhookDeliveryStatus",
    description="What became of an event's way to a webhook. Pending ones are tried again, five times in all.",
)

Org = Annotated[str, argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, argument(description="The webhook's id, or its key.")]
TYPES = (
    "Which events: a type and a verb, `todo.completed`, `project.created`; up to 50. Empty or null: all. In Tickward's "
    "style only Tickward's, at least one; null: all that it knows."
)


@strawberry.type(description="One event on its way to one webhook.")
class WebhookDelivery:
    id: strawberry.ID = strawberry.field(description="The delivery's id, as in the header of what is sent.")
    event_type: str = strawberry.field(description="What happened: `todo.completed`, or `webhook.test`.")
    status: DeliveryStatus = strawberry.field(description="What became of it.")
    attempt_count: int = strawberry.field(description="How often it was tried.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is tried next; null if never.")
    last_attempt_at: datetime | None = strawberry.field(description="When it was last tried.")
    delivered_at: datetime | None = strawberry.field(description="When it was taken.")
    failed_at: datetime | None = strawberry.field(description="When it was given up.")
    response_status: int | None = strawberry.field(description="The status that the last attempt was answered.")
    error: str | None = strawberry.field(description="Why the last attempt failed.")
    created_at: datetime = strawberry.field(description="When it happened.")
    updated_at: datetime = strawberry.field(description="When it was last tried, or made.")

    @strawberry.field(description="What the event goes by, as in the body that is sent: `evt_…`.")
    def event_id(self) -> strawberry.ID:
        return strawberry.ID(f"evt_{self.event_id}")

    @strawberry.field(description="What its webhook goes by: `wh_…`.")
    def endpoint_key(self) -> strawberry.ID:
        return strawberry.ID(loaders.key_of_hook(self.endpoint_id))  # type: ignore[attr-defined]


@strawberry.type(description="A page of deliveries, the newest first.")
class WebhookLog:
    deliveries: list[WebhookDelivery] = strawberry.field(description="The deliveries.")
    has_more: bool = strawberry.field(description="There are older ones.")


@strawberry.type(
    description="An address that is told of events as they happen, signed with its secret: of what its maker may see, "
    "as long as that is an owner or admin."
)
class Webhook:
    id: strawberry.ID = strawberry.field(description="The webhook's id.")
    style: WebhookStyle = strawberry.field(description="In whose words it is told.")
    name: str = strawberry.field(description="What you call it.")
    url: str = strawberry.field(description="Where events are sent.")
    event_types: list[str] = strawberry.field(description="Which events; empty: all.")
    status: WebhookStatus = strawberry.field(description="Disabled by you, or by 25 failed attempts in a row.")
    failure_count: int = strawberry.field(description="How many attempts have failed since the last that did not.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    disabled_at: datetime | None = strawberry.field(description="When it was disabled.")
    last_delivered_at: datetime | None = strawberry.field(description="When an event was last taken there.")
    last_failed_at: datetime | None = strawberry.field(description="When an attempt last failed.")
    maker: Person = linked("membership_id", Membership, description="Who made it.")
    deliveries: Connection[WebhookDelivery] = connected(
        DeliveryRow,
        loaders.deliveries_listed,
        on=col(DeliveryRow.endpoint_id),
        description="What was sent there in the last 30 days, the newest first.",
    )

    @strawberry.field(description="What it goes by where clients name things: `wh_…`.")
    def key(self) -> strawberry.ID:
        return strawberry.ID(loaders.key_of_hook(self.id))

    @strawberry.field(description="The newest deliveries, with whether there are more.")
    async def log(
        self, info: Info, first: Annotated[int, argument(description="How many: 1 to 100.")] = 50
    ) -> WebhookLog:
        found = await loaders.deliveries(info.context, self.id, first)
        return show(WebhookLog(deliveries=show(found[:first]), has_more=len(found) > first))


@strawberry.type(description="A new webhook.")
class CreateWebhookPayload:
    endpoint: Webhook = strawberry.field(description="The webhook.")
    signing_secret: str = strawberry.field(
        description="What deliveries are signed with, `whsec_…`. It is shown this once: "
        "`thicket-signature: t=<seconds>,v1=<hex HMAC-SHA256 of 't.body'>`."
    )


@strawberry.type(description="A webhook, and what came of trying it.")
class TestWebhookPayload:
    endpoint: Webhook = strawberry.field(description="The webhook.")
    delivery: WebhookDelivery = strawberry.field(description="What became of it.")


@strawberry.type(description="A webhook that was deleted.")
class DeletedWebhook:
    key: strawberry.ID = strawberry.field(description="What it went by: `wh_…`.")


@strawberry.input(description="A new webhook.")
class CreateWebhookInput:
    name: str = strawberry.field(description="What you call it: 1 to 80 characters.")
    url: str = strawberry.field(description="Where events are sent: https, and no private address.")
    event_types: list[str] | None = strawberry.field(default=None, description=TYPES)
    style: WebhookStyle = strawberry.field(default=WebhookStyle.NATIVE, description="In whose words events are told.")


@strawberry.input(description="What to change of a webhook. What is not given stays as it is.")
class UpdateWebhookInput:
    name: Maybe[str] = strawberry.field(default=None, description="What you call it: 1 to 80 characters.")
    event_types: Maybe[list[str]] = strawberry.field(default=None, description=TYPES)
    status: Maybe[WebhookStatus] = strawberry.field(default=None, description="Pause it, or have it go on.")


@strawberry.input(description="What to send to a webhook to try it.")
class TestWebhookInput:
    event_type: str | None = strawberry.field(default=None, description="A sample of this event; a test if null.")


@strawberry.type
class Query:
    @strawberry.field(description="The organization's webhooks, oldest first. For owners and admins.")
    async def webhooks(
        self,
        info: Info,
        org: Org,
        style: Annotated[WebhookStyle, argument(description="Those of this style.")] = WebhookStyle.NATIVE,
    ) -> list[Webhook]:
        await info.context.enter(org)
        require(info.context, Verb.manage_webhooks)
        return show(await loaders.hooks(info.context, style))

    @strawberry.field(description="A webhook. For owners and admins.")
    async def webhook(self, info: Info, org: Org, id: Id) -> Webhook:
        await info.context.enter(org)
        return show(await loaders.find_hook(info.context, id))


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Have events sent to an address. For owners and admins.")
    async def create_webhook(
        self, info: Info, org: Org, input: Annotated[CreateWebhookInput, argument(description="The webhook.")]
    ) -> CreateWebhookPayload:
        await info.context.enter(org)
        return show(await actions.create(info.context, input.style, input.name, input.url, input.event_types))

    @strawberry.mutation(description="Rename a webhook, choose other events, pause it or have it go on.")
    async def update_webhook(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[UpdateWebhookInput, argument(description="What to change.")],
    ) -> Webhook:
        await info.context.enter(org)
        return show(await actions.change(info.context, id, given(input)))

    @strawberry.mutation(description="Delete a webhook with all that was noted of its deliveries.")
    async def delete_webhook(self, info: Info, org: Org, id: Id) -> DeletedWebhook:
        await info.context.enter(org)
        return DeletedWebhook(key=strawberry.ID(await actions.remove(info.context, id)))

    @strawberry.mutation(
        description="Send something harmless to a webhook now, once, and say what came of it within ten seconds."
    )
    async def test_webhook(
        self, info: Info, org: Org, id: Id, input: Annotated[TestWebhookInput, argument(description="What to send.")]
    ) -> TestWebhookPayload:
        await info.context.enter(org)
        return show(await actions.test(info.context, id, input.event_type))
