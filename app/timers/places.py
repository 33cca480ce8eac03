"""Where timers are at home: the project that an operation is about, and how much fits in."""

from sqlalchemy import func, select
from sqlmodel import col

from app.core.context import Context
from app.core.errors import Forbidden, Invalid, LimitReached, Reason
from app.core.policy import Verb, require
from app.projects.loaders import find_project
from app.projects.model import Project, ProjectStatus
from app.recordings.model import Recording, RecordingType
from app.timers.loaders import LIVING, boards_listed, find_board
from app.timers.plan import MOST_SPACES

MOST_PROJECTS = 20
MOST_TIMERS = 40
"""Of one project."""


async def open_board(ctx: Context, key: str) -> tuple[Recording, Project]:
    """The board, and its project, of which the caller may change something now.

    Raises NotFound; Forbidden; LimitReached where the project is one of those above the limit, which can be read only.
    """
    board = await find_board(ctx, key)
    project = await find_project(ctx, str(board.project_id))
    require(ctx, Verb.change_project)
    if project.status != ProjectStatus.ACTIVE:
        raise Forbidden(f"Project is {project.status}")
    older = boards_listed().where(col(Project.id) < project.id).with_only_columns(func.count())
    if await ctx.tx.value(older) >= MOST_PROJECTS:
        raise LimitReached("This project is above the limit of projects and can be read only.", details=_limit(0))
    return board, project


async def require_room_for_project(ctx: Context) -> None:
    """Raise LimitReached where there are as many projects with timers as there may be."""
    used = await ctx.tx.value(boards_listed().with_only_columns(func.count()))
    if used >= MOST_PROJECTS:
        raise LimitReached("Project limit reached for this account.", details=_limit(used))


def _limit(used: int) -> dict[str, object]:
    return {"limit": "timer_projects", "allowed": MOST_PROJECTS, "used": used}


async def require_room_for_timers(ctx: Context, board: Recording, more: int) -> None:
    """Raise LimitReached where so many more timers would be too many."""
    used = await _count(ctx, board, RecordingType.TIMER)
    if used + more > MOST_TIMERS:
        details = {"limit": "timers", "allowed": MOST_TIMERS, "used": used}
        raise LimitReached("Timer limit reached for this project.", details=details)


async def require_room_for_space(ctx: Context, board: Recording) -> None:
    """Raise Invalid where one more space would be too many."""
    if await _count(ctx, board, RecordingType.TIMER_SPACE) >= MOST_SPACES:
        raise Invalid.field("name", Reason.out_of_range, f"Maximum {MOST_SPACES} spaces allowed.")


async def _count(ctx: Context, board: Recording, type: RecordingType) -> int:
    query = (
        select(func.count())
        .select_from(Recording)
        .where(
            col(Recording.place_id) == board.project_id,
            col(Recording.type) == type.value,
            LIVING,
        )
    )
    return int(await ctx.tx.value(query))
