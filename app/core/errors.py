"""Every way a request can be refused. GraphQL and REST render these; nothing else becomes a 4xx.

    AppError
    ├── BadRequest 400            the request cannot be read, or asks for what no request may
    ├── Unauthenticated 401       nobody is signed in
    │   └── InvalidKey            the API key is unknown, expired or revoked
    ├── LimitReached 402          the organization's plan allows no more of this
    ├── Forbidden 403             the caller sees the thing, but may not do this to it
    │   ├── ReadOnlyToken         a token for reading tried to write
    │   └── SessionRequired       only a signed-in session may do this, no token
    ├── NotFound 404              it is not there, or not for this caller: never told apart
    ├── Conflict 409              it clashes with what is already there
    │   └── Duplicate             the very same thing is already there
    ├── RestoreWindowPassed 410   it was in the trash for too long
    ├── InvitationExpired   410   nobody took it in time
    ├── PayloadTooLarge 413       the body is larger than the server reads
    ├── UnsupportedMediaType 415  the body is of a kind that is not read here
    ├── Invalid 422               a field's value is not allowed
    ├── RateLimited 429           too many requests
    ├── Internal 500              our own fault; says nothing of what happened
    └── Unavailable 503           the database, or another part, is away for the moment

Contract: domain.md 2.1 (codes and statuses).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Reason(StrEnum):
    """Why one field was refused: `details[].code` (routes.md 3.0)."""

    required = "required"
    blank = "blank"
    too_long = "too_long"
    too_short = "too_short"
    invalid_format = "invalid_format"
    invalid_value = "invalid_value"
    not_found = "not_found"
    out_of_range = "out_of_range"
    conflict = "conflict"


@dataclass(frozen=True)
class Problem:
    """One refused field. `field` is its snake_case path, as in `recurrence.frequency`."""

    field: str
    code: Reason
    message: str


class AppError(Exception):
    """A refusal. `message` is for people; `details` is what a program may want to know besides the code."""

    code: ClassVar[str]
    status: ClassVar[int]
    default: ClassVar[str]

    def __init__(self, message: str | None = None, *, details: object = None, headers: Mapping[str, str] | None = None):
        self.message = message or self.default
        self.details = details
        self.headers = dict(headers or {})
        super().__init__(self.message)

    @property
    def extensions(self) -> dict[str, Any]:
        """What GraphQL shows beside the message."""
        shown: dict[str, Any] = {"code": self.code.upper(), "status": self.status}
        if self.details is not None:
            shown["details"] = self.details
        if self.headers:
            shown["headers"] = self.headers
        return shown


class BadRequest(AppError):
    code, status, default = "bad_request", 400, "Malformed request"


class Unauthenticated(AppError):
    code, status, default = "unauthenticated", 401, "Authentication required"


class InvalidKey(Unauthenticated):
    code, default = "invalid_key", "This API key is unknown, expired or revoked"


class LimitReached(AppError):
    """`details` is `{"limit", "allowed", "used"}` (domain.md 2.12)."""

    code, status, default = "limit_reached", 402, "Your plan allows no more of this"


class Forbidden(AppError):
    code, status, default = "forbidden", 403, "Forbidden"


class ReadOnlyToken(Forbidden):
    code, default = "read_only_token", "This token may only read"


class SessionRequired(Forbidden):
    code, default = "session_required", "Sign in with a session to manage tokens"


class NotFound(AppError):
    code, status, default = "not_found", 404, "Not found"


class MethodNotAllowed(AppError):
    code, status, default = "method_not_allowed", 405, "Method not allowed"


class Conflict(AppError):
    code, status, default = "conflict", 409, "This clashes with what is already there"


class Duplicate(Conflict):
    code, default = "duplicate", "This is already there"


class RestoreWindowPassed(AppError):
    code, status, default = "restore_window_passed", 410, "This can no longer be restored"


class InvitationExpired(AppError):
    code, status, default = "invitation_expired", 410, "This invitation has expired"


class PayloadTooLarge(AppError):
    code, status, default = "payload_too_large", 413, "The request body is too large"


class UnsupportedMediaType(AppError):
    code, status, default = "unsupported_media_type", 415, "This content type is not read here"


class Invalid(AppError):
    """One or more fields are not allowed to be what they are.

    The message is the first problem's, so that a person who reads only one line reads the right one.
    """

    code, status, default = "invalid", 422, "Invalid input"

    def __init__(self, problems: Sequence[Problem], message: str | None = None):
        self.problems = list(problems)
        details = [{"field": p.field, "code": p.code.value, "message": p.message} for p in self.problems]
        super().__init__(message or next((p.message for p in self.problems), None), details=details or None)

    @classmethod
    def field(cls, field: str, code: Reason, message: str, summary: str | None = None) -> "Invalid":
        """One refused field; `summary` is the whole answer's message where it differs from the field's."""
        return cls([Problem(field, code, message)], summary)


class RateLimited(AppError):
    """Carries `Retry-After` in `headers`."""

    code, status, default = "rate_limited", 429, "Too many requests"


class Internal(AppError):
    code, status, default = "internal", 500, "Internal server error"


class Unavailable(AppError):
    """The database is away or overloaded: try again. Carries `Retry-After: 1`."""

    code, status, default = "unavailable", 503, "The service is unavailable for the moment"

    def __init__(self, message: str | None = None):
        super().__init__(message, headers={"Retry-After": "1"})
