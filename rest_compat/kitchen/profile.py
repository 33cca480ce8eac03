"""What Kitchen's clients expect besides their routes: forms on every write, Laravel's refusals, keys `kt_…`."""

from pathlib import Path

from rest_compat.naming import snake
from rest_compat.profile import Failure, Profile, Refusal

MESSAGES = {
    "unauthenticated": "Unauthenticated.",
    "invalid_key": "Unauthenticated.",
    "forbidden": "This action is unauthorized.",
    "read_only_token": "This action is unauthorized.",
    "session_required": "This action is unauthorized.",
    "not_found": "Not found.",
}
"""Our code → Laravel's words."""

ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["message"],
    "properties": {
        "message": {"type": "string", "description": "What went wrong, for people."},
        "errors": {
            "type": "object",
            "description": "Field → what is wrong with it.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def refuse(failure: Failure) -> Refusal:
    """`{"message", "errors"?}`, as Laravel says it."""
    if failure.code != "invalid" or not isinstance(failure.details, list):
        return Refusal(failure.status, {"message": MESSAGES.get(failure.code, failure.message)})
    errors: dict[str, list[str]] = {}
    for row in failure.details:
        errors.setdefault(row["field"], []).append(_said(row))
    message = next((each for rows in errors.values() for each in rows), failure.message)
    return Refusal(failure.status, {"message": message, "errors": errors})


def _said(row: dict[str, str]) -> str:
    field = row["field"].replace("_", " ")
    if row["code"] in ("required", "blank"):
        return f"The {field} field is required."
    if row["code"] == "not_found":
        return f"The selected {field} is invalid."
    return f"{row['message']}."


PROFILE = Profile(
    name="kitchen",
    title="Kitchen API",
    summary="The API that Kitchen's clients speak, over the projects and messages of an organization of Thicket.",
    folder=Path(__file__).parent,
    base="/api/v1",
    refuse=refuse,
    error_schema=ERROR,
    key_prefixes=("kt_",),
    only_keys=True,
    host_label="kitchen",
    forms="always",
    encoders={"DateTime": lambda text: f"{text[:19]}+00:00"},
    wires={"snake": snake},
    security={"key": {"type": "http", "scheme": "bearer", "description": "An API key of Kitchen's kind, `kt_…`."}},
)
