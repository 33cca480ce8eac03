"""What recordings are made of and changed by."""

from datetime import date, datetime
from enum import Enum

import strawberry
from strawberry import Maybe

from app.core.scalars import AudienceValue, JsonValue
from app.recordings.actions.batch import BatchAction
from app.recordings.model import Priority, RecordingStatus, RecordingType


@strawberry.enum(description="A recording begins as posted, or as a draft that only its author sees.")
class NewStatus(Enum):
    ACTIVE = "active"
    DRAFTED = "drafted"


@strawberry.enum(description="When somebody who is made a subscriber is told: NOW of the recording, or NONE of it.")
class SubscriberNotice(Enum):
    NOW = "now"
    NONE = "none"


@strawberry.input(description="A new recording. Give what its type has: a field that it has not is refused.")
class CreateRecordingInput:
    type: RecordingType = strawberry.field(description="What it is to be; it must be able to lie in its parent.")
    title: str | None = strawberry.field(default=None, description="Its title, up to 1,000 characters.")
    content: str | None = strawberry.field(default=None, description="Its text as plain text; blank lines separate.")
    content_html: str | None = strawberry.field(
        default=None, description="Its text as HTML, which is made safe; wins over `content`. Up to 500,000 bytes."
    )
    due_on: date | None = strawberry.field(default=None, description="When it is due (to-dos, cards, steps).")
    starts_on: date | None = strawberry.field(default=None, description="When work begins (to-dos, cards).")
    starts_at: datetime | None = strawberry.field(default=None, description="When it begins (entries; required).")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends; its beginning if not given.")
    all_day: bool | None = strawberry.field(default=None, description="It takes whole days (entries).")
    link: str | None = strawberry.field(default=None, description="Where it takes place, as an address (entries).")
    circled: bool | None = strawberry.field(default=None, description="It stands out on the calendar (entries).")
    recurrence: JsonValue | None = strawberry.field(
        default=None, description="How it repeats: see `CreateCalendarEventInput` (entries; to-dos with a day)."
    )
    priority: Priority | None = strawberry.field(default=None, description="How pressing it is; normal (cards).")
    estimated_hours: float | None = strawberry.field(
        default=None, description="How long it will take: 0 to 100,000 hours (cards)."
    )
    task_type_id: strawberry.ID | None = strawberry.field(default=None, description="What type of task it is (cards).")
    tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The tags that it is marked with (cards)."
    )
    linked_project_id: strawberry.ID | None = strawberry.field(
        default=None, description="The project that it is work for; only its people will see the card (cards)."
    )
    assignee_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Membership ids of who is to do it; they must be on the project."
    )
    completion_subscriber_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Membership ids of who else is to hear of it."
    )
    notify: AudienceValue | None = strawberry.field(
        default=None, description="Who hears of a message or document; everybody on the project if not given."
    )
    status: NewStatus | None = strawberry.field(
        default=None, description="`DRAFTED` begins a message or a document as a draft."
    )


@strawberry.input(description="What to change of a recording. What is not given stays as it is; null empties.")
class UpdateRecordingInput:
    title: Maybe[str | None] = strawberry.field(default=None, description="Its title, up to 1,000 characters.")
    content: Maybe[str | None] = strawberry.field(default=None, description="Its text as plain text.")
    content_html: Maybe[str | None] = strawberry.field(
        default=None, description="Its text as HTML, which is made safe; wins over `content`."
    )
    due_on: Maybe[date | None] = strawberry.field(default=None, description="When it is due.")
    starts_on: Maybe[date | None] = strawberry.field(default=None, description="When work on it begins.")
    starts_at: Maybe[datetime] = strawberry.field(default=None, description="When it begins.")
    ends_at: Maybe[datetime | None] = strawberry.field(default=None, description="When it ends.")
    all_day: Maybe[bool] = strawberry.field(default=None, description="It takes whole days.")
    link: Maybe[str | None] = strawberry.field(default=None, description="Where it takes place, as an address.")
    circled: Maybe[bool] = strawberry.field(default=None, description="It stands out on the calendar.")
    base_name: Maybe[str] = strawberry.field(
        default=None, description="What an upload's file is called, without its ending, which it keeps (uploads)."
    )
    recurrence: Maybe[JsonValue | None] = strawberry.field(
        default=None, description="How it repeats: see `CreateCalendarEventInput`; null stops it."
    )
    scheduled_at: Maybe[datetime | None] = strawberry.field(default=None, description="When a draft is to be posted.")
    visible_to_clients: Maybe[bool] = strawberry.field(
        default=None, description="Show it to the project's clients, with all that lies in it."
    )
    priority: Maybe[Priority] = strawberry.field(default=None, description="How pressing it is (cards).")
    estimated_hours: Maybe[float | None] = strawberry.field(
        default=None, description="How long it will take: 0 to 100,000 hours (cards)."
    )
    task_type_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="What type of task it is (cards)."
    )
    tag_ids: Maybe[list[strawberry.ID]] = strawberry.field(
        default=None, description="The tags that it is marked with, exactly these (cards)."
    )
    linked_project_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The project that it is work for; only its people will see the card (cards)."
    )


@strawberry.input(description="One deed on many recordings. Each action reads its own fields.")
class BatchRecordingsInput:
    ids: list[strawberry.ID] = strawberry.field(description="The recordings: 1 to 100.")
    action: BatchAction = strawberry.field(description="What to do to each of them.")
    assignee_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="ASSIGN: membership ids of who is to do them, exactly these."
    )
    due_on: Maybe[date | None] = strawberry.field(default=None, description="DUE: the day; null takes it away.")
    days: int | None = strawberry.field(
        default=None, description="SHIFT_DATES: by how many days, -3650 to 3650; what has no dates is left as it is."
    )
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="MOVE, COPY: where to.")
    include_comments: bool | None = strawberry.field(default=None, description="COPY: the comments too.")
    status: RecordingStatus | None = strawberry.field(default=None, description="STATUS: ACTIVE, ARCHIVED or TRASHED.")
    color: str | None = strawberry.field(default=None, description="COLOR: a colour's name; white takes it away.")
    title: str | None = strawberry.field(default=None, description="GROUP: what the new group is called.")
