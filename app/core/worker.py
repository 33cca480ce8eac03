"""Does the jobs that are due (app/core/jobs.py), a few at once, until it is told to stop.

Any number of workers share one database. A job is taken for a minute and held while it runs; the job of a worker that
was killed is taken up by another when that minute is over.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from app.core import clock
from app.core.context import Caller, Context
from app.core.db import Database
from app.core.effects import conclude
from app.core.errors import Unavailable
from app.core.ids import new_id
from app.core.jobs import DECLARED, Declared, Hopeless, Payload
from app.core.logs import REQUEST_ID
from app.core.metrics import JOBS_ENDED

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger(__name__)

HELD = timedelta(seconds=60)
"""How long a job is its worker's without a sign of life."""
POLL = 2
"""Seconds between two looks for due jobs; a new one is told of at once (app/core/listen.py)."""
FAREWELL = 8
"""Seconds that running jobs are given to end when the worker is to stop."""
LONGEST_ERROR = 500


@dataclass(frozen=True)
class Taken:
    """A job, and the proof that it is ours to do."""

    id: str
    name: str
    payload: Payload
    attempts: int
    """This one included."""
    cron: bool
    claim: str


@dataclass
class Tally:
    """What became of jobs: how many of each name."""

    done: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


class Worker:
    """Takes due jobs and runs them, `at_once` at a time."""

    def __init__(self, settings: "Settings", database: Database, *, at_once: int = 4) -> None:
        self._settings = settings
        self._database = database
        self._at_once = at_once
        self._running: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()
        self._stopping = False
        self._more = False
        """The last look found as many jobs as there was room for."""
        self.tally = Tally()

    def wake(self) -> None:
        """Look for due jobs now."""
        self._awake.set()

    def stop(self) -> None:
        """Take no more jobs."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Work until `stop`, whatever happens to the database. Then jobs that run are given time to end."""
        scheduled, trouble = False, 0
        while not self._stopping:
            self._awake.clear()
            try:
                if not scheduled:
                    await self._schedule()
                    scheduled = True
                took = await self._start_due()
                trouble = 0
            except Exception as error:
                trouble += 1
                if not isinstance(error, Unavailable):
                    log.exception("Jobs cannot be taken")
                took = False
            if not took:
                await self._pause(POLL * min(1 + trouble, 4))
        await self._farewell()

    async def run_due(self) -> Tally:
        """Run what is due by now, and what that leaves behind and is due too, one after the other."""
        self.tally = Tally()
        while taken := await self._take(self._at_once):
            for each in taken:
                await self._do(each)
        return self.tally

    async def _schedule(self) -> None:
        """See to it that every cron has its next tick."""
        now = clock.now()
        async with self._database.transaction(writes=True) as tx:
            for declared in DECLARED.values():
                if tick := declared.next_tick(now):
                    await tx.call("thicket_schedule", new_id(), declared.name, tick, now)

    async def _start_due(self) -> bool:
        """Start as many due jobs as there is room for; whether there may be more to start at once."""
        room = self._at_once - len(self._running)
        taken = await self._take(room) if room else []
        for each in taken:
            task = asyncio.create_task(self._do(each), name=each.name)
            self._running.add(task)
            task.add_done_callback(partial(self._ended, each))
        self._more = room == len(taken)
        return self._more and room > 0

    def _ended(self, taken: Taken, task: "asyncio.Task[None]") -> None:
        """Look for more where there may be some: there was no room for all, or the job has left others behind."""
        self._running.discard(task)
        if self._more or DECLARED[taken.name].errand is None:
            self.wake()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), seconds)

    async def _farewell(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=FAREWELL)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _take(self, most: int) -> list[Taken]:
        now, claim = clock.now(), new_id()
        rows = await self._database.call("thicket_take_jobs", list(DECLARED), most, now, now + HELD, claim)
        return [Taken(row.id, row.name, row.payload, row.attempts, bool(row.cron), claim) for row in rows]

    async def _do(self, taken: Taken) -> None:
        """Run one job, and note what became of it. Never raises but when it is cancelled."""
        declared = DECLARED[taken.name]
        REQUEST_ID.set(f"job:{taken.id}")
        try:
            if taken.attempts > declared.tries:
                raise Hopeless("Its worker ended before it was done, every time")
            await (self._run_errand if declared.errand else self._run_job)(declared, taken)
            self._count(self.tally.done, "done", taken)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._give_back(taken)
            raise
        except Exception as error:
            self._count(self.tally.failed, "failed", taken)
            await self._note_failure(declared, taken, error)

    def _count(self, tally: Counter[str], outcome: str, taken: Taken) -> None:
        tally[taken.name] += 1
        JOBS_ENDED.labels(taken.name, outcome).inc()

    async def _run_job(self, declared: Declared, taken: Taken) -> None:
        assert declared.job is not None
        again = declared.next_tick(clock.now()) if taken.cron else None
        async with self._database.transaction(writes=True) as tx:
            # First of all, since it locks the row: nobody else runs the job while this transaction lasts.
            ((mine,),) = await tx.call("thicket_finish_job", taken.id, taken.claim, again)
            if mine:
                ctx = Context(self._caller(), tx, None, writes=True)
                await declared.job(ctx, taken.payload)
                await conclude(ctx)

    async def _run_errand(self, declared: Declared, taken: Taken) -> None:
        assert declared.errand is not None
        holding = asyncio.create_task(self._hold(taken))
        try:
            await declared.errand(self._caller(), taken.payload)
        finally:
            holding.cancel()
        await self._database.call("thicket_finish_job", taken.id, taken.claim, None)

    async def _hold(self, taken: Taken) -> None:
        """Say again and again that the job is still being done."""
        while True:
            await asyncio.sleep(HELD.total_seconds() / 3)
            with contextlib.suppress(Unavailable):
                await self._database.call("thicket_hold_job", taken.id, taken.claim, clock.now() + HELD)

    async def _give_back(self, taken: Taken) -> None:
        await self._fail(taken, attempts=taken.attempts - 1, due=clock.now(), said=None, dead=False)

    async def _note_failure(self, declared: Declared, taken: Taken, error: Exception) -> None:
        cause = error.__cause__ if isinstance(error, Unavailable) and error.__cause__ else error
        said = str(error) if isinstance(error, Hopeless) else f"{type(cause).__name__}: {cause}"
        over = isinstance(error, Hopeless) or taken.attempts >= declared.tries
        due, attempts = clock.now() + declared.waits(taken.attempts), taken.attempts
        if over and taken.cron:
            due, attempts = declared.next_tick(clock.now()) or due, 0
        dead = over and not taken.cron
        outcome = "and is dead" if dead else f"and is tried again at {due:%H:%M:%S}"
        log.warning("The job %s (%s) failed at attempt %s %s: %s", taken.name, taken.id, taken.attempts, outcome, said)
        log.debug("How the job failed", exc_info=cause)
        try:
            await self._fail(taken, attempts=attempts, due=due, said=said, dead=dead)
        except Exception as failure:  # its time runs out, then it is due again
            log.warning("It could not be noted that a job failed: %s", type(failure).__name__)

    async def _fail(self, taken: Taken, *, attempts: int, due: datetime, said: str | None, dead: bool) -> None:
        error = said and said.replace("\0", "")[:LONGEST_ERROR]
        arguments: list[Any] = [taken.id, taken.claim, due, attempts, error, clock.now() if dead else None]
        await self._database.call("thicket_fail_job", *arguments)

    def _caller(self) -> Caller:
        return Caller(self._settings, self._database, base_url=self._settings.url)
