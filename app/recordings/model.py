"""Recordings: every piece of content is one row of one table, with the life that all content shares.

The table is wide on purpose: what several kinds have is a column here, so that lists across kinds need no joins. What
a kind alone has and no cross-kind list filters by gets a table of its own.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Computed, Float, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.markup import TextFormat
from app.core.table import Id, Json, instant, link, one_of, primary_key


class RecordingType(StrEnum):
    """What a recording is (domain.md 2.2)."""

    MESSAGE_BOARD = "message_board"
    MESSAGE = "message"
    COMMENT = "comment"
    TODOSET = "todoset"
    TODOLIST = "todolist"
    TODO = "todo"
    VAULT = "vault"
    DOCUMENT = "document"
    UPLOAD = "upload"
    SCHEDULE = "schedule"
    SCHEDULE_ENTRY = "schedule_entry"
    CARD_TABLE = "card_table"
    CARD_COLUMN = "card_column"
    CARD = "card"
    CARD_STEP = "card_step"
    CHAT = "chat"
    CHAT_LINE = "chat_line"
    DM = "dm"
    QUESTIONNAIRE = "questionnaire"
    CLIENTSIDE = "clientside"
    CANVAS = "canvas"
    CANVAS_ITEM = "canvas_item"
    TIMER_BOARD = "timer_board"
    TIMER_SPACE = "timer_space"
    TIMER = "timer"


class RecordingStatus(StrEnum):
    """Where a recording is in its life."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    TRASHED = "trashed"
    DRAFTED = "drafted"


class SpecialColumn(StrEnum):
    """The columns that every card table has and keeps."""

    TRIAGE = "triage"
    NOT_NOW = "not_now"
    DONE = "done"


PLACE = "coalesce(project_id, case when tool = 'schedule' then org_id when type = 'dm' then id else parent_id end)"
"""Where a recording is: in its project; on the calendar of the whole organization, which has the organization's id; or
in a direct chat, which is a place of its own.

Row-level security looks at this alone. With an "or" in the policy PostgreSQL can neither read a list in its order nor
tell how long it is, and sorts all of it for every page.
"""


class Priority(StrEnum):
    """How pressing a card is (routes.md 3.3)."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Recording(SQLModel, table=True):
    """A piece of content, or a container of some."""

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("parent_id", "position", deferrable=True, initially="DEFERRED"),
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "parent_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "creator_id"], ["memberships.org_id", "memberships.id"]),
        ForeignKeyConstraint(["org_id", "completed_by_id"], ["memberships.org_id", "memberships.id"]),
        ForeignKeyConstraint(
            ["org_id", "linked_project_id"], ["projects.org_id", "projects.id"], ondelete="SET NULL (linked_project_id)"
        ),
        ForeignKeyConstraint(
            ["org_id", "task_type_id"], ["task_types.org_id", "task_types.id"], ondelete="SET NULL (task_type_id)"
        ),
        Index(
            "ix_recordings_listed",
            "org_id", "type", "status", text("created_at desc"), text("id desc"),
            # All that row-level security looks at: a list is counted, and paged through, in the index alone.
            postgresql_include=[
                "place_id", "tool_enabled", "linked_project_id", "drafted_before", "creator_id", "parent_id",
                "visible_to_clients", "project_id", "tool",
            ],
        ),
        Index(
            "ix_recordings_place_listed",
            "org_id", "place_id", "type", "status", text("created_at desc"), text("id desc"),
        ),
        Index("ix_recordings_children", "org_id", "parent_id", "type", "position", "created_at", "id"),
        Index("ix_recordings_shown_to_clients", "project_id", "tool", postgresql_where=text("visible_to_clients")),
        Index("ix_recordings_batch", "trash_batch_id", postgresql_where=text("trash_batch_id is not null")),
        Index("ix_recordings_trashed_at", "trashed_at", postgresql_where=text("trashed_at is not null")),
        Index("ix_recordings_starts_at", "org_id", "starts_at", postgresql_where=text("starts_at is not null")),
        Index("ix_recordings_due_on", "org_id", "due_on", postgresql_where=text("due_on is not null")),
        Index(
            "ix_recordings_ends_at",
            "org_id", "ends_at", postgresql_where=text("ends_at is not null and recurrence is null"),
        ),
        Index(
            "ix_recordings_repeating",
            "org_id", "repeats_until", postgresql_where=text("starts_at is not null and recurrence is not null"),
        ),
        Index(
            "uq_recordings_key",
            "project_id", "type", "key", unique=True, postgresql_where=text("key is not null"),
        ),
        Index("ix_recordings_alarm_at", "alarm_at", postgresql_where=text("alarm_at is not null")),
        Index(
            "ix_recordings_linked_project_id",
            "org_id", "linked_project_id", postgresql_where=text("linked_project_id is not null"),
        ),
        Index(
            "ix_recordings_task_type_id",
            "org_id", "task_type_id", postgresql_where=text("task_type_id is not null"),
        ),
        one_of("type", RecordingType),
        one_of("status", RecordingStatus),
        one_of("priority", Priority),
    )  # fmt: skip

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    project_id: str | None = link(optional=True)
    parent_id: str | None = link(optional=True)
    type: str
    status: str = RecordingStatus.ACTIVE.value
    title: str | None = None
    content: str | None = None
    place_id: str | None = Field(default=None, sa_column=Column(Id, Computed(PLACE, persisted=True), nullable=False))
    creator_id: str = link()
    position: float | None = Field(default=None, sa_type=Float)

    tool: str | None = None
    """The project's tool in whose container it lies."""
    tool_enabled: bool = True
    """That tool is shown. A disabled tool's content is in no list, but nothing of it is lost."""

    due_on: date | None = None
    starts_on: date | None = None
    starts_at: datetime | None = instant(optional=True)
    ends_at: datetime | None = instant(optional=True)
    all_day: bool = False
    time_zone: str | None = None
    recurrence: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """How it repeats, as calendar/recurrence.py has written it."""
    repeats_until: date | None = None
    """The day of a series' last one, in the series' time zone; null while there is none."""
    series_id: str | None = link(optional=True)
    """The first of the to-dos that one has grown out of, each when the one before it was done."""
    split_from_id: str | None = link(optional=True)
    """The series whose later part an entry was."""

    completed_at: datetime | None = instant(optional=True)
    completed_by_id: str | None = link(optional=True)
    completed_from_id: str | None = link(optional=True)
    """The column that a done card came from."""

    visible_to_clients: bool = False
    pinned_at: datetime | None = instant(optional=True)
    scheduled_at: datetime | None = instant(optional=True)
    category_id: str | None = link(optional=True)
    approval_status: str | None = None
    comments_closed: bool = False
    comment_count: int = 0
    last_comment_at: datetime | None = instant(optional=True)
    color: str | None = None
    on_hold: bool = False
    circled: bool = False
    """An entry stands out on the calendar."""
    special: str | None = None
    """Which of a card table's own columns it is (SpecialColumn)."""

    priority: str = Priority.NORMAL.value
    estimated_hours: float | None = Field(default=None, sa_type=Float)
    task_type_id: str | None = link(optional=True)
    linked_project_id: str | None = link(optional=True)
    """The project that a card is work for, whichever board it lies on; of what lies in the card: the card's."""

    file_id: str | None = link(optional=True)
    """The present version of an upload's file (app/files)."""

    key: str | None = None
    """The id that a client gave it who names things himself; unique in its project."""
    timer: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """What only a timer has, as timers/facts.py has written it."""
    alarm_at: datetime | None = instant(optional=True)
    """When a timer ends, or reaches its next milestone."""

    trash_batch_id: str | None = link(optional=True)
    """What was archived or trashed together comes back together."""
    trashed_at: datetime | None = instant(optional=True)
    trashed_by_id: str | None = link(optional=True)
    drafted_before: bool = False
    """It was a draft when it was trashed, and will be one again."""

    created_at: datetime = instant()
    updated_at: datetime = instant()
    link: str | None = None
    """Where an entry takes place, as an address. (Last, since it takes the name of what makes columns.)"""


class Assignment(SQLModel, table=True):
    """That a person is to do something, or takes part in it."""

    __tablename__ = "assignments"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "membership_id", "recording_id"),
    )

    recording_id: str = link(key=True)
    membership_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    assigned_by_id: str = link()
    created_at: datetime = instant()


class MessageSource(SQLModel, table=True):
    """What a message was written as, word for word, where its content was made of that.

    A trigger removes it when the content is changed: then the content is all there is.
    """

    __tablename__ = "message_sources"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        one_of("format", TextFormat),
    )

    recording_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    format: str
    text: str


class RecordingTag(SQLModel, table=True):
    """That a card is marked with a tag."""

    __tablename__ = "recording_tags"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "tag_id"], ["tags.org_id", "tags.id"], ondelete="CASCADE"),
        Index(None, "org_id", "tag_id"),
    )

    recording_id: str = link(key=True)
    tag_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")


class SubscriptionReason(StrEnum):
    """Why somebody hears of a recording."""

    AUTHOR = "author"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    MENTIONED = "mentioned"
    CHOSEN = "chosen"
    MANUAL = "manual"


class Subscription(SQLModel, table=True):
    """That a person hears of what happens to a recording; or, once `unsubscribed_at` is set, wants not to."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "membership_id"),
        one_of("reason", SubscriptionReason),
    )

    recording_id: str = link(key=True)
    membership_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    reason: str
    unsubscribed_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()


class Mention(SQLModel, table=True):
    """That a recording's text names a person."""

    __tablename__ = "mentions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
    )

    recording_id: str = link(key=True)
    membership_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    created_at: datetime = instant()


class Cheer(SQLModel, table=True):
    """A short applause on a recording."""

    __tablename__ = "cheers"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "creator_id"], ["memberships.org_id", "memberships.id"]),
        UniqueConstraint("recording_id", "creator_id", "content"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    recording_id: str = link()
    creator_id: str = link()
    content: str
    created_at: datetime = instant()


class Event(SQLModel, table=True):
    """Something that happened. Notifications, search, webhooks, activity and live subscriptions all read these.

    `recording_id` is null for what happened to a project or to a person.
    """

    __tablename__ = "events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "actor_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "recording_id", "id"),
        Index(None, "org_id", "project_id", "id"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    action: str
    actor_id: str = link()
    project_id: str | None = link(optional=True)
    recording_id: str | None = link(optional=True)
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    api_key_id: str | None = link(optional=True)
    """The API key that it was done with."""
    created_at: datetime = instant()
