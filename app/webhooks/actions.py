"""What people do with webhooks: make, change, pause, test and delete them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update
from sqlmodel import col

from app.auth.throttle import limit_tests
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require
from app.core.rules import line
from app.recordings.events import note
from app.settings import Settings
from app.webhooks.addresses import public_address
from app.webhooks.catalogue import TEST, TICKWARD_TYPES, TYPE, envelope, sample_of, test_of
from app.webhooks.loaders import find_delivery, find_hook, key_of_hook
from app.webhooks.model import WebhookDelivery, WebhookEndpoint, WebhookStatus, WebhookStyle
from app.webhooks.sending import Due, attempt, note_outcome, signing_secret

NAME = 80
MOST = 20
"""Of one style, in one organization."""
MOST_TYPES = 50


@dataclass(frozen=True)
class NewHook:
    """An endpoint that was just made. The secret is shown this once."""

    endpoint: WebhookEndpoint
    signing_secret: str


@dataclass(frozen=True)
class Tested:
    """An endpoint, and what came of trying it."""

    endpoint: WebhookEndpoint
    delivery: WebhookDelivery


def environment_of(settings: Settings) -> str:
    return "production" if settings.production else "development"


async def create(ctx: Context, style: WebhookStyle, name: str, url: str, event_types: Sequence[str] | None) -> NewHook:
    """A new endpoint, which hears of events from now on. Raises Forbidden, Invalid, LimitReached."""
    require(ctx, Verb.manage_webhooks)
    settings = ctx.caller.settings
    endpoint = WebhookEndpoint(
        org_id=ctx.org_id,
        membership_id=ctx.me,
        style=style.value,
        name=line("name", name, most=NAME),
        url=public_address(url, private=settings.webhooks_inside),
        event_types=_types(style, event_types),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    there = select(func.count()).select_from(WebhookEndpoint).where(col(WebhookEndpoint.style) == style.value)
    used = await ctx.tx.value(there)
    if used >= MOST:
        details = {"limit": "webhooks", "allowed": MOST, "used": used}
        raise LimitReached(f"There can be {MOST} webhooks.", details=details)
    await ctx.tx.add(endpoint)
    await note(ctx, "webhook_created", detail={"webhook_id": endpoint.id, "name": endpoint.name})
    return NewHook(await find_hook(ctx, endpoint.id), signing_secret(settings, endpoint.id))


def _types(style: WebhookStyle, given: Sequence[str] | None) -> list[str]:
    """Which events. For Tickward all that it knows where none is named; else none, which is all there are."""
    if given is None:
        return list(TICKWARD_TYPES) if style is WebhookStyle.TICKWARD else []
    if style is WebhookStyle.TICKWARD and not given:
        raise Invalid.field("event_types", Reason.too_short, "event_types must name at least one event type")
    if len(given) > MOST_TYPES:
        raise Invalid.field("event_types", Reason.too_long, f"event_types must be at most {MOST_TYPES}")
    for number, each in enumerate(given):
        _check_type(style, f"event_types.{number}", each)
    return list(dict.fromkeys(given))


def _check_type(style: WebhookStyle, field: str, type: str) -> None:
    if style is WebhookStyle.TICKWARD and type not in TICKWARD_TYPES:
        raise Invalid.field(field, Reason.invalid_value, f"{field} must be one of {', '.join(TICKWARD_TYPES)}")
    if not TYPE.fullmatch(type):
        raise Invalid.field(field, Reason.invalid_format, f"{field} must be a type and a verb: todo.completed")


async def change(ctx: Context, key: str, values: Mapping[str, Any]) -> WebhookEndpoint:
    """Rename it, choose other events, pause it or have it go on. Raises NotFound, Forbidden, Invalid."""
    endpoint = await find_hook(ctx, key)
    require(ctx, Verb.manage_webhooks)
    wanted: dict[str, Any] = {}
    if "name" in values:
        wanted["name"] = line("name", values["name"], most=NAME)
    if "event_types" in values:
        wanted["event_types"] = _types(WebhookStyle(endpoint.style), values["event_types"])
    if values.get("status", endpoint.status) != endpoint.status:
        paused = values["status"] == WebhookStatus.DISABLED
        wanted |= {"status": values["status"], "disabled_at": ctx.now if paused else None, "failure_count": 0}
    if wanted:
        here = col(WebhookEndpoint.id) == endpoint.id
        await ctx.tx.run(update(WebhookEndpoint).where(here).values(**wanted, updated_at=ctx.now))
        await note(ctx, "webhook_changed", detail={"webhook_id": endpoint.id, "fields": sorted(wanted)})
    return await find_hook(ctx, endpoint.id)


async def remove(ctx: Context, key: str) -> str:
    """Delete it with its log; the key that it went by. Raises NotFound, Forbidden."""
    endpoint = await find_hook(ctx, key)
    require(ctx, Verb.manage_webhooks)
    await ctx.tx.run(delete(WebhookEndpoint).where(col(WebhookEndpoint.id) == endpoint.id))
    await note(ctx, "webhook_deleted", detail={"webhook_id": endpoint.id, "name": endpoint.name})
    return key_of_hook(endpoint.id)


async def test(ctx: Context, key: str, event_type: str | None) -> Tested:
    """Send something harmless there now, and only once: a `webhook.test`, or a sample of an event; what came of it.

    It takes ten seconds at most, and holds the operation's connection as long: api/gate.py lets few do it at once. What
    was sent stays sent, even if the rest of the operation is refused. Raises NotFound, Forbidden, Invalid, RateLimited.
    """
    endpoint = await find_hook(ctx, key)
    require(ctx, Verb.manage_webhooks)
    style = WebhookStyle(endpoint.style)
    if event_type is not None:
        _check_type(style, "event_type", event_type)
    await limit_tests(ctx.caller, endpoint.id)
    shown = sample_of(style, event_type) if event_type else test_of(style, key_of_hook(endpoint.id), endpoint.name)
    delivery = delivery_of(ctx, endpoint.org_id, endpoint.id, new_id(), event_type or TEST, shown, tries=1)
    due = Due(delivery, endpoint)
    outcome = await attempt(ctx.caller.settings, due)
    await ctx.tx.add(delivery)
    await note_outcome(ctx.tx, due, outcome)
    return Tested(await find_hook(ctx, endpoint.id), await find_delivery(ctx, delivery.id))


def delivery_of(
    ctx: Context, org_id: str, endpoint_id: str, event_id: str, type: str, shown: Mapping[str, Any], *, tries: int
) -> WebhookDelivery:
    """One event on its way to one endpoint, to be inserted and enqueued."""
    sent = envelope(f"evt_{event_id}", type, ctx.now, environment_of(ctx.caller.settings), shown)
    return WebhookDelivery(
        org_id=org_id,
        endpoint_id=endpoint_id,
        event_id=event_id,
        event_type=type,
        body=orjson.dumps(sent).decode(),
        tries=tries,
        next_attempt_at=ctx.now,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
