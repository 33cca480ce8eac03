"""Time that people spent on cards and their steps."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class TimeSource(StrEnum):
    """How a time entry came to be."""

    MANUAL = "manual"
    TIMER = "timer"


class TimeEntry(SQLModel, table=True):
    """A stretch of time that a person worked on a card or on one of its steps; while a timer runs, it has no end.

    What it was spent on never changes. A person has at most one running timer.
    """

    __tablename__ = "time_entries"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "card_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "step_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "membership_id", "started_at"),
        Index(None, "card_id"),
        Index(None, "step_id"),
        Index(
            "uq_time_entries_running",
            "membership_id", unique=True, postgresql_where=text("ended_at is null"),
        ),
        CheckConstraint("num_nonnulls(card_id, step_id) = 1", name="spent_on_one"),
        CheckConstraint("(ended_at is null) = (duration_seconds is null)", name="ended"),
        one_of("source", TimeSource),
    )  # fmt: skip

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    card_id: str | None = link(optional=True)
    step_id: str | None = link(optional=True)
    membership_id: str = link()
    description: str | None = None
    started_at: datetime = instant()
    ended_at: datetime | None = instant(optional=True)
    duration_seconds: int | None = Field(default=None)
    source: str = TimeSource.MANUAL.value
    auto_stopped: bool = False
    """The timer ran for so long that the server stopped it."""
    created_at: datetime = instant()
    updated_at: datetime = instant()
