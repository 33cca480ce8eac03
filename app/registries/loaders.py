"""Reads tags, types of tasks, custom fields and their values."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import func
from sqlmodel import SQLModel, col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import NotFound
from app.core.ids import is_id, read_id
from app.core.paging import Order
from app.core.sources import Selection
from app.registries.model import CustomField, CustomFieldValue, Tag, TaskType

R = TypeVar("R", bound=SQLModel)


def tags_listed() -> Selection:
    """By name."""
    return _by_name(Tag)


def task_types_listed() -> Selection:
    """By name."""
    return _by_name(TaskType)


def fields_listed() -> Selection:
    """By name."""
    return _by_name(CustomField)


def values_listed() -> Selection:
    """The values of a project's custom fields, by the names of the fields."""
    name = func.lower(CustomField.name).label("_name")
    return Selection(
        order=(Order(name, "_name"), Order(col(CustomFieldValue.id), "id")),
        join=(CustomField, col(CustomField.id) == col(CustomFieldValue.field_id)),
        extra=(name,),
    )


def _by_name(table: Any) -> Selection:
    name = func.lower(table.name).label("_name")
    return Selection(order=(Order(name, "_name"), Order(table.id, "id")), extra=(name,))


async def find_in(ctx: Context, table: type[R], id: str) -> R:
    """One row of a registry. Raises NotFound."""
    column: Any = table
    row = await ctx.tx.first(select(table).where(column.id == read_id(id)))
    if row is None:
        raise NotFound
    return row


async def named(ctx: Context, table: type[R], name: str) -> R | None:
    """The row of a registry that has this name, capital letters or not."""
    column: Any = table
    return await ctx.tx.first(select(table).where(func.lower(column.name) == name.lower()))


async def fields_by_id(ctx: Context, ids: Iterable[str]) -> dict[str, CustomField]:
    """Those of these custom fields that there are."""
    known = [id for id in ids if is_id(id)]
    rows: Sequence[CustomField] = await ctx.tx.all(select(CustomField).where(among(CustomField.id, known)))
    return {row.id: row for row in rows}


async def fields_of_names(ctx: Context, names: Iterable[str]) -> dict[str, CustomField]:
    """Those of these custom fields that there are, by their exact names."""
    wanted = set(names)
    rows = await ctx.tx.all(select(CustomField))
    return {row.name: row for row in rows if row.name in wanted}


async def values_of_project(ctx: Context, project_id: str) -> list[CustomFieldValue]:
    """What the project says in custom fields, by the names of the fields."""
    query = (
        select(CustomFieldValue)
        .join(CustomField, col(CustomField.id) == col(CustomFieldValue.field_id))
        .where(col(CustomFieldValue.project_id) == project_id)
        .order_by(func.lower(CustomField.name), col(CustomFieldValue.id))
    )
    return await ctx.tx.all(query)
