"""Work for later: left with its cause, done once, tried again, and never lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app.core import clock
from app.core.context import Caller, Context
from app.core.db import Database, Rollback
from app.core.jobs import DECLARED, TRIES, Declared, Hopeless, Payload, cron, enqueue, errand, job, wait_after
from app.core.worker import HELD, Worker
from app.settings import Settings
from tests.world import World

NEVER = timedelta(days=1)


@pytest.fixture
def declared() -> Iterator[list[Payload]]:
    """Three jobs of the tests'; the list is of what they were given, in the order in which they did it."""
    seen: list[Payload] = []

    @job("test.note")
    async def note(ctx: Context, payload: Payload) -> None:
        seen.append(payload)
        if payload.get("fails"):
            raise ValueError("it is Monday")
        if payload.get("leaves"):
            await enqueue(ctx.tx, "test.note", {"left": True})

    @errand("test.run", tries=2)
    async def run(_: Caller, payload: Payload) -> None:
        seen.append(payload)
        if payload.get("hopeless"):
            raise Hopeless("Nobody lives there")
        if payload.get("fails"):
            raise OSError("no route to host")

    @cron("test.tick", every=timedelta(hours=1), at=timedelta(minutes=10))
    async def tick(ctx: Context) -> None:
        seen.append({"now": ctx.now})

    yield seen
    for name in ("test.note", "test.run", "test.tick"):
        del DECLARED[name]


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Sets the clock ahead."""
    yield clock.move
    clock.move(timedelta())


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    opened = Database()
    await opened.open(settings.database_url or "", size=4, statement_cache_size=0)
    yield opened
    await opened.close()


async def leave(world: World, name: str, payload: Payload, **options: Any) -> None:
    async with world.app.state.database.transaction(writes=True) as tx:
        await enqueue(tx, name, payload, **options)


async def jobs(world: World) -> list[tuple[Any, ...]]:
    """Name, attempts, error and whether it is dead, of every job there is."""
    rows = await world.owner.fetch(
        "select name, attempts, error, dead_at is not null as dead from jobs order by created_at, id"
    )
    return [tuple(row) for row in rows]


async def test_a_job_is_done_once_and_is_gone(world: World, declared: list[Payload]) -> None:
    await leave(world, "test.note", {"text": "Zoë", "leaves": True})
    assert (await world.work()).done == {"test.note": 2}
    assert (await world.work()).done == {}
    assert declared == [{"text": "Zoë", "leaves": True}, {"left": True}]
    assert await jobs(world) == []


async def test_what_is_rolled_back_leaves_no_job(world: World, declared: list[Payload]) -> None:
    async with world.app.state.database.transaction(writes=True) as tx:
        await enqueue(tx, "test.note", {})
        raise Rollback
    assert (await world.work()).done == {}
    assert declared == []


async def test_a_job_waits_until_its_time(
    world: World, declared: list[Payload], later: Callable[[timedelta], None]
) -> None:
    await leave(world, "test.note", {}, after=timedelta(minutes=15))
    assert (await world.work()).done == {}
    later(timedelta(minutes=15))
    assert (await world.work()).done == {"test.note": 1}


async def test_of_one_key_only_one_waits(world: World, declared: list[Payload]) -> None:
    for number in range(3):
        await leave(world, "test.note", {"number": number}, key="digest")
    await leave(world, "test.note", {"number": 3}, key="another")
    await leave(world, "test.run", {"number": 4}, key="digest")
    await world.work()
    assert declared == [{"number": 0}, {"number": 3}, {"number": 4}]
    await leave(world, "test.note", {"number": 5}, key="digest")
    assert (await world.work()).done == {"test.note": 1}


async def test_a_failed_job_leaves_nothing_of_what_it_did_and_is_tried_again(
    world: World, declared: list[Payload], later: Callable[[timedelta], None]
) -> None:
    await leave(world, "test.note", {"fails": True, "leaves": True})
    assert (await world.work()).failed == {"test.note": 1}
    assert await jobs(world) == [("test.note", 1, "ValueError: it is Monday", False)]
    assert (await world.work()).failed == {}
    later(timedelta(seconds=3))
    assert (await world.work()).failed == {"test.note": 1}
    assert len(declared) == 2


async def test_after_its_last_try_a_job_is_dead_and_kept(
    world: World, declared: list[Payload], later: Callable[[timedelta], None]
) -> None:
    await leave(world, "test.run", {"fails": True})
    for hour in range(3):
        later(timedelta(hours=hour))
        await world.work()
    assert await jobs(world) == [("test.run", 2, "OSError: no route to host", True)]
    assert len(declared) == 2


async def test_a_hopeless_job_is_dead_at_once(world: World, declared: list[Payload]) -> None:
    await leave(world, "test.run", {"hopeless": True})
    assert (await world.work()).failed == {"test.run": 1}
    assert await jobs(world) == [("test.run", 1, "Nobody lives there", True)]


async def test_a_dead_job_does_not_keep_its_key(world: World, declared: list[Payload]) -> None:
    await leave(world, "test.run", {"hopeless": True}, key="one")
    await world.work()
    await leave(world, "test.run", {}, key="one")
    assert (await world.work()).done == {"test.run": 1}


async def test_a_failed_job_gives_way_to_one_of_its_key_that_came_meanwhile(
    world: World, declared: list[Payload], database: Database
) -> None:
    await leave(world, "test.run", {"number": 1}, key="one")
    (taken,) = await Worker(world.settings, database)._take(1)
    await leave(world, "test.run", {"number": 2}, key="one")
    await Worker(world.settings, database)._note_failure(DECLARED["test.run"], taken, ValueError())
    await world.work()
    assert declared == [{"number": 2}]
    assert await jobs(world) == []


async def test_the_job_of_a_killed_worker_is_taken_up_again(
    world: World, declared: list[Payload], database: Database, later: Callable[[timedelta], None]
) -> None:
    await leave(world, "test.run", {})
    killed = Worker(world.settings, database)
    (taken,) = await killed._take(5)
    assert (await world.work()).done == {}
    later(HELD)
    assert (await world.work()).done == {"test.run": 1}
    await killed._do(taken)
    assert await jobs(world) == []


async def test_a_job_that_was_given_to_another_changes_nothing_any_more(
    world: World, declared: list[Payload], database: Database, later: Callable[[timedelta], None]
) -> None:
    await leave(world, "test.note", {})
    slow, quick = Worker(world.settings, database), Worker(world.settings, database)
    (taken,) = await slow._take(1)
    later(HELD)
    (again,) = await quick._take(1)
    await slow._do(taken)
    assert declared == []
    await quick._do(again)
    assert declared == [{}]


async def test_a_job_that_kills_its_worker_each_time_is_dead_in_the_end(
    world: World, declared: list[Payload], database: Database, later: Callable[[timedelta], None]
) -> None:
    await leave(world, "test.run", {})
    for minute in range(2):
        later(HELD * minute)
        assert len(await Worker(world.settings, database)._take(1)) == 1
    later(HELD * 2)
    await world.work()
    assert await jobs(world) == [("test.run", 3, "Its worker ended before it was done, every time", True)]
    assert declared == []


async def test_several_workers_share_the_jobs_and_do_each_once(
    world: World, declared: list[Payload], database: Database
) -> None:
    for number in range(40):
        await leave(world, "test.note", {"number": number})
    workers = [Worker(world.settings, database) for _ in range(4)]
    tallies = await asyncio.gather(*(worker.run_due() for worker in workers))
    assert sum(tally.done["test.note"] for tally in tallies) == 40
    assert sorted(payload["number"] for payload in declared) == list(range(40))


async def test_a_worker_that_runs_does_what_comes_and_ends_when_told(
    world: World, declared: list[Payload], database: Database
) -> None:
    worker = Worker(world.settings, database)
    running = asyncio.create_task(worker.run())
    await leave(world, "test.note", {"number": 1})
    worker.wake()
    async with asyncio.timeout(20):
        while not declared:
            await asyncio.sleep(0)
    worker.stop()
    await asyncio.wait_for(running, 20)
    assert await jobs(world) == [(name, 0, None, False) for name in crons()]


def crons() -> list[str]:
    return [each.name for each in DECLARED.values() if each.every]


async def test_a_job_that_is_cut_short_is_given_back(
    world: World, declared: list[Payload], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    @errand("test.sleep")
    async def sleep(_: Caller, __: Payload) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("app.core.worker.FAREWELL", 0.01)
    await leave(world, "test.sleep", {})
    worker = Worker(world.settings, database)
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(begun.wait(), 20)
    worker.stop()
    await asyncio.wait_for(running, 20)
    del DECLARED["test.sleep"]
    rows = await world.owner.fetch(
        "select attempts, claim, run_at <= $1 as due from jobs where not cron is true", clock.now()
    )
    assert [tuple(row) for row in rows] == [(0, None, True)]


async def test_a_cron_comes_once_a_tick_for_all_workers_together(
    world: World, declared: list[Payload], database: Database, later: Callable[[timedelta], None]
) -> None:
    workers = [Worker(world.settings, database) for _ in range(3)]
    for worker in workers:
        await worker._schedule()
    for hour in range(1, 4):
        later(timedelta(hours=hour))
        tallies = await asyncio.gather(*(worker.run_due() for worker in workers))
        assert sum(tally.done["test.tick"] for tally in tallies) == 1
    later(timedelta(hours=24))
    assert (await workers[0].run_due()).done["test.tick"] == 1
    assert len(declared) == 4


async def test_a_cron_that_fails_to_the_last_comes_again_at_the_next_tick(
    world: World, database: Database, later: Callable[[timedelta], None]
) -> None:
    @cron("test.broken", every=timedelta(days=1))
    async def broken(_: Context) -> None:
        raise ValueError("always")

    worker = Worker(world.settings, database)
    await worker._schedule()
    await world.owner.execute("update jobs set attempts = $1 where name = 'test.broken'", TRIES - 1)
    later(timedelta(days=1))
    assert (await worker.run_due()).failed["test.broken"] == 1
    row = await world.owner.fetchrow("select * from jobs where name = 'test.broken'")
    del DECLARED["test.broken"]
    assert (row["dead_at"], row["attempts"], row["error"]) == (None, 0, "ValueError: always")
    assert row["run_at"] == Declared("", 1, wait_after, every=timedelta(days=1)).next_tick(clock.now())


@pytest.mark.parametrize(
    ("moment", "tick"),
    [
        (datetime(2030, 5, 1, 12, 9, 59, tzinfo=UTC), datetime(2030, 5, 1, 12, 10, tzinfo=UTC)),
        (datetime(2030, 5, 1, 12, 10, tzinfo=UTC), datetime(2030, 5, 1, 13, 10, tzinfo=UTC)),
        (datetime(2030, 5, 1, 23, 30, tzinfo=UTC), datetime(2030, 5, 2, 0, 10, tzinfo=UTC)),
    ],
)
def test_ticks_are_counted_from_midnight(declared: list[Payload], moment: datetime, tick: datetime) -> None:
    assert DECLARED["test.tick"].next_tick(moment) == tick


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 2), (2, 4), (5, 32), (12, 3600), (500, 3600)])
def test_the_wait_doubles_up_to_an_hour(attempt: int, seconds: int) -> None:
    waits = [wait_after(attempt).total_seconds() for _ in range(50)]
    assert all(0.8 * seconds <= wait <= 1.2 * seconds for wait in waits)
    assert len(set(waits)) > 1


async def test_the_servers_role_cannot_look_at_jobs(world: World, settings: Settings, declared: list[Payload]) -> None:
    await leave(world, "test.note", {"text": "private"})
    connection = await asyncpg.connect(settings.database_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select * from jobs")
    finally:
        await connection.close()


async def test_a_job_for_an_organization_sees_that_organization_alone(world: World, declared: list[Payload]) -> None:
    project = await world.project("ana", name="Secret", all_access=False)
    async with world.app.state.database.transaction(writes=False) as tx:
        assert await tx.work_for(world.org_id) is True
        assert [row.id for row in await tx._fetch("select id from projects", [])] == [project["id"]]
        assert await tx.work_for(world.other_org_id) is True
        assert await tx._fetch("select id from projects", []) == []
        assert await tx.work_for("018f0000-0000-7000-8000-000000000000") is False
