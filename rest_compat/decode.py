"""From what the wire says to a GraphQL variable, by its type; what does not fit is told in the wire's own words.

Every value that does not fit yields a problem *and* a value: an optional one is left out, a required one gets a
placeholder, so that the operation can still find out what outranks the problem (domain.md 2.1, order of checks).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLScalarType,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from starlette.datastructures import UploadFile
from strawberry.types.base import StrawberryMaybe, StrawberryOptional

from app.core.errors import AppError, Problem, Reason
from app.core.forms import empty_file
from rest_compat.naming import alternatives, words
from rest_compat.profile import Profile

LARGEST_NAMED_ENUM = 8
DEEPEST = 64
INT_MIN, INT_MAX = -(2**31), 2**31 - 1
INTEGER = re.compile(r"[+-]?\d{1,19}")
NUMBER = re.compile(r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
STRUCTURED = ("JSON", "Audience")
"""Scalars that are more than text: a form says them in JSON."""
FILES = ("Upload", "FileOrAddress")
"""Scalars that a file of a form can be."""
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
NIL = "00000000-0000-0000-0000-000000000000"
PLACEHOLDERS: tuple[Any, ...] = ("", NIL, "1970-01-01", "1970-01-01T00:00:00.000Z", "00:00", "UTC", 0, False, {}, [])
WORDED = {
    "Date": "must be YYYY-MM-DD",
    "DateTime": "must be an RFC 3339 date and time",
}


class _Absent:
    """No value: the variable, or the input field, is left out."""


ABSENT = _Absent()


@dataclass
class Reading:
    """The variables of one request, while they are read."""

    profile: Profile
    problems: dict[str, Problem] = field(default_factory=dict)
    """By field: the first of each is told."""

    def wrong(self, name: str, code: Reason, rest: str) -> _Absent:
        """Note that the field does not fit: `rest` is what comes after its name."""
        name = name.encode(errors="replace").decode()
        self.problems.setdefault(name, Problem(name, code, f"{name} {rest}"))
        return ABSENT


def decode(reading: Reading, kind: GraphQLInputType, raw: Any, name: str, text: bool) -> Any:
    """The value for GraphQL; ABSENT when it is to be left out. `text`: all that is known of the value is text."""
    if is_non_null_type(kind):
        if raw is None:
            reading.wrong(name, Reason.required, "is required")
            return placeholder(kind.of_type)
        value = decode(reading, kind.of_type, raw, name, text)
        return placeholder(kind.of_type) if value is ABSENT else value
    if raw is None:
        return None
    if is_list_type(kind):
        return _list(reading, kind.of_type, raw, name, text)
    if isinstance(kind, GraphQLInputObjectType):
        return _object(reading, kind, raw, name, text)
    if isinstance(kind, GraphQLEnumType):
        return _enum(reading, kind, raw, name)
    assert isinstance(kind, GraphQLScalarType)
    if text and isinstance(raw, list):
        raw = raw[-1]
    if isinstance(raw, str) and (read := reading.profile.decoders.get(kind.name)):
        raw = read(raw)
    return _scalar(reading, kind, raw, name, text)


def refuses_null(place: GraphQLArgument | GraphQLInputField) -> bool:
    """Whether it is a `Maybe[T]`: it may be left out, but may not be null, which GraphQL's types cannot say."""
    definition = place.extensions.get("strawberry-definition")
    kind = getattr(definition, "type", None)
    return isinstance(kind, StrawberryMaybe) and not isinstance(kind.of_type, StrawberryOptional)


def placeholder(kind: GraphQLInputType) -> Any:
    """A value that the type takes, for a required one that could not be read."""
    nullable = get_nullable_type(kind)
    if is_list_type(nullable):
        return []
    if isinstance(nullable, GraphQLInputObjectType):
        required = {name: each for name, each in nullable.fields.items() if is_required_input_field(each)}
        return {name: placeholder(each.type) for name, each in required.items()}
    if isinstance(nullable, GraphQLEnumType):
        return next(iter(nullable.values))
    assert isinstance(nullable, GraphQLScalarType)
    if nullable.name == "Upload":
        return empty_file()
    return _scalar_placeholder(nullable)


@cache
def _scalar_placeholder(kind: GraphQLScalarType) -> Any:
    if kind.name in ("ID", "UUID"):
        return NIL
    for candidate in PLACEHOLDERS:
        try:
            kind.parse_value(candidate)
        except Exception:  # whatever a scalar raises, it says no
            continue
        return candidate
    return ""


def _list(reading: Reading, kind: GraphQLInputType, raw: Any, name: str, text: bool) -> Any:
    if text and isinstance(raw, str):
        raw = _text_list(raw)
    if not isinstance(raw, list):
        return reading.wrong(name, Reason.invalid_format, "must be a list")
    values = [decode(reading, kind, each, name if text else f"{name}.{index}", text) for index, each in enumerate(raw)]
    return [each for each in values if each is not ABSENT]


def _text_list(raw: str) -> Any:
    """`a,b`, or a JSON list: a form cannot say it otherwise."""
    if raw.startswith("["):
        try:
            return orjson.loads(raw)
        except ValueError:
            return raw
    return [each.strip() for each in raw.split(",") if each.strip()]


def _object(reading: Reading, kind: GraphQLInputObjectType, raw: Any, name: str, text: bool) -> Any:
    if not isinstance(raw, dict):
        return reading.wrong(name or "body", Reason.invalid_format, "must be an object")
    prefix, case = f"{name}." if name else "", reading.profile.case
    found: dict[str, Any] = {}
    for field_name, each in kind.fields.items():
        key = case(field_name)
        value = _field(reading, each, raw.get(key, ABSENT), prefix + key, text)
        if value is not ABSENT:
            found[field_name] = value
    known = [case(each) for each in kind.fields]
    if reading.profile.unknown_fields == "reject" or kind.name in reading.profile.strict:
        for key in raw:
            if key not in known:
                reading.wrong(prefix + key, Reason.invalid_value, "is not a known field")
    if kind.is_one_of and len(found) != 1:
        return reading.wrong(name or "body", Reason.invalid_value, f"must have exactly one of {alternatives(known)}")
    return found


def _field(reading: Reading, place: GraphQLInputField, raw: Any, name: str, text: bool) -> Any:
    if raw is ABSENT and not is_required_input_field(place):
        return ABSENT
    if raw is ABSENT or (raw is None and refuses_null(place)):
        reading.wrong(name, Reason.required, "is required")
        return placeholder(place.type) if is_required_input_field(place) else ABSENT
    return decode(reading, place.type, raw, name, text)


def _enum(reading: Reading, kind: GraphQLEnumType, raw: Any, name: str) -> Any:
    if isinstance(raw, list) and raw:
        raw = raw[-1]
    value = spellings(reading.profile, kind).get(raw) if isinstance(raw, str) else None
    return reading.wrong(name, Reason.invalid_value, enum_words(reading.profile, kind)) if value is None else value


@cache
def spellings(profile: Profile, kind: GraphQLEnumType) -> Mapping[str, str]:
    """Every spelling on the wire that is understood → the enum's value."""
    aliases = profile.enum_aliases.get(kind.name, {})
    known = {wire: value for wire, value in aliases.items() if value in kind.values}
    return known | {wire: value for value, wire in profile.spell(kind).items()}


def enum_words(profile: Profile, kind: GraphQLEnumType) -> str:
    """What is said of a value that the enum does not know, after the field's name."""
    wires = list(profile.spell(kind).values())
    return f"must be {alternatives(wires)}" if len(wires) <= LARGEST_NAMED_ENUM else f"is not {words(kind.name)}"


def _scalar(reading: Reading, kind: GraphQLScalarType, raw: Any, name: str, text: bool) -> Any:
    match kind.name:
        case "String":
            return _string(reading, raw, name)
        case "ID":
            return _string(reading, str(raw) if type(raw) is int else raw, name)
        case "Boolean":
            value = TRUTHS.get(raw.lower()) if text and isinstance(raw, str) else raw
            return value if isinstance(value, bool) else _not(reading, name, "must be true or false")
        case "Int":
            return _integer(reading, raw, name, text)
        case "Float":
            return _number(reading, raw, name, text)
        case "Upload" | "FileOrAddress":
            return _file(reading, kind, raw, name)
    if isinstance(raw, UploadFile):
        return _not(reading, name, WORDED.get(kind.name, "must not be a file"))
    if text and kind.name in STRUCTURED and isinstance(raw, str) and raw[:1] in ("[", "{"):
        raw = _json(raw)
    return _custom(reading, kind, raw, name) if _storable(reading, raw, name) else ABSENT


def _file(reading: Reading, kind: GraphQLScalarType, raw: Any, name: str) -> Any:
    if isinstance(raw, UploadFile):
        return raw
    return _not(reading, name, "must be a file") if kind.name == "Upload" else _string(reading, raw, name)


def _not(reading: Reading, name: str, rest: str) -> _Absent:
    return reading.wrong(name, Reason.invalid_format, rest)


def _string(reading: Reading, raw: Any, name: str) -> Any:
    if not isinstance(raw, str):
        return _not(reading, name, "must be text")
    return raw if _storable(reading, raw, name) else ABSENT


def _integer(reading: Reading, raw: Any, name: str, text: bool) -> Any:
    if text and isinstance(raw, str) and INTEGER.fullmatch(raw.strip()):
        raw = int(raw)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        return _not(reading, name, "must be an integer")
    if not INT_MIN <= raw <= INT_MAX:
        return reading.wrong(name, Reason.out_of_range, f"must be between {INT_MIN} and {INT_MAX}")
    return raw


def _number(reading: Reading, raw: Any, name: str, text: bool) -> Any:
    if text and isinstance(raw, str) and NUMBER.fullmatch(raw.strip()):
        raw = float(raw)
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        return _not(reading, name, "must be a number")
    try:
        finite = math.isfinite(float(raw))
    except OverflowError:
        finite = False
    return raw if finite else reading.wrong(name, Reason.out_of_range, "is too large a number")


def _custom(reading: Reading, kind: GraphQLScalarType, raw: Any, name: str) -> Any:
    """Ask the scalar itself. Its ValueError or AppError is for people: what comes after the field's name."""
    try:
        kind.parse_value(raw)
    except AppError as error:
        return _told(reading, kind, name, error.message)
    except GraphQLError:
        return _told(reading, kind, name, f"is not {words(kind.name)}")
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
        return _told(reading, kind, name, str(error) if type(error) is ValueError else f"is not {words(kind.name)}")
    return raw


def _told(reading: Reading, kind: GraphQLScalarType, name: str, message: str) -> _Absent:
    """A message that begins with a capital letter is a sentence of its own."""
    message = WORDED.get(kind.name, message)
    if message[:1].isupper():
        reading.problems.setdefault(name, Problem(name, Reason.invalid_format, message))
        return ABSENT
    return _not(reading, name, message)


def _json(raw: str) -> Any:
    try:
        return orjson.loads(raw)
    except ValueError:
        return raw


def _storable(reading: Reading, raw: Any, name: str) -> bool:
    """Whether PostgreSQL's text and UTF-8 can carry it, and JSON can be written that deep; notes it if not."""
    if isinstance(raw, str) and not UNSTORABLE.search(raw):
        return True
    pending: list[tuple[Any, int]] = [(raw, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > DEEPEST:
            reading.wrong(name, Reason.invalid_value, f"is nested more than {DEEPEST} levels deep")
            return False
        if isinstance(value, str) and UNSTORABLE.search(value):
            reading.wrong(name, Reason.invalid_value, "holds characters that cannot be stored")
            return False
        if isinstance(value, list):
            pending += [(each, depth + 1) for each in value]
        elif isinstance(value, Mapping):
            pending += [(each, depth + 1) for pair in value.items() for each in pair]
    return True
