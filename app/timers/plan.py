"""What is asked for, read and checked before anything is made: a project with spaces and timers, or one of these.

The plan's hash is published (routes.md 3.6): whoever looked at a preview can say that he wants just that.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.core.errors import Conflict, Invalid, Problem, Reason
from app.core.rules import line
from app.core.scalars import write_instant
from app.timers.facts import DEFAULTS, color_of, read_facts, require_sense

PROJECT_NAME = 40
SPACE_NAME = 30
LABEL = 200
SPACE_KEY = re.compile(r"[A-Za-z0-9_-]{3,64}")
TIMER_KEY = re.compile(r"[A-Za-z0-9_-]{6,128}")
MOST_SPACES = 4
"""Of one project, as are the others."""
MOST_IN_PLAN = 50
YEARS = range(1000, 9000)
"""Between which every time zone has a clock time for every instant."""
OTHER_PLAN = "expected_plan_hash does not match the request body."

T = TypeVar("T")


class PlanChanged(Conflict):
    """What is asked for is not what was looked at."""

    code, default = "plan_hash_mismatch", OTHER_PLAN


@dataclass(frozen=True)
class NewTimer:
    """A timer that is wanted."""

    key: str | None
    label: str
    target: datetime
    zone: str
    color: str | None
    space: str | None
    """The key of the space that it is to lie in."""
    facts: dict[str, Any]


@dataclass(frozen=True)
class NewSpace:
    """A space that is wanted, with what is to lie in it."""

    key: str | None
    name: str
    color: str | None
    timers: list[NewTimer] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """A project that is wanted."""

    name: str
    color: str | None
    spaces: list[NewSpace]
    timers: list[NewTimer]

    @property
    def every_timer(self) -> Iterator[tuple[str, NewTimer]]:
        """Each with its path."""
        for number, space in enumerate(self.spaces):
            yield from ((f"spaces.{number}.timers.{index}", timer) for index, timer in enumerate(space.timers))
        yield from ((f"timers.{index}", timer) for index, timer in enumerate(self.timers))

    @property
    def hash(self) -> str:
        """`sha256:` and the hash of the plan as JSON, compact, keys sorted."""
        normal = {
            "color": self.color,
            "name": self.name,
            "spaces": [
                {"color": each.color, "id": each.key, "name": each.name, "timers": [*map(_normal, each.timers)]}
                for each in self.spaces
            ],
            "timers": [*map(_normal, self.timers)],
        }
        text = json.dumps(normal, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _normal(timer: NewTimer) -> dict[str, Any]:
    told = ("description", "image", "milestones", "mode", "notify", "pinned", "recurrence", "reminders")
    return {name: timer.facts[name] for name in told} | {
        "color": timer.color,
        "id": timer.key,
        "label": timer.label,
        "space_id": timer.space,
        "target_date": write_instant(timer.target),
        "timezone": timer.zone,
    }


class Checking:
    """Reads field by field, and remembers what did not fit, so that all of it can be told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, read: Callable[[], T], otherwise: T) -> T:
        """What is read, or the other where it does not fit."""
        try:
            return read()
        except Invalid as refusal:
            self.problems += refusal.problems
            return otherwise

    def wrong(self, name: str, message: str, reason: Reason = Reason.invalid_value) -> None:
        self.problems.append(Problem(name, reason, message))

    def conclude(self) -> None:
        """Raise Invalid if anything did not fit."""
        if self.problems:
            raise Invalid(self.problems)


def read_plan(values: Mapping[str, Any], now: datetime) -> Plan:
    """The project that these fields ask for. Raises Invalid for all that does not fit, and TimerRuleBroken."""
    checking = Checking()
    plan = Plan(
        name=checking.read(lambda: line("name", values.get("name"), most=PROJECT_NAME), ""),
        color=checking.read(lambda: color_of("color", values.get("color")), None),
        spaces=[_space(checking, each, f"spaces.{number}.") for number, each in enumerate(values.get("spaces") or ())],
        timers=[_timer(checking, each, f"timers.{number}.") for number, each in enumerate(values.get("timers") or ())],
    )
    _check_whole(checking, plan)
    checking.conclude()
    for path, timer in plan.every_timer:
        _check_sense(timer, now, f"{path}.")
    return plan


def _check_whole(checking: Checking, plan: Plan) -> None:
    """How many there are, and that each is called its own name."""
    if len(plan.spaces) > MOST_SPACES:
        checking.wrong("spaces", f"Maximum {MOST_SPACES} spaces allowed.", Reason.out_of_range)
    if sum(1 for _ in plan.every_timer) > MOST_IN_PLAN:
        checking.wrong("timers", f"Maximum {MOST_IN_PLAN} timers allowed.", Reason.out_of_range)
    spaces = [each.key for each in plan.spaces]
    for number, key in enumerate(spaces):
        if key is not None and key in spaces[:number]:
            checking.wrong(f"spaces.{number}.id", f"Duplicate space id: {key}.")
    seen: set[str | None] = {None}
    for path, timer in plan.every_timer:
        if timer.key in seen and timer.key is not None:
            checking.wrong(f"{path}.id", f"Duplicate timer id: {timer.key}.")
        seen.add(timer.key)
        if timer.space is not None and timer.space not in spaces:
            checking.wrong(f"{path}.space_id", NO_SUCH_SPACE)


NO_SUCH_SPACE = "space_id does not exist in this project."


def read_timer(values: Mapping[str, Any], now: datetime) -> NewTimer:
    """The timer that these fields ask for. Raises Invalid and TimerRuleBroken."""
    checking = Checking()
    timer = _timer(checking, values, "")
    checking.conclude()
    _check_sense(timer, now, "")
    return timer


def read_space(values: Mapping[str, Any]) -> NewSpace:
    """The space that these fields ask for. Raises Invalid."""
    checking = Checking()
    space = _space(checking, values, "")
    checking.conclude()
    return space


def _space(checking: Checking, values: Mapping[str, Any], prefix: str) -> NewSpace:
    timers: Sequence[Mapping[str, Any]] = values.get("timers") or ()
    return NewSpace(
        key=checking.read(lambda: key_given(f"{prefix}id", values.get("id"), SPACE_KEY), None),
        name=checking.read(lambda: line(f"{prefix}name", values.get("name"), most=SPACE_NAME), ""),
        color=checking.read(lambda: color_of(f"{prefix}color", values.get("color")), None),
        timers=[_timer(checking, each, f"{prefix}timers.{number}.") for number, each in enumerate(timers)],
    )


def _timer(checking: Checking, values: Mapping[str, Any], prefix: str) -> NewTimer:
    return NewTimer(
        key=checking.read(lambda: key_given(f"{prefix}id", values.get("id"), TIMER_KEY), None),
        label=checking.read(lambda: line(f"{prefix}label", values.get("label"), most=LABEL), ""),
        target=checking.read(lambda: target_of(f"{prefix}target_date", values["target_date"]), values["target_date"]),
        zone=checking.read(lambda: zone_of(f"{prefix}timezone", values["timezone"]), "UTC"),
        color=checking.read(lambda: color_of(f"{prefix}color", values.get("color")), None),
        space=values.get("space_id"),
        facts={**DEFAULTS, **checking.read(lambda: read_facts(values, prefix), {})},
    )


def _check_sense(timer: NewTimer, now: datetime, prefix: str) -> None:
    try:
        require_sense(timer.facts, timer.target, now)
    except Invalid as refusal:
        moved = [Problem(prefix + each.field, each.code, each.message) for each in refusal.problems]
        raise type(refusal)(moved) from refusal


def key_given(name: str, key: str | None, pattern: re.Pattern[str]) -> str | None:
    """The id that a client wants it to have."""
    if key is not None and not pattern.fullmatch(key):
        raise Invalid.field(name, Reason.invalid_format, f"{name} must match ^{pattern.pattern}$")
    return key


def target_of(name: str, target: datetime) -> datetime:
    if target.year not in YEARS:
        message = f"{name} must be in the years {YEARS.start} to {YEARS.stop - 1}"
        raise Invalid.field(name, Reason.out_of_range, message)
    return target


def zone_of(name: str, zone: str) -> str:
    """The name of a time zone, as it is spelled there."""
    try:
        return ZoneInfo(zone).key
    except (ValueError, OSError, KeyError) as error:
        message = f"{name} must be an IANA time zone such as Europe/Warsaw"
        raise Invalid.field(name, Reason.invalid_value, message) from error


def preview_of(plan: Plan) -> dict[str, Any]:
    """What would be made, in words for programs; paths are JSON pointers into the request."""
    changes: list[dict[str, Any]] = [{"action": "create", "type": "project", "path": "#", "name": plan.name}]
    for number, space in enumerate(plan.spaces):
        place = f"#/spaces/{number}"
        changes.append({"action": "create", "type": "space", "path": place, "name": space.name})
        changes += [_made(f"{place}/timers/{index}", timer) for index, timer in enumerate(space.timers)]
    changes += [_made(f"#/timers/{index}", timer) for index, timer in enumerate(plan.timers)]
    counted = {"spaces": len(plan.spaces), "timers": sum(1 for _ in plan.every_timer)}
    return {
        "plan_hash": plan.hash,
        "summary": {"projects": {"create": 1}, **{name: {"create": count} for name, count in counted.items()}},
        "changes": changes,
        "warnings": [],
        "apply": {
            "method": "POST",
            "path": "/api/v1/projects",
            "requires_idempotency_key": True,
            "expected_plan_hash": plan.hash,
        },
    }


def _made(path: str, timer: NewTimer) -> dict[str, Any]:
    return {"action": "create", "type": "timer", "path": path, "label": timer.label}
