"""Recordings as GraphQL shows them: one interface for what all share, one for each thing that some of them can do."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, dataclass_transform

import strawberry
from sqlalchemy import func
from sqlmodel import col

from app.boards.loaders import index_in_sql, index_of
from app.core.conditions import both, choice, earlier, inverse, is_set
from app.core.declare import Connection, Info, computed, connected, linked, listed, present
from app.core.html import attached_in
from app.core.node import Node
from app.core.policy import Verb, allows, is_client
from app.core.refs import Person, Project
from app.core.scalars import JsonValue
from app.core.sources import SOURCE, Expression
from app.people.model import Membership
from app.projects.model import Project as ProjectRow
from app.recordings.actions.edit import may_edit
from app.recordings.kind import KINDS, Kind
from app.recordings.loaders import (
    MY_SUBSCRIPTION,
    assignees_listed,
    cheers_listed,
    children_listed,
    comments_listed,
    events_listed,
    mentioned_listed,
    subscribers_listed,
)
from app.recordings.model import (
    Assignment,
    Event,
    Mention,
    RecordingStatus,
    RecordingType,
    Subscription,
)
from app.recordings.model import Cheer as CheerRow
from app.recordings.model import Recording as RecordingRow

TYPES: list[type] = []
"""The GraphQL types of all kinds."""

T = TypeVar("T", bound=type)


@dataclass_transform(field_specifiers=(strawberry.field,))
def recording_type(kind: Kind) -> Callable[[T], T]:
    """Declare a kind of recording together with the GraphQL type that shows it."""

    def declare(cls: T) -> T:
        KINDS[kind.type] = kind
        NAMES[kind.type.value] = cls.__name__
        # Strawberry looks for it when it makes the type: rows are no instances of any.
        cls.is_type_of = lambda row, _: row["type"] == kind.type.value  # type: ignore[attr-defined]
        shown = strawberry.type(cls, description=cls.__doc__)
        TYPES.append(shown)
        return shown

    return declare


NAMES: dict[str, str] = {}


def _active(recording: Any) -> Any:
    return recording.status == RecordingStatus.ACTIVE.value


@strawberry.type(description="A short applause.")
class Cheer:
    id: strawberry.ID = strawberry.field(description="The cheer's id.")
    content: str = strawberry.field(description="What was cheered: an emoji, or up to 16 characters.")
    creator: Person = linked("creator_id", Membership, description="Who cheered.")
    created_at: datetime = strawberry.field(description="When.")


@strawberry.type(description="Something that happened to a recording.")
class RecordingEvent:
    id: strawberry.ID = strawberry.field(description="The event's id.")
    action: str = strawberry.field(description="What happened, as a verb in the past tense: `created`, `moved`.")
    recording_id: strawberry.ID | None = strawberry.field(description="The recording that it happened to.")
    api_key_id: strawberry.ID | None = strawberry.field(
        description="The API key that it was done with; null where the actor had none."
    )
    created_at: datetime = strawberry.field(description="When it happened.")
    actor_id: strawberry.ID = strawberry.field(description="The membership id of who did it.")
    actor: Person = linked("actor_id", Membership, description="Who did it.")

    detail: JsonValue | None = computed(
        lambda row, viewer: choice(both(is_client(viewer), row.action == "moved"), None, row.detail),
        description="What else there is to say of it. Clients are not told what a move came from.",
    )
    cheers: list[Cheer] = listed(
        CheerRow,
        cheers_listed,
        on=col(CheerRow.recording_id),
        key="recording_id",
        when=lambda row: row.action == "created",
        description="With its creation: the applause that the recording got. Otherwise none.",
    )


@strawberry.interface(description="A piece of content, or a container of some. All share one life.")
class Recording(Node):
    type: RecordingType = strawberry.field(description="What it is.")
    status: RecordingStatus = strawberry.field(description="Where it is in its life.")
    title: str | None = strawberry.field(description="Its title; null for kinds that have none.")
    content: str | None = strawberry.field(description="What it says, as safe HTML.")
    project_id: strawberry.ID | None = strawberry.field(description="The project that it lies in.")
    parent_id: strawberry.ID | None = strawberry.field(description="The recording that it lies in; null at the top.")
    position: float | None = strawberry.field(description="Its place among its siblings, where they have one.")
    due_on: date | None = strawberry.field(description="When it is due.")
    starts_on: date | None = strawberry.field(description="When work on it begins.")
    starts_at: datetime | None = strawberry.field(description="When it begins.")
    ends_at: datetime | None = strawberry.field(description="When it ends.")
    all_day: bool = strawberry.field(description="It takes whole days; its times are midnights in UTC and float.")
    recurrence: JsonValue | None = strawberry.field(description="How it repeats; null when it does not.")
    completed_at: datetime | None = strawberry.field(description="When it was done; null while it is open.")
    completed_by_id: strawberry.ID | None = strawberry.field(description="The membership id of who did it.")
    creator_id: strawberry.ID = strawberry.field(description="The membership id of who made it.")
    visible_to_clients: bool = strawberry.field(description="The project's clients see it.")
    pinned_at: datetime | None = strawberry.field(description="When it was pinned to the top of its board.")
    scheduled_at: datetime | None = strawberry.field(description="When a draft is to be posted.")
    category_id: strawberry.ID | None = strawberry.field(description="The category that a message is filed under.")
    approval_status: str | None = strawberry.field(description="Where an approval stands; null for everything else.")
    comments_closed: bool = strawberry.field(description="Nobody can comment on it any more.")
    comment_count: int = strawberry.field(description="How many comments it has.")
    last_comment_at: datetime | None = strawberry.field(description="When it was last commented on.")
    color: str | None = strawberry.field(description="Its colour.")
    on_hold: bool = strawberry.field(description="A card: it is parked. A column: it has a section for parked cards.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    creator: Person = linked("creator_id", Membership, description="Who made it.")
    project: Project | None = linked("project_id", ProjectRow, description="The project that it lies in.")
    parent: Annotated["Recording", strawberry.lazy("app.recordings.schema.interface")] | None = linked(
        "parent_id", RecordingRow, description="The recording that it lies in, if you may see that."
    )
    completed_by: Person | None = linked("completed_by_id", Membership, description="Who did it.")
    assignees: list[Person] = listed(
        Membership,
        assignees_listed,
        on=col(Assignment.recording_id),
        description="Who is to do it, or takes part in it.",
    )
    mentioned: list[Person] = listed(
        Membership, mentioned_listed, on=col(Mention.recording_id), description="Whom its text mentions."
    )
    children: Connection[Annotated["Recording", strawberry.lazy("app.recordings.schema.interface")]] = connected(
        RecordingRow,
        children_listed,
        on=col(RecordingRow.parent_id),
        by={"parent_type": "type"},
        description="What lies in it: by position, messages pinned first and then newest, chat lines oldest first.",
    )
    cheers: list[Cheer] = listed(
        CheerRow, cheers_listed, on=col(CheerRow.recording_id), description="The applause that it got, oldest first."
    )
    events: Connection[RecordingEvent] = connected(
        Event, events_listed, on=col(Event.recording_id), description="What happened to it, newest first."
    )

    @classmethod
    def resolve_type(cls, obj: Any, info: Any, type_: Any) -> str:
        return NAMES[obj["type"]]

    completed: bool = computed(
        lambda row, viewer: is_set(row.completed_at), description="It is done. Always false for what cannot be done."
    )

    @strawberry.field(
        description="Ids of recordings that its text embeds.",
        metadata={SOURCE: Expression(lambda row: func.to_json(func.thicket_embedded(row.content)))},
    )
    def content_attachments(self) -> list[strawberry.ID]:
        return [strawberry.ID(id) for id in attached_in(self.content)]

    viewer_can_edit: bool = computed(
        lambda row, viewer: may_edit(viewer, row), description="You may change its title, content and dates."
    )


@strawberry.interface(description="A recording that people can discuss.")
class Commentable(Recording):
    comments: Connection[Annotated["Recording", strawberry.lazy("app.recordings.schema.interface")]] = connected(
        RecordingRow,
        comments_listed,
        on=col(RecordingRow.parent_id),
        description="What people said to it, oldest first.",
    )

    viewer_can_comment: bool = computed(
        lambda row, viewer: both(inverse(row.comments_closed), _active(row), allows(viewer, Verb.comment)),
        description="You may comment on it.",
    )


@strawberry.interface(description="A recording that can be done.")
class Completable(Recording):
    viewer_can_complete: bool = computed(
        lambda row, viewer: both(_active(row), allows(viewer, Verb.complete)),
        description="You may mark it done, or open again.",
    )


@strawberry.interface(description="A recording that people can be made responsible for.")
class Assignable(Recording):
    viewer_can_assign: bool = computed(
        lambda row, viewer: both(_active(row), allows(viewer, Verb.arrange)),
        description="You may say who is to do it.",
    )


@strawberry.interface(description="A recording that has a place among its siblings.")
class Positionable(Recording):
    @strawberry.field(
        description="Its place among its active siblings, counted from 0; a board's Not now column is not counted.",
        metadata={SOURCE: Expression(index_in_sql)},
    )
    async def index(self, info: Info) -> int:
        return await info.context.load(index_of, self.id)

    viewer_can_move: bool = computed(
        lambda row, viewer: both(_active(row), allows(viewer, Verb.arrange)), description="You may move it."
    )


@strawberry.interface(description="A recording that people can follow.")
class Subscribable(Recording):
    subscribers: list[Person] = listed(
        Membership,
        subscribers_listed,
        on=col(Subscription.recording_id),
        description="Who hears of what happens to it, by name.",
    )
    viewer_subscribed: bool = present(
        Subscription,
        on=col(Subscription.recording_id),
        where=MY_SUBSCRIPTION,
        description="You hear of what happens to it.",
    )


@strawberry.interface(description="A recording with dates.")
class Dated(Recording):
    overdue: bool = computed(
        lambda row, viewer: both(inverse(is_set(row.completed_at)), earlier(row.due_on, viewer.today)),
        description="It is open and its day has passed where you live.",
    )


@strawberry.interface(description="A recording whose visibility to clients can be switched.")
class ClientVisible(Recording):
    viewer_can_share: bool = computed(
        lambda row, viewer: allows(viewer, Verb.share_with_clients),
        description="You may show it to the project's clients, or hide it from them.",
    )
