"""Puts every event on its way to the webhooks that want it, in the transaction in which it happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.core.context import Context
from app.core.db import Call, Row, among
from app.core.effects import Happening, informed
from app.core.jobs import enqueue
from app.projects.model import Project
from app.recordings.model import Recording
from app.webhooks.actions import delivery_of
from app.webhooks.catalogue import TICKWARDS, told, told_of_timers, type_of
from app.webhooks.model import WebhookDelivery, WebhookStyle
from app.webhooks.sending import DELIVER

TRIES = 5
QUIET = frozenset({"webhook_created", "webhook_changed", "webhook_deleted"})
"""What is said in the organization's history, but not to webhooks."""


def _listeners(ctx: Context, happened: Sequence[Happening]) -> Call | None:
    heard = _heard(happened)
    return Call("thicket_webhook_listeners", (_projects(heard),)) if heard else None


@informed(_listeners)
async def send(ctx: Context, happened: Sequence[Happening], listeners: list[dict[str, Any]]) -> None:
    """One delivery for each event and endpoint. Without any endpoint it costs nothing but the question."""
    if not listeners:
        return
    heard = _heard(happened)
    projects = _projects(heard)
    recordings = await _recordings(ctx, heard)
    names = await _names(ctx, projects)
    made = [
        delivery
        for each in heard
        for listener in listeners
        if (delivery := _delivery(ctx, each, listener, recordings, names)) is not None
    ]
    ctx.tx.later(*made)
    for delivery in made:
        await enqueue(ctx.tx, DELIVER, {"org_id": delivery.org_id, "delivery_id": delivery.id})


def _heard(happened: Sequence[Happening]) -> list[Happening]:
    return [each for each in happened if each.action not in QUIET]


def _projects(heard: Sequence[Happening]) -> list[str]:
    return sorted({each.project_id for each in heard if each.project_id})


def _delivery(
    ctx: Context,
    happening: Happening,
    listener: Mapping[str, Any],
    recordings: Mapping[str, Row],
    names: Mapping[str, str],
) -> WebhookDelivery | None:
    """What that endpoint is to get of it; None if it is not to hear of it."""
    recording = recordings.get(happening.recording_id or "")
    if not _may_hear(happening, listener, recording):
        return None
    type = type_of(happening, recording["type"] if recording else None)
    if listener["style"] == WebhookStyle.TICKWARD:
        known = TICKWARDS.get(type)
        if known is None or not (listener["has_timers"] or happening.project_id is None):
            return None
        type, shown = known, told_of_timers(happening, known, recording, names.get(happening.project_id or "", ""))
    else:
        shown = told(happening, recording)
    if listener["event_types"] and type not in listener["event_types"]:
        return None
    return delivery_of(ctx, happening.org_id, listener["id"], happening.id, type, shown, tries=TRIES)


def _may_hear(happening: Happening, listener: Mapping[str, Any], recording: Row | None) -> bool:
    """Whether the endpoint's maker may see it: the listener is of that project, and direct chats are nobody's."""
    if listener["project_id"] != happening.project_id:
        return False
    if happening.recording_id is not None and (recording is None or recording["project_id"] is None):
        return False
    return "seen_by" not in happening.aside or listener["membership_id"] in happening.aside["seen_by"]


async def _recordings(ctx: Context, heard: Sequence[Happening]) -> dict[str, Row]:
    ids = {each.recording_id for each in heard if each.recording_id}
    columns = (Recording.id, Recording.type, Recording.title, Recording.key, Recording.project_id, Recording.status)
    rows = await ctx.tx.rows(select(*map(col, columns)).where(among(Recording.id, ids))) if ids else []
    return {row["id"]: row for row in rows if row["status"] != "drafted"}


async def _names(ctx: Context, projects: Sequence[str]) -> dict[str, Any]:
    rows = await ctx.tx.rows(select(col(Project.id), col(Project.name)).where(among(Project.id, projects)))
    return {row["id"]: row["name"] for row in rows}
