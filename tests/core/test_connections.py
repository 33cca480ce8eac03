"""Connections go from hand to hand, and none gets lost on the way."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core import connections as module
from app.core.connections import Connections
from tests.conftest import server_url


@pytest.fixture
async def pool(owner: "asyncpg.Connection[None]", worker_database: str) -> AsyncIterator[Connections]:
    """Two connections at most."""
    opened = await Connections.open(server_url(worker_database), least=0, most=2)
    yield opened
    await opened.close()


async def _waiting(pool: Connections, *, many: int) -> list["asyncio.Task[asyncpg.Connection]"]:
    tasks = [asyncio.create_task(pool.take()) for _ in range(many)]
    while len(pool._waiting) < many:
        await asyncio.sleep(0)
    return tasks


async def test_who_waits_is_given_what_another_gives_back_in_turn(pool: Connections) -> None:
    one, two = await pool.take(), await pool.take()
    first, second = await _waiting(pool, many=2)
    pool.give_back(two)
    pool.give_back(one)
    assert [await first, await second] == [two, one]
    assert pool.counts() == {"idle": 0, "busy": 2, "most": 2}
    pool.give_back(one)
    pool.give_back(two)
    assert pool.counts() == {"idle": 2, "busy": 0, "most": 2}


async def test_who_gives_up_in_the_moment_of_being_told_leaves_it_to_the_next(pool: Connections) -> None:
    one, two = await pool.take(), await pool.take()
    first, second = await _waiting(pool, many=2)
    pool.give_back(one)
    first.cancel()
    assert await second is one
    assert first.cancelled()
    pool.give_back(one)
    pool.give_back(two)
    assert pool.counts() == {"idle": 2, "busy": 0, "most": 2}


async def test_who_gives_up_before_is_passed_over(pool: Connections) -> None:
    one, two = await pool.take(), await pool.take()
    first, second = await _waiting(pool, many=2)
    first.cancel()
    pool.give_back(one)
    assert await second is one
    pool.give_back(one)
    pool.give_back(two)


async def test_who_has_waited_for_too_long_is_told_so(pool: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = await pool.take(), await pool.take()
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    with pytest.raises(TimeoutError):
        await pool.take()
    pool.give_back(one)
    assert await pool.take() is one
    pool.give_back(one)
    pool.give_back(two)


async def test_a_dropped_one_makes_room_for_who_waits(pool: Connections) -> None:
    one, two = await pool.take(), await pool.take()
    (first,) = await _waiting(pool, many=1)
    await one.close()
    await pool.drop(one)
    mended = await first
    assert await mended.fetchval("select 1") == 1
    pool.give_back(mended)
    pool.give_back(two)
    assert pool.counts() == {"idle": 2, "busy": 0, "most": 2}


async def test_one_that_breaks_while_nobody_has_it_is_replaced(
    pool: Connections, owner: "asyncpg.Connection[None]"
) -> None:
    broken = await pool.take()
    number = broken.get_server_pid()
    gone = asyncio.get_running_loop().create_future()
    broken.add_termination_listener(lambda _: gone.set_result(None))
    pool.give_back(broken)
    await owner.execute("select pg_terminate_backend($1)", number)
    await gone
    fresh = await pool.take()
    assert await fresh.fetchval("select 1") == 1
    assert fresh.get_server_pid() != number
    pool.give_back(fresh)
    assert pool.counts() == {"idle": 1, "busy": 0, "most": 2}


async def test_those_that_nobody_uses_go_back_to_the_driver(pool: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD", 0)
    pool.give_back(await pool.take())
    assert (pool._pool.get_idle_size(), len(pool._spare)) == (0, 1)
    while pool._spare or pool._returning:
        await asyncio.sleep(0)
    assert (pool._pool.get_idle_size(), pool._taken) == (1, 0)


async def test_what_goes_wrong_with_a_lent_one_is_no_longer_its_holders_business(pool: Connections) -> None:
    async def fail() -> None:
        async with pool.lent() as connection:
            await connection.execute("begin")
            await connection.execute("select 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail()
    assert pool._pool.get_idle_size() == 1
    again = await pool.take()
    assert not again.is_in_transaction()
    pool.give_back(again)


async def test_closing_waits_for_who_still_has_one(owner: "asyncpg.Connection[None]", worker_database: str) -> None:
    opened = await Connections.open(server_url(worker_database), least=0, most=2)
    one = await opened.take()
    closing = asyncio.create_task(opened.close())
    await asyncio.sleep(0)
    assert await one.fetchval("select 1") == 1
    assert not closing.done()
    opened.give_back(one)
    await closing
    with pytest.raises(asyncpg.InterfaceError):
        await one.fetchval("select 1")
