"""What people are told, and how much of a project each wants to be told."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, primary_key


class Notification(SQLModel, table=True):
    """One thing that one person is told. Only our own function makes them (migrations/telling.py)."""

    __tablename__ = "notifications"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "actor_id"], ["memberships.org_id", "memberships.id"]),
        UniqueConstraint("membership_id", "key"),
        UniqueConstraint("membership_id", "bundle"),
        Index("ix_notifications_listed", "org_id", "membership_id", text("created_at desc"), text("id desc")),
        Index("ix_notifications_unread", "org_id", "membership_id", postgresql_where=text("read_at is null")),
        Index("ix_notifications_to_mail", "mail_at", postgresql_where=text("mail_at is not null")),
        Index(None, "org_id", "recording_id"),
        Index(None, "org_id", "project_id"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    membership_id: str = link()
    action: str
    title: str
    body: str
    bundle_count: int = 1
    recording_id: str | None = link(optional=True)
    project_id: str | None = link(optional=True)
    actor_id: str | None = link(optional=True)
    key: str | None = None
    """What it is about: nobody is told the same twice."""
    bundle: str | None = None
    """While it is open, more of the same is counted here instead of told anew."""
    mail_at: datetime | None = instant(optional=True)
    """When it is to be mailed; null once it was, or if it is not to be."""
    read_at: datetime | None = instant(optional=True)
    told_in: int | None = Field(default=None, sa_type=BigInteger)
    """The number of the transaction that told it last, for those who listen (migrations/live.py)."""
    created_at: datetime = instant()


class ProjectBell(SQLModel, table=True):
    """How much of one project somebody wants to be told, where it is not as much as everywhere."""

    __tablename__ = "project_bells"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        CheckConstraint("scope in ('everything', 'mentions')", name="scope"),
    )

    membership_id: str = link(key=True)
    project_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    scope: str
    created_at: datetime = instant()


class RegularLetter(SQLModel, table=True):
    """When somebody got a letter of a kind that comes regularly, so that it does not come twice on a day."""

    __tablename__ = "regular_letters"
    __table_args__ = (ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),)

    membership_id: str = link(key=True)
    letters: str = Field(primary_key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    sent_on: date
    """By the person's own calendar."""
