"""Projects, the tools in them, and who may see them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class ProjectStatus(StrEnum):
    """Where a project is in its life."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    TRASHED = "trashed"


class WorkStatus(StrEnum):
    """How far the work in a project has come (routes.md 3.3); whether it is active is another question."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Tool(StrEnum):
    """A tool of a project; each owns one container that its content lies in."""

    MESSAGE_BOARD = "message_board"
    TODOSET = "todoset"
    VAULT = "vault"
    SCHEDULE = "schedule"
    CARD_TABLE = "card_table"
    CHAT = "chat"
    QUESTIONNAIRE = "questionnaire"
    CLIENTSIDE = "clientside"
    TIMER_BOARD = "timer_board"


class AccessLevel(StrEnum):
    """What it means to be on a project by name; all but MEMBER are of workspaces (app/workspaces)."""

    MEMBER = "member"
    EDITOR = "editor"
    VIEWER = "viewer"


LABELS: dict[Tool, str] = {
    Tool.MESSAGE_BOARD: "Message Board",
    Tool.TODOSET: "To-dos",
    Tool.VAULT: "Docs & Files",
    Tool.SCHEDULE: "Schedule",
    Tool.CARD_TABLE: "Card Table",
    Tool.CHAT: "Chat",
    Tool.QUESTIONNAIRE: "Check-ins",
    Tool.CLIENTSIDE: "Clients",
}
"""Every tool of a project in its first order (routes.md 3.2, Labels)."""


class Project(SQLModel, table=True):
    """A place where some people do some work with some tools."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        ForeignKeyConstraint(["org_id", "creator_id"], ["memberships.org_id", "memberships.id"]),
        ForeignKeyConstraint(
            ["org_id", "company_id"], ["companies.org_id", "companies.id"], ondelete="SET NULL (company_id)"
        ),
        Index(None, "org_id", "status", "name", "id"),
        Index(None, "company_id", postgresql_where=text("company_id is not null")),
        one_of("status", ProjectStatus),
        one_of("work_status", WorkStatus),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    name: str
    description: str | None = None
    status: str = ProjectStatus.ACTIVE.value
    all_access: bool = True
    clients_enabled: bool = False
    client_company_name: str | None = None
    company_id: str | None = link(optional=True)
    """The company that it is for."""
    folder_id: str | None = link(optional=True)
    color: str | None = None
    logo: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    show_activity: bool = True
    is_template: bool = False
    is_sample: bool = False
    work_status: str = WorkStatus.NOT_STARTED.value
    expected_finalization_date: date | None = None
    finalized_at: datetime | None = instant(optional=True)
    is_system: bool = False
    """The server made it for the board that every organization with a Gipo key has."""
    creator_id: str = link()
    trashed_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()


class ProjectAccess(SQLModel, table=True):
    """That a person was put on a project by name."""

    __tablename__ = "project_accesses"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "membership_id", "project_id"),
        one_of("level", AccessLevel),
    )

    project_id: str = link(key=True)
    membership_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    level: str = AccessLevel.MEMBER.value
    last_opened_at: datetime | None = instant(optional=True)
    """When the person last opened it as a workspace."""
    created_at: datetime = instant()


class ProjectStar(SQLModel, table=True):
    """That a person keeps a project at the top of the list. Nobody sees another's."""

    __tablename__ = "project_stars"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
    )

    membership_id: str = link(key=True)
    project_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")
    created_at: datetime = instant()


class ProjectLink(SQLModel, table=True):
    """A way from a project to something that lies elsewhere."""

    __tablename__ = "project_links"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "creator_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "project_id", "position", "id"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    project_id: str = link()
    creator_id: str = link()
    url: str
    title: str
    description: str | None = None
    visible_to_clients: bool = False
    position: float = Field(sa_type=Float)
    created_at: datetime = instant()
    updated_at: datetime = instant()


class ProjectTool(SQLModel, table=True):
    """A tool in a project: how it is called there, where it stands, whether it is shown."""

    __tablename__ = "project_tools"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        UniqueConstraint("project_id", "tool"),
        one_of("tool", Tool),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    project_id: str = link()
    tool: str
    label: str
    enabled: bool = True
    position: float = Field(sa_type=Float)
    container_id: str = link()
