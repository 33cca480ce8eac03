"""`/api/auth` refuses in better-auth's words (routes.md 3.1)."""

from typing import Any

import pytest

from app.core.errors import (
    AppError,
    BadRequest,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Reason,
    Unauthenticated,
    UnsupportedMediaType,
)
from rest_compat.answer import failure_of
from rest_compat.thicket.auth.profile import refuse

KIND = 'Content-Type "text/plain"'
ALLOWED = "Allowed types: application/x-www-form-urlencoded, application/json"


@pytest.mark.parametrize(
    ("raised", "status", "body"),
    [
        (Unauthenticated(), 401, {"message": "Unauthorized", "code": "UNAUTHORIZED"}),
        (
            Unauthenticated("Invalid email or password"),
            401,
            {"message": "Invalid email or password", "code": "INVALID_EMAIL_OR_PASSWORD"},
        ),
        (
            Invalid.field("password", Reason.too_short, "Password too short"),
            400,
            {"message": "Password too short", "code": "PASSWORD_TOO_SHORT"},
        ),
        (
            Invalid.field("email", Reason.conflict, "User already exists. Use another email."),
            422,
            {"message": "User already exists. Use another email.", "code": "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"},
        ),
        (
            Invalid.field("name", Reason.required, "name is required"),
            400,
            {
                "message": "[body.name] Invalid input: expected string, received undefined",
                "code": "VALIDATION_ERROR",
            },
        ),
        (
            Invalid.field("email", Reason.invalid_format, "Invalid email address"),
            400,
            {"message": "[body.email] Invalid email address", "code": "VALIDATION_ERROR"},
        ),
        (BadRequest("Malformed JSON"), 400, {"message": "Invalid JSON", "code": "BAD_REQUEST"}),
        (BadRequest("No fields to update"), 400, {"message": "No fields to update"}),
        (Forbidden("Invalid origin"), 403, {"message": "Invalid origin", "code": "INVALID_ORIGIN"}),
        (NotFound(), 404, {"message": "Not found", "code": "NOT_FOUND"}),
        (
            UnsupportedMediaType(f"{KIND} is not read here: send application/json"),
            415,
            {"message": f"{KIND} is not allowed. {ALLOWED}", "code": "UNSUPPORTED_MEDIA_TYPE"},
        ),
    ],
)
def test_a_refusal_has_better_auths_words(raised: AppError, status: int, body: dict[str, Any]) -> None:
    refusal = refuse(failure_of(raised))
    assert (refusal.status, refusal.body) == (status, body)


def test_too_many_requests_say_when_to_come_back_in_their_own_header() -> None:
    refusal = refuse(failure_of(RateLimited(headers={"Retry-After": "8"})))
    assert (refusal.status, refusal.body) == (429, {"message": "Too many requests. Please try again later."})
    assert refusal.headers == {"X-Retry-After": "8"}
