"""Workspaces: what a project has besides when it is one, and what a canvas's program keeps of each item on it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import Json, instant, link, one_of, primary_key


class WorkspaceTemplate(StrEnum):
    """What a workspace began with."""

    BLANK = "blank"
    GETTING_STARTED = "getting_started"


class WorkspaceLevel(StrEnum):
    """What somebody may do in a workspace."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class ShareLevel(StrEnum):
    """What an owner lets others do."""

    EDITOR = "editor"
    VIEWER = "viewer"


class Workspace(SQLModel, table=True):
    """That a project is a workspace. Its name, description, colour and owner are the project's own columns."""

    __tablename__ = "workspaces"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "canvas_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "owner_id"], ["memberships.org_id", "memberships.id"]),
        UniqueConstraint("org_id", "owner_id", "slug"),
        one_of("template", WorkspaceTemplate),
    )

    project_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    owner_id: str = link()
    canvas_id: str = link()
    template: str
    slug: str
    """Follows the name, and is one owner's own: `my-project`, `my-project-1`."""
    icon: str | None = None
    is_public: bool = False
    """Only shown: it lets nobody in."""
    sort_order: int
    state: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """What its program keeps of it besides the items."""
    version: int = 0
    """How many events it has had."""


class CanvasContent(SQLModel, table=True):
    """What a canvas's program keeps of an item: type, subtitle, data, colour, folder, layout. Only shown."""

    __tablename__ = "canvas_contents"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
    )

    recording_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    item: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))


class WorkspaceEvent(SQLModel, table=True):
    """Something that a program did to a workspace, in the program's own words. The first has the version 1."""

    __tablename__ = "workspace_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "actor_id"], ["memberships.org_id", "memberships.id"]),
        UniqueConstraint("project_id", "version"),
        UniqueConstraint("project_id", "key"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    project_id: str = link()
    version: int
    key: str
    """The event's id, as the program has made it."""
    type: str
    payload: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    timestamp: int = Field(sa_type=BigInteger)
    """When it happened by the program's clock, in milliseconds since 1970."""
    actor_id: str = link()
    created_at: datetime = instant()


class WorkspaceSnapshot(SQLModel, table=True):
    """A workspace's whole state, as it was when it had so many events."""

    __tablename__ = "workspace_snapshots"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        UniqueConstraint("project_id", "version"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    project_id: str = link()
    version: int
    state: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = instant()
