"""What every action needs to know: who asks, in which transaction, and what is already loaded."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import strawberry

from app.core import clock
from app.core.content import Content
from app.core.errors import AppError, BadRequest, Forbidden, InvalidKey, NotFound, ReadOnlyToken, Unauthenticated
from app.core.loading import Loading
from app.core.scalars import local_day

if TYPE_CHECKING:
    from app.core.db import Database, Tx
    from app.core.effects import Happening
    from app.core.live import Live
    from app.settings import Settings

V = TypeVar("V")

OWN = "~"
"""In the place of a slug: the organization that a key opens; without a key, the user's personal one."""


@strawberry.enum(
    description="A person's place in an organization. Owners may do everything; admins manage people too; members work "
    "in projects; clients see and do only what is shared with them."
)
class Role(StrEnum):
    """A person's place in an organization (seed 000 "Roles")."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    CLIENT = "client"


class Presented(StrEnum):
    """The kind of credential that came with a request."""

    SESSION = "session"
    TOKEN = "token"
    KEY = "key"
    """An API key, which opens one organization."""


@dataclass(frozen=True)
class Credential:
    """What the caller showed at the door, not yet looked up. `digest` is the SHA-256 of the secret, as stored."""

    kind: Presented
    digest: bytes


@dataclass(frozen=True)
class Allowance:
    """What is left of a credential's requests in the window that is running."""

    limit: int
    remaining: int
    resets_at: datetime

    @property
    def seconds(self) -> int:
        """How long the window still runs."""
        return max(int((self.resets_at - clock.now()).total_seconds()) + 1, 0)


@dataclass
class Caller:
    """Who asks, before there is a transaction: what every door hands to `Schema.execute`.

    `unreadable` and `unfit` are refusals that a door has found in the body or the fields of a request, but that
    must not be told before stricter ones (domain.md 2.1, order of checks): `unreadable` (the body is no JSON
    object, 400) waits until the organization is entered, `unfit` (a field does not fit its type, 422) until the
    addressed object was found and the role allows the deed. Nothing is ever committed while one of them waits.
    """

    settings: "Settings"
    database: "Database"
    credential: Credential | None = None
    ip: str = ""
    user_agent: str = ""
    base_url: str = ""
    time_zone: str | None = None
    workspace: str | None = None
    """The organization that the request's host names: it is what OWN means then."""
    position: int = 0
    """What the caller is known to have written, as a position of the database (core/replica.py)."""
    unreadable: AppError | None = None
    unfit: AppError | None = None
    vocabulary: str | None = None
    """The spelling of types and tools that the credential asks for, once it was looked up (domain.md 2.2)."""
    idempotency_key: str | None = None
    """What came as `Idempotency-Key`, as it came: writes are held to it, anything else ignores it."""
    response_headers: list[tuple[str, str]] = field(default_factory=list)
    """Headers for the answer, such as Set-Cookie: the doors copy them, also onto a refusal."""
    allowance: Allowance | None = None
    """How often the caller's token or key may still be used."""
    contents: dict[str, Content] = field(default_factory=dict)
    """What a route with `streamed` sends, by the text that its body field answers."""
    live: "Live | None" = None
    """What a subscription's operation is run for."""

    def meant(self, slug: str) -> str:
        """The organization that a slug means to this caller."""
        return self.workspace if slug == OWN and self.workspace else slug


@dataclass(frozen=True)
class Identity:
    """The user behind a credential."""

    user_id: str
    kind: Presented
    credential_id: str
    """The session's or the token's id."""
    scope: str = "full"
    """`full` or `read`; a session is always full."""
    expires_at: datetime | None = None
    time_zone: str | None = None
    """The user's preferred one."""
    vocabulary: str | None = None


@dataclass(frozen=True)
class Place:
    """The one organization that this operation has entered, and the caller's membership in it."""

    org_id: str
    slug: str
    membership_id: str
    role: Role


@dataclass
class Context:
    """One operation: its caller, its transaction, its loaded rows. The first argument of every action."""

    caller: Caller
    tx: "Tx"
    identity: Identity | None
    writes: bool
    """A mutation; a query's transaction is read-only."""
    place: Place | None = None
    entered: "Callable[[Context], Awaitable[None]] | None" = None
    """What is done as soon as an organization is entered, before anything of it is read."""
    expected: Place | None = None
    """The place that the transaction has begun in, before the operation asks for it."""
    expected_as: str | None = None
    """How that organization was named."""
    now: datetime = field(default_factory=clock.now)
    happened: "list[Happening]" = field(default_factory=list)
    """What its followers are still to be told (core/effects.py)."""
    _asked_for: str = ""
    _entering: asyncio.Lock = field(default_factory=asyncio.Lock)
    _loaded: dict[Any, Loading[Any]] = field(default_factory=dict)

    @property
    def user_id(self) -> str:
        """The signed-in user. Raises Unauthenticated if there is none, InvalidKey where a key shows nobody."""
        if self.identity is None:
            shown = self.caller.credential
            raise InvalidKey if shown is not None and shown.kind is Presented.KEY else Unauthenticated
        return self.identity.user_id

    @property
    def today(self) -> date:
        """The day that it is where the viewer lives."""
        return local_day(self.now)

    @property
    def org_id(self) -> str:
        return self.here.org_id

    @property
    def me(self) -> str:
        """The caller's membership id in the organization that was entered."""
        return self.here.membership_id

    @property
    def role(self) -> Role:
        return self.here.role

    @property
    def here(self) -> Place:
        if self.place is None:
            raise Forbidden("This needs an organization")
        return self.place

    async def enter(self, slug: str) -> Place:
        """Become a member of the organization for the rest of the operation.

        The slug may be OWN.

        Raises Unauthenticated, NotFound (no such organization, or not yours), BadRequest (another one was entered
        already: one operation enters at most one), ReadOnlyToken (a mutation with a token for reading), and the
        caller's `unreadable`.
        """
        user_id, slug = self.user_id, self.caller.meant(slug)
        async with self._entering:
            if self.place is None:
                there = self.expected if slug == self.expected_as else None
                self.place, self._asked_for = there or await self.tx.enter(user_id, slug), slug
                if self.place is not None and self.entered is not None:
                    await self.entered(self)
        if self.place is None:
            raise NotFound
        if slug not in (self.place.slug, self._asked_for):
            raise BadRequest("One operation can enter only one organization")
        self.check_readable()
        self.check_may_write()
        return self.place

    def check_unbound(self) -> None:
        """Raise Forbidden where a key, which is for one organization, asks for what is its user's alone."""
        if self.identity is not None and self.identity.kind is Presented.KEY:
            raise Forbidden("An API key is for one organization only")

    def check_readable(self) -> None:
        """Raise what the door found wrong with the body, now that the caller may know of it."""
        if self.caller.unreadable:
            raise self.caller.unreadable

    def check_may_write(self) -> None:
        """Raise ReadOnlyToken when a token for reading is used for a mutation."""
        if self.writes and self.identity is not None and self.identity.scope == "read":
            raise ReadOnlyToken

    def check_fields(self) -> None:
        """Raise what the door found wrong with the fields, now that the caller may know of it.

        `policy.require` does this; actions that need no permission call it before they look at their input.
        """
        self.check_readable()
        if self.caller.unfit:
            raise self.caller.unfit

    async def load(self, batch: "Callable[[Tx, list[Any]], Awaitable[Sequence[V]]]", key: Any) -> V:
        """Load `key` together with every other key asked of the same `batch` in this tick."""
        return await self.loading(batch, key)

    def loading(self, batch: "Callable[[Tx, list[Any]], Awaitable[Sequence[V]]]", key: Any) -> Awaitable[V]:
        """The same, on its way."""
        return self._loads(batch).one(key)

    async def load_all(
        self, batch: "Callable[[Tx, list[Any]], Awaitable[Sequence[V]]]", keys: Sequence[Any]
    ) -> list[V]:
        """Load these keys at once, one value for each; those that are loaded already are not loaded again."""
        return await self._loads(batch).all(keys)

    def forget(self) -> None:
        """Drop loaded rows, after a write."""
        self._loaded.clear()

    def _loads(self, batch: "Callable[[Tx, list[Any]], Awaitable[Sequence[V]]]") -> Loading[V]:
        loading = self._loaded.get(batch)
        if loading is None:
            loading = self._loaded[batch] = Loading(partial(batch, self.tx))
        return loading
