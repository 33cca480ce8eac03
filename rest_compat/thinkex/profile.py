"""What ThinkEx's clients expect besides their routes: camelCase, instants without fractions, a session's cookie."""

from pathlib import Path

from rest_compat.naming import camel, snake
from rest_compat.profile import Failure, Profile, Refusal

MESSAGES = {
    "unauthenticated": "Unauthorized",
    "forbidden": "Access denied",
    "read_only_token": "Access denied",
    "session_required": "Access denied",
    "not_found": "Workspace not found",
    "internal": "Internal server error",
}
"""Our code → ThinkEx's words."""

ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string", "description": "What went wrong, for people."}},
}


def refuse(failure: Failure) -> Refusal:
    """`{"error": "…"}`; what does not fit is 400."""
    status = 400 if failure.code == "invalid" else failure.status
    return Refusal(status, {"error": MESSAGES.get(failure.code, failure.message)})


PROFILE = Profile(
    name="thinkex",
    title="ThinkEx API",
    summary="The API that ThinkEx's clients speak, over the projects of your personal organization.",
    folder=Path(__file__).parent,
    base="/api",
    refuse=refuse,
    error_schema=ERROR,
    claims=("/api/workspaces",),
    case=camel,
    encoders={"DateTime": lambda text: f"{text[:19]}Z"},
    wires={"snake": snake},
    security={
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "better-auth.session_token",
            "description": "The cookie that signing in sets.",
        }
    },
)
