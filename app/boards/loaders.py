"""Reads boards, their stages, their cards and the cards' steps, as task clients see them (routes.md 3.3)."""

from dataclasses import replace
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, any_, case, exists, false, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.db import Tx
from app.core.ids import is_id
from app.core.paging import Order
from app.core.sources import KEYS, Selection
from app.people.model import Membership
from app.projects.model import LABELS, Project, ProjectStatus, Tool
from app.recordings.loaders import BY_PLACE, EXTRA
from app.recordings.model import (
    Assignment,
    Priority,
    Recording,
    RecordingStatus,
    RecordingTag,
    RecordingType,
    SpecialColumn,
)
from app.registries.loaders import tags_listed
from app.registries.model import Tag

COLUMN: Any = aliased(Recording, name="card_columns")
USUAL_NAME = LABELS[Tool.CARD_TABLE]
ACTIVE = col(Recording.status) == RecordingStatus.ACTIVE.value
STAGE = col(Recording.special).is_distinct_from(SpecialColumn.NOT_NOW.value)
NAME = case((col(Recording.title) == USUAL_NAME, col(Project.name)), else_=col(Recording.title))

NEWEST_FIRST = (Order(col(Recording.id), "id", descending=True),)


def boards_listed() -> Selection:
    """The boards of active projects, by name."""
    name = func.lower(NAME).label("_name")
    return Selection(
        where=(
            col(Recording.type) == RecordingType.CARD_TABLE.value,
            ACTIVE,
            col(Recording.tool_enabled),
            col(Project.status) == ProjectStatus.ACTIVE.value,
            col(Project.is_template).is_(False),
        ),
        order=(Order(name, "_name"), Order(col(Recording.id), "id")),
        join=(Project, col(Project.id) == col(Recording.project_id)),
        extra=(name,),
    )


def stages_listed() -> Selection:
    """A board's columns but Not now, in order."""
    return Selection(
        where=(col(Recording.type) == RecordingType.CARD_COLUMN.value, ACTIVE, STAGE), order=BY_PLACE, extra=EXTRA
    )


def cards_on_board() -> Selection:
    """A board's active cards, column by column."""
    place = func.coalesce(COLUMN.position, 0.0).label("_column")
    return Selection(
        where=(col(Recording.type) == RecordingType.CARD.value, ACTIVE),
        order=(Order(place, "_column"), *BY_PLACE),
        join=(COLUMN, COLUMN.id == col(Recording.parent_id)),
        extra=(place, *EXTRA),
    )


def steps_listed() -> Selection:
    """A card's active steps, in order."""
    return Selection(where=(col(Recording.type) == RecordingType.CARD_STEP.value, ACTIVE), order=BY_PLACE, extra=EXTRA)


def tags_on_card() -> Selection:
    """The tags that a card is marked with, by name."""
    by_name = tags_listed()
    return replace(by_name, join=(RecordingTag, col(RecordingTag.tag_id) == col(Tag.id)))


def card_shown() -> Selection:
    """Active, on a board that is shown."""
    return Selection(where=(col(Recording.type) == RecordingType.CARD.value, ACTIVE, col(Recording.tool_enabled)))


def cards_listed(
    board_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only on this board.")] = None,
    column_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only in this column.")] = None,
    linked_project_id: Annotated[
        strawberry.ID | None, strawberry.argument(description="Only work for this project.")
    ] = None,
    task_type_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this type.")] = None,
    assignee_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Only what this person is to do: a membership id, or the id of the user."),
    ] = None,
    priority: Annotated[Priority | None, strawberry.argument(description="Only those as pressing as this.")] = None,
    completed: Annotated[
        bool | None, strawberry.argument(description="Only what is done, or only what is not.")
    ] = None,
    query: Annotated[
        str | None, strawberry.argument(description="Only cards with these words in their title, in any case.")
    ] = None,
) -> Selection:
    """Active cards across boards, newest first. A page's cursor is the id of its last card."""
    where = list(card_shown().where)
    if board_id is not None:
        column = aliased(Recording)
        where.append(
            exists().where(column.id == col(Recording.parent_id), same(column.parent_id, board_id))  # type: ignore[arg-type]
        )
    if column_id is not None:
        where.append(same(Recording.parent_id, column_id))
    if linked_project_id is not None:
        where.append(same(Recording.linked_project_id, linked_project_id))
    if task_type_id is not None:
        where.append(same(Recording.task_type_id, task_type_id))
    if assignee_id is not None:
        where.append(
            exists().where(
                col(Assignment.recording_id) == col(Recording.id),
                col(Membership.id) == col(Assignment.membership_id),
                or_(same(Membership.id, assignee_id), same(Membership.user_id, assignee_id)),
            )
        )
    if priority is not None:
        where.append(col(Recording.priority) == priority.value)
    if completed is not None:
        where.append(col(Recording.completed_at).is_not(None) if completed else col(Recording.completed_at).is_(None))
    if query:
        where.append(holds(col(Recording.title), query))
    return Selection(where=where, order=NEWEST_FIRST)


def same(column: Any, id: str) -> ColumnElement[bool]:
    """SQL: the column is this id; nothing is a malformed one."""
    return col(column) == id.lower() if is_id(id) else false()


def holds(column: Any, words: str) -> ColumnElement[bool]:
    """SQL: the text has these characters in it, in any case."""
    condition: ColumnElement[bool] = func.strpos(func.lower(column), words.lower()) > 0
    return condition


def index_in_sql(row: Any) -> ColumnElement[Any]:
    """SQL: how many active siblings of its type come before it; a board's Not now column does not count."""
    other = aliased(Recording)
    return (
        select(func.count())
        .select_from(other)
        .where(
            other.parent_id == row.parent_id,
            other.type == row.type,
            other.status == RecordingStatus.ACTIVE.value,  # type: ignore[arg-type]
            col(other.special).is_distinct_from(SpecialColumn.NOT_NOW.value),
            tuple_(col(other.position), col(other.created_at), col(other.id))
            < tuple_(row.position, row.created_at, row.id),
        )
        .correlate_except(other)
        .scalar_subquery()
    )


_INDEX = select(col(Recording.id), index_in_sql(Recording).label("place")).where(col(Recording.id) == any_(KEYS))


async def index_of(tx: Tx, ids: list[str]) -> list[int]:
    """The same, of many."""
    places = {row.id: row.place for row in await tx.rows(_INDEX, keys=ids)}
    return [places.get(id, 0) for id in ids]


def name_in_sql(row: Any) -> ColumnElement[Any]:
    """SQL: what a board is called: as its project, unless the tool was given a name of its own."""
    project = aliased(Project)
    of_project = select(col(project.name)).where(col(project.id) == row.project_id).correlate_except(project)
    return case((row.title == USUAL_NAME, of_project.scalar_subquery()), else_=row.title)


_NAMES = select(col(Recording.id), name_in_sql(Recording).label("name")).where(col(Recording.id) == any_(KEYS))


async def board_name(tx: Tx, ids: list[str]) -> list[str]:
    """The same, of many."""
    names = {row.id: row.name for row in await tx.rows(_NAMES, keys=ids)}
    return [names[id] for id in ids]
