"""Where and with what a run was made; and what of it the README shows."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg
import orjson

from benchmarks import exporting
from benchmarks.goals import Found, verdicts
from benchmarks.lanes import Scenario
from benchmarks.measure import Bench
from benchmarks.node import SOURCES
from benchmarks.report import alone_table, as_markdown, goal_table, scenario_table, start_table

PACKAGES = ("strawberry-graphql", "graphql-core", "fastapi", "sqlmodel", "sqlalchemy", "asyncpg", "uvicorn", "uvloop")
BEGIN, END = '<!-- speed: written by `make bench ARGS="--readme README.md"` -->', "<!-- end of speed -->"


async def description(server_url: str, bench: Bench) -> dict[str, object]:
    """The machine, the versions, the day, and how long was measured."""
    connection = await asyncpg.connect(server_url)
    postgres = await connection.fetchval("show server_version")
    await connection.close()
    peers = orjson.loads((SOURCES / "package.json").read_bytes())["dependencies"] if bench.node else {}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} processors ({_processor()}), {platform.system()} {platform.machine()}",
        "versions": {
            "Python": platform.python_version(),
            "PostgreSQL": postgres,
            **{name: version(name) for name in PACKAGES},
            **peers,
        },
        "rounds": bench.rounds,
        "seconds": bench.seconds,
    }


def _processor() -> str:
    try:
        named = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        named = None
    return named[1] if named else platform.processor() or "of unknown make"


def readme(path: Path, scenarios: Sequence[Scenario], found: Found, about: dict[str, object]) -> None:
    """Put the tables between the marks of a README."""
    tables = [goal_table(verdicts(found))]
    tables += [scenario_table(scenario, found.results[scenario.name]) for scenario in scenarios]
    tables += [exporting.table(found.exports)] if found.exports else []
    tables += [start_table(found.starts)] if found.starts else []
    tables += [alone_table(found.alone)] if found.alone else []
    text = "\n".join([_about(about), *(as_markdown(table) for table in tables)])
    before, _, rest = path.read_text().partition(BEGIN)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}")


def _about(about: dict[str, object]) -> str:
    versions = about["versions"]
    assert isinstance(versions, dict)
    listed = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"Measured on {about['date']}, {about['machine']},\n"
        f"{about['rounds']} rounds of {about['seconds']} seconds a lane. {listed}.\n"
    )
