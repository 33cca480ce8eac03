"""Thicket's own REST API (routes.md 3.2; errors and conventions: domain.md 2.1; other spellings: domain.md 2.2)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.api.compiler.wire import whole
from rest_compat.naming import snake
from rest_compat.profile import Encoder, Failure, Page, Profile, Refusal

RESERVED = frozenset(
    {"admin", "api", "auth", "authorization", "billing", "capabilities", "cli", "clients", "companies", "feeds"}
    | {"graphql", "health", "managers", "me", "members", "messages", "openapi.json", "orgs", "projects", "public"}
    | {"subtasks", "sync", "tags", "task-types", "tasks", "time-entries", "webhooks", "workspaces"}
)
"""Never the slug of an organization (routes.md 3.0)."""

TYPES = {
    "todos": "TODOSET",
    "todo_set": "TODOSET",
    "todo_list": "TODOLIST",
    "folder": "VAULT",
    "docs_and_files": "VAULT",
    "docs": "VAULT",
    "calendar": "SCHEDULE",
    "calendar_event": "SCHEDULE_ENTRY",
    "event": "SCHEDULE_ENTRY",
    "board": "CARD_TABLE",
    "column": "CARD_COLUMN",
    "step": "CARD_STEP",
    "campfire": "CHAT",
    "chat_message": "CHAT_LINE",
    "line": "CHAT_LINE",
    "check_ins": "QUESTIONNAIRE",
    "checkins": "QUESTIONNAIRE",
    "clients": "CLIENTSIDE",
}

NEWER_TYPES = {
    "TODOSET": "todos",
    "TODOLIST": "todo_list",
    "VAULT": "folder",
    "SCHEDULE": "calendar",
    "SCHEDULE_ENTRY": "calendar_event",
    "CARD_TABLE": "board",
    "CARD_COLUMN": "column",
    "CARD_STEP": "step",
    "CHAT_LINE": "chat_message",
    "QUESTIONNAIRE": "check_ins",
    "CLIENTSIDE": "clients",
}
NEWER_TOOLS = {**NEWER_TYPES, "VAULT": "docs_and_files"}


def _spelled(names: dict[str, str]) -> Encoder:
    return lambda value: names.get(value, value.lower())


ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "What went wrong, for programs.", "examples": ["not_found"]},
                "message": {"type": "string", "description": "What went wrong, for people."},
                "details": {
                    "description": "For `invalid` one row per field; for `limit_reached` the limit.",
                    "anyOf": [
                        {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["field", "code", "message"],
                                "properties": {
                                    "field": {"type": "string", "description": "Its path, as in `recurrence.until`."},
                                    "code": {"type": "string", "description": "Why the value is refused."},
                                    "message": {"type": "string", "description": "The same for people."},
                                },
                            },
                        },
                        {"type": "object"},
                    ],
                },
            },
        }
    },
}


def refuse(failure: Failure) -> Refusal:
    """`{"error": {"code", "message", "details"?}}`."""
    error: dict[str, Any] = {"code": failure.code, "message": failure.message}
    if failure.details is not None:
        error["details"] = failure.details
    return Refusal(failure.status, {"error": error})


def paginate(page: Page) -> dict[str, str]:
    """`X-Total-Count` and an RFC 8288 `Link`; first and last always, prev and next where there are such."""
    last = max(1, -(-page.total // page.size))
    numbers = {"first": 1, "last": last}
    if page.number > 1:
        numbers["prev"] = min(page.number - 1, last)
    if page.number < last:
        numbers["next"] = page.number + 1
    kept = [(name, value) for name, value in page.query if name not in ("page", "per_page")]
    front = f"{page.url}?{urlencode(kept)}&" if kept else f"{page.url}?"
    links = [
        f'<{front}page={number}&per_page={page.size}>; rel="{relation}"'
        for relation in ("first", "prev", "next", "last")
        if (number := numbers.get(relation))
    ]
    return {"X-Total-Count": str(page.total), "Link": ", ".join(links)}


PROFILE = Profile(
    name="thicket",
    title="Thicket API",
    summary="Projects, to-dos, messages, files, calendars and chats of an organization. Every route is a GraphQL "
    "operation, shown as `x-graphql-operation`.",
    folder=Path(__file__).parent,
    base="/api/v1",
    refuse=refuse,
    error_schema=ERROR,
    claims=("/api",),
    key_prefixes=("thicket_pat_",),
    beside=("gipo",),
    reserved=RESERVED,
    wires={"snake": snake, "true": lambda _: True},
    enum_aliases={"RecordingType": TYPES, "Tool": TYPES},
    encoders={
        "Float": whole,
        "TimeFormat": _spelled({"TWELVE_HOUR": "12h", "TWENTY_FOUR_HOUR": "24h"}),
    },
    vocabularies={"2026-08-21": {"RecordingType": _spelled(NEWER_TYPES), "Tool": _spelled(NEWER_TOOLS)}},
    paginate=paginate,
    idempotency=True,
    schemas={
        "Audience": {
            "anyOf": [
                {"type": "string", "enum": ["everyone", "none"]},
                {"type": "array", "items": {"type": "string"}},
            ],
        }
    },
    security={
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "better-auth.session_token",
            "description": "The cookie that signing in sets.",
        },
        "token": {"type": "http", "scheme": "bearer", "description": "A personal access token, `thicket_pat_…`."},
    },
)
