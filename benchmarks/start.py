"""How long servers take from their start to the first answer, on a running database, and what memory they hold."""

import time
from statistics import median

from benchmarks.lanes import Lane
from benchmarks.load import burst
from benchmarks.measure import DATABASES, Bench, role_of
from benchmarks.report import Start
from benchmarks.servers import connection, started
from benchmarks.usage import resident_megabytes

STARTS = 5


async def starts(bench: Bench, lanes: tuple[Lane, ...]) -> list[Start]:
    """One for each lane's peer; each is named by its lane."""
    return [await _start(bench, lane) for lane in lanes]


async def _start(bench: Bench, lane: Lane) -> Start:
    url = bench.postgres.serving_url(DATABASES[lane.data], role_of(lane))
    requests = lane.requests(bench.asking[lane.data])
    times = []
    for _ in range(STARTS):
        begin = time.perf_counter()
        with started(lane.peer, url, bench.node) as server:
            async with connection(server) as asked:
                await asked.ask(requests[0])
            times.append(time.perf_counter() - begin)
            if len(times) == STARTS:
                await burst(server.port, requests, bench.seconds, lane.connections)
                megabytes = resident_megabytes(server.process.pid)
    return Start(lane.name, median(times), megabytes)
