"""Conditions that are said once and hold twice: of a row in Python, of its columns in SQL.

What is given decides: where any part is SQL, so is what comes out. In Python nothing is null but None.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Interval,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.types import TypeEngine

from app.core.table import Id


class Viewer(Protocol):
    """Who looks: a Context in Python, an Onlooker in SQL."""

    @property
    def me(self) -> Any:
        """The viewer's membership id in the organization that was entered."""

    @property
    def role(self) -> Any:
        """His place in it."""

    @property
    def now(self) -> Any:
        """The moment at which he looks."""

    @property
    def today(self) -> Any:
        """The day that it is where he lives."""


@dataclass(frozen=True)
class Onlooker:
    """The viewer as a statement knows him: by what it has become, at the moment that it is given."""

    moment: BindParameter[Any]

    @property
    def me(self) -> ColumnElement[Any]:
        return _setting("thicket_me", Id)

    @property
    def role(self) -> ColumnElement[Any]:
        return _setting("thicket_role", Text())

    @property
    def now(self) -> ColumnElement[Any]:
        return self.moment

    @property
    def today(self) -> ColumnElement[Any]:
        return cast(func.timezone(_setting("thicket_time_zone", Text()), self.moment), Date)


def _setting(function: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """In a subselect, so that it is read once and not for every row."""
    return select(getattr(func, function)(type_=kind)).scalar_subquery()


def _is_sql(*parts: Any) -> bool:
    return any(isinstance(part, ColumnElement) for part in parts)


def both(*conditions: Any) -> Any:
    """All of them hold."""
    return and_(*map(_sql, conditions)) if _is_sql(*conditions) else all(conditions)


def either(*conditions: Any) -> Any:
    """At least one of them holds."""
    return or_(*map(_sql, conditions)) if _is_sql(*conditions) else any(conditions)


def inverse(condition: Any) -> Any:
    """It does not hold."""
    return not_(condition) if _is_sql(condition) else not condition


def is_set(value: Any) -> Any:
    """There is a value."""
    return value.is_not(None) if _is_sql(value) else value is not None


def one_of(value: Any, options: Collection[Any]) -> Any:
    """It is one of these texts."""
    # Each a parameter of its own: a list of values would be spelled out only when the statement runs.
    return value.in_([literal(str(each)) for each in sorted(options)]) if _is_sql(value) else value in options


def earlier(one: Any, other: Any) -> Any:
    """There are both values, and the first comes before the other."""
    if _is_sql(one, other):
        return func.coalesce(one < other, false())
    return one is not None and other is not None and one < other


def midnight_before(now: Any, days: int) -> Any:
    """The beginning of the day that it was so many days ago, by the clocks of UTC."""
    if _is_sql(now):
        utc = quoted("UTC")
        return func.timezone(utc, func.date_trunc(quoted("day"), func.timezone(utc, now)) - _days(days))
    return datetime.combine((now - timedelta(days=days)).date(), time.min, now.tzinfo)


def _days(number: int) -> ColumnElement[timedelta]:
    return literal_column(f"interval '{number} days'", Interval())


def choice(condition: Any, then: Any, otherwise: Any) -> Any:
    """The one where the condition holds, else the other."""
    if _is_sql(condition, then, otherwise):
        return case((_sql(condition), _sql(then)), else_=_sql(otherwise))
    return then if condition else otherwise


def bare(text: Any) -> Any:
    """A text in lower case, its letters and digits only.

    A column that has letters of another script than those of PLAIN is left to Python: the statement raises.
    """
    if not _is_sql(text):
        return "".join(letter for letter in text.lower() if letter.isalnum())
    written = func.translate(text, quoted("".join(_CHANGED) + "".join(_DROPPED)), quoted("".join(_CHANGED.values())))
    return case((text.op("~")(quoted(f"[^{_PLAIN_RANGES}]")), cast(func.thicket_missing(), Text)), else_=written)


PLAIN = (range(0x01, 0x2B0), range(0x400, 0x530), range(0x2010, 0x2028))
"""Latin and Cyrillic letters, usual punctuation. What becomes of each of them depends on no other."""
_PLAIN_RANGES = "".join(f"\\u{each.start:04x}-\\u{each.stop - 1:04x}" for each in PLAIN)
_BARED = {letter: bare(letter) for each in PLAIN for letter in map(chr, each)}
_CHANGED = {letter: bared for letter, bared in _BARED.items() if bared not in ("", letter)}
_DROPPED = [letter for letter, bared in _BARED.items() if not bared]


def quoted(text: str) -> ColumnElement[str]:
    """A text of ours, in the statement itself: it is no parameter of it."""
    escaped = text.replace("'", "''")
    return literal_column(f"'{escaped}'", Text())


def _sql(value: Any) -> Any:
    return value if _is_sql(value) else null() if value is None else literal(value)
