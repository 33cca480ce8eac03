"""Work for later: left in the transaction of its cause, done after the commit (app/core/worker.py).

What is refused or rolled back leaves no job. A job that fails is tried again, later and later; one that nobody can
help is kept as dead, for `thicket doctor` and `thicket jobs` to show. There are three ways to declare one, in a
domain's jobs.py:

- `job`: works in a transaction in which it is also finished, so what it does to the database happens exactly once.
- `errand`: does something outside, such as a mail, without a transaction around it. It happens at least once; whoever
  can tell should not do it twice.
- `cron`: a job that comes again at every tick, once for all processes together.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core import clock
from app.core.context import Caller, Context
from app.core.db import Tx
from app.core.ids import new_id

Payload = dict[str, Any]
Job = Callable[[Context, Payload], Awaitable[None]]
Errand = Callable[[Caller, Payload], Awaitable[None]]
Cron = Callable[[Context], Awaitable[None]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_WAIT = timedelta(hours=1)
TRIES = 12
"""Over about an hour and a half."""


class Hopeless(Exception):
    """Raised by a job for which there is no use in trying again. The message is for who looks at dead jobs."""


def wait_after(attempt: int) -> timedelta:
    """How long to wait after a failed attempt, the first being 1: 2 s, 4 s, 8 s … 1 h, each give or take a fifth.

    Not exactly, lest all that failed together come back together.
    """
    seconds = min(2.0 ** min(attempt, 30), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


@dataclass(frozen=True)
class Declared:
    """What is known of a job by its name."""

    name: str
    tries: int
    waits: Callable[[int], timedelta]
    job: Job | None = None
    errand: Errand | None = None
    every: timedelta | None = None
    at: timedelta = timedelta()

    def next_tick(self, moment: datetime) -> datetime | None:
        """The first tick after the moment; None for what has no ticks."""
        if self.every is None:
            return None
        return moment + self.every - (moment - EPOCH - self.at) % self.every


DECLARED: dict[str, Declared] = {}
"""Every job that this program can do."""


def job(name: str, *, tries: int = TRIES, waits: Callable[[int], timedelta] = wait_after) -> Callable[[Job], Job]:
    """Declare a job. It gets nobody's Context: `tx.become` and `tx.enter`, or `tx.work_for`, make it somebody's."""

    def declare(run: Job) -> Job:
        _declare(Declared(name, tries, waits, job=run))
        return run

    return declare


def errand(
    name: str, *, tries: int = TRIES, waits: Callable[[int], timedelta] = wait_after
) -> Callable[[Errand], Errand]:
    """Declare an errand. It gets a Caller, whose `database.transaction` it may use before and after what it does."""

    def declare(run: Errand) -> Errand:
        _declare(Declared(name, tries, waits, errand=run))
        return run

    return declare


def cron(name: str, *, every: timedelta, at: timedelta = timedelta()) -> Callable[[Cron], Cron]:
    """Declare a job for every tick: in UTC, counted from midnight, `at` later. Ticks that nobody was there for are
    made up for by one."""

    def declare(run: Cron) -> Cron:
        async def tick(ctx: Context, _: Payload) -> None:
            await run(ctx)

        _declare(Declared(name, TRIES, wait_after, job=tick, every=every, at=at))
        return run

    return declare


def _declare(declared: Declared) -> None:
    assert declared.name not in DECLARED, f"two jobs are called {declared.name}"
    DECLARED[declared.name] = declared


async def enqueue(
    tx: Tx, name: str, payload: Mapping[str, Any], *, after: timedelta = timedelta(), key: str | None = None
) -> None:
    """Leave a job, to be done once this transaction is committed, and not before `after` has passed.

    The payload is JSON. Of the jobs with the same name and `key` only one waits: while it does, this adds none.
    """
    tx.leave(queued(name, payload, after=after, key=key))


def queued(
    name: str, payload: Mapping[str, Any], *, after: timedelta = timedelta(), key: str | None = None
) -> dict[str, Any]:
    """A job as it is left: by `enqueue`, or by an SQL function that finds out whether there is something to do."""
    now = clock.now()
    return {"id": new_id(), "name": name, "payload": payload, "key": key, "run_at": now + after, "created_at": now}
