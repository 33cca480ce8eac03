"""Writes the SQL of lists and connections: which rows, which page of them, its cursors, its place in the whole list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, get_named_type
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    case,
    column,
    false,
    func,
    literal_column,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import JSON, String

from app.api.compiler.fields import Collected
from app.api.compiler.rows import (
    CURSOR,
    Cut,
    belonging,
    cut_of,
    know_types,
    listed_rows,
    offset_of,
    selections,
    size_of,
)
from app.core.sources import Called, Listing, joined

if TYPE_CHECKING:
    from app.api.compiler.statement import Writer

NOTHING = literal_column("'[]'::json", JSON)
PAGING = ("first", "after", "last", "before", "page", "offset")
FIRST = literal_column("1", Integer)
NUMBER = "_number"
"""A column of a page's rows beside the table's own."""


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
    cut = cut_of(writer, nodes[0], {name: given.pop(name) for name in PAGING})
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
    """The JSON array of all rows that belong to a row of `rows`; of a list that has but one, its object."""
    listed = listed_rows(writer, rows, source, given, None)
    one = writer.objects(listed, get_named_type(kind), nodes)
    query = select(one).select_from(listed)
    return query.scalar_subquery() if source.single else _array(query)


def called(
    writer: "Writer", source: Called, kind: GraphQLOutputType, nodes: list[FieldNode], given: dict[str, Any]
) -> ColumnElement[Any]:
    """The JSON array of a function's rows, all or a page."""
    cut = cut_of(writer, nodes[0], {"after": None, "last": None, "before": None, **given})
    query = select(_rows_of(source)).limit(size_of(cut))
    if cut.window.number > 1:
        query = query.offset(offset_of(cut))
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
    for here, selection in selections(writer, rows, source, given):
        query = belonging(writer, rows, source, joined(select(func.count()).select_from(source.table), selection))
        counts.append((here, query.scalar_subquery()))
    return counts[0][1] if len(counts) == 1 else case(*counts)


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
        query = query.where(listed.c[NUMBER] <= size_of(page.cut)).order_by(listed.c[NUMBER].desc())
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
    listed = listed_rows(page.writer, page.rows, page.source, page.given, page.cut, more=more, cursors=cursors)
    if numbered:
        cut = select(listed, func.row_number().over().label(NUMBER))
    elif page.cut.size.name is not None:
        cut = select(listed).limit(size_of(page.cut))
    else:
        return listed
    rows = cut.subquery(page.writer.name())
    know_types(page.writer, rows, page.writer.document.types.get(listed))
    return rows


def _in_order(value: Any, listed: FromClause, cut: Cut) -> ColumnElement[Any]:
    """The values of the page's own rows, in the list's order."""
    number = listed.c[NUMBER]
    order = number.desc() if cut.window.backward else number.asc()
    return func.array_agg(aggregate_order_by(value, order)).filter(number <= size_of(cut))


def _array(query: Select[Any]) -> ColumnElement[Any]:
    # Not json_agg: that puts spaces between the items, which no other way of answering does.
    return func.array_to_json(func.array(query.scalar_subquery()))


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
    more = gathered.c["_fetched"] > size_of(page.cut)
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
