"""What Gipo's clients expect besides their routes: camelCase, days as instants, one shape of refusal, keys `ba_…`.

Seed 001; routes.md 3.3.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.api.compiler.wire import Until, letters_and_digits
from app.core.errors import BadRequest
from rest_compat.naming import camel
from rest_compat.profile import Failure, Profile, Refusal

UNAUTHORIZED = (401, "UNAUTHORIZED", "Missing or invalid API key")
FORBIDDEN = (403, "FORBIDDEN", "You do not have permission to do this")
REFUSALS = {
    "unauthenticated": UNAUTHORIZED,
    "invalid_key": UNAUTHORIZED,
    "forbidden": FORBIDDEN,
    "read_only_token": FORBIDDEN,
    "session_required": FORBIDDEN,
}
"""Our code → status, code and message of Gipo's."""
CODES = {"duplicate": "CONFLICT", "conflict": "CONFLICT", "internal": "INTERNAL", "rate_limited": "RATE_LIMITED"}
WORDS = {
    "Board not found": "Workspace not found",
    "Idempotency-Key was already used for a different request": "Idempotency-Key was used with a different body",
    "Provide exactly one of card_id or step_id": "Provide exactly one of taskId or subtaskId",
}
"""What the domain says → what Gipo says."""
LONGEST_KEY = 255
REPLAYED = "Idempotent-Replayed"
MIDNIGHT = Until(10, "T00:00:00.000Z")
"""A day, or an instant, as the instant at which its day begins."""
INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?")

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
                "details": {
                    "type": "array",
                    "description": "For `VALIDATION_ERROR` one row per field.",
                    "items": {
                        "type": "object",
                        "required": ["path", "message"],
                        "properties": {
                            "path": {"type": "string", "description": "The field."},
                            "message": {"type": "string", "description": "What is wrong with it."},
                        },
                    },
                },
            },
        }
    },
}


def refuse(failure: Failure) -> Refusal:
    """`{"error": {"code", "message", "details"?}}`, codes in upper case.

    What does not fit is 400; an id that names nothing here is 404, wherever in the request it stands (seed 001,
    "cross-org IDs return 404").
    """
    if failure.code in REFUSALS:
        return _refusal(*REFUSALS[failure.code])
    rows = failure.details if isinstance(failure.details, list) else []
    if failure.code == "not_found" or (rows and all(row["code"] == "not_found" for row in rows)):
        return _refusal(404, "NOT_FOUND", WORDS.get(failure.message, "Not found"))
    if failure.code in ("invalid", "bad_request"):
        details = [{"path": row["field"], "message": _said(row)} for row in rows]
        message = "Invalid request" if details else failure.message
        return _refusal(400, "VALIDATION_ERROR", message, **({"details": details} if details else {}))
    code = CODES.get(failure.code, failure.code.upper())
    return _refusal(failure.status, code, WORDS.get(failure.message, failure.message))


def _refusal(status: int, code: str, message: str, **more: Any) -> Refusal:
    return Refusal(status, {"error": {"code": code, "message": message, **more}})


def _said(row: dict[str, str]) -> str:
    """A problem in Gipo's words: what is said of a field does not name it again."""
    if row["code"] == "required" and row["message"].endswith("is required"):
        return "Required"
    message = WORDS.get(row["message"], row["message"])
    if row["code"] == "invalid_value" and " must be " in message:
        return "Invalid option"
    bare = message.removeprefix(f"{row['field']} ")
    return bare[:1].upper() + bare[1:]


def day(text: str) -> str:
    """The day of an instant, as it is written; anything else as it is."""
    instant = INSTANT.fullmatch(text)
    return instant[1] if instant else text


def dress(request: Request, response: Response) -> None:
    """Say in Gipo's words that a write was sent again."""
    if said := response.headers.get("Idempotency-Replayed"):
        del response.headers["Idempotency-Replayed"]
        response.headers[REPLAYED] = said


def key_of_write(method: str, key: str) -> str | None:
    """Up to 255 characters of any kind; only what makes something looks at it. Raises BadRequest for longer ones."""
    if method != "POST" or not key:
        return None
    if len(key) > LONGEST_KEY:
        raise BadRequest(f"Idempotency-Key is longer than {LONGEST_KEY} characters")
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


PROFILE = Profile(
    name="gipo",
    title="Gipo API",
    summary="The API that Gipo's clients speak, over the boards, projects and people of an organization of Thicket.",
    folder=Path(__file__).parent,
    base="/api/v1",
    refuse=refuse,
    error_schema=ERROR,
    key_prefixes=("ba_",),
    only_keys=True,
    case=camel,
    encoders={"Date": MIDNIGHT, "WorkStatus": lambda value: camel(value.lower())},
    decoders={"Date": day},
    wires={"midnight": MIDNIGHT, "username": letters_and_digits},
    schemas={"Date": {"type": "string", "format": "date-time"}},
    idempotency=True,
    key_of_write=key_of_write,
    replayed=REPLAYED,
    dress=dress,
    security={"key": {"type": "http", "scheme": "bearer", "description": "An API key of Gipo's kind, `ba_…`."}},
    tags={
        "projects": "Projects and who of the team is on them.",
        "workspaces": "Boards and their stages, to read.",
        "tasks": "Cards of boards.",
        "subtasks": "Steps of a task.",
        "time-entries": "Time that people spent on tasks and subtasks.",
        "registries": "Members, types of tasks and tags, to read.",
    },
)
