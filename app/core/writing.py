"""What an operation leaves behind, as one statement writes it: rows of several tables, however many, and jobs.

A table's rows travel as one JSON, which PostgreSQL reads by its own columns. So the statement's text depends on the
tables alone, it is planned once, and rows of five tables are one round trip.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlmodel import SQLModel

from app.core.errors import Invalid, Problem, Reason

Job = Mapping[str, Any]
"""A job's columns, as far as they are known when it is left."""


@dataclass
class Writing:
    """What is put off until the next statement. Its rows' tables may refer to each other in any order."""

    rows: list[SQLModel] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows or self.jobs)

    def statement(self) -> tuple[str, list[str]]:
        """What writes it all, and its arguments. Raises Invalid for text that PostgreSQL cannot store."""
        tables, values = self._by_table()
        return _statement(tables, bool(self.jobs), None), _written(values)

    def storing(self, row: SQLModel) -> tuple[str, list[str]]:
        """The same with one row more; it answers that row as it is stored, columns that PostgreSQL computes included.

        Also to who may not see it.
        """
        self.rows.insert(0, row)
        tables, values = self._by_table()
        return _statement(tables, bool(self.jobs), type(row)), _written(values)

    def _by_table(self) -> tuple[tuple[type[SQLModel], ...], list[list[Job]]]:
        groups: dict[type[SQLModel], list[Job]] = {}
        for row in self.rows:
            columns = _columns(type(row))
            groups.setdefault(type(row), []).append({name: getattr(row, name) for name in columns})
        return tuple(groups), [*groups.values(), *([self.jobs] if self.jobs else [])]


def _written(values: list[list[Job]]) -> list[str]:
    try:
        return [orjson.dumps(each, default=_told).decode() for each in values]
    except orjson.JSONEncodeError as error:  # half a character, say, which is in no encoding
        raise Invalid([Problem("", Reason.invalid_value, "A value is not allowed here")]) from error


def _told(value: object) -> str:
    """What JSON has no form of, as PostgreSQL reads it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(type(value).__name__)


@lru_cache
def _columns(table: type[SQLModel]) -> tuple[str, ...]:
    """Those that are written."""
    return tuple(column.name for column in table.__table__.columns if not column.computed)  # type: ignore[attr-defined]


@lru_cache(500)
def _statement(tables: tuple[type[SQLModel], ...], jobs: bool, shown: type[SQLModel] | None) -> str:
    parts = []
    for number, table in enumerate(tables, 1):
        name, columns = table.__tablename__, ", ".join(_columns(table))
        parts.append(f"given_{number} as (select * from json_populate_recordset(null::{name}, ${number}))")
        parts.append(f"made_{number} as (insert into {name} ({columns}) select {columns} from given_{number})")
    begun = f"with {', '.join(parts)} " if parts else ""
    left = [f"thicket_enqueue(${len(tables) + 1})"] if jobs else []
    if shown is None:
        return f"{begun}select {', '.join(left)}"
    return f"{begun}select {', '.join([*_shown(shown), *left])} from given_1"


def _shown(table: type[SQLModel]) -> list[str]:
    columns = table.__table__.columns  # type: ignore[attr-defined]
    return [f"({each.computed.sqltext}) as {each.name}" if each.computed else each.name for each in columns]
