"""Column types and constraints that tables share. Names of constraints follow one convention, so migrations can too."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.core import clock
from app.core.ids import new_id

Id = Uuid(as_uuid=False)
Instant = DateTime(timezone=True)
Json = JSONB(none_as_null=True)

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def primary_key() -> Any:
    """The id of a row, made here."""
    return Field(default_factory=new_id, primary_key=True, sa_type=Id)


def link(to: str | None = None, *, optional: bool = False, key: bool = False, on_delete: str | None = None) -> Any:
    """A column with the id of another row.

    `to` (`table.column`) is a foreign key of its own; within a tenant the foreign keys are composite instead
    (`same_org`), since the database does not look at row-level security when it checks one.
    """
    options: dict[str, Any] = {"sa_type": Id, "primary_key": key, "nullable": optional and not key}
    if optional:
        options["default"] = None
    if to:
        options["foreign_key"] = to
        options["ondelete"] = on_delete
    return Field(**options)


def instant(*, optional: bool = False) -> Any:
    """A point in time; without `optional`, the moment when the row was made."""
    if optional:
        return Field(default=None, sa_type=Instant, nullable=True)
    return Field(default_factory=clock.now, sa_type=Instant, nullable=False)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enum's values."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({allowed})", name=column)
