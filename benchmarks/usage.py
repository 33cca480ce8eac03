"""Processor time of processes, as the system counts it: to 10 milliseconds."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


def processor_seconds(pid: int) -> float:
    """What a process and all its children have used, those that have ended included where the system tells (Linux)."""
    if (PROC / "self" / "stat").exists():
        return _by_proc(pid)
    return _by_ps(pid)


def _by_proc(pid: int) -> float:
    ticks = 0
    for path in PROC.iterdir():
        if not path.name.isdecimal():
            continue
        try:
            # The name of the program is in parentheses, and may hold spaces and parentheses itself.
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        own, parent = int(path.name) == pid, int(fields[1]) == pid
        if own or parent:
            ticks += int(fields[11]) + int(fields[12]) + (int(fields[13]) + int(fields[14]) if own else 0)
    return ticks / os.sysconf("SC_CLK_TCK")


def _by_ps(pid: int) -> float:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,time="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return sum(_seconds(time) for own, parent, time in rows if str(pid) in (own, parent))


def _seconds(time: str) -> float:
    """`[[days-]hours:]minutes:seconds`."""
    days, _, rest = time.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + int(days or 0) * 86400


@dataclass(frozen=True)
class Memory:
    """Megabytes of a process."""

    held: float
    most: float
    """That it has held at once."""


def memory(pid: int) -> Memory | None:
    """A process's memory (VmRSS, VmHWM of proc(5)); None where nobody tells."""
    try:
        told = dict(line.split(":", 1) for line in (PROC / str(pid) / "status").read_text().splitlines())
    except OSError:
        return None
    held, most = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return Memory(held, most)


def forget_peak(pid: int) -> None:
    """Let the most that a process has held be what it holds now (proc(5), clear_refs)."""
    with suppress(OSError):
        (PROC / str(pid) / "clear_refs").write_text("5")


def resident_megabytes(pid: int) -> float:
    """The memory that a process and its children hold."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return sum(int(size) for own, parent, size in rows if str(pid) in (own, parent)) / 1024
