"""What a REST dialect wants of an answer, said so that SQL can write it: keys, spelling, nesting, and what goes where.

The dialect's own tree of a document (rest_compat/shape.py) is such a form as it stands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.conditions import bare

Encoder = Callable[[Any], Any]


class Place(Protocol):
    """Where the value of one selected field lands."""

    @property
    def wire(self) -> str:
        """Its key on the wire."""

    @property
    def nest(self) -> tuple[str, ...]:
        """The sub-objects, from the outside in, that it lands in."""

    @property
    def flatten(self) -> str | None:
        """The prefix, when the keys of the object are lifted."""

    @property
    def pluck(self) -> bool:
        """The object is replaced by its only member."""

    @property
    def omit_null(self) -> bool:
        """Null is left out of the object that it lands in."""

    @property
    def silent(self) -> bool:
        """It is not in the body."""

    @property
    def encode(self) -> Encoder | None:
        """How a single value of it is written; None: as GraphQL writes it."""

    @property
    def inner(self) -> "Form | None":
        """What is selected of it."""


class Form(Protocol):
    """What becomes of one object."""

    @property
    def places(self) -> Mapping[str, Place]:
        """By the key in GraphQL's answer, in the document's order."""

    @property
    def containers(self) -> Sequence[tuple[str, ...]]:
        """The sub-objects that are always there."""


@dataclass(frozen=True, eq=False)
class Wire:
    """What is wanted of an operation's answer. Paths are keys of GraphQL's answer, from its root on."""

    forms: Mapping[str | None, Form]
    """By the vocabulary that the credential asks for: they differ in spelling only. None: the usual one."""
    body: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    """What is wanted besides the body."""
    required: frozenset[tuple[str, ...]]
    """The parts that must not be null."""


@dataclass(frozen=True)
class Written:
    """An answer in the dialect's words."""

    body: bytes
    """JSON."""
    parts: Mapping[tuple[str, ...], Any]
    """By path."""


def whole(value: float) -> float | int:
    """A number, without a fraction where it has none: what PostgreSQL writes by itself."""
    return int(value) if value % 1 == 0 else value


@dataclass(frozen=True)
class Until:
    """Writes a day or an instant: as much of it as is wanted, and an ending of the dialect's own."""

    length: int
    """Of `2026-06-15T08:00:00.000Z`: 10 for the day, 19 for the second."""
    ending: str

    def __call__(self, text: str) -> str:
        return f"{text[: self.length]}{self.ending}"


def letters_and_digits(text: str) -> str:
    """A name in lower case, without what is neither letter nor digit (domain.md, ruling 17)."""
    written: str = bare(text)
    return written
