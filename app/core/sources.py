"""Where declared fields come from: a link, a list, a count, an existence; each loads for many parents at once.

A source is both what the executor's dataloaders run and what a compiler of whole documents reads (app/api/compiler).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, bindparam, func, select, true
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from app.core.conditions import Viewer
from app.core.db import Row, Tx
from app.core.paging import Order, Window
from app.core.policy import Verb

SOURCE = "source"
"""Where a field's metadata keeps its declaration."""


@dataclass(frozen=True)
class Selection:
    """Which rows of a listing, in which order. The order must end in a unique column."""

    where: Sequence[Any] = ()
    order: Sequence[Order] = ()
    join: tuple[type[SQLModel] | TableValuedAlias, ColumnElement[bool]] | None = None
    """A table between parent and rows: assignments between a to-do and people. Or a function's rows."""
    extra: Sequence[ColumnElement[Any]] = ()
    """Labelled columns beside the table's own, for orders that need them."""


Chooser = Callable[..., Selection]
"""A function of a field's arguments: what it is given is what the GraphQL field takes.

It must depend on nothing else, not on the time either: what it says is kept as a statement.
"""

KEYS: Any = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
"""Where a kept statement is given the parents' keys."""

KEPT = 500
"""Statements that are kept ready. To build one takes as long as to run it."""


@dataclass(frozen=True)
class Link:
    """To one row: `table.to` equals the parent's column `key`."""

    key: str
    table: type[SQLModel]
    to: str = "id"

    async def __call__(self, tx: Tx, keys: list[str]) -> list[Row | None]:
        rows = {row[self.to]: row for row in await tx.rows(_kept(self), keys=keys)}
        return [rows.get(key) for key in keys]

    def statement(self) -> Select[Any]:
        return whole(self.table).where(getattr(self.table, self.to) == any_(KEYS))


@dataclass(frozen=True)
class Mine:
    """To the viewer's own membership."""

    table: type[SQLModel]


@dataclass(frozen=True)
class Called:
    """To the rows of one of our own SQL functions, which asks for nothing but who has signed in: all, or a page."""

    function: str
    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    """What they have, in the function's order."""

    async def __call__(self, tx: Tx, keys: list[str]) -> list[list[Row]]:
        return [await tx.call(self.function)] * len(keys)


@dataclass(frozen=True)
class CalledCount:
    """How many rows such a function has."""

    rows: Called


@dataclass(frozen=True)
class Part:
    """Some columns of the row itself, as an object of their own; null where the first of them is."""

    columns: tuple[tuple[str, str], ...]
    """The object's field, and the column that it is."""


@dataclass(frozen=True)
class Computed:
    """Of the row's own columns and of who looks, said for both languages (conditions.py)."""

    say: Callable[[Any, Viewer], Any]


@dataclass(frozen=True)
class Expression:
    """Computed of the row's own columns: `sql` says to PostgreSQL what the field's resolver says in Python."""

    sql: Callable[[Any], ColumnElement[Any]]


@dataclass(frozen=True)
class Single:
    """The row whose id is given; refused as not found where there is none for the viewer."""

    table: type[SQLModel]
    only: Callable[[], Mapping[str, Sequence[str]]] = dict
    """Column → the values that it must be one of; asked once all kinds are known."""
    choose: Chooser | None = None
    """The list that it must be in."""

    async def __call__(self, tx: Tx, keys: list[str]) -> list[Row | None]:
        rows = {row["id"]: row for row in await tx.rows(_kept(self), keys=keys)}
        return [rows.get(key) for key in keys]

    def statement(self) -> Select[Any]:
        query = whole(self.table).where(self.table.id == any_(KEYS))  # type: ignore[attr-defined]
        return query if self.choose is None else joined(query, self.choose())


@dataclass(frozen=True)
class Listing:
    """To many rows: those whose `on` equals the parent's `key`; with `on` None, all that the viewer may see."""

    table: type[SQLModel]
    choose: Chooser
    on: Any = None
    key: str = "id"
    by: tuple[tuple[str, str], ...] = ()
    """Arguments of the chooser that are columns of the parent."""
    when: Callable[[Any], Any] | None = None
    """What must hold of the parent, in both languages; otherwise there are none."""
    verb: Verb | None = None
    """What the viewer's role must allow."""
    prepare: str | None = None
    """A function of ours that is called before anything is read."""
    single: bool = False
    """Only the first of them counts."""
    settled: bool = False
    """The chooser's arguments are made of the field's by a program, which looks at the transaction."""
    also: Callable[[Any, Viewer], Any] | None = None
    """What that program comes to, as a condition on the rows: of the parent's columns and of who looks."""

    @property
    def guarded(self) -> bool:
        """Something is asked or done before anything is read."""
        return bool(self.verb or self.prepare or self.settled)

    def chosen(self, arguments: Mapping[str, Any]) -> Selection:
        return self.choose(**arguments)


@dataclass(frozen=True)
class Batch:
    """One listing with its arguments: loads the rows, or the counts, of many parents in one statement."""

    listing: Listing
    arguments: tuple[tuple[str, Any], ...]
    window: Window | None = None

    @property
    def selection(self) -> Selection:
        return self.listing.chosen(dict(self.arguments))

    async def __call__(self, tx: Tx, keys: list[str]) -> list[list[Row]]:
        rows = await tx.rows(_kept(self), keys=keys)
        if self.listing.on is None:
            return [rows] * len(keys)
        groups: dict[str, list[Row]] = {key: [] for key in keys}
        for row in rows:
            groups[row["_parent"]].append(row)
        return [groups[key] for key in keys]

    def statement(self) -> Select[Any]:
        selection = self.selection
        inner = joined(whole(self.listing.table).add_columns(*selection.extra), selection)
        if self.window is not None:
            inner = self.window.apply(inner, selection.order)
        else:
            inner = inner.order_by(*(order.expression for order in selection.order))
            inner = inner.limit(1 if self.listing.single else None)
        if self.listing.on is None:
            return inner
        # As a subselect, or PostgreSQL counts the keys of this time, and plans anew each time for so few.
        keys = select(KEYS).scalar_subquery()
        parents: Any = func.unnest(keys).table_valued("key", name="parents").render_derived()
        lateral = inner.where(self.listing.on == parents.c.key).lateral("listed")
        return select(parents.c.key.label("_parent"), lateral).join(lateral, true())


@dataclass(frozen=True)
class First:
    """To the row of a listing that comes first, under each of many parents."""

    batch: Batch
    """Of a listing that is single."""

    async def __call__(self, tx: Tx, keys: list[str]) -> list[Row | None]:
        return [rows[0] if rows else None for rows in await self.batch(tx, keys)]


@dataclass(frozen=True)
class Count:
    """How many rows a listing has, under each of many parents."""

    batch: Batch

    async def __call__(self, tx: Tx, keys: list[str]) -> list[int]:
        rows = await tx.rows(_kept(self), keys=keys)
        if self.batch.listing.on is None:
            return [rows[0][0]] * len(keys)
        counts = {row[0]: row[1] for row in rows}
        return [counts.get(key, 0) for key in keys]

    def statement(self) -> Select[Any]:
        listing, selection = self.batch.listing, self.batch.selection
        if listing.on is None:
            return joined(select(func.count()).select_from(listing.table), selection)
        query = joined(select(listing.on, func.count()).select_from(listing.table), selection)
        return query.where(listing.on == any_(KEYS)).group_by(listing.on)


def there(row: Any, viewer: Viewer, found: Any) -> Any:
    """Whether there is one, and nothing else."""
    return found


@dataclass(frozen=True)
class Presence:
    """Whether there is a row whose `on` equals the parent's key, among those the viewer may see."""

    table: type[SQLModel]
    on: Any
    where: tuple[ColumnElement[bool], ...] = ()
    say: Callable[[Any, Viewer, Any], Any] = there
    """What follows, for both languages, of the row, of who looks, and of whether there is one."""

    async def __call__(self, tx: Tx, keys: list[str]) -> list[bool]:
        found = {row[0] for row in await tx.rows(_kept(self), keys=keys)}
        return [key in found for key in keys]

    def statement(self) -> Select[Any]:
        return select(self.on).where(self.on == any_(KEYS), *self.where)


@lru_cache(KEPT)
def _kept(source: Link | Single | Batch | Count | Presence) -> Select[Any]:
    return source.statement()


def whole(table: type[SQLModel]) -> Select[Any]:
    """Every column of the table."""
    return select(*table.__table__.columns)  # type: ignore[attr-defined]


def joined(query: Select[Any], selection: Selection) -> Select[Any]:
    """The query narrowed down to the selection, not yet in its order."""
    if selection.join is not None:
        query = query.join(*selection.join)
    return query.where(*selection.where)
