"""What happens, told to those who watch: from the process in which it happened to every process where somebody waits.

What is told is only *where* something happened, as topics: ids of organizations, projects and people. Who watches a
topic then looks for himself what it was, as whoever he is, and finds what he may see. So nothing is lost with a word
that was: it is found at the next look (app/api/streams.py).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.core.context import Context

log = logging.getLogger(__name__)

CHANNEL = "thicket_live"
TOPICS_AT_ONCE = 200
"""Ids in one announcement, which PostgreSQL wants shorter than 8,000 bytes."""
FAREWELL = 3
"""Seconds in which the last announcements are made when the server stops."""

Notify = Callable[[str, str], Awaitable[object]]
"""Takes a channel and what is to be said there. PostgreSQL's NOTIFY, until something else does it."""


@dataclass(frozen=True)
class Position:
    """Where somebody is in what happened: he knows of what the transactions did that `seen` shows as finished.

    In a batch that he has in part, also of what the transactions did that `now` shows as finished, up to `last`.
    """

    seen: str
    """A snapshot of PostgreSQL's, as text."""
    moment: datetime
    """When the snapshot was taken."""
    now: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Watch:
    """What one subscription waits for."""

    org: str
    """The organization's slug."""
    topics: frozenset[str]
    table: Any
    """The table whose new rows are told."""
    where: Sequence[Any]
    """Which of its rows. Those that the viewer does not see are never among them."""
    recent: Callable[[datetime], Any]
    """Which of its rows may have been written since a moment, in SQL: there is an index for it."""
    seen: Callable[[str], Any]
    """Whether a row was there in a snapshot, in SQL."""
    there: Any
    """Whether the watched thing is (still) to be seen, in SQL."""
    since: datetime | None
    """What is older is not told; None: however old."""
    start: Position


@dataclass
class Live:
    """What a subscription's operation is run for: to find out what to watch, or to show one new row."""

    watch: Watch | None = None
    """Set by the operation when it is run for the first time."""
    news: "NewRow | None" = None


@dataclass(frozen=True)
class NewRow:
    """A row that a subscription is to show."""

    id: str
    cursor: str
    """Of the place behind it."""
    org: str
    """The organization's slug."""


class Herald:
    """Says where something happened, after the commit, for many operations at once.

    Not within their transactions: commits that notify wait for each other.
    """

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._waiting: set[str] = set()
        self._saying: asyncio.Task[None] | None = None

    async def tell(self, topics: Iterable[str]) -> None:
        """Returns at once."""
        self._waiting.update(topics)
        if self._waiting and (self._saying is None or self._saying.done()):
            self._saying = asyncio.create_task(self._say())

    async def close(self) -> None:
        """Say what is still to be said."""
        if self._saying is not None:
            await asyncio.wait([self._saying], timeout=FAREWELL)

    async def _say(self) -> None:
        while self._waiting:
            topics = sorted(self._waiting)
            self._waiting.clear()
            for start in range(0, len(topics), TOPICS_AT_ONCE):
                try:
                    await self._notify(CHANNEL, " ".join(topics[start : start + TOPICS_AT_ONCE]))
                except Exception as error:  # who watches finds it at his next look
                    log.warning("What happened cannot be announced: %s", type(error).__name__)


@dataclass
class Watchers:
    """Those in this process who wait for something to happen."""

    waiting: dict[str, set[asyncio.Event]] = field(default_factory=dict)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server stops: every stream is to end."""

    @contextmanager
    def watching(self, topics: Iterable[str]) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happens there; it is the watcher who clears it."""
        bell = asyncio.Event()
        watched = list(topics)
        for topic in watched:
            self.waiting.setdefault(topic, set()).add(bell)
        try:
            yield bell
        finally:
            for topic in watched:
                self.waiting[topic].discard(bell)
                if not self.waiting[topic]:
                    del self.waiting[topic]

    def hear(self, said: str) -> None:
        """Wake those who watch one of the topics; everybody where it is empty: something may have been missed."""
        for topic in said.split() if said else list(self.waiting):
            for bell in self.waiting.get(topic, ()):
                bell.set()

    def leave(self) -> None:
        """Have every stream end."""
        self.leaving.set()
        self.hear("")


def announce(ctx: "Context", topics: Iterable[str]) -> None:
    """Wake those who watch these topics, in all processes, once the transaction is committed."""
    herald, told = ctx.caller.database.herald, frozenset(topics)
    ctx.tx.after_commit(lambda: herald.tell(told))
