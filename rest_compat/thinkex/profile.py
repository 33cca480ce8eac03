"""ThinkEx's REST API (seed 003; routes.md 3.5): camelCase, instants to the second, refusals that are one sentence."""

from pathlib import Path
from typing import Any

from app.api.compiler.wire import Until, whole
from rest_compat.naming import camel
from rest_compat.profile import Failure, Profile, Refusal

ABSENT = frozenset({"required", "blank", "invalid_format", "invalid_value"})
VERSIONLESS = "Event and valid baseVersion are required"
WANTED = {
    "name": "Name is required and must be a string",
    "event": VERSIONLESS,
    "baseVersion": VERSIONLESS,
    "email": "Email is required",
    "permissionLevel": "Invalid permission level",
    "token": "Token is required",
}
"""What is said where a field is missing, or is none."""

SENTENCES = {
    "unauthenticated": "Unauthorized",
    "invitation_expired": "Invite expired",
    "limit_reached": "Plan limit reached",
    "internal": "Internal server error",
}
"""What is always said in the same words."""

ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string", "description": "What went wrong, for people."}},
}


def refuse(failure: Failure) -> Refusal:
    """`{"error": sentence}`; what does not fit is 400 here."""
    if failure.code == "invalid":
        return Refusal(400, {"error": _invalid(failure)})
    return Refusal(failure.status, {"error": _sentence(failure)})


def _sentence(failure: Failure) -> str:
    if failure.code == "bad_request" and "JSON" in failure.message:
        return "Invalid JSON"
    if failure.code == "not_found" and failure.message == "Not found":
        return "Workspace not found"
    if failure.code in ("forbidden", "read_only_token") and failure.message == "Forbidden":
        return "Access denied"
    return SENTENCES.get(failure.code, failure.message)


def _invalid(failure: Failure) -> str:
    rows: Any = failure.details
    wrong = [row["field"] for row in rows or () if row["code"] in ABSENT and not _is_malformed_email(row)]
    return next((WANTED[field] for field in wrong if field in WANTED), failure.message)


def _is_malformed_email(row: Any) -> bool:
    return bool(row["field"] == "email" and row["message"].endswith("is invalid"))


def shared(level: str) -> str | None:
    """What somebody else lets the viewer do; null for his own."""
    return None if level == "OWNER" else level.lower()


PROFILE = Profile(
    name="thinkex",
    title="ThinkEx API",
    summary="Workspaces as ThinkEx's clients know them. Each is a project of its owner's organization, so what is "
    "done here is seen there.",
    folder=Path(__file__).parent,
    base="/api",
    refuse=refuse,
    error_schema=ERROR,
    claims=("/api/workspaces", "/api/invites"),
    only_sessions=True,
    case=camel,
    encoders={"DateTime": Until(19, "Z"), "Float": whole},
    wires={"true": lambda _: True, "shared": shared},
    schemas={"DateTime": {"type": "string", "format": "date-time", "examples": ["2024-01-15T10:30:00Z"]}},
    security={
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "better-auth.session_token",
            "description": "The cookie that signing in at `/api/auth` sets.",
        }
    },
)
