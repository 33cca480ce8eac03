"""What events are called outside, and what is told of them.

Our own names are the recording's type and what happened to it, `todo.completed`; of other things what the action says,
`project.created`. Tickward knows twelve, of projects of timers alone (routes.md 3.6).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.core.db import Row
from app.core.effects import Happening
from app.core.scalars import write_instant
from app.timers.loaders import PROJECT, TIMER, key_of
from app.webhooks.model import WebhookStyle

TEST = "webhook.test"
TYPE = re.compile(r"[a-z][a-z_]{0,60}\.[a-z][a-z_]{0,60}")
VERSION = "2026-06-10"
TICKWARDS: Mapping[str, str] = {
    "project.created": "project.created",
    "project.changed": "project.updated",
    "project.deleted": "project.deleted",
    "timer.created": "timer.created",
    "timer.changed": "timer.updated",
    "timer.archived": "timer.archived",
    "timer.restored": "timer.restored",
    "timer.deleted": "timer.deleted",
    "timer.trashed": "timer.deleted",
    "timer.ended": "timer.ended",
    "timer.milestone": "timer.milestone",
    "timer.shared": "share.created",
    "timer.unshared": "share.deleted",
}
"""Our name → Tickward's."""
TICKWARD_TYPES = tuple(dict.fromkeys(TICKWARDS.values()))


def type_of(happening: Happening, recording_type: str | None) -> str:
    """Our name of what happened."""
    detail = happening.detail or {}
    if happening.action == "deleted" and "type" in detail:
        return f"{detail['type']}.deleted"
    if recording_type is not None:
        return f"{recording_type}.{happening.action}"
    subject, _, verb = happening.action.rpartition("_")
    return f"{subject or 'organization'}.{verb}"


def told(happening: Happening, recording: Row | None) -> dict[str, Any]:
    """The event as our own webhooks tell it."""
    return {
        "object": "event",
        "id": happening.id,
        "action": happening.action,
        "actor_id": happening.actor_id,
        "project_id": happening.project_id,
        "recording_id": happening.recording_id,
        "recording_type": recording["type"] if recording else None,
        "recording_title": recording["title"] if recording else None,
        "detail": happening.detail,
        "created_at": write_instant(happening.created_at),
    }


def told_of_timers(happening: Happening, type: str, recording: Row | None, name: str) -> dict[str, Any]:
    """The same as Tickward tells it; `name` is the project's."""
    detail = happening.detail or {}
    subject = type.partition(".")[0]
    if happening.project_id is None:
        return {"object": subject, **{key: detail.get(key) for key in ("id", "name", "project_id", "project_name")}}
    project = {"project_id": key_of(PROJECT, happening.project_id), "project_name": name}
    if subject == "project":
        return {"object": subject, "id": project["project_id"], **project, "name": name}
    if recording is None:
        timer = {"timer_id": detail.get("id"), "timer_label": detail.get("name")}
    else:
        timer = {"timer_id": key_of(TIMER, recording["id"], recording["key"]), "timer_label": recording["title"]}
    id = detail.get("share_id") if subject == "share" else timer["timer_id"]
    return {"object": subject, "id": id, **project, **timer}


def test_of(style: WebhookStyle, key: str, name: str) -> dict[str, Any]:
    """What a test is about: the webhook itself."""
    if style is WebhookStyle.TICKWARD:
        said = {"webhook_endpoint_id": key, "webhook_endpoint_name": name, "message": "This is a test."}
        return {"object": "webhook_endpoint", "id": key, **said}
    return {"object": "webhook_endpoint", "id": key, "name": name}


def sample_of(style: WebhookStyle, type: str) -> dict[str, Any]:
    """What such an event could be about: nothing that there is."""
    subject = type.partition(".")[0]
    shown = {"object": subject, "id": f"{subject}_sample", "project_id": "project_sample"}
    if style is not WebhookStyle.TICKWARD:
        return shown
    shown["project_name"] = "Sample project"
    if subject == "project":
        return {**shown, "name": "Sample project"}
    if subject == "share":
        shown["share_id"] = "share_sample"
    return {**shown, "timer_id": "timer_sample", "timer_label": "Sample timer"}


def envelope(id: str, type: str, made: datetime, environment: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent."""
    return {
        "object": "event",
        "id": id,
        "type": type,
        "created": write_instant(made),
        "environment": environment,
        "event_version": VERSION,
        "data": {"object": dict(shown)},
    }
