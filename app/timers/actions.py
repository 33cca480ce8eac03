"""What people do with timers: projects of them, spaces in these, timers, and links by which the world sees one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import col

from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require
from app.core.rules import line
from app.projects.model import Project, ProjectAccess, ProjectStar, ProjectTool, Tool
from app.recordings.actions.holding import lock
from app.recordings.actions.places import last_place
from app.recordings.containers import equip
from app.recordings.events import event, leave
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType
from app.timers.clockwork import next_alarm
from app.timers.facts import TimerRuleBroken, color_of, facts_of, read_facts, require_sense
from app.timers.loaders import (
    SPACE,
    TIMER,
    find_in,
    find_space,
    find_timer,
    key_of,
    lying_on,
)
from app.timers.places import (
    open_board,
    require_room_for_project,
    require_room_for_space,
    require_room_for_timers,
)
from app.timers.plan import (
    LABEL,
    NO_SUCH_SPACE,
    PROJECT_NAME,
    SPACE_NAME,
    NewSpace,
    NewTimer,
    Plan,
    PlanChanged,
    read_plan,
    read_space,
    read_timer,
    target_of,
    zone_of,
)

BOARD = "Timers"


def preview(ctx: Context, values: Mapping[str, Any]) -> Plan:
    """What making a project would make. Raises Forbidden and Invalid as making it would."""
    require(ctx, Verb.create_project)
    return read_plan(values, ctx.now)


async def create_project(ctx: Context, values: Mapping[str, Any], expected_hash: str | None) -> Recording:
    """A new project with spaces and timers; its board. Raises Forbidden, Invalid, PlanChanged, LimitReached."""
    plan = preview(ctx, values)
    if expected_hash is not None and expected_hash != plan.hash:
        raise PlanChanged
    await require_room_for_project(ctx)
    board = await _found(ctx, plan)
    await require_room_for_timers(ctx, board, sum(1 for _ in plan.every_timer))
    made: list[Recording] = []
    spaces: dict[str | None, str] = {}
    for each in plan.spaces:
        space = _space_row(ctx, board, each)
        if each.key is not None:
            spaces[each.key] = space.id
        made += [space, *(_timer_row(ctx, board, timer, space.id) for timer in each.timers)]
    made += [_timer_row(ctx, board, timer, spaces.get(timer.space, board.id)) for timer in plan.timers]
    _number(made)
    await ctx.tx.add_all(made)
    events = [event(ctx, "project_created", board.project_id)]
    await leave(ctx, [*events, *(event(ctx, "created", board.project_id, each.id) for each in made)])
    return await find(ctx, board.id)


async def _found(ctx: Context, plan: Plan) -> Recording:
    """The project with all its tools, and its board as one more."""
    id = new_id()
    project = Project(id=id, org_id=ctx.org_id, name=plan.name, color=plan.color, creator_id=ctx.me)
    project.created_at = project.updated_at = ctx.now
    mine: dict[str, Any] = {"project_id": id, "membership_id": ctx.me, "org_id": ctx.org_id, "created_at": ctx.now}
    await ctx.tx.add(project)
    await ctx.tx.add(ProjectAccess(**mine))
    await ctx.tx.refresh_access()
    await ctx.tx.add(ProjectStar(**mine))
    await equip(ctx, id)
    board = _row(ctx, id, RecordingType.TIMER_BOARD, BOARD, None)
    position = await ctx.tx.value(select(func.max(col(ProjectTool.position))).where(col(ProjectTool.project_id) == id))
    await ctx.tx.add(board)
    await ctx.tx.add(
        ProjectTool(
            org_id=ctx.org_id,
            project_id=id,
            tool=Tool.TIMER_BOARD.value,
            label=BOARD,
            position=position + 1,
            container_id=board.id,
        )
    )
    return board


async def change_project(ctx: Context, key: str, values: Mapping[str, Any]) -> Recording:
    """Rename or recolour a project of timers; its board. Raises NotFound, Forbidden, Invalid, LimitReached."""
    board, project = await open_board(ctx, key)
    wanted: dict[str, Any] = {}
    if "name" in values:
        wanted["name"] = line("name", values["name"], most=PROJECT_NAME)
    if "color" in values:
        wanted["color"] = color_of("color", values["color"])
    changed = {name: value for name, value in wanted.items() if getattr(project, name) != value}
    if changed:
        await ctx.tx.run(update(Project).where(col(Project.id) == project.id).values(**changed, updated_at=ctx.now))
        await leave(ctx, [event(ctx, "project_changed", project.id, detail={"fields": sorted(changed)})])
    return board


async def create_space(ctx: Context, key: str, values: Mapping[str, Any]) -> Recording:
    """One more space. Raises NotFound, Forbidden, Invalid, LimitReached."""
    board, _ = await open_board(ctx, key)
    new = read_space(values)
    await lock(ctx, board.id)
    await require_room_for_space(ctx, board)
    await _require_free(ctx, board, RecordingType.TIMER_SPACE, new.key)
    return await _add(ctx, _space_row(ctx, board, new))


async def change_space(ctx: Context, key: str, space_key: str, values: Mapping[str, Any]) -> Recording:
    """Rename or recolour a space. Raises NotFound, Forbidden, Invalid, LimitReached."""
    board, _ = await open_board(ctx, key)
    space = await find_space(ctx, board, space_key)
    wanted: dict[str, Any] = {}
    if "name" in values:
        wanted["title"] = line("name", values["name"], most=SPACE_NAME)
    if "color" in values:
        wanted["color"] = color_of("color", values["color"])
    return await _change(ctx, space, wanted)


async def create_timer(ctx: Context, key: str, values: Mapping[str, Any]) -> Recording:
    """One more timer. Raises NotFound, Forbidden, Invalid, TimerRuleBroken, LimitReached."""
    board, _ = await open_board(ctx, key)
    new = read_timer(values, ctx.now)
    await lock(ctx, board.id)
    await require_room_for_timers(ctx, board, 1)
    await _require_free(ctx, board, RecordingType.TIMER, new.key)
    parent = await _space_named(ctx, board, new.space)
    return await _add(ctx, _timer_row(ctx, board, new, parent))


async def change_timer(ctx: Context, key: str, timer_key: str, values: Mapping[str, Any]) -> Recording:
    """Change a timer; what is not in `values` stays. Raises NotFound, Forbidden, Invalid, TimerRuleBroken."""
    board, _ = await open_board(ctx, key)
    timer = await find_timer(ctx, board, timer_key)
    wanted: dict[str, Any] = {}
    if "label" in values:
        wanted["title"] = line("label", values["label"], most=LABEL)
    if "color" in values:
        wanted["color"] = color_of("color", values["color"])
    if "target_date" in values:
        wanted["starts_at"] = target_of("target_date", values["target_date"])
    if "timezone" in values:
        wanted["time_zone"] = zone_of("timezone", values["timezone"])
    before = facts_of(timer)
    facts = {**before, **read_facts(values)}
    if facts["mode"] != before["mode"]:
        raise TimerRuleBroken.field("mode", Reason.conflict, "Timer mode cannot be changed.")
    target = wanted.get("starts_at", timer.starts_at) or ctx.now
    require_sense(facts, target, ctx.now)
    if facts != before:
        wanted["timer"] = facts
    if "space_id" in values:
        await lock(ctx, board.id)
        parent = await _space_named(ctx, board, values["space_id"])
        if parent != timer.parent_id:
            wanted |= {"parent_id": parent, "position": await last_place(ctx, parent, TIMER)}
    if "archived_at" in values:
        wanted["status"] = (RecordingStatus.ARCHIVED if facts["archived_at"] else RecordingStatus.ACTIVE).value
    return await _change(ctx, timer, {**wanted, "alarm_at": _alarm(ctx, timer, before, wanted)})


def _alarm(ctx: Context, timer: Recording, before: Mapping[str, Any], wanted: Mapping[str, Any]) -> datetime | None:
    """When it rings next. Where that does not change it stays, lest what was not told yet be passed over.

    Of an archived one too: it is silent then, but may be brought back at any door.
    """
    start, zone = wanted.get("starts_at", timer.starts_at), wanted.get("time_zone", timer.time_zone)
    alarm = next_alarm(start or ctx.now, zone, wanted.get("timer", before), ctx.now)
    as_it_was = next_alarm(timer.starts_at or ctx.now, timer.time_zone, before, ctx.now)
    return timer.alarm_at if alarm == as_it_was else alarm


async def _add(ctx: Context, row: Recording) -> Recording:
    row.position = await last_place(ctx, str(row.parent_id), row.type)
    await ctx.tx.add(row)
    await leave(ctx, [event(ctx, "created", row.project_id, row.id)])
    return await find(ctx, row.id)


async def _change(ctx: Context, row: Recording, wanted: Mapping[str, Any]) -> Recording:
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return row
    await ctx.tx.run(update(Recording).where(col(Recording.id) == row.id).values(**changed, updated_at=ctx.now))
    action = {"archived": "archived", "active": "restored"}.get(changed.get("status", ""), "changed")
    detail = {"fields": sorted(changed)} if action == "changed" else None
    await leave(ctx, [event(ctx, action, row.project_id, row.id, detail)])
    return await find(ctx, row.id)


async def _require_free(ctx: Context, board: Recording, type: RecordingType, key: str | None) -> None:
    prefix, words = (SPACE, "Space") if type is RecordingType.TIMER_SPACE else (TIMER, "Timer")
    if key is not None and key in {key_of(prefix, each.id, each.key) for each in await lying_on(ctx, board, type)}:
        raise Invalid.field("id", Reason.invalid_value, f"{words} id already exists.")


async def _space_named(ctx: Context, board: Recording, key: str | None) -> str:
    """The id of the space, or of the board where none is named. Raises Invalid."""
    if key is None:
        return board.id
    space = await find_in(ctx, board, RecordingType.TIMER_SPACE, SPACE, key)
    if space is None:
        raise Invalid.field("space_id", Reason.not_found, NO_SUCH_SPACE)
    await lock(ctx, space.id)
    return space.id


def _number(rows: Sequence[Recording]) -> None:
    """Give each its place among those that lie in the same."""
    taken: dict[str | None, int] = {}
    for row in rows:
        row.position = float(taken.get(row.parent_id, 0))
        taken[row.parent_id] = taken.get(row.parent_id, 0) + 1


def _space_row(ctx: Context, board: Recording, new: NewSpace) -> Recording:
    row = _row(ctx, str(board.project_id), RecordingType.TIMER_SPACE, new.name, board.id)
    row.key, row.color = new.key, new.color
    return row


def _timer_row(ctx: Context, board: Recording, new: NewTimer, parent_id: str) -> Recording:
    row = _row(ctx, str(board.project_id), RecordingType.TIMER, new.label, parent_id)
    row.key, row.color, row.timer = new.key, new.color, new.facts
    row.starts_at, row.time_zone = new.target, new.zone
    row.alarm_at = next_alarm(new.target, new.zone, new.facts, ctx.now)
    return row


def _row(ctx: Context, project_id: str, type: RecordingType, title: str, parent_id: str | None) -> Recording:
    return Recording(
        id=new_id(),
        org_id=ctx.org_id,
        project_id=project_id,
        parent_id=parent_id,
        type=type.value,
        title=title,
        creator_id=ctx.me,
        tool=Tool.TIMER_BOARD.value,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
