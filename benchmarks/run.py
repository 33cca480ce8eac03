"""Starts what it compares, sees that all give the same answer, counts statements, times them in turns, says what goals
are reached.

python -m benchmarks [NAME …] [--json FILE] [--readme FILE] [--database-url URL]      QUICK=1 for a minute's worth
"""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

import orjson
import uvloop

from app.core.embedded import CannotStart
from benchmarks import calendar, data, execution, exporting, large, node, postgres, start
from benchmarks.asking import askers
from benchmarks.goals import Found, verdicts
from benchmarks.lanes import LARGE, SMALL, Scenario
from benchmarks.load import Failed
from benchmarks.machine import description, readme
from benchmarks.measure import DATABASES, Bench, Different, measure
from benchmarks.report import Alone, alone_table, as_text, goal_table, scenario_table, start_table
from benchmarks.scenarios import SCENARIOS, STARTED
from benchmarks.servers import in_node

EXPORT = exporting.EXPORT.name
START, EXECUTION, CALENDAR = "start", "execution", "calendar"
APART = (EXPORT, START, EXECUTION, CALENDAR)
"""What is measured in a way of its own."""


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped"))  # so that what was started is ended
    quick = os.environ.get("QUICK", "") not in ("", "0")
    arguments = _arguments()
    command, absent = _node()
    chosen = _chosen(arguments.scenarios, quick, absent)
    apart = _apart(arguments.scenarios, quick)
    wanted = {lane.data for scenario in chosen for lane in scenario.lanes} | {SMALL}
    wanted |= {LARGE} if EXPORT in apart else set()
    usual = (2, 0.6) if quick else (7, 3.0)
    rounds, seconds = arguments.rounds or usual[0], arguments.seconds or usual[1]
    try:
        _load_once(arguments.database_url, wanted)
        with postgres.running(arguments.database_url, durable=True) as server:
            asking = {name: asyncio.run(askers(data.on_database(server.url, DATABASES[name]))) for name in wanted}
            bench = Bench(server, command, asking, rounds, seconds)
            # Servers that are not asked hold connections all the same; where time is short, starting them costs more.
            groups = [chosen] if quick else [[scenario] for scenario in chosen]
            found = uvloop.run(_measure(bench, groups, apart, absent))
            about = asyncio.run(description(server.url, bench))
        if EXECUTION in apart:
            found.execution = _execution()
        if CALENDAR in apart:
            found.calendar = _calendar()
    except (CannotStart, Different, Failed) as error:
        sys.exit(str(error))
    if found.alone:
        _say(as_text(alone_table(found.alone)))
    _say(as_text(goal_table([verdict for verdict in verdicts(found) if verdict.reached is not None])))
    if arguments.json:
        arguments.json.write_bytes(orjson.dumps(_facts(found, about), option=orjson.OPT_INDENT_2))
    if arguments.readme:
        readme(arguments.readme, chosen, found, about)


def _arguments() -> argparse.Namespace:
    names = [*(scenario.name for scenario in SCENARIOS), *APART]
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="NAME", help=f"only these: {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers, round by round")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="write the tables between its marks")
    parser.add_argument("--rounds", type=int, metavar="NUMBER", help="how often each lane has its turn; default: 7")
    parser.add_argument("--seconds", type=float, metavar="NUMBER", help="how long a turn takes; default: 3")
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help=f"a superuser's, on loopback; the databases {data.DATABASE} and {large.DATABASE} are made there. "
        "Default: our own PostgreSQL",
    )
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - set(names)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return arguments


def _node() -> tuple[str | None, set[str]]:
    """The command that starts Node.js, or None and the peers that have to be left out."""
    try:
        return node.installed(), set()
    except node.Missing as reason:
        _say(f"The peers in Node.js are left out: {reason}.")
        lanes = (lane for scenario in SCENARIOS for lane in scenario.lanes)
        return None, {lane.peer for lane in lanes if in_node(lane.peer)}


def _chosen(names: list[str], quick: bool, absent: set[str]) -> list[Scenario]:
    chosen = [scenario for scenario in SCENARIOS if not names or scenario.name in names]
    if quick:
        chosen = [short for short in (scenario.shortened() for scenario in chosen) if short]
    return [scenario.without(absent) for scenario in chosen]


def _apart(names: list[str], quick: bool) -> set[str]:
    """Those of APART that are measured."""
    return {name for name in APART if (not names or name in names) and (not quick or name in (EXECUTION, CALENDAR))}


def _load_once(database_url: str | None, wanted: set[str]) -> None:
    with postgres.running(database_url, durable=False) as server:
        if not asyncio.run(data.is_loaded(server.url)):
            _say("Loading 200,000 recordings of 50 organizations; they are kept for the next time.")
            asyncio.run(data.load(server.url))
        if LARGE in wanted and not asyncio.run(large.is_loaded(server.url)):
            _say("Making 2,000,000 of them, in some minutes; they are kept too.")
            asyncio.run(large.load(server.url))


async def _measure(bench: Bench, groups: list[list[Scenario]], apart: set[str], absent: set[str]) -> Found:
    found = Found()
    for group in groups:
        _say(f"\n… {', '.join(scenario.name for scenario in group)}")
        async for scenario, results in measure(bench, group):
            found.results[scenario.name] = results
            _say(as_text(scenario_table(scenario, results)))
    if EXPORT in apart:
        _say(f"\n… {EXPORT}")
        found.exports = await exporting.measure(bench)
        _say(as_text(exporting.table(found.exports)))
    if START in apart:
        found.starts = await start.starts(bench, tuple(lane for lane in STARTED if lane.peer not in absent))
        _say(as_text(start_table(found.starts)))
    return found


def _execution() -> Alone:
    _say(f"\n… {EXECUTION}")
    measured = execution.measure()
    what = f"8: execution of {measured.rows} rows that are there already; graphql-core"
    return Alone(what, measured.compiled / 1000, measured.graphql_core / 1000, 1 / measured.ratio)


def _calendar() -> Alone:
    _say(f"\n… {CALENDAR}")
    measured = calendar.measure()
    what = f"12: a month of {calendar.SERIES} series, {measured.occurrences} occurrences; dateutil"
    return Alone(what, measured.ours, measured.naive, measured.ratio)


def _facts(found: Found, about: dict[str, object]) -> dict[str, object]:
    return {
        **about,
        "scenarios": {
            name: [result.facts(results[0]) for result in results] for name, results in found.results.items()
        },
        "exports": found.exports,
        "starts": found.starts,
        "execution": found.execution,
        "calendar": found.calendar,
        "goals": [{**vars(verdict), "reached": verdict.reached, "word": verdict.word} for verdict in verdicts(found)],
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
