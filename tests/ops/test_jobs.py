"""`thicket worker` and `thicket jobs`, as operators know them."""

import asyncio
import json
import os
import signal
import subprocess
from typing import Any

import asyncpg
import pytest

from tests.conftest import server_url
from tests.ops.conftest import PATIENCE, PROGRAM, NewDatabase, Thicket, addresses

IDS = [f"018f0000-0000-7000-8000-00000000000{number}" for number in range(4)]
MAIL: dict[str, Any] = {"to": "ida@example.com", "subject": "Hi", "text": "Hello\n", "token": None}


async def leave(database: str, *, dead: bool, ids: list[str] = IDS[:1]) -> None:
    connection = await asyncpg.connect(server_url(database))
    for id in ids:
        await connection.execute(
            "insert into jobs (id, name, payload, run_at, attempts, created_at, dead_at, error)"
            " values ($1, 'mail', $2, '2030-05-01 09:00Z', 30, now(), $3::timestamptz, $4)",
            id, json.dumps({"id": id, **MAIL}), None, "ConnectionRefusedError: away" if dead else None,
        )  # fmt: skip
        if dead:
            await connection.execute("update jobs set dead_at = '2030-05-02 10:00Z' where id = $1", id)
    await connection.close()


async def left(database: str) -> int:
    connection = await asyncpg.connect(server_url(database))
    try:
        return int(await connection.fetchval("select count(*) from jobs where cron is null"))
    finally:
        await connection.close()


async def test_dead_jobs_are_listed_and_what_they_are_about_is_not(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    assert thicket("jobs", **addresses(database)).out == "There are none.\n"
    await leave(database, dead=True)
    await leave(database, dead=False, ids=IDS[1:2])
    done = thicket("jobs", **addresses(database))
    assert done.out.splitlines() == [
        f"{IDS[0]}  dead     2030-05-02 10:00:00Z  30x  mail",
        f"{'':38}ConnectionRefusedError: away",
        f"{IDS[1]}  waiting  2030-05-01 09:00:00Z  30x  mail",
    ]
    assert thicket("jobs", "--dead", **addresses(database)).out.splitlines() == done.out.splitlines()[:2]


async def test_the_doctor_tells_of_dead_jobs(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    await leave(database, dead=True, ids=IDS[:3])
    done = thicket("doctor", **addresses(database))
    assert done.status == 1
    assert "  BAD   jobs: are dead: 3 x mail. See `thicket jobs --dead`" in done.out.splitlines()


async def test_the_doctor_tells_of_jobs_that_nobody_does(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    await leave(database, dead=False)
    connection = await asyncpg.connect(server_url(database))
    await connection.execute("update jobs set run_at = now() - interval '20 minutes'")
    await connection.close()
    done = thicket("doctor", **addresses(database))
    assert done.status == 1
    assert (
        "  BAD   jobs: are due but not done: mail for 20 minutes. Does a `thicket worker` run?" in done.out.splitlines()
    )


async def test_dead_jobs_are_dropped_by_name_only(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    await leave(database, dead=True, ids=IDS[:2])
    await leave(database, dead=False, ids=IDS[2:3])
    done = thicket("jobs", "drop", **addresses(database))
    assert (done.status, done.err) == (
        1,
        "Name the dead jobs to be dropped: `thicket jobs --dead` shows them.\n",
    )
    assert thicket("jobs", "drop", "mail", **addresses(database)).status == 1
    assert await left(database) == 3
    assert thicket("jobs", "drop", IDS[0], IDS[2], **addresses(database)).out == "1 dead jobs are gone.\n"
    assert await left(database) == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_does_what_is_revived_and_stops_when_told(
    new_database: NewDatabase, thicket: Thicket, how: signal.Signals
) -> None:
    database = await new_database()
    await leave(database, dead=True, ids=IDS[:2])
    settings = addresses(database)
    worker = subprocess.Popen(
        [*PROGRAM, "worker"],
        cwd=thicket.folder,
        env=thicket.environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stderr is not None
    try:
        assert worker.stdout.readline().endswith(" (Ctrl-C stops it)\n")
        assert thicket("jobs", "retry", **settings).out == "2 dead jobs are tried again.\n"
        said = [worker.stderr.readline() for _ in range(2)]
        assert all("A mail was written to" in line for line in said)
    finally:
        worker.send_signal(how)
        worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert await left(database) == 0
    assert sorted(os.listdir(thicket.folder / ".thicket" / "mail")) == [f"{id}.eml" for id in IDS[:2]]


async def test_the_server_does_jobs_too_unless_it_is_told_not_to(new_database: NewDatabase, thicket: Thicket) -> None:
    database = await new_database()
    await leave(database, dead=True, ids=IDS[:2])
    running = thicket.start("--no-seed", **addresses(database))
    assert thicket("jobs", "retry", IDS[0], **addresses(database)).out == "1 dead jobs are tried again.\n"
    connection = await asyncpg.connect(server_url(database))
    async with asyncio.timeout(PATIENCE):
        while await connection.fetchval("select count(*) from jobs where id = $1", IDS[0]):
            await asyncio.sleep(0)
    assert running.end(signal.SIGTERM) == 0
    running = thicket.start("--no-seed", **addresses(database), run_jobs="false")
    assert thicket("jobs", "retry", **addresses(database)).out == "1 dead jobs are tried again.\n"
    running.get("/readyz")
    assert running.end(signal.SIGTERM) == 0
    assert await connection.fetchval("select attempts from jobs where id = $1", IDS[1]) == 0
    await connection.close()
