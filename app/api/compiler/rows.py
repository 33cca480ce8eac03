"""Writes which rows a list has, or a page of it: what is chosen, in which order, from where to where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, VariableNode
from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    FromClause,
    Integer,
    Select,
    bindparam,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.operators import eq, in_op

from app.api.compiler.parameters import OFFSET, PAGE, CursorPart, Offset, Size, Skipped, ceiling
from app.core.errors import AppError
from app.core.paging import Order, Window, cursor_in, read_cursor
from app.core.sources import Listing, Selection, joined, whole

if TYPE_CHECKING:
    from app.api.compiler.statement import Writer

ONE = literal_column("1", Integer)
CURSOR = "_cursor"
"""A column of a page's rows beside the table's own."""


class NotCompilable(Exception):
    """SQL cannot say this exactly as the executor would."""


@dataclass(frozen=True)
class Cut:
    """A page that is asked for; its size, its number and its cursors may be variables."""

    window: Window
    size: Size
    page: str | None
    after: str | None
    before: str | None
    offset: str | None = None

    @property
    def most(self) -> int:
        """No page of the statement is longer."""
        return ceiling(self.window.size) if self.size.name else self.window.size


def cut_of(writer: "Writer", node: FieldNode, given: dict[str, Any]) -> Cut:
    """The page that the arguments of a field ask for. Raises NotCompilable where they cannot be."""
    try:
        window = Window.of(**given)
    except AppError as refusal:
        raise NotCompilable(str(refusal)) from refusal
    used = {
        argument.name.value: argument.value.name.value
        for argument in node.arguments or ()
        if isinstance(argument.value, VariableNode) and argument.value.name.value in writer.document.given
    }
    size = Size(used.get("last" if window.backward else "first"), window.size)
    return Cut(window, size, used.get(PAGE), used.get("after"), used.get("before"), used.get(OFFSET))


def listed_rows(
    writer: "Writer",
    rows: FromClause,
    source: Listing,
    given: dict[str, Any],
    cut: Cut | None,
    *,
    more: bool = False,
    cursors: bool = False,
) -> FromClause:
    """The rows of the list or of the page, and one more if there is one where `more` is asked."""
    parts, types = [], []
    for here, selection in selections(writer, rows, source, given):
        types.append(_types_of(selection))
        chosen = belonging(writer, rows, source, joined(whole(source.table).add_columns(*selection.extra), selection))
        if here is not None:
            chosen = chosen.where(here)
        if cut is None:
            query = chosen.order_by(*(order.expression for order in selection.order))
            query = query.limit(ONE if source.single else None)
        else:
            query = _of_page(chosen, selection.order, cut, more)
            if cut.window.before_it and selection.join is None:
                query = _fetched_late(writer, source.table.__table__, selection, query)  # type: ignore[attr-defined]
        parts.append(query.add_columns(cursor_in(selection.order).label(CURSOR)) if cursors else query)
    if len(parts) == 1:
        listed = parts[0].subquery(writer.name())
    else:
        listed = union_all(*(select(part.subquery(writer.name())) for part in parts)).subquery(writer.name())
    know_types(writer, listed, None if None in types else frozenset().union(*filter(None, types)))
    return listed


def _fetched_late(writer: "Writer", table: FromClause, selection: Selection, page: Select[Any]) -> Select[Any]:
    """The same rows, found by their ids: those that come before the page are passed over in an index alone."""
    terms = [order.column.label(f"by_{number}") for number, order in enumerate(selection.order)]
    found = page.with_only_columns(table.c.id, *terms, maintain_column_froms=True).subquery(writer.name())
    # Said in the columns of what is joined, it is the order that the rows already have.
    order = [
        found.c[f"by_{number}"].desc() if each.descending else found.c[f"by_{number}"].asc()
        for number, each in enumerate(selection.order)
    ]
    query = select(*table.columns, *selection.extra).join(found, found.c.id == table.c.id)
    return query.order_by(*order)


def know_types(writer: "Writer", rows: FromClause, types: frozenset[str] | None) -> None:
    """What the rows cannot be need not be written, and then PostgreSQL need not prepare it for every request."""
    if types is not None and types & writer.type_names.keys():
        writer.document.types[rows] = types


def _types_of(selection: Selection) -> frozenset[str] | None:
    """The types that a selection chooses its rows by; None where it does not."""
    for each in selection.where:
        if isinstance(each, BinaryExpression) and getattr(each.left, "name", None) == "type":
            value = each.right.value if isinstance(each.right, BindParameter) else None
            if each.operator is eq and isinstance(value, str):
                return frozenset([value])
            if each.operator is in_op and isinstance(value, list):
                return frozenset(value)
    return None


def _of_page(query: Select[Any], order: Sequence[Order], cut: Cut, more: bool) -> Select[Any]:
    """The rows of the page. What limits them stands in the text, so that PostgreSQL can plan for it."""
    after = _values(cut.after, cut.window.after, order, "after")
    before = _values(cut.before, cut.window.before, order, "before")
    query = cut.window.between(query, order, after, before).limit(literal_column(str(cut.most + more)))
    return query.offset(offset_of(cut)) if cut.window.before_it else query


def offset_of(cut: Cut) -> Any:
    """How many rows come before the page."""
    if cut.window.skipped:
        return bindparam(None, Skipped(cut.offset, cut.window.skipped), type_=Integer)
    return bindparam(None, Offset(cut.page or cut.window.number, cut.size), type_=Integer)


def _values(variable: str | None, text: str | None, order: Sequence[Order], argument: str) -> list[Any] | None:
    """What stands for the values in a cursor."""
    if text is None:
        return None
    if variable is not None:
        return [CursorPart(variable, argument, tuple(order), place) for place in range(len(order))]
    try:
        return read_cursor(text, order, argument)
    except AppError as refusal:
        raise NotCompilable(str(refusal)) from refusal


def belonging(writer: "Writer", rows: FromClause, source: Listing, query: Select[Any]) -> Select[Any]:
    """The query narrowed down to what belongs to a row of `rows`."""
    if source.on is not None:
        query = query.where(source.on == rows.c[source.key])
    if source.when is not None:
        query = query.where(source.when(rows.c))
    if source.also is not None:
        query = query.where(source.also(rows.c, writer.document.viewer))
    return query.correlate(rows)


def selections(
    writer: "Writer", rows: FromClause, source: Listing, given: Mapping[str, Any]
) -> list[tuple[Any, Selection]]:
    """What the chooser says; where that depends on the parent, each case with the condition under which it holds."""
    if not source.by:
        return [(None, source.choose(**given))]
    ((argument, column),) = source.by
    if column != "type":
        raise NotCompilable("the list depends on its parent's columns")
    told = [(stored, source.choose(**given, **{argument: stored})) for stored in writer.types_in(rows)]
    groups: list[tuple[list[str], Selection]] = []
    for stored, selection in told:
        group = next((types for types, other in groups if _alike(source, selection, other)), None)
        if group is None:
            groups.append(([stored], selection))
        else:
            group.append(stored)
    if len(groups) == 1:
        return [(None, groups[0][1])]
    return [
        (rows.c["type"].in_([literal_column(f"'{each}'") for each in types]), selection) for types, selection in groups
    ]


def _alike(source: Listing, one: Selection, other: Selection) -> bool:
    """Both select the same rows in the same order."""
    if [(each.name, each.descending) for each in one.order] != [(each.name, each.descending) for each in other.order]:
        return False
    queries = [
        joined(whole(source.table), each).order_by(*(order.expression for order in each.order)) for each in (one, other)
    ]
    return queries[0].compare(queries[1])


def size_of(cut: Cut) -> Any:
    """How many rows the page has at most."""
    return literal_column(str(cut.window.size)) if cut.size.name is None else bindparam(None, cut.size, type_=Integer)
