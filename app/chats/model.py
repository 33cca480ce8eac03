"""Who takes part in direct chats. The chats and their lines are recordings, in no project."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from app.core.table import instant, link


class ChatParticipant(SQLModel, table=True):
    """That a person is in a direct chat. Nobody joins or leaves: other people are another chat."""

    __tablename__ = "chat_participants"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "membership_id", "recording_id"),
    )

    recording_id: str = link(key=True)
    membership_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    created_at: datetime = instant()
