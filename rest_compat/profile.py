"""What a dialect is, besides its documents: where it is mounted, how it spells, how it refuses. Data, no code paths."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from graphql import GraphQLEnumType
from starlette.requests import Request
from starlette.responses import Response

from app.core.context import Caller
from rest_compat.naming import snake

Encoder = Callable[[Any], Any]
Handler = Callable[[Request, Any, Mapping[str, str], Caller], Awaitable[Response]]
"""Makes the answer of a route with `handler:` from the shaped body and the headers of `@header` fields."""


@dataclass(frozen=True)
class Failure:
    """A refusal on its way to the wire."""

    code: str
    """In lower case, as in domain.md 2.1."""
    status: int
    message: str
    details: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """What a dialect makes of a failure. `body` None: the answer is empty."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page of a list: what the paging headers are made of."""

    url: str
    """Where the request went, without its query string."""
    query: tuple[tuple[str, str], ...]
    total: int
    number: int
    size: int

    @property
    def shown(self) -> int:
        """How many rows it has."""
        return max(0, min(self.size, self.total - (self.number - 1) * self.size))


@dataclass(frozen=True)
class Envelope:
    """An object around a page of a list (the body, in a route that has a `@total`)."""

    put: Callable[[Page, Any], dict[str, Any]]
    """Of the page and its rows, which may be written already: orjson knows what they are."""
    schema: Callable[[Mapping[str, Any]], dict[str, Any]]
    """JSON Schema of the list → of the whole."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A dialect. Its documents are the `*.graphql` files of `folder`."""

    name: str
    title: str
    summary: str
    folder: Path
    base: str
    """Where its paths begin, as in `/api/v1`."""
    refuse: Callable[[Failure], Refusal]
    error_schema: Mapping[str, Any]
    """JSON Schema of the body of a refusal, for the OpenAPI document."""

    claims: tuple[str, ...] = ()
    """Path prefixes that are this dialect's without any credential, the longest first."""
    key_prefixes: tuple[str, ...] = ()
    """A bearer token that begins so chooses this dialect on the plain paths."""
    only_keys: bool = False
    """Such tokens are the only credential that counts here."""
    only_sessions: bool = False
    """A session's cookie is the only credential that counts here."""
    host_label: str | None = None
    """`{workspace}.{host_label}.…` chooses this dialect."""
    beside: tuple[str, ...] = ()
    """Dialects that claim the same address, and whose paths are none of its own: its document there shows theirs."""
    reserved: frozenset[str] = frozenset()
    """First segments below `base` that may belong to another dialect: 401 for all of them without a credential."""

    case: Callable[[str], str] = snake
    """GraphQL's name of a field → its key on the wire."""
    unknown_fields: Literal["ignore", "reject"] = "ignore"
    strict: frozenset[str] = frozenset()
    """Input types that refuse what they do not know, whatever `unknown_fields` says."""
    forms: Literal["uploads", "always"] = "uploads"
    """Which routes read forms besides JSON: those with a file, or all that read a body."""
    blank_is_null: bool = False
    """Whether text with nothing but blanks in it is no value."""
    encoders: Mapping[str, Encoder] = field(default_factory=dict)
    """Scalar or enum → how a value of it is written; other enums are lower-cased."""
    decoders: Mapping[str, Encoder] = field(default_factory=dict)
    """Scalar → what is made of the wire's value before the scalar reads it."""
    wires: Mapping[str, Encoder] = field(default_factory=dict)
    """The encoders that `@wire(as:)` names."""
    enum_aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Enum → further spelling on the wire → the enum's value."""
    vocabularies: Mapping[str, Mapping[str, Encoder]] = field(default_factory=dict)
    """Another vocabulary that a credential may ask for → enum → how a value of it is written then."""
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    tagging: frozenset[str] = frozenset()
    """Handlers that send the body as it is, as JSON, with an ETag of their own; what others send only they know."""
    paginate: Callable[[Page], Mapping[str, str]] | None = None
    page_names: tuple[str, str] = ("page", "per_page")
    envelope: Envelope | None = None
    """What a page of a list is put into, where the body tells what others say in headers."""
    etags: bool = True
    """Whether GET answers carry an ETag; else they are not stored at all."""
    idempotency: bool = False
    """Whether writes take an `Idempotency-Key`."""
    key_of_write: Callable[[str, str], str | None] | None = None
    """Of a method and the `Idempotency-Key` that came with it: what the application is given; None: it is ignored.

    Raises BadRequest for a key that the dialect does not take.
    """
    replayed: str = "Idempotency-Replayed"
    """How the header is called that says so, where a write was sent again."""
    remembers_answers: bool = False
    """Whether a write that is sent again under its key gets the same answer even if that was a refusal."""
    dress: Callable[[Request, Response], None] | None = None
    """Adds what every answer carries, refusals and unknown paths too. Doing it twice changes nothing."""
    unknown_path: Refusal | None = None
    """The answer to an unknown path and to a wrong method; None: `refuse` of 404 and 405."""

    security: Mapping[str, Any] = field(default_factory=dict)
    """OpenAPI's security schemes: any one of them will do."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Section of the OpenAPI document → its description."""
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Scalar → JSON Schema, where this dialect writes it differently."""

    def spell(self, enum: GraphQLEnumType) -> dict[str, str]:
        """Every value of the enum, and how it is written on the wire, in the schema's order."""
        write = self.encoders.get(enum.name, str.lower)
        return {value: write(value) for value in enum.values}

    def encoder(self, type_name: str, is_enum: bool) -> Encoder | None:
        """How a leaf of that type is written; None: as GraphQL gives it."""
        return self.encoders.get(type_name, str.lower if is_enum else None)
