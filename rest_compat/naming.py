"""Names on both sides of the wire: GraphQL's camelCase, the wire's snake_case, and English."""

import re
from collections.abc import Sequence

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])|(?<=[A-Z])([A-Z])(?=[a-z])")


def snake(name: str) -> str:
    """`allAccess` → `all_access`."""
    return _HUMP.sub(r"_\g<0>", name).lower()


def camel(name: str) -> str:
    """`all_access` → `allAccess`; a name in camelCase stays as it is."""
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def words(name: str) -> str:
    """`RecordingType` → `a recording type`."""
    text = snake(name).replace("_", " ")
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def alternatives(choices: Sequence[str]) -> str:
    """`a, b or c`."""
    *head, last = choices
    return f"{', '.join(head)} or {last}" if head else last
