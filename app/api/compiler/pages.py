"""Writes the SQL of lists and connections: which rows, which page of them, its cursors, its place in the whole list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, VariableNode, get_named_type
from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    bindparam,
    case,
    column,
    false,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.operators import eq, in_op
from sqlalchemy.types import JSON, String

from app.api.compiler.fields import Collected
from app.api.compiler.parameters import OFFSET, PAGE, CursorPart, Offset, Size, Skipped, ceiling
from app.core.errors import AppError
from app.core.paging import Order, Window, cursor_in, read_cursor
from app.core.sources import Called, Listing, Selection, joined, whole

if TYPE_CHECKING:
    from app.api.compiler.statement import Writer

NOTHING = literal_column("'[]'::json", JSON)
PAGING = ("first", "after", "last", "before", "page", "offset")
FIRST = literal_column("1", Integer)
CURSOR, NUMBER = "_cursor", "_number"
"""Columns of a page's rows beside the table's own."""


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


@dataclass(frozen=True)
class Page:
    """A connection that is written."""

    writer: "Writer"
    rows: FromClause
    source: Listing
    given: dict[str, Any]
    cut: Cut
    on: GraphQLObjectType


def connection(
    writer: "Writer",
    rows: FromClause,
    source: Listing,
    kind: GraphQLOutputType,
    nodes: list[FieldNode],
    given: dict[str, Any],
) -> ColumnElement[Any]:
    """The JSON object of a connection whose parent is a row of `rows`."""
    cut = _cut(writer, nodes[0], {name: given.pop(name) for name in PAGING})
    on = get_named_type(kind)
    assert isinstance(on, GraphQLObjectType)
    asked = writer.chosen(on, nodes)
    page = Page(writer, rows, source, given, cut, on)
    names = [inner[0].name.value for inner in asked.values()]
    of_rows = [name for name in names if name in ("nodes", "edges", "pageInfo")]
    gathered = _gathered(page, asked) if len(of_rows) > 1 and {"nodes", "edges"} & set(of_rows) else None
    columns = []
    for key, inner in asked.items():
        match inner[0].name.value:
            case "nodes" | "edges" | "pageInfo":
                written = _of_rows(page, key, inner) if gathered is None else _part(page, gathered, key, inner)
            case "totalCount":
                written = count(writer, rows, source, given)
            case _:
                written = writer.inside(key).typename(rows, on)
        columns.append(written.label(key))
    return writer.shaped(rows, columns)


def whole_list(
    writer: "Writer",
    rows: FromClause,
    source: Listing,
    kind: GraphQLOutputType,
    nodes: list[FieldNode],
    given: dict[str, Any],
) -> ColumnElement[Any]:
    """The JSON array of all rows that belong to a row of `rows`."""
    listed = _listed(writer, rows, source, given, None)
    one = writer.objects(listed, get_named_type(kind), nodes)
    return _array(select(one).select_from(listed))


def called(
    writer: "Writer", source: Called, kind: GraphQLOutputType, nodes: list[FieldNode], given: dict[str, Any]
) -> ColumnElement[Any]:
    """The JSON array of a function's rows, all or a page."""
    cut = _cut(writer, nodes[0], {"after": None, "last": None, "before": None, **given})
    query = select(_rows_of(source)).limit(_size(cut))
    if cut.window.number > 1:
        query = query.offset(_offset(cut))
    listed = query.subquery(writer.name())
    return _array(select(writer.objects(listed, get_named_type(kind), nodes)).select_from(listed))


def called_count(source: Called) -> ColumnElement[Any]:
    """How many rows a function has."""
    return select(func.count()).select_from(_rows_of(source)).scalar_subquery()


def _rows_of(source: Called) -> FromClause:
    columns = [column(name, kind) for name, kind in source.columns]
    rows: FromClause = getattr(func, source.function)().table_valued(*columns, name="called")
    return rows


def count(writer: "Writer", rows: FromClause, source: Listing, given: Mapping[str, Any]) -> ColumnElement[Any]:
    """How many rows belong to a row of `rows`."""
    counts = []
    for here, selection in _selections(writer, rows, source, given):
        query = _belonging(rows, source, joined(select(func.count()).select_from(source.table), selection))
        counts.append((here, query.scalar_subquery()))
    return counts[0][1] if len(counts) == 1 else case(*counts)


def _cut(writer: "Writer", node: FieldNode, given: dict[str, Any]) -> Cut:
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


def _of_rows(page: Page, key: str, inner: list[FieldNode]) -> ColumnElement[Any]:
    """What is selected of the page's rows under the only key that needs them."""
    if inner[0].name.value == "pageInfo":
        gathered = _gathered(page, {key: inner})
        return select(_page_info(page, gathered, key, inner)).select_from(gathered).scalar_subquery()
    edges = inner[0].name.value == "edges"
    listed = _rows(page, more=False, cursors=edges, numbered=page.cut.window.backward)
    one = _item(page, listed, key, inner)
    query = select(one).select_from(listed)
    if page.cut.window.backward:
        query = query.where(listed.c[NUMBER] <= _size(page.cut)).order_by(listed.c[NUMBER].desc())
    return _array(query)


def _gathered(page: Page, asked: Collected) -> FromClause:
    """One row with all that is selected of the page's rows: arrays by their keys, and what `pageInfo` is made of."""
    names = {inner[0].name.value for inner in asked.values()}
    informed = "pageInfo" in names
    listed = _rows(page, more=informed, cursors=bool(names & {"edges", "pageInfo"}), numbered=True)
    columns: list[Any] = []
    for key, inner in asked.items():
        if inner[0].name.value in ("nodes", "edges"):
            items = func.array_to_json(_in_order(_item(page, listed, key, inner), listed, page.cut))
            columns.append(func.coalesce(items, NOTHING).label(key))
    if informed:
        columns += [
            func.count().label("_fetched"),
            _in_order(listed.c[CURSOR], listed, page.cut).label("_cursors"),
        ]
    return select(*columns).select_from(listed).subquery(page.writer.name())


def _part(page: Page, gathered: FromClause, key: str, inner: list[FieldNode]) -> ColumnElement[Any]:
    return _page_info(page, gathered, key, inner) if inner[0].name.value == "pageInfo" else gathered.c[key]


def _rows(page: Page, *, more: bool, cursors: bool, numbered: bool) -> FromClause:
    """The page's rows, nearest to its beginning first (from behind: last ones first)."""
    listed = _listed(page.writer, page.rows, page.source, page.given, page.cut, more=more, cursors=cursors)
    if numbered:
        cut = select(listed, func.row_number().over().label(NUMBER))
    elif page.cut.size.name is not None:
        cut = select(listed).limit(_size(page.cut))
    else:
        return listed
    rows = cut.subquery(page.writer.name())
    _know_types(page.writer, rows, page.writer.document.types.get(listed))
    return rows


def _in_order(value: Any, listed: FromClause, cut: Cut) -> ColumnElement[Any]:
    """The values of the page's own rows, in the list's order."""
    number = listed.c[NUMBER]
    order = number.desc() if cut.window.backward else number.asc()
    return func.array_agg(aggregate_order_by(value, order)).filter(number <= _size(cut))


def _array(query: Select[Any]) -> ColumnElement[Any]:
    # Not json_agg: that puts spaces between the items, which no other way of answering does.
    return func.array_to_json(func.array(query.scalar_subquery()))


def _size(cut: Cut) -> Any:
    return literal_column(str(cut.window.size)) if cut.size.name is None else bindparam(None, cut.size, type_=Integer)


def _item(page: Page, listed: FromClause, key: str, nodes: list[FieldNode]) -> ColumnElement[Any]:
    """One of `nodes`, or of `edges`."""
    writer, on = page.writer.inside(key), get_named_type(page.on.fields[nodes[0].name.value].type)
    if nodes[0].name.value == "nodes":
        return writer.objects(listed, on, nodes)
    assert isinstance(on, GraphQLObjectType)
    columns = []
    written: ColumnElement[Any]
    for inner_key, inner in writer.chosen(on, nodes).items():
        match inner[0].name.value:
            case "cursor":
                written = listed.c[CURSOR]
            case "node":
                written = writer.inside(inner_key).objects(listed, get_named_type(on.fields["node"].type), inner)
            case _:
                written = literal_column(f"'{on.name}'", String)
        columns.append(written.label(inner_key))
    return writer.shaped(listed, columns)


def _page_info(page: Page, gathered: FromClause, key: str, nodes: list[FieldNode]) -> ColumnElement[Any]:
    writer, on = page.writer.inside(key), get_named_type(page.on.fields["pageInfo"].type)
    assert isinstance(on, GraphQLObjectType)
    more = gathered.c["_fetched"] > _size(page.cut)
    cursors = gathered.c["_cursors"]
    follows = _told(page.cut.window.begins_before, more)
    first, last = cursors[FIRST], cursors[func.cardinality(cursors)]
    said = {
        "hasNextPage": follows,
        "hasPreviousPage": _told(page.cut.window.begins_after, more),
        "startCursor": first,
        "endCursor": last,
        "nextCursor": case((follows, last), else_=null()),
        "__typename": literal_column(f"'{on.name}'", String),
    }
    asked = writer.chosen(on, nodes)
    return writer.shaped(gathered, [said[inner[0].name.value].label(each) for each, inner in asked.items()])


def _told(tells: Any, more: ColumnElement[bool]) -> ColumnElement[bool]:
    """What the window says of a page, given in SQL whether one more row was fetched."""
    if tells(True) == tells(False):
        return true() if tells(True) else false()
    return more


def _listed(
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
    for here, selection in _selections(writer, rows, source, given):
        types.append(_types_of(selection))
        chosen = _belonging(rows, source, joined(whole(source.table).add_columns(*selection.extra), selection))
        if here is not None:
            chosen = chosen.where(here)
        if cut is None:
            query = chosen.order_by(*(order.expression for order in selection.order))
        else:
            query = _of_page(chosen, selection.order, cut, more)
            if cut.window.before_it and selection.join is None:
                query = _fetched_late(writer, source.table.__table__, selection, query)  # type: ignore[attr-defined]
        parts.append(query.add_columns(cursor_in(selection.order).label(CURSOR)) if cursors else query)
    if len(parts) == 1:
        listed = parts[0].subquery(writer.name())
    else:
        listed = union_all(*(select(part.subquery(writer.name())) for part in parts)).subquery(writer.name())
    _know_types(writer, listed, None if None in types else frozenset().union(*filter(None, types)))
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


def _know_types(writer: "Writer", rows: FromClause, types: frozenset[str] | None) -> None:
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
    return query.offset(_offset(cut)) if cut.window.before_it else query


def _offset(cut: Cut) -> Any:
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


def _belonging(rows: FromClause, source: Listing, query: Select[Any]) -> Select[Any]:
    if source.on is not None:
        query = query.where(source.on == rows.c[source.key])
    if source.when is not None:
        query = query.where(source.when(rows.c))
    return query.correlate(rows)


def _selections(
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
