"""Reads recordings: lists in the orders that the API promises, and single ones."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import strawberry
from sqlalchemy import case, false, func
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import is_id, read_id
from app.core.paging import Order
from app.core.sources import Selection
from app.core.table import Id
from app.people.model import Membership
from app.recordings.kind import KINDS
from app.recordings.model import (
    Assignment,
    Cheer,
    Event,
    Mention,
    Priority,
    Recording,
    RecordingStatus,
    RecordingType,
    SpecialColumn,
    Subscription,
)


class RecordingSort(StrEnum):
    """What a list of recordings is ordered by."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    TITLE = "title"
    POSITION = "position"


class Direction(StrEnum):
    """Which way an order runs."""

    ASC = "asc"
    DESC = "desc"


strawberry.enum(RecordingType, description="What a recording is.")
strawberry.enum(RecordingStatus, description="Where a recording is in its life.")
strawberry.enum(RecordingSort, description="What a list of recordings is ordered by.")
strawberry.enum(Direction, description="Which way an order runs.")
strawberry.enum(Priority, description="How pressing a card is.")
strawberry.enum(SpecialColumn, description="A column that every card table has and keeps.")

TypeFilter = Annotated[
    RecordingType | None, strawberry.argument(description="Only this type; comments are listed only when asked for.")
]
StatusFilter = Annotated[
    RecordingStatus, strawberry.argument(description="Only recordings in this part of their life.")
]
Sort = Annotated[RecordingSort | None, strawberry.argument(description="What to order by.")]
Way = Annotated[Direction | None, strawberry.argument(description="Which way to order.")]

TITLE = func.lower(func.coalesce(col(Recording.title), "")).label("_title")
PLACE = func.coalesce(col(Recording.position), 0.0).label("_position")
UNPINNED = case((col(Recording.pinned_at).is_(None), 1), else_=0).label("_unpinned")

ID = Order(col(Recording.id), "id")
OLDEST = (Order(col(Recording.created_at), "created_at"), ID)
NEWEST = tuple(order.reversed for order in OLDEST)
BY_PLACE = (Order(PLACE, "_position"), *OLDEST)
PINNED_FIRST = (Order(UNPINNED, "_unpinned"), *NEWEST)
EXTRA = (TITLE, PLACE, UNPINNED)


def _sorted(sort: RecordingSort, direction: Direction | None) -> tuple[Order, ...]:
    first = {
        RecordingSort.CREATED_AT: Order(col(Recording.created_at), "created_at"),
        RecordingSort.UPDATED_AT: Order(col(Recording.updated_at), "updated_at"),
        RecordingSort.TITLE: Order(TITLE, "_title"),
        RecordingSort.POSITION: Order(PLACE, "_position"),
    }[sort]
    order = (first, ID)
    return tuple(term.reversed for term in order) if direction is Direction.DESC else order


def recordings_listed(
    type: Annotated[RecordingType, strawberry.argument(description="Which type of recordings.")],
    project_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only those of this project.")] = None,
    status: StatusFilter = RecordingStatus.ACTIVE,
    sort: Sort = None,
    direction: Way = None,
) -> Selection:
    """Of one type, across projects; newest first unless sorted."""
    where = [
        col(Recording.type) == type.value,
        col(Recording.status) == status.value,
        col(Recording.tool_enabled),
    ]
    if project_id is not None:
        id = project_id.lower() if is_id(project_id) else None
        where += [col(Recording.project_id) == id, col(Recording.place_id) == id] if id else [false()]
    way = direction or Direction.DESC
    return Selection(where=where, order=_sorted(sort or RecordingSort.CREATED_AT, way), extra=EXTRA)


def recordings_in_project(
    type: Annotated[RecordingType, strawberry.argument(description="Which type of recordings.")],
    status: StatusFilter = RecordingStatus.ACTIVE,
    sort: Sort = None,
    direction: Way = None,
) -> Selection:
    """Of one type, in one project; newest first unless sorted."""
    return recordings_listed(type, None, status, sort, direction)


def children_listed(
    parent_type: str,
    type: TypeFilter = None,
    status: StatusFilter = RecordingStatus.ACTIVE,
    completed: Annotated[
        bool | None, strawberry.argument(description="Only what is done, or only what is not.")
    ] = None,
    sort: Sort = None,
    direction: Way = None,
) -> Selection:
    """What lies in a recording: by position; messages pinned first, then newest; chat lines oldest first."""
    where: list[Any] = [col(Recording.status) == status.value]
    where.append(col(Recording.type) == type.value if type else col(Recording.type) != RecordingType.COMMENT.value)
    if completed is not None:
        where.append(col(Recording.completed_at).is_not(None) if completed else col(Recording.completed_at).is_(None))
    if sort is not None:
        order = _sorted(sort, direction)
    elif parent_type == RecordingType.MESSAGE_BOARD:
        order = PINNED_FIRST
    elif parent_type in (RecordingType.CHAT, RecordingType.DM, RecordingType.SCHEDULE):
        order = OLDEST
    else:
        order = BY_PLACE
    if sort is None and direction is Direction.DESC:
        order = tuple(term.reversed for term in order)
    return Selection(where=where, order=order, extra=EXTRA)


def comments_listed() -> Selection:
    """Oldest first."""
    return Selection(
        where=(
            col(Recording.type) == RecordingType.COMMENT.value,
            col(Recording.status) == RecordingStatus.ACTIVE.value,
        ),
        order=OLDEST,
    )


def messages_listed(
    project_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only those of this project.")] = None,
) -> Selection:
    """Messages across projects, newest first."""
    return recordings_listed(RecordingType.MESSAGE, project_id)


def shared_messages() -> Selection:
    """Those that clients see, newest first."""
    return Selection(
        where=(
            col(Recording.type) == RecordingType.MESSAGE.value,
            col(Recording.status) == RecordingStatus.ACTIVE.value,
            col(Recording.visible_to_clients),
            col(Recording.tool_enabled),
        ),
        order=NEWEST,
    )


def _people(table: Any) -> Selection:
    return Selection(
        order=(Order(col(table.created_at).label("_since"), "_since"), Order(col(Membership.id), "id")),
        join=(table, col(table.membership_id) == col(Membership.id)),
        extra=(col(table.created_at).label("_since"),),
    )


def assignees_listed() -> Selection:
    """In the order in which they were assigned."""
    return _people(Assignment)


def mentioned_listed() -> Selection:
    """In the order in which they were first mentioned."""
    return _people(Mention)


def subscribers_listed() -> Selection:
    """By name."""
    name = func.lower(col(Membership.name)).label("_name")
    return Selection(
        where=(col(Subscription.unsubscribed_at).is_(None),),
        order=(Order(name, "_name"), Order(col(Membership.id), "id")),
        join=(Subscription, col(Subscription.membership_id) == col(Membership.id)),
        extra=(name,),
    )


MY_SUBSCRIPTION = (
    col(Subscription.membership_id) == func.thicket_me(type_=Id),
    col(Subscription.unsubscribed_at).is_(None),
)


def events_listed() -> Selection:
    """What happened, newest first."""
    return Selection(order=(Order(col(Event.id), "id", descending=True),))


def cheers_listed() -> Selection:
    """Oldest first."""
    return Selection(order=(Order(col(Cheer.id), "id"),))


def counted_as(type: RecordingType, *, completed: bool = False) -> Any:
    """A chooser of the active children of a type, all or only the done ones."""

    def choose() -> Selection:
        where = [col(Recording.type) == type.value, col(Recording.status) == RecordingStatus.ACTIVE.value]
        return Selection(where=[*where, col(Recording.completed_at).is_not(None)] if completed else where)

    return choose


async def find(ctx: Context, id: str) -> Recording:
    """The recording, of any status. Raises NotFound if there is none that the viewer may see."""
    row = await ctx.tx.first(select(Recording).where(col(Recording.id) == read_id(id)))
    if row is None:
        raise NotFound
    return row


def able(ability: str) -> Callable[[], Mapping[str, Sequence[str]]]:
    """What a recording's columns must be for its kind to have that ability."""
    return lambda: {"type": [kind.type.value for kind in KINDS.values() if getattr(kind, ability)]}
