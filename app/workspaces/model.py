"""Workspaces: what a project has besides when it is one, and what a canvas's program keeps of each item on it."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import Json, link, one_of


class WorkspaceTemplate(StrEnum):
    """What a workspace began with."""

    BLANK = "blank"
    GETTING_STARTED = "getting_started"


class WorkspaceLevel(StrEnum):
    """What somebody may do in a workspace."""

    OWNER = "owner"
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


class CanvasContent(SQLModel, table=True):
    """What a canvas's program keeps of an item: type, subtitle, data, colour, folder, layout. Only shown."""

    __tablename__ = "canvas_contents"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "recording_id"], ["recordings.org_id", "recordings.id"], ondelete="CASCADE"),
    )

    recording_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    item: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
