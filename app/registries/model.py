"""The registries of an organization: tags, types of tasks, custom fields and their values (domain.md 2.3, ruling 6)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import Json, instant, link, one_of, primary_key


class Tag(SQLModel, table=True):
    """A word that tasks are marked with."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("org_id", "id"), UniqueConstraint("org_id", "name"))

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    name: str
    color: str
    created_at: datetime = instant()
    updated_at: datetime = instant()


class TaskType(SQLModel, table=True):
    """A kind of task, as bug or feature."""

    __tablename__ = "task_types"
    __table_args__ = (UniqueConstraint("org_id", "id"), UniqueConstraint("org_id", "name"))

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    name: str
    color: str
    created_at: datetime = instant()
    updated_at: datetime = instant()


class CustomFieldType(StrEnum):
    """What the values of a custom field are (seed 002)."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"


class CustomField(SQLModel, table=True):
    """A field that the organization adds to its projects. `options` is what a list's value is one of; else null."""

    __tablename__ = "custom_fields"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "name"),
        one_of("type", CustomFieldType),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    name: str
    type: str
    options: list[str] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    description: str = ""
    created_at: datetime = instant()
    updated_at: datetime = instant()


class CustomFieldValue(SQLModel, table=True):
    """What a project says in a custom field, as text."""

    __tablename__ = "custom_field_values"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "field_id"], ["custom_fields.org_id", "custom_fields.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"], ondelete="CASCADE"),
        UniqueConstraint("project_id", "field_id"),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    field_id: str = link()
    project_id: str = link()
    value: str
    created_at: datetime = instant()
    updated_at: datetime = instant()
