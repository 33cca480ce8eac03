"""What Kitchen's clients expect besides their routes: forms on every write, Laravel's pages and refusals."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.api.compiler.wire import Until
from rest_compat.naming import snake
from rest_compat.profile import Envelope, Failure, Page, Profile, Refusal

MESSAGES = {
    "unauthenticated": "Unauthenticated.",
    "invalid_key": "Unauthenticated.",
    "forbidden": "This action is unauthorized.",
    "read_only_token": "This action is unauthorized.",
    "session_required": "This action is unauthorized.",
    "not_found": "Not found.",
    "rate_limited": "Too Many Attempts.",
    "internal": "Server Error",
}
"""Our code → Laravel's words."""

SENTENCES = {
    "must be text": "must be a string",
    "must be a list": "must be an array",
    "must be an object": "must be an array",
    "is invalid": "must be a valid email address",
    "is empty": "must not be empty",
}
"""What we say of a field → how Laravel says it."""

COLOR = "#32abfe"
"""What everybody's avatar has for a background."""

NATIVE = {"NUMBER": "int", "DATE": "date", "BOOLEAN": "bool"}
"""Type of a custom field → what its values are natively; text, where it is none of these."""

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
        return Refusal(failure.status, {"message": MESSAGES.get(failure.code, _sentence(failure.message))})
    errors: dict[str, list[str]] = {}
    for row in failure.details:
        errors.setdefault(row["field"], []).append(_said(row))
    first, *others = [each for rows in errors.values() for each in rows]
    if others:
        first += f" (and {len(others)} more error{'s' if len(others) > 1 else ''})"
    return Refusal(failure.status, {"message": first, "errors": errors})


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _said(row: Mapping[str, str]) -> str:
    """What is wrong with a field, in Laravel's words."""
    name = row["field"].replace("_", " ")
    if row["code"] in ("required", "blank"):
        return f"The {name} field is required."
    if row["code"] in ("not_found", "invalid_value"):
        return f"The selected {name} is invalid."
    if row["code"] == "conflict":
        return f"The {name} has already been taken."
    told = row["message"].removeprefix(f"{row['field']} ")
    if told == row["message"]:
        return _sentence(told)
    told = told.replace("is longer than ", "must not be greater than ").replace(
        "is larger than ", "must not be greater than "
    )
    return f"The {name} field {SENTENCES.get(told, told)}."


def put(page: Page, rows: Any) -> dict[str, Any]:
    """A page as Laravel's paginator has it: `{"data", "meta"}`."""
    before = (page.number - 1) * page.size
    meta = {
        "current_page": page.number,
        "from": before + 1 if page.shown else None,
        "last_page": max(1, -(-page.total // page.size)),
        "path": page.url,
        "per_page": page.size,
        "to": before + page.shown if page.shown else None,
        "total": page.total,
    }
    return {"data": rows, "meta": meta}


def _page_schema(rows: Mapping[str, Any]) -> dict[str, Any]:
    number = {"type": "integer"}
    numbers = {
        "current_page": {**number, "description": "Which page this is, from 1."},
        "from": {
            "type": ["integer", "null"],
            "description": "The place of its first row, from 1; null if it is empty.",
        },
        "last_page": {**number, "description": "How many pages there are, at least 1."},
        "path": {"type": "string", "description": "The address of the list."},
        "per_page": {**number, "description": "How many rows a page has."},
        "to": {"type": ["integer", "null"], "description": "The place of its last row; null if it is empty."},
        "total": {**number, "description": "How many rows there are on all pages."},
    }
    meta = {"type": "object", "properties": numbers, "required": list(numbers), "description": "Where the page stands."}
    return {"type": "object", "properties": {"data": dict(rows), "meta": meta}, "required": ["data", "meta"]}


def _initials(name: str) -> str:
    """`A` of Acme, `CC` of Client Co."""
    words = name.split()
    return "".join(each[0] for each in words[:2]).upper()


def _extension(filename: str) -> str:
    """`jpg`, of what has an extension."""
    return filename.rpartition(".")[2].lower() if "." in filename else ""


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
    blank_is_null=True,
    envelope=Envelope(put, _page_schema),
    encoders={"DateTime": Until(19, "+00:00")},
    schemas={"DateTime": {"type": "string", "format": "date-time", "examples": ["2021-08-19T06:34:16+00:00"]}},
    wires={
        "snake": snake,
        "null": lambda _: None,
        "color": lambda _: COLOR,
        "project": lambda _: "project",
        "group": lambda role: "client" if role == "CLIENT" else "manager",
        "role": lambda role: "admin" if role in ("OWNER", "ADMIN") else "member",
        "note": lambda shared: "message" if shared else "note",
        "fieldName": lambda kind: f"custom_field_{kind.lower()}",
        "native": lambda kind: NATIVE.get(kind, "string"),
        "initials": _initials,
        "extension": _extension,
    },
    security={"key": {"type": "http", "scheme": "bearer", "description": "An API key of Kitchen's kind, `kt_…`."}},
)
