"""Reads PATCH inputs: what is absent stays as it is, what is null is emptied."""

import dataclasses
from enum import Enum
from typing import Any

from strawberry import Some


def given(patch: Any) -> dict[str, Any]:
    """The fields of a patch input that were sent, enums as their values."""
    values = {}
    for field in dataclasses.fields(patch):
        wrapped = getattr(patch, field.name)
        if isinstance(wrapped, Some):
            value = wrapped.value
            values[field.name] = value.value if isinstance(value, Enum) else value
    return values
