"""What Tickward's clients expect besides their routes (routes.md 3.6): refusals that say how to go on, rate limits and
ids in every answer's headers, keys that begin with `tw_`.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.core.context import Allowance, Caller
from rest_compat.naming import snake
from rest_compat.profile import Encoder, Failure, Profile, Refusal
from rest_compat.streaming import matches

REFUSALS: Mapping[str, tuple[int, str, str | None]] = {
    "unauthenticated": (401, "missing_api_key", "Missing bearer credential in the authorization header."),
    "invalid_key": (403, "invalid_api_key", "API key is invalid."),
    "read_only_token": (401, "restricted_api_key", "This API key is read-only."),
    "forbidden": (403, "insufficient_scope", None),
    "bad_request": (400, "validation_error", None),
    "unsupported_media_type": (400, "validation_error", "Request body must be valid JSON."),
    "invalid": (400, "validation_error", "We found an error with one or more fields in the request."),
    "payload_too_large": (413, "validation_error", None),
    "unprocessable": (422, "validation_error", None),
    "limit_reached": (409, "limit_exceeded", None),
    "rate_limited": (429, "rate_limited", "Too many requests."),
    "method_not_allowed": (405, "method_not_allowed", "Method is not allowed for the requested path."),
    "unavailable": (503, "storage_unavailable", "Cloud storage is not available."),
    "internal": (500, "internal_error", "Something went wrong."),
}
"""Our code → Tickward's status, type and words; None: ours. Others stay as they are."""

WORDS = {"Malformed JSON": "Request body must be valid JSON.", "Not found": "The requested endpoint does not exist."}
"""Our words → Tickward's."""

HINTS = {
    "missing_api_key": "Send the key as Authorization: Bearer <key>.",
    "invalid_api_key": "Use a key that is neither expired nor revoked.",
    "restricted_api_key": "Use a key with full access.",
    "insufficient_scope": "Ask an owner of the organization for the right to do it.",
    "validation_error": "Fix the fields listed in details or errors and retry the request.",
    "not_found": "Check the ids in the path.",
    "method_not_allowed": "Use a method that the Allow header lists.",
    "plan_hash_mismatch": "Preview the project again and send the hash of that preview.",
    "limit_exceeded": "Delete something first.",
    "idempotency_conflict": "Use another Idempotency-Key for another request.",
    "idempotency_key_in_progress": "Wait a moment and send the same request again.",
    "rate_limited": "Wait as long as Retry-After says.",
    "storage_unavailable": "Send the same request again later.",
}
USUAL_HINT = "Look at the message, and at the documentation of this route."
RETRYABLE = frozenset({"idempotency_key_in_progress", "rate_limited", "storage_unavailable"})
SECONDS = 11
"""As many digits as the seconds of this age have at most; of milliseconds there are more."""
CORRELATION = re.compile(r"[A-Za-z0-9._:-]{6,128}")

STRICT = frozenset(
    {"SpaceTimerInput", "CreateTimerInput", "UpdateTimerInput", "UpdateWebhookInput", "TestWebhookInput"}
)
"""Inputs that refuse what they do not know; projects and spaces ignore it."""


def _text(told: str) -> dict[str, str]:
    return {"type": "string", "description": told}


ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type", "message", "code", "retryable", "remediation"],
            "properties": {
                "type": _text("What went wrong, for programs."),
                "code": _text("The same."),
                "message": _text("What went wrong, for people."),
                "request_id": _text("This request's id, as in the header Request-Id."),
                "correlation_id": _text("The id that came as X-Correlation-Id, else one of ours."),
                "retryable": {"type": "boolean", "description": "Sending the same again may help."},
                "remediation": {
                    "type": "object",
                    "required": ["hint"],
                    "properties": {"hint": _text("What to do about it.")},
                },
                "details": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["message", "path"],
                        "properties": {
                            "message": _text("What is wrong with the field."),
                            "path": {
                                "type": "array",
                                "items": {"type": ["string", "integer"]},
                                "description": "The keys and indexes that lead to it.",
                            },
                        },
                    },
                },
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["code", "message", "path", "remediation"],
                        "properties": {
                            "code": _text("What went wrong, for programs."),
                            "message": _text("What is wrong with the field."),
                            "path": _text("A JSON pointer to it: `#/spaces/0/name`."),
                            "remediation": _text("What to do about it."),
                        },
                    },
                },
            },
        }
    },
}


def refuse(failure: Failure) -> Refusal:
    """Tickward's envelope; `dress` adds the ids of the request."""
    status, type, message = REFUSALS.get(failure.code, (failure.status, failure.code, None))
    rows = failure.details if failure.code in ("invalid", "unprocessable") else None
    if message is None or (rows and failure.message.endswith(".")):
        message = WORDS.get(failure.message, failure.message)
    hint = HINTS.get(type, USUAL_HINT)
    error: dict[str, Any] = {"type": type, "message": message, "code": type}
    if rows:
        paths = [[int(part) if part.isdecimal() else part for part in row["field"].split(".")] for row in rows]
        error["details"] = [{"message": row["message"], "path": path} for row, path in zip(rows, paths, strict=True)]
        error["errors"] = [
            {"code": type, "message": row["message"], "path": _pointer(path), "remediation": hint}
            for row, path in zip(rows, paths, strict=True)
        ]
    return Refusal(status, {"error": {**error, "retryable": type in RETRYABLE, "remediation": {"hint": hint}}})


def _pointer(path: list[str | int]) -> str:
    """RFC 6901, as a fragment."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def dress(request: Request, response: Response) -> None:
    """The ids of the request, in headers and in a refusal, and what is left of the key's requests.

    An answer that is given again keeps the ids that it had in its body.
    """
    ids = request.scope.setdefault("tickward_ids", _ids(request))
    response.headers["Request-Id"] = ids["request_id"]
    response.headers["Correlation-Id"] = ids["correlation_id"]
    if response.status_code >= 400 and response.headers.get("content-type") == "application/json":
        body = orjson.loads(response.body)
        body["error"] = ids | body["error"]
        response.body = orjson.dumps(body)
        response.headers["Content-Length"] = str(len(response.body))
    if response.headers.get("content-type", "").startswith("text/html"):
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    _tell_rate(request, response)


def _ids(request: Request) -> dict[str, str]:
    given = request.headers.get("x-correlation-id", "")
    correlation = given if CORRELATION.fullmatch(given) else f"corr_{secrets.token_hex(12)}"
    return {"request_id": f"req_{secrets.token_hex(12)}", "correlation_id": correlation}


def _tell_rate(request: Request, response: Response) -> None:
    """Once more, as Tickward writes it: `ratelimit-*` with seconds to go, `X-RateLimit-Reset` in milliseconds."""
    limit, resets = response.headers.get("x-ratelimit-limit"), response.headers.get("x-ratelimit-reset", "")
    if limit is None or len(resets) > SECONDS:
        return
    allowance: Allowance | None = request.scope.get("rest_allowance")
    response.headers["ratelimit-limit"] = limit
    response.headers["ratelimit-remaining"] = response.headers.get("x-ratelimit-remaining", "0")
    response.headers["ratelimit-reset"] = str(allowance.seconds) if allowance else response.headers["retry-after"]
    response.headers["X-RateLimit-Reset"] = f"{resets}000"


async def tagged(request: Request, body: Any, headers: Mapping[str, str], caller: Caller) -> Response:
    """All there is, with a strong ETag over everything but the moment."""
    same = {name: value for name, value in body.items() if name != "synced_at"}
    tag = f'"sha256:{hashlib.sha256(orjson.dumps(same)).hexdigest()}"'
    shown = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization", **headers}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=shown)
    return Response(orjson.dumps(body), 200, shown, "application/json")


def _always(value: Any) -> Encoder:
    return lambda _: value


NAMES = (
    *("project", "space", "timer", "share", "list", "sync", "capabilities", "v1"),
    *("project_preview", "create_project", "delete_preview"),
    *("webhook_endpoint", "webhook_delivery", "webhook_test"),
)

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
    strict=STRICT,
    wires={"snake": snake, "true": _always(True), "false": _always(False), **{name: _always(name) for name in NAMES}},
    etags=False,
    handlers={"tagged": tagged},
    tagging=frozenset({"tagged"}),
    dress=dress,
    idempotency=True,
    remembers_answers=True,
    security={"key": {"type": "http", "scheme": "bearer", "description": "An API key of Tickward's kind, `tw_…`."}},
)
