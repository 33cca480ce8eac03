"""`/api/auth`: the paths, bodies and refusals of better-auth, whose client speaks to it (routes.md 3.1)."""

import re
from pathlib import Path
from typing import Any

from rest_compat.naming import camel, snake
from rest_compat.profile import Failure, Profile, Refusal
from rest_compat.thicket.auth.answers import HANDLERS

OWN = {
    "User already exists. Use another email.": (422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"),
    "Password too short": (400, "PASSWORD_TOO_SHORT"),
    "Password too long": (400, "PASSWORD_TOO_LONG"),
    "Invalid email or password": (401, "INVALID_EMAIL_OR_PASSWORD"),
    "Invalid email": (400, "INVALID_EMAIL"),
    "Invalid callbackURL": (403, "INVALID_CALLBACK_URL"),
    "Invalid origin": (403, "INVALID_ORIGIN"),
    "Missing or null Origin": (403, "MISSING_OR_NULL_ORIGIN"),
    "Cross-site navigation login blocked. This request appears to be a CSRF attack.": (
        403,
        "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
    ),
    "Email can not be updated": (400, "EMAIL_CAN_NOT_BE_UPDATED"),
    "Invalid password": (400, "INVALID_PASSWORD"),
    "Invalid token": (400, "INVALID_TOKEN"),
    "No fields to update": (400, None),
    "POST method requires deferSessionRefresh to be enabled in session config": (
        405,
        "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
    ),
}
"""better-auth's own sentences: each with its status, and its code if it has one."""

ALLOWED = "Allowed types: application/x-www-form-urlencoded, application/json"
EXPECTED = {
    "is required": "expected string, received undefined",
    "must be text": "expected string",
    "must be true or false": "expected boolean",
    "must be a number": "expected number",
    "must be an integer": "expected number",
    "must be an object": "expected record",
    "must be a list": "expected array",
}

ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["message"],
    "properties": {
        "message": {"type": "string", "description": "What went wrong, for people."},
        "code": {"type": "string", "description": "The same for programs.", "examples": ["INVALID_TOKEN"]},
    },
}


def refuse(failure: Failure) -> Refusal:
    """`{"message", "code"}`, with better-auth's codes and statuses."""
    if failure.message in OWN:
        status, code = OWN[failure.message]
        return Refusal(status, {"message": failure.message, **({"code": code} if code else {})})
    match failure.code:
        case "unauthenticated":
            return Refusal(401, {"message": "Unauthorized", "code": "UNAUTHORIZED"})
        case "invalid":
            return Refusal(400, {"message": _validation(failure), "code": "VALIDATION_ERROR"})
        case "bad_request" if failure.message in ("Malformed JSON", "The body must be a JSON object"):
            return Refusal(400, {"message": "Invalid JSON", "code": "BAD_REQUEST"})
        case "unsupported_media_type":
            kind = re.search(r'"(.*?)"', failure.message)
            message = f'Content-Type "{kind[1] if kind else ""}" is not allowed. {ALLOWED}'
            return Refusal(415, {"message": message, "code": "UNSUPPORTED_MEDIA_TYPE"})
        case "rate_limited":
            after = failure.headers.get("Retry-After")
            headers = {"X-Retry-After": after} if after else {}
            return Refusal(429, {"message": "Too many requests. Please try again later."}, headers)
    return Refusal(failure.status, {"message": failure.message, "code": failure.code.upper()})


def _validation(failure: Failure) -> str:
    """`[body.name] Invalid input: expected string, received undefined`, of the first field."""
    rows: Any = failure.details
    if not isinstance(rows, list) or not rows:
        return failure.message
    field, message = rows[0]["field"], rows[0]["message"]
    said = message.removeprefix(f"{field} ")
    return f"[body.{field}] {f'Invalid input: {EXPECTED[said]}' if said in EXPECTED else message}"


def _key(name: str) -> str:
    """camelCase, but for the one name that better-auth writes otherwise."""
    return camel(name).replace("Url", "URL")


PROFILE = Profile(
    name="auth",
    title="Thicket sign-in",
    summary="Signing up, in and out, sessions and passwords: what better-auth's client speaks.",
    folder=Path(__file__).parent,
    base="/api/auth",
    refuse=refuse,
    error_schema=ERROR,
    claims=("/api/auth",),
    case=_key,
    forms="always",
    etags=False,
    unknown_path=Refusal(404, None),
    wires={"snake": snake},
    handlers=HANDLERS,
    security={
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "better-auth.session_token",
            "description": "The cookie that signing in sets.",
        }
    },
)
