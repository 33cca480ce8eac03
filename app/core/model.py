"""The one table that belongs to no domain: work that is to be done after its cause was committed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.table import Json, instant, link, primary_key


class QueuedJob(SQLModel, table=True):
    """A job that waits, runs, or is dead; one that was done is gone.

    It is due at `run_at`. While somebody runs it, `claim` says which run that is, and `run_at` when the run is given
    up for dead: a job whose worker was killed is due again by itself. Only functions of ours touch this table.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_due", "run_at", "id", postgresql_where=text("dead_at is null")),
        Index(
            "uq_jobs_waiting",
            "name",
            "key",
            unique=True,
            postgresql_where=text("key is not null and claim is null and dead_at is null"),
        ),
        UniqueConstraint("name", "cron"),
    )

    id: str = primary_key()
    name: str
    payload: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    key: str | None = None
    """Of the jobs with one name and key, one waits at most."""
    cron: bool | None = None
    """True for the only job of its name, which comes again and again; else null."""
    run_at: datetime = instant()
    claim: str | None = link(optional=True)
    attempts: int = 0
    error: str | None = None
    """Why the last attempt failed."""
    dead_at: datetime | None = instant(optional=True)
    """When it was given up: it waits for somebody who looks at it (`thicket jobs`)."""
    created_at: datetime = instant()
