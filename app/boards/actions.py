"""Cards and their steps as tasks: all that one may say of them in one go (routes.md 3.3)."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import is_id
from app.core.policy import Verb, require
from app.people.loaders import memberships_of
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.actions.completion import complete, reopen
from app.recordings.actions.create import New, create
from app.recordings.actions.edit import edit, require_may_edit
from app.recordings.actions.involvement import known_on_project, replace_assignees
from app.recordings.actions.lifecycle import set_status
from app.recordings.actions.moving import move
from app.recordings.loaders import find
from app.recordings.model import Recording, RecordingStatus, RecordingType, SpecialColumn

TITLE = 300
CONTENT = 50_000
"""Characters (routes.md 3.3)."""
PLACE = frozenset({"board_id", "column_id", "index"})
APART = PLACE | {"assignee_ids", "completed_at"}


async def add_card(ctx: Context, board_id: str, column_id: str | None, new: New) -> Recording:
    """A new card as the last one of a board's column, the first column if none is said.

    Raises NotFound (no such board for the viewer), Invalid (a column of another board, and what `create` refuses).
    """
    board = await _one(ctx, board_id, RecordingType.CARD_TABLE, "Board not found")
    require(ctx, Verb.create_content)
    _check_lengths(vars(new))
    column = await _column(ctx, board.id, column_id)
    return await create(ctx, column.id, await _with_people(ctx, new))


async def change_card(ctx: Context, id: str, values: Mapping[str, Any]) -> Recording:
    """Change a card, move it, say who is to do it, finalize or reopen it; what is not in `values` stays as it is."""
    card = await _one(ctx, id, RecordingType.CARD)
    await require_may_edit(ctx, card)
    _check_lengths(values)
    await edit(ctx, card.id, {name: value for name, value in values.items() if name not in APART})
    await _assign(ctx, card, values)
    if set(values) & PLACE:
        await _move(ctx, card, values)
    return await _finish(ctx, card, values)


async def trash_card(ctx: Context, id: str) -> None:
    """Put a card into the trash, with all that lies in it. Raises NotFound for a card that is not active."""
    card = await _one(ctx, id, RecordingType.CARD)
    await set_status(ctx, card.id, RecordingStatus.TRASHED)


async def add_step(ctx: Context, card_id: str, new: New) -> Recording:
    """A new last step of a card."""
    card = await _one(ctx, card_id, RecordingType.CARD)
    require(ctx, Verb.create_content)
    _check_lengths(vars(new))
    return await create(ctx, card.id, await _with_people(ctx, new))


async def change_step(ctx: Context, card_id: str, id: str, values: Mapping[str, Any]) -> Recording:
    """Change a card's step, put it elsewhere among the others, say who is to do it, finalize or reopen it."""
    step = await _step(ctx, card_id, id)
    await require_may_edit(ctx, step)
    _check_lengths(values)
    await edit(ctx, step.id, {name: value for name, value in values.items() if name not in APART})
    await _assign(ctx, step, values)
    if values.get("index") is not None:
        await move(ctx, step.id, parent_id=None, position=None, index=values["index"])
    return await _finish(ctx, step, values)


async def trash_step(ctx: Context, card_id: str, id: str) -> None:
    """Put a card's step into the trash."""
    step = await _step(ctx, card_id, id)
    await set_status(ctx, step.id, RecordingStatus.TRASHED)


async def _one(ctx: Context, id: str, type: RecordingType, otherwise: str | None = None) -> Recording:
    """An active recording of that type, of a tool that is shown."""
    if not is_id(id):
        raise NotFound(otherwise)
    query = select(Recording).where(
        col(Recording.id) == id.lower(),
        col(Recording.type) == type.value,
        col(Recording.status) == RecordingStatus.ACTIVE.value,
        col(Recording.tool_enabled),
    )
    found = await ctx.tx.first(query)
    if found is None:
        raise NotFound(otherwise)
    return found


async def _step(ctx: Context, card_id: str, id: str) -> Recording:
    card = await _one(ctx, card_id, RecordingType.CARD)
    step = await _one(ctx, id, RecordingType.CARD_STEP)
    if step.parent_id != card.id:
        raise NotFound
    return step


async def _column(ctx: Context, board_id: str, column_id: str | None) -> Recording:
    """The column of that id on the board, the first one if none is said. Raises Invalid for one of another board."""
    query = _columns().where(col(Recording.parent_id) == board_id)
    if column_id is None:
        query = query.where(col(Recording.special) == SpecialColumn.TRIAGE.value)
    return await _known_column(ctx, query, column_id)


def _columns() -> Any:
    return select(Recording).where(
        col(Recording.type) == RecordingType.CARD_COLUMN.value,
        col(Recording.status) == RecordingStatus.ACTIVE.value,
    )


async def _known_column(ctx: Context, query: Any, id: str | None) -> Recording:
    """The only column of the query, or that of the id. Raises Invalid where there is none."""
    if id is not None:
        query = query.where(col(Recording.id) == (id.lower() if is_id(id) else None))
    column: Recording | None = await ctx.tx.first(query)
    if column is None:
        raise Invalid.field("column_id", Reason.not_found, "Unknown column")
    return column


def _check_lengths(values: Mapping[str, Any]) -> None:
    """Raise Invalid for a title or a text that task clients could not show."""
    for field, most in (("title", TITLE), ("content_html", CONTENT)):
        if len(values.get(field) or "") > most:
            raise Invalid.field(field, Reason.too_long, f"{field} is longer than {most} characters")


async def _with_people(ctx: Context, new: New) -> New:
    ids = await memberships_of(ctx, new.assignee_ids or (), "assignee_ids")
    return New(**{**vars(new), "assignee_ids": ids})


async def _assign(ctx: Context, recording: Recording, values: Mapping[str, Any]) -> None:
    if "assignee_ids" not in values:
        return
    await require_open_project(ctx, recording)
    require(ctx, Verb.arrange)
    require_active(recording)
    wanted = await memberships_of(ctx, values["assignee_ids"] or (), "assignee_ids")
    await replace_assignees(ctx, recording, await known_on_project(ctx, recording, wanted, "assignee_ids"))


async def _move(ctx: Context, card: Recording, values: Mapping[str, Any]) -> None:
    """To a column of a board: of its own, if another is not said; of another, to the first one if none is said."""
    here = await find(ctx, card.parent_id or "")
    board_id, column_id, index = (values.get(name) for name in ("board_id", "column_id", "index"))
    target: Recording = here
    if board_id is not None:
        board = await _one(ctx, board_id, RecordingType.CARD_TABLE, "Board not found")
        if board.id != here.parent_id or column_id is not None:
            target = await _column(ctx, board.id, column_id)
    elif column_id is not None:
        target = await _known_column(ctx, _columns(), column_id)
    if target.id != here.id or index is not None:
        await move(ctx, card.id, parent_id=target.id, position=None, index=index)


async def _finish(ctx: Context, recording: Recording, values: Mapping[str, Any]) -> Recording:
    """Complete it as of a moment, or reopen it, where that is said; the recording as it is then."""
    if "completed_at" not in values:
        ctx.forget()
        return await find(ctx, recording.id)
    if values["completed_at"] is None:
        return await reopen(ctx, recording.id)
    return await complete(ctx, recording.id, values["completed_at"])
