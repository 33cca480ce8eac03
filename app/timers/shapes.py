"""What the JSON of timers looks like, as JSON Schema: for the documents of the doors, which show it to people.

Nothing is checked by these: facts.py reads what is sent, and what is answered is made as it is said here (routes.md
3.6).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.timers.facts import (
    EARLIEST_REMINDER,
    IMAGES,
    LARGEST_AMOUNT,
    LARGEST_STEP,
    LONGEST_ADDRESS,
    MOST_AMOUNTS,
    MOST_REMINDERS,
    MOST_RULES,
    RHYTHMS,
    UNITS,
)

Json = dict[str, Any]
SHAPE = "json_schema"
"""Where a field's metadata says what the JSON in it looks like."""


def shaped(schema: Json) -> dict[str, Json]:
    """The metadata of a field with such JSON."""
    return {SHAPE: schema}


def _object(properties: Mapping[str, Json], optional: Iterable[str] = ()) -> Json:
    """An object with these keys and no others; those in `optional` need not be there."""
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def _list(items: Json, **limits: int) -> Json:
    return {"type": "array", "items": items, **{f"{name}Items": limit for name, limit in limits.items()}}


def _one_of(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def _only(value: str) -> Json:
    return {"type": "string", "const": value}


def _number(least: int, most: int | None = None) -> Json:
    return {"type": "integer", "minimum": least, **({} if most is None else {"maximum": most})}


def _text(*examples: str) -> Json:
    return {"type": "string", **({"examples": list(examples)} if examples else {})}


YES: Json = {"type": "boolean"}
HASH: Json = {
    "type": "string",
    "pattern": "^sha256:[a-f0-9]{64}$",
    "examples": ["sha256:918fff31c8da70adae5e35cc9dbe9e7f0adf51394351be79231d7887e1e479ba"],
}
COUNT = _number(0)
NAMED = {"name": _text("Launch Plan"), "project_id": _text("project_123"), "project_name": _text("Launch Plan")}

REMINDERS = _list(_object({"offset_minutes": _number(0, EARLIEST_REMINDER)}), max=MOST_REMINDERS)
RECURRENCE = _object({"type": _one_of(*RHYTHMS), "enabled": YES, "lastDay": YES}, ["lastDay"])
PICTURE: Json = {
    "type": "string",
    "pattern": f"^https://{IMAGES.replace('.', chr(92) + '.')}/",
    "maxLength": LONGEST_ADDRESS,
    "examples": [f"https://{IMAGES}/photo-1"],
}
IMAGE = _object(
    {
        "unsplashId": _text("photo-1"),
        "url": PICTURE,
        "thumbUrl": PICTURE,
        "authorName": _text("Ada Lovelace"),
        "authorUrl": {"type": "string", "format": "uri", "examples": ["https://unsplash.com/@ada"]},
    }
)
MILESTONES = _object(
    {
        "rules": _list(
            {
                "anyOf": [
                    _object({"unit": _one_of(*UNITS), "every": _number(1, LARGEST_STEP)}),
                    _object(
                        {"unit": _one_of(*UNITS), "at": _list(_number(1, LARGEST_AMOUNT), min=1, max=MOST_AMOUNTS)}
                    ),
                ]
            },
            min=1,
            max=MOST_RULES,
        )
    }
)

CREATED = _object({"create": COUNT})
PLAN_SUMMARY = _object({"projects": CREATED, "spaces": CREATED, "timers": CREATED})
PLAN_CHANGES = _list(
    _object(
        {
            "action": _only("create"),
            "type": _one_of("project", "space", "timer"),
            "path": _text("#", "#/spaces/0"),
            "name": _text("Launch Plan"),
            "label": _text("Flight to Tokyo"),
        },
        ["name", "label"],
    )
)
PLAN_WARNINGS = _list(_object({"code": _text(), "path": _text(), "message": _text(), "remediation": _text()}))
PLAN_APPLY = _object(
    {
        "method": _only("POST"),
        "path": _only("/api/v1/projects"),
        "requires_idempotency_key": YES,
        "expected_plan_hash": HASH,
    }
)

TARGET = _object({"type": _one_of("project", "space"), "id": _text("project_123"), **NAMED}, NAMED)
DELETION_SUMMARY: Json = {
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": COUNT},
    "examples": [{"spaces": {"delete": 1}, "timers": {"update": 2}}],
}
DELETION_CHANGES = _list(
    _object(
        {
            "action": _one_of("delete", "update"),
            "type": _one_of("project", "space", "timer"),
            "id": _text("timer_123"),
            "label": _text("Flight to Tokyo"),
            "reason": _text("cascade", "detach"),
            **NAMED,
        },
        ["label", "reason", *NAMED],
    )
)
DELETION_WARNINGS = _list({"type": "object"})
DELETION_APPLY = _object(
    {"method": _only("DELETE"), "path": _text("/api/v1/projects/project_123"), "requires_idempotency_key": YES}
)

FEATURES = _object(
    {
        "idempotency_key": _object({"enabled": YES, "ttl_hours": _number(1)}),
        "delete_preview": _object({"project": YES, "space": YES, "timer": YES}),
        "project_preview": YES,
        "nested_project_create": YES,
        "mcp": _object({"remote_oauth": YES}),
        "timer_webhooks": YES,
        "webhook_management": YES,
        "timer_reminders": YES,
    }
)
LIMITS = _object({"project_create_max_spaces": COUNT, "project_create_max_timers": COUNT, "page_size_max": _number(1)})
