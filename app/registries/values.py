"""What projects say in custom fields. Values are kept as text, in one spelling for each type."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, Problem, Reason
from app.core.ids import new_id
from app.projects.actions import writable
from app.projects.model import Project
from app.recordings.events import note
from app.registries.loaders import fields_by_id, fields_of_names, values_of_project
from app.registries.model import CustomField, CustomFieldType, CustomFieldValue

LONGEST = 10_000
DIGITS = 30
"""The longest number, in characters."""
TRUTHS = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}


async def set_values(ctx: Context, project_id: str, values: Mapping[str, str | None]) -> list[CustomFieldValue]:
    """Say this in the fields with these ids, null or blank for nothing more; other fields keep what they say.

    All that the project says then. Raises NotFound, Forbidden, and Invalid for each unknown field and unfit value.
    """
    project = await writable(ctx, project_id)
    fields = await fields_by_id(ctx, values)
    unknown = [
        Problem(f"values.{place}.field_id", Reason.not_found, f"values.{place}.field_id is not a custom field")
        for place, id in enumerate(values)
        if id not in fields
    ]
    if unknown:
        raise Invalid(unknown)
    places = {id: f"values.{place}.value" for place, id in enumerate(values)}
    return await _say(ctx, project, {id: (fields[id], places[id], said) for id, said in values.items()})


async def set_named_values(ctx: Context, project_id: str, values: Mapping[str, str | None]) -> list[CustomFieldValue]:
    """The same by the fields' exact names; what has a name that no field has is left out (seed 002)."""
    project = await writable(ctx, project_id)
    fields = await fields_of_names(ctx, values)
    said = {field.id: (field, f"custom_fields.{name}", values[name]) for name, field in fields.items()}
    return await _say(ctx, project, said)


async def _say(
    ctx: Context, project: Project, said: Mapping[str, tuple[CustomField, str, str | None]]
) -> list[CustomFieldValue]:
    problems: list[Problem] = []
    wanted: dict[str, str | None] = {}
    for id, (field, place, value) in said.items():
        try:
            wanted[id] = written(field, value)
        except ValueError as error:
            problems.append(Problem(place, Reason.invalid_value, f"{place} {error}"))
    if problems:
        raise Invalid(problems)
    await _store(ctx, project, wanted)
    return await values_of_project(ctx, project.id)


async def _store(ctx: Context, project: Project, wanted: Mapping[str, str | None]) -> None:
    cleared = [id for id, value in wanted.items() if value is None]
    kept = {id: value for id, value in wanted.items() if value is not None}
    if cleared:
        await ctx.tx.run(
            delete(CustomFieldValue).where(
                col(CustomFieldValue.project_id) == project.id, among(CustomFieldValue.field_id, cleared)
            )
        )
    if kept:
        rows = [_row(ctx, project, id, value) for id, value in kept.items()]
        adding = insert(CustomFieldValue).values(rows)
        await ctx.tx.run(
            adding.on_conflict_do_update(
                index_elements=["project_id", "field_id"],
                set_={"value": adding.excluded.value, "updated_at": adding.excluded.updated_at},
            )
        )
    if wanted:
        ctx.forget()
        await note(ctx, "custom_fields_changed", project_id=project.id, detail={"field_ids": sorted(wanted)})


def _row(ctx: Context, project: Project, field_id: str, value: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "org_id": ctx.org_id,
        "field_id": field_id,
        "project_id": project.id,
        "value": value,
        "created_at": ctx.now,
        "updated_at": ctx.now,
    }


def written(field: CustomField, value: str | None) -> str | None:
    """The value as it is kept; None for one that says nothing. Raises ValueError that says what it must be."""
    if value is None or not value.strip():
        return None
    if field.type == CustomFieldType.LIST:
        if value not in (field.options or ()):
            raise ValueError(f"must be one of {', '.join(field.options or ())}")
        return value
    return _SPELLED[CustomFieldType(field.type)](value.strip())


def _text(value: str) -> str:
    if len(value) > LONGEST:
        raise ValueError(f"must have at most {LONGEST} characters")
    return value


def _number(value: str) -> str:
    """`12`, `-3.5`: as few digits as say it."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("must be a number") from None
    if not number.is_finite() or len(value) > DIGITS or abs(number.adjusted()) > DIGITS:
        raise ValueError(f"must be a number of at most {DIGITS} digits")
    return f"{number.normalize():f}"


def _truth(value: str) -> str:
    if value.lower() not in TRUTHS:
        raise ValueError("must be true or false")
    return TRUTHS[value.lower()]


def _day(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date like 2026-06-07") from None
    return day.isoformat()


_SPELLED: dict[CustomFieldType, Callable[[str], str]] = {
    CustomFieldType.TEXT: _text,
    CustomFieldType.NUMBER: _number,
    CustomFieldType.BOOLEAN: _truth,
    CustomFieldType.DATE: _day,
}
