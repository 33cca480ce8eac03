"""The tables as one writes them with SQLModel, with relationships.

Both peers that are written by hand in Python share this: the REST routes and the plain Strawberry schema.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Float, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, MetaData, Relationship, SQLModel

from app.core.ids import new_id

Id = Uuid(as_uuid=False)


class Base(SQLModel):
    metadata = MetaData()


class Member(Base, table=True):
    __tablename__ = "memberships"

    id: str = Field(sa_type=Id, primary_key=True)
    name: str
    image: str | None


class Assignment(Base, table=True):
    __tablename__ = "assignments"

    recording_id: str = Field(sa_type=Id, primary_key=True, foreign_key="recordings.id")
    membership_id: str = Field(sa_type=Id, primary_key=True, foreign_key="memberships.id")
    org_id: str = Field(sa_type=Id)
    assigned_by_id: str = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))

    person: Member = Relationship()


class Mention(Base, table=True):
    __tablename__ = "mentions"

    recording_id: str = Field(sa_type=Id, primary_key=True, foreign_key="recordings.id")
    membership_id: str = Field(sa_type=Id, primary_key=True, foreign_key="memberships.id")
    created_at: datetime = Field(sa_type=DateTime(timezone=True))

    person: Member = Relationship()


class Subscription(Base, table=True):
    __tablename__ = "subscriptions"

    recording_id: str = Field(sa_type=Id, primary_key=True, foreign_key="recordings.id")
    membership_id: str = Field(sa_type=Id, primary_key=True, foreign_key="memberships.id")
    org_id: str = Field(sa_type=Id)
    reason: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class Event(Base, table=True):
    __tablename__ = "events"

    id: str = Field(sa_type=Id, primary_key=True, default_factory=new_id)
    org_id: str = Field(sa_type=Id)
    action: str
    actor_id: str = Field(sa_type=Id, foreign_key="memberships.id")
    project_id: str | None = Field(sa_type=Id)
    recording_id: str | None = Field(sa_type=Id, foreign_key="recordings.id")
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class Notification(Base, table=True):
    __tablename__ = "notifications"

    id: str = Field(sa_type=Id, primary_key=True, default_factory=new_id)
    org_id: str = Field(sa_type=Id)
    membership_id: str = Field(sa_type=Id, foreign_key="memberships.id")
    action: str
    title: str
    body: str
    bundle_count: int = 1
    recording_id: str | None = Field(default=None, sa_type=Id, foreign_key="recordings.id")
    project_id: str | None = Field(default=None, sa_type=Id)
    actor_id: str | None = Field(default=None, sa_type=Id)
    key: str | None = None
    mail_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class Job(Base, table=True):
    __tablename__ = "jobs"

    id: str = Field(sa_type=Id, primary_key=True, default_factory=new_id)
    name: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB))
    run_at: datetime = Field(sa_type=DateTime(timezone=True))
    attempts: int = 0
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class Recording(Base, table=True):
    __tablename__ = "recordings"

    id: str = Field(sa_type=Id, primary_key=True, default_factory=new_id)
    org_id: str = Field(sa_type=Id)
    tool: str | None = None
    type: str
    project_id: str | None = Field(sa_type=Id)
    parent_id: str | None = Field(sa_type=Id)
    status: str = "active"
    title: str | None = None
    content: str | None = None
    position: float | None = Field(default=None, sa_type=Float)
    due_on: date | None = None
    starts_on: date | None = None
    starts_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ends_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    all_day: bool = False
    recurrence: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    completed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    completed_by_id: str | None = Field(default=None, sa_type=Id)
    creator_id: str = Field(sa_type=Id, foreign_key="memberships.id")
    visible_to_clients: bool = False
    pinned_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    scheduled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    category_id: str | None = Field(default=None, sa_type=Id)
    approval_status: str | None = None
    comments_closed: bool = False
    comment_count: int = 0
    last_comment_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    color: str | None = None
    on_hold: bool = False
    circled: bool = False
    drafted_before: bool = False
    priority: str = "normal"
    tool_enabled: bool = True
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))

    creator: Member = Relationship()
    assignments: list[Assignment] = Relationship(
        sa_relationship_kwargs={"order_by": "(Assignment.created_at, Assignment.membership_id)"}
    )
    mentions: list[Mention] = Relationship(
        sa_relationship_kwargs={"order_by": "(Mention.created_at, Mention.membership_id)"}
    )
