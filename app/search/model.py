"""What is found by words: an entry for every recording that says something, kept by triggers in its transaction."""

from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from app.core.table import link


class SearchEntry(SQLModel, table=True):
    """The words of one recording: of its title (weight A) and of its content (weight B).

    Only the database's own functions touch it: the operator that looks words up tells too much about rows that one
    may not see, so PostgreSQL would not use the index for anybody under row-level security.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        Index("ix_search_entries_words", "org_id", "words", postgresql_using="gin"),
    )

    recording_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    words: Any = Field(sa_column=Column(TSVECTOR, nullable=False))
