"""What Gipo's clients expect besides their routes: camelCase, one shape of refusal, keys that begin with `ba_`."""

from pathlib import Path
from typing import Any

from rest_compat.naming import camel, snake
from rest_compat.profile import Failure, Profile, Refusal

REFUSALS = {
    "unauthenticated": (401, "UNAUTHORIZED", "Missing or invalid API key"),
    "invalid_key": (401, "UNAUTHORIZED", "Missing or invalid API key"),
    "forbidden": (403, "FORBIDDEN", "You do not have permission to do this"),
    "read_only_token": (403, "FORBIDDEN", "You do not have permission to do this"),
    "session_required": (403, "FORBIDDEN", "You do not have permission to do this"),
    "not_found": (404, "NOT_FOUND", "Not found"),
}
"""Our code → status, code and message of Gipo's."""

ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "What went wrong, for programs.", "examples": ["NOT_FOUND"]},
                "message": {"type": "string", "description": "What went wrong, for people."},
                "details": {"type": "array", "description": "For `VALIDATION_ERROR` one row per field."},
            },
        }
    },
}


def refuse(failure: Failure) -> Refusal:
    """`{"error": {"code", "message", "details"?}}`, codes in upper case."""
    if failure.code in REFUSALS:
        status, code, message = REFUSALS[failure.code]
        return Refusal(status, {"error": {"code": code, "message": message}})
    if failure.code in ("invalid", "bad_request"):
        return Refusal(400, {"error": _validation(failure)})
    return Refusal(failure.status, {"error": {"code": failure.code.upper(), "message": failure.message}})


def _validation(failure: Failure) -> dict[str, Any]:
    rows = failure.details if isinstance(failure.details, list) else []
    details = [
        {"path": row["field"], "message": "Required" if row["code"] == "required" else row["message"]} for row in rows
    ]
    shown = {"code": "VALIDATION_ERROR", "message": "Invalid request" if details else failure.message}
    return {**shown, **({"details": details} if details else {})}


PROFILE = Profile(
    name="gipo",
    title="Gipo API",
    summary="The API that Gipo's clients speak, over the projects and boards of an organization of Thicket.",
    folder=Path(__file__).parent,
    base="/api/v1",
    refuse=refuse,
    error_schema=ERROR,
    key_prefixes=("ba_",),
    only_keys=True,
    case=camel,
    wires={"snake": snake},
    security={"key": {"type": "http", "scheme": "bearer", "description": "An API key of Gipo's kind, `ba_…`."}},
)
