"""Pages of lists: by cursor (keyset, any depth costs the same) and, for REST, by page number.

A cursor holds the order's values of one row. It says nothing that its reader has not seen, and a forged one shows
nothing that the reader may not see: row-level security decides what is there.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, cast, false, func, or_
from sqlalchemy.types import Boolean, Date, DateTime, Float, Integer, Text, TypeEngine, Uuid

from app.core.errors import Invalid, Reason
from app.core.ids import is_id

MOST = 100
"""The largest page."""
USUAL = 50
LAST_PAGE = 1_000_000
LAST_ROW = LAST_PAGE * MOST


@dataclass(frozen=True)
class Order:
    """One term of an order. Its value must never be null, and is in the row as the column `name`."""

    column: Any
    name: str
    descending: bool = False

    @property
    def expression(self) -> ColumnElement[Any]:
        return self.column.desc() if self.descending else self.column.asc()

    @property
    def kind(self) -> TypeEngine[Any]:
        return self.column.type

    def after(self, value: Any) -> ColumnElement[bool]:
        bound = bindparam(None, value, type_=self.kind)
        return self.column < bound if self.descending else self.column > bound

    def same(self, value: Any) -> ColumnElement[bool]:
        return self.column == bindparam(None, value, type_=self.kind)

    @property
    def reversed(self) -> "Order":
        return Order(self.column, self.name, not self.descending)


@dataclass(frozen=True)
class Window:
    """A page that was asked for."""

    size: int
    backward: bool = False
    after: str | None = None
    before: str | None = None
    number: int = 1
    skipped: int = 0
    """Rows before the first page, where the caller counts rows and not pages."""

    @classmethod
    def of(
        cls,
        *,
        first: int | None,
        after: str | None,
        last: int | None,
        before: str | None,
        page: int | None,
        offset: int | None = None,
    ) -> "Window":
        """Raises Invalid for sizes and pages out of range and for contradictions."""
        if first is not None and last is not None:
            raise Invalid.field("last", Reason.conflict, "last cannot be used together with first")
        if page is not None and (after or before or last is not None):
            raise Invalid.field("page", Reason.conflict, "page cannot be used together with a cursor or last")
        if offset is not None and (page is not None or after or before or last is not None):
            raise Invalid.field("offset", Reason.conflict, "offset cannot be used together with page, a cursor or last")
        name, size = ("last", last) if last is not None else ("first", USUAL if first is None else first)
        if not 1 <= size <= MOST:
            raise Invalid.field(name, Reason.out_of_range, f"{name} must be between 1 and {MOST}")
        if page is not None and not 1 <= page <= LAST_PAGE:
            raise Invalid.field("page", Reason.out_of_range, f"page must be between 1 and {LAST_PAGE}")
        if offset is not None and not 0 <= offset <= LAST_ROW:
            raise Invalid.field("offset", Reason.out_of_range, f"offset must be between 0 and {LAST_ROW}")
        return cls(size, last is not None, after, before, page or 1, offset or 0)

    @property
    def before_it(self) -> int:
        """How many rows of the list come before the page, where it was not asked for by a cursor."""
        return self.skipped + (self.number - 1) * self.size

    def apply(self, query: Select[Any], order: Sequence[Order]) -> Select[Any]:
        """The page's rows and, to tell whether there is one, the row that follows. Raises Invalid."""
        after = None if self.after is None else read_cursor(self.after, order, "after")
        before = None if self.before is None else read_cursor(self.before, order, "before")
        query = self.between(query, order, after, before).limit(self.size + 1)
        return query.offset(self.before_it) if self.before_it else query

    def between(
        self, query: Select[Any], order: Sequence[Order], after: Sequence[Any] | None, before: Sequence[Any] | None
    ) -> Select[Any]:
        """The rows between two cursors' values, all that there are, in the order in which a page is cut off them."""
        reverse = [term.reversed for term in order]
        if after is not None:
            query = query.where(_beyond(order, after))
        if before is not None:
            query = query.where(_beyond(reverse, before))
        return query.order_by(*(term.expression for term in (reverse if self.backward else order)))

    def cut(self, rows: list[Any]) -> list[Any]:
        """The page itself, in the list's order, out of what `apply` fetched."""
        kept = rows[: self.size]
        return kept[::-1] if self.backward else kept

    def begins_before(self, more: bool) -> bool:
        """Whether rows follow the page, given whether one more was fetched."""
        return self.before is not None if self.backward else more

    def begins_after(self, more: bool) -> bool:
        """Whether rows come before the page."""
        return more if self.backward else self.after is not None or self.before_it > 0


def _beyond(order: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that come strictly after these values in the order."""
    alternatives = []
    for i, term in enumerate(order):
        equal = [earlier.same(value) for earlier, value in zip(order[:i], values, strict=False)]
        alternatives.append(and_(*equal, term.after(values[i])))
    return or_(false(), *alternatives)


def cursor_of(row: Any, order: Sequence[Order]) -> str:
    """The cursor of a row: opaque to clients, but for lists that are ordered by ids alone: there it is the row's id."""
    if _by_id(order):
        return str(row[order[0].name])
    values = [_plain(row[term.name]) for term in order]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def cursor_in(order: Sequence[Order]) -> ColumnElement[str]:
    """SQL: the same, to the letter."""
    if _by_id(order):
        return cast(order[0].column, Text)
    return func.thicket_cursor(func.concat_ws(",", *(_written(term.column, term.kind) for term in order)))


def _by_id(order: Sequence[Order]) -> bool:
    return len(order) == 1 and isinstance(order[0].kind, Uuid)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def _plain(value: Any) -> Any:
    """A value as cursors hold it: such that Python and PostgreSQL write it alike, and nothing of it is lost."""
    if isinstance(value, datetime):
        return (value - EPOCH) // MICROSECOND
    return struct.pack(">d", value).hex() if isinstance(value, float) else value


def _written(column: ColumnElement[Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """SQL: the same as JSON."""
    if isinstance(kind, DateTime):
        return cast(cast(func.extract("epoch", column) * 1_000_000, BigInteger), Text)
    if isinstance(kind, Float):
        return func.concat('"', func.encode(func.float8send(column), "hex"), '"')
    if isinstance(kind, (Integer, Boolean)):
        return cast(column, Text)
    return cast(func.to_json(column), Text)


def read_cursor(cursor: str, order: Sequence[Order], name: str) -> list[Any]:
    """The values in a cursor. Raises Invalid for one that this list has not given out."""
    if _by_id(order):
        if not is_id(cursor):
            raise Invalid.field(name, Reason.invalid_format, f"{name} is not a cursor of this list")
        return [cursor.lower()]
    try:
        raw = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(raw, list) or len(raw) != len(order):
            raise ValueError("another list's cursor")
        return [_read(value, term.kind) for value, term in zip(raw, order, strict=True)]
    except (ValueError, TypeError, binascii.Error, OverflowError, struct.error) as error:
        raise Invalid.field(name, Reason.invalid_format, f"{name} is not a cursor of this list") from error


def _read(value: Any, kind: TypeEngine[Any]) -> Any:
    """A value of a cursor as its column holds it. Raises ValueError, TypeError and the like where it cannot be one."""
    if isinstance(kind, Boolean):
        return _expect(value, bool)
    if isinstance(kind, DateTime):
        return EPOCH + _expect(value, int) * MICROSECOND
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Integer):
        return _small(_expect(value, int))
    if isinstance(kind, Float):
        return struct.unpack(">d", bytes.fromhex(_expect(value, str)))[0]
    if isinstance(kind, Uuid) and not is_id(_expect(value, str)):
        raise ValueError("no id")
    if "\0" in _expect(value, str):
        raise ValueError("text that cannot be")
    return value


def _expect(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError("another kind of value")
    return value


def _small(value: int) -> int:
    """What a column of 4 bytes can hold. Raises ValueError for others."""
    if not -(2**31) <= value < 2**31:
        raise ValueError("larger than any")
    return value
