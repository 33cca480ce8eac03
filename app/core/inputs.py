"""Reads inputs: of a PATCH what is absent stays as it is and what is null is emptied; of others null says nothing."""

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


def said(input: Any) -> dict[str, Any]:
    """The fields of an input that have a value, enums as theirs; so too of the inputs in its lists."""
    values = {field.name: getattr(input, field.name) for field in dataclasses.fields(input)}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list) and value and dataclasses.is_dataclass(value[0]):
        return [said(each) for each in value]
    return value
