"""Keeping the registries: tags, types of tasks, and the definitions of custom fields. For owners and admins."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import delete, update
from sqlmodel import col

from app.core.context import Context
from app.core.errors import Duplicate, Invalid, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require
from app.core.rules import line, optional_text
from app.recordings.events import note
from app.registries.loaders import find_in, named
from app.registries.model import CustomField, CustomFieldType, Tag, TaskType

L = TypeVar("L", Tag, TaskType)
Registry = type[Tag] | type[TaskType] | type[CustomField]

NAME = 100
DESCRIPTION = 1_000
OPTIONS = 100
"""How many choices a list may have."""
COLOR = re.compile(r"#[0-9a-f]{6}")
GREY = "#64748b"
"""The colour of what was given none."""
WORDS: dict[Registry, str] = {Tag: "tag", TaskType: "task_type", CustomField: "custom_field"}
"""What each is called in the words that are left of it."""


async def create_label(ctx: Context, table: type[L], name: str, color: str | None) -> L:
    """A new tag or type of tasks. Raises Forbidden, Invalid, and Duplicate where there is one of that name."""
    require(ctx, Verb.manage_registries)
    called = await _free_name(ctx, table, name)
    shown = GREY if color is None else _color(color)
    id = new_id()
    await ctx.tx.add(table(id=id, org_id=ctx.org_id, name=called, color=shown, created_at=ctx.now, updated_at=ctx.now))
    await _note(ctx, table, "created", id, called)
    return await find_in(ctx, table, id)


async def change_label(ctx: Context, table: type[L], id: str, values: dict[str, Any]) -> L:
    """Change what is in `values`. Raises NotFound, Forbidden, Invalid, Duplicate."""
    found = await find_in(ctx, table, id)
    require(ctx, Verb.manage_registries)
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = await _free_name(ctx, table, wanted["name"], found.id)
    if "color" in wanted:
        wanted["color"] = GREY if wanted["color"] is None else _color(wanted["color"])
    await _store(ctx, table, found.id, wanted)
    return await find_in(ctx, table, found.id)


async def create_field(
    ctx: Context, name: str, type: CustomFieldType, options: Sequence[str] | None, description: str | None
) -> CustomField:
    """A new custom field of projects. Raises Forbidden, Invalid and Duplicate."""
    require(ctx, Verb.manage_registries)
    called = await _free_name(ctx, CustomField, name)
    field = CustomField(
        id=new_id(),
        org_id=ctx.org_id,
        name=called,
        type=type.value,
        options=_options(type.value, options),
        description=optional_text("description", description, most=DESCRIPTION) or "",
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.tx.add(field)
    await _note(ctx, CustomField, "created", field.id, called)
    return await find_in(ctx, CustomField, field.id)


async def change_field(ctx: Context, id: str, values: dict[str, Any]) -> CustomField:
    """Change what is in `values`. The type stays as it was made, and values that projects have stay too.

    Raises NotFound, Forbidden, Invalid, Duplicate.
    """
    found = await find_in(ctx, CustomField, id)
    require(ctx, Verb.manage_registries)
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = await _free_name(ctx, CustomField, wanted["name"], found.id)
    if "options" in wanted:
        wanted["options"] = _options(found.type, wanted["options"])
    if "description" in wanted:
        wanted["description"] = optional_text("description", wanted["description"], most=DESCRIPTION) or ""
    await _store(ctx, CustomField, found.id, wanted)
    return await find_in(ctx, CustomField, found.id)


async def remove(ctx: Context, table: Registry, id: str) -> str:
    """Take it out of the registry, and from wherever it was used; its id. Raises NotFound, Forbidden."""
    found: Any = await find_in(ctx, table, id)
    require(ctx, Verb.manage_registries)
    await ctx.tx.run(delete(table).where(col(table.id) == found.id))
    await _note(ctx, table, "deleted", found.id, found.name)
    return str(found.id)


async def _store(ctx: Context, table: Registry, id: str, wanted: dict[str, Any]) -> None:
    if wanted:
        await ctx.tx.run(update(table).where(col(table.id) == id).values(**wanted, updated_at=ctx.now))
        ctx.forget()
        await note(ctx, f"{WORDS[table]}_changed", detail={"id": id, "fields": sorted(wanted)})


async def _note(ctx: Context, table: Registry, done: str, id: str, name: str) -> None:
    await note(ctx, f"{WORDS[table]}_{done}", detail={"id": id, "name": name})


async def _free_name(ctx: Context, table: Registry, name: str | None, own: str | None = None) -> str:
    """A name that no other has. Of custom fields, capital letters tell two names apart (seed 002)."""
    called = line("name", name, most=NAME)
    other: Any = await named(ctx, table, called)
    if other is not None and other.id != own and (table is not CustomField or other.name == called):
        raise Duplicate(f'"{called}" is there already')
    return called


def _color(value: str) -> str:
    color = value.strip().lower()
    if not COLOR.fullmatch(color):
        raise Invalid.field("color", Reason.invalid_format, "color must be like #2563eb")
    return color


def _options(type: str, options: Sequence[str] | None) -> list[str] | None:
    """The choices of a list: different texts, at least one. Other fields have none."""
    if type != CustomFieldType.LIST:
        if options:
            raise Invalid.field("options", Reason.invalid_value, "options are for fields of the type list only")
        return None
    chosen = [line("options", each, most=NAME) for each in options or ()]
    if not chosen:
        raise Invalid.field("options", Reason.required, "options is required for a list")
    if len(chosen) > OPTIONS:
        raise Invalid.field("options", Reason.too_long, f"options may have at most {OPTIONS} choices")
    if len(set(chosen)) < len(chosen):
        raise Invalid.field("options", Reason.conflict, "options must differ from each other")
    return chosen
