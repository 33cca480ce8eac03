"""What Tickward's clients expect besides their routes: refusals that say how to go on, keys that begin with `tw_`."""

from pathlib import Path

from rest_compat.naming import snake
from rest_compat.profile import Failure, Profile, Refusal

TYPES = {
    "unauthenticated": (401, "missing_api_key"),
    "invalid_key": (403, "invalid_api_key"),
    "read_only_token": (401, "restricted_api_key"),
    "invalid": (400, "validation_error"),
}
"""Our code → Tickward's status and type; others stay as they are."""

ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type", "message", "code"],
            "properties": {
                "type": {"type": "string", "description": "What went wrong, for programs."},
                "code": {"type": "string", "description": "The same."},
                "message": {"type": "string", "description": "What went wrong, for people."},
            },
        }
    },
}


def refuse(failure: Failure) -> Refusal:
    """`{"error": {"type", "message", "code"}}`."""
    status, type = TYPES.get(failure.code, (failure.status, failure.code))
    return Refusal(status, {"error": {"type": type, "message": failure.message, "code": type}})


PROFILE = Profile(
    name="tickward",
    title="Tickward API",
    summary="The API that Tickward's clients speak, over the projects of your personal organization.",
    folder=Path(__file__).parent,
    base="/api/v1",
    refuse=refuse,
    error_schema=ERROR,
    claims=("/api/v1/capabilities",),
    key_prefixes=("tw_",),
    only_keys=True,
    wires={"snake": snake, "list": lambda _: "list"},
    security={"key": {"type": "http", "scheme": "bearer", "description": "An API key of Tickward's kind, `tw_…`."}},
)
