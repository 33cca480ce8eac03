"""What the calendar keeps beside the entries themselves, which are recordings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class EventOverride(SQLModel, table=True):
    """In what one occurrence of a series differs from the others; what is null is as in the series."""

    __tablename__ = "event_overrides"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
    )

    recording_id: str = link(key=True)
    occurrence_key: date = Field(primary_key=True)
    """The day that the series would have it on, in the series' time zone."""
    org_id: str = link("organizations.id", on_delete="CASCADE")
    title: str | None = None
    content: str | None = None
    starts_at: datetime | None = instant(optional=True)
    ends_at: datetime | None = instant(optional=True)
    cancelled: bool = False
    """It does not take place. Only where the series can hold no more exceptions of its own."""
    created_at: datetime = instant()
    updated_at: datetime = instant()


class Just(StrEnum):
    """Whose entries a calendar shows."""

    ME = "me"
    EVERYONE = "everyone"


class CalendarFeed(SQLModel, table=True):
    """A secret address under which a person's calendar programs read along; only the hash of its token is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        UniqueConstraint("digest"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        Index(None, "org_id", "membership_id"),
        one_of("just", Just),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    membership_id: str = link()
    project_id: str | None = link(optional=True)
    include_tasks: bool = False
    just: str = Just.EVERYONE.value
    digest: bytes = Field(sa_type=LargeBinary)
    revoked_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()
