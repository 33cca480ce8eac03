"""Links by which the world sees a single recording without signing in."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, primary_key


class PublicLink(SQLModel, table=True):
    """That whoever knows its token sees a recording. The token follows from the id; only its hash is kept."""

    __tablename__ = "public_links"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "creator_id"], ["memberships.org_id", "memberships.id"]),
        UniqueConstraint("recording_id"),
        UniqueConstraint("digest"),
        Index(None, "org_id", "project_id", "id"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    project_id: str = link()
    recording_id: str = link()
    creator_id: str = link()
    digest: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = instant()
