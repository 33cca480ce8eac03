"""Files: the bytes that are kept, and which version of which upload they are."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, primary_key


class StoredFile(SQLModel, table=True):
    """Bytes in the storage, under the key `org_id/id`. Copies of an upload share them; unused ones are swept."""

    __tablename__ = "stored_files"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        Index("ix_stored_files_size", "org_id", postgresql_include=["byte_size"]),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    byte_size: int = Field(sa_type=BigInteger)
    created_at: datetime = instant()


class FileVersion(SQLModel, table=True):
    """What an upload holds, or held before it was replaced. `recordings.file_id` is the current one."""

    __tablename__ = "file_versions"
    __table_args__ = (
        UniqueConstraint("recording_id", "version"),
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "stored_file_id"], ["stored_files.org_id", "stored_files.id"]),
        ForeignKeyConstraint(["org_id", "creator_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "stored_file_id"),
        Index("ix_file_versions_current", "recording_id", unique=True, postgresql_where=text("replaced_at is null")),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    recording_id: str = link()
    stored_file_id: str = link()
    version: int
    """From 1 on."""
    filename: str
    byte_size: int
    content_type: str
    width: int | None = None
    height: int | None = None
    creator_id: str = link()
    created_at: datetime = instant()
    replaced_at: datetime | None = instant(optional=True)


class DiscardedFile(SQLModel, table=True):
    """Bytes whose row is gone, and which the storage is to let go of. A trigger writes it."""

    __tablename__ = "discarded_files"

    key: str = Field(primary_key=True)
