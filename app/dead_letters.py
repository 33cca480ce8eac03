"""What `thicket jobs` shows and does: which jobs wait, and what becomes of those that are dead."""

from dataclasses import dataclass
from typing import Any

from app.core import clock
from app.core.ids import is_id
from app.prepare import Addresses, CannotRun, connected

MOST = 200
"""Jobs that are listed."""


@dataclass(frozen=True)
class Counted:
    """How many jobs of a name there are."""

    name: str
    waiting: int
    due: int
    running: int
    dead: int
    overdue: float
    """Seconds since the oldest one became due."""


async def counted(addresses: Addresses) -> list[Counted]:
    """Every name of which there are jobs."""
    async with connected(addresses.owning) as connection:
        rows = await connection.fetch("select * from thicket_count_jobs($1)", clock.now())
    return [Counted(**dict(row)) for row in rows]


async def listed(addresses: Addresses, *, dead_only: bool) -> list[dict[str, Any]]:
    """The jobs, dead ones first, then in the order of their turn; without what they are about."""
    async with connected(addresses.owning) as connection:
        rows = await connection.fetch("select * from thicket_list_jobs($1, $2)", dead_only, MOST)
    return [{**dict(row), "id": str(row["id"])} for row in rows]


def as_text(jobs: list[dict[str, Any]]) -> list[str]:
    """A line for each job, and one below for why it failed."""
    lines = []
    for each in jobs:
        state = "dead   " if each["dead_at"] else "running" if each["running"] else "waiting"
        moment = each["dead_at"] or each["run_at"]
        lines.append(f"{each['id']}  {state}  {moment:%Y-%m-%d %H:%M:%S}Z  {each['attempts']:>2}x  {each['name']}")
        if each["error"]:
            lines.append(f"{'':38}{each['error'].splitlines()[0]}")
    return lines or ["There are none."]


async def revive(addresses: Addresses, ids: list[str]) -> int:
    """Have dead jobs tried again, all of them when none is named; how many."""
    _check(ids)
    async with connected(addresses.owning) as connection:
        return int(await connection.fetchval("select thicket_revive_jobs($1, $2)", ids or None, clock.now()))


async def drop(addresses: Addresses, ids: list[str]) -> int:
    """Throw dead jobs away for good; how many."""
    _check(ids)
    async with connected(addresses.owning) as connection:
        return int(await connection.fetchval("select thicket_drop_jobs($1)", ids))


def _check(ids: list[str]) -> None:
    if unfit := [each for each in ids if not is_id(each)]:
        raise CannotRun(f"{unfit[0]} is no id of a job: `thicket jobs` shows them.")
