"""Brings an exported organization into an empty installation: the same rows, with the same ids.

Its people become users without passwords; they get in by having the password reset. It is done as the tables' owner.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import update
from sqlmodel import SQLModel, col

from app.core.db import Database, Tx
from app.core.mail import Token
from app.core.secret import digest
from app.core.storage import Storage
from app.exports.writing import CALLED, FORMAT, VERSION
from app.people.mails import PURPOSE
from app.people.model import Membership
from migrations.exporting import OF_ORGANIZATION, OF_PROJECT, OF_RECORDING, PLACED

AT_ONCE = 1_000
"""Rows that are written at a time."""

Row = dict[str, Any]


class CannotImport(Exception):
    """Why a document cannot be brought in: a sentence for people."""


@dataclass(frozen=True)
class Imported:
    """What came."""

    name: str
    slug: str
    people: int
    projects: int
    recordings: int
    files: list[str]
    """The keys that their bytes have in the storage."""


async def bring_in(database: Database, document: object, secret: str) -> Imported:
    """All of the document, or nothing. Raises CannotImport for what is no export, or does not fit together."""
    try:
        organization, tables = _read(document)
        async with database.transaction(writes=True) as tx:
            await _write(tx, organization, tables, secret)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CannotImport(f"The file is no whole export: {type(error).__name__} {error}") from error
    except asyncpg.PostgresError as error:
        raise CannotImport(f"The file does not fit together: {str(error).splitlines()[0]}") from error
    return Imported(
        name=organization["name"],
        slug=organization["slug"],
        people=len(tables["memberships"]),
        projects=len(tables["projects"]),
        recordings=len(tables["recordings"]),
        files=[f"{organization['id']}/{row['id']}" for row in tables["stored_files"]],
    )


async def bring_files(storage: Storage, folder: Path, keys: Iterable[str]) -> list[str]:
    """Put files from a folder, laid out as the storage's own, into the storage; the keys of those that lack there."""
    missing = []
    for key in keys:
        path = folder / key
        if not path.is_file():
            missing.append(key)
            continue
        with path.open("rb") as file:
            await storage.put(key, file, path.stat().st_size)
    return missing


def _read(document: object) -> tuple[Row, dict[str, list[Row]]]:
    """The organization, and the rows of each table, what others refer to before what refers to it."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CannotImport("The file is no export of Thicket's.")
    if document.get("version") != VERSION:
        raise CannotImport(f"The export is of version {document.get('version')}; this program reads {VERSION}.")
    organization = dict(document["organization"])
    found = {table: _named(document, table) for table in OF_ORGANIZATION}
    found["memberships"] = [{**row, "id": row["membership_id"]} for row in found["memberships"]]
    found["projects"] = [dict(row) for row in document["projects"]]
    places = [document["calendar"]] if "calendar" in document else []
    places += found["projects"]
    for table in (*PLACED, *OF_RECORDING):
        found[table] = [row for place in places for row in _named(place, table)]
    for table in OF_PROJECT:
        found[table] = [row for project in found["projects"] for row in _named(project, table)]
    found["stored_files"] = list({row["id"]: row for row in found["stored_files"]}.values())
    return organization, {
        table.name: found[table.name] for table in SQLModel.metadata.sorted_tables if table.name in found
    }


def _named(holder: Mapping[str, Any], table: str) -> list[Row]:
    rows = holder[CALLED.get(table, table)]
    if not isinstance(rows, list):
        raise TypeError(table)
    return [dict(row) for row in rows]


async def _write(tx: Tx, organization: Row, tables: dict[str, list[Row]], secret: str) -> None:
    org_id, people = organization["id"], tables["memberships"]
    if organization["personal_user_id"] not in {row["user_id"] for row in people}:
        organization["personal_user_id"] = None
    await _insert(tx, "users", [_user(row) for row in people])
    await _insert(tx, "organizations", [organization])
    for row in tables["invitations"]:
        row["digest"] = f"\\x{digest(Token(PURPOSE, row['id']).revealed(secret)).hex()}"
    for table, rows in tables.items():
        await _insert(tx, table, [{**row, "org_id": org_id} for row in rows])
    for row in people:  # a trigger has taken them from preferences, which are nobody's yet
        if row["out_of_office_start"] is not None:
            days = {name: row[name] for name in ("out_of_office_start", "out_of_office_end")}
            await _set_absence(tx, row["id"], days)


def _user(person: Row) -> Row:
    """What is known of a person's account. The address is not yet known to be his."""
    names = ("name", "email", "image", "created_at", "updated_at")
    return {"id": person["user_id"], "email_verified": False, **{name: person[name] for name in names}}


async def _set_absence(tx: Tx, id: str, days: Row) -> None:
    values = {name: date.fromisoformat(day) if day else None for name, day in days.items()}
    await tx.run(update(Membership).where(col(Membership.id) == id).values(values))


async def _insert(tx: Tx, table: str, rows: list[Row]) -> None:
    for chunk in _chunks(rows):
        await tx.call("thicket_import", table, chunk)


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]
