"""Declared fields: what a GraphQL field shows is said, not programmed.

A field that is a column is a plain annotation. A link, a list, a connection, a count or an existence is one line:

    creator: Person = linked("creator_id", Membership, description="Who made it.")
    comments: Connection[Comment] = connected(Recording, comments_of, description="What people said to it.")

From the declaration come the resolver (batched: one statement a level, whatever the page size) and, kept as the
field's metadata under SOURCE, all that a compiler of whole documents needs. Rows are shown as the type that the field
is annotated with; types are views over rows, not copies.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from sqlmodel import SQLModel

from app.core.conditions import Viewer
from app.core.context import Context
from app.core.db import Row
from app.core.errors import BadRequest, NotFound
from app.core.ids import read_id
from app.core.paging import MOST, Window, cursor_of
from app.core.policy import Verb, require
from app.core.sources import (
    SOURCE,
    Batch,
    Called,
    CalledCount,
    Chooser,
    Computed,
    Count,
    First,
    Link,
    Listing,
    Mine,
    Part,
    Presence,
    Single,
    there,
)

T = TypeVar("T")
Info = strawberry.Info[Context, None]
Settle = Callable[[Context, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Makes a chooser's arguments of a field's, where they depend on who asks, or on when."""


@strawberry.type(description="Where a page stands in its whole list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the page's first row; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the page's last row; null on an empty page.")
    next_cursor: str | None = strawberry.field(
        description="What to give as `after` for the next page; null on the last page."
    )


@strawberry.type(description="One row of a list, with its place in it.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="The row's place: give it as `after` or `before`.")
    node: T = strawberry.field(description="The row.")


@dataclass
class Page:
    """A connection that was asked for; its rows and its count are loaded only when they are selected."""

    batch: Batch
    parent: str

    @property
    def count(self) -> Count:
        return Count(Batch(self.batch.listing, self.batch.arguments))

    async def fetched(self, ctx: Context) -> list[Row]:
        """The page's rows and one more if there is one."""
        return await ctx.load(self.batch, self.parent)

    def cursor(self, row: Row) -> str:
        return cursor_of(row, self.batch.selection.order)


def _nodes(page: Page, fetched: list[Row]) -> list[Row]:
    assert page.batch.window is not None
    return page.batch.window.cut(fetched)


def _edges(page: Page, fetched: list[Row]) -> list[dict[str, Any]]:
    return [{"cursor": page.cursor(row), "node": row} for row in _nodes(page, fetched)]


def _page_info(page: Page, fetched: list[Row]) -> dict[str, Any]:
    window = page.batch.window
    assert window is not None
    rows = window.cut(fetched)
    more = len(fetched) > len(rows)
    ends = [page.cursor(rows[0]), page.cursor(rows[-1])] if rows else [None, None]
    follows = window.begins_before(more)
    return {
        "has_next_page": follows,
        "has_previous_page": window.begins_after(more),
        "start_cursor": ends[0],
        "end_cursor": ends[1],
        "next_cursor": ends[1] if follows else None,
    }


OF_PAGE: dict[str, Callable[[Page, list[Row]], Any] | None] = {
    "nodes": _nodes,
    "edges": _edges,
    "page_info": _page_info,
    "total_count": None,
}
"""What a page shows, by what its fields have for a source, of the rows that were fetched; None: its count."""


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    @strawberry.field(description="The page's rows.", metadata={SOURCE: "nodes"})
    async def nodes(self, info: Info) -> list[T]:
        page = _page(self)
        return _show(_nodes(page, await page.fetched(info.context)))

    @strawberry.field(description="The page's rows, each with its cursor.", metadata={SOURCE: "edges"})
    async def edges(self, info: Info) -> list[Edge[T]]:
        page = _page(self)
        return _show(_edges(page, await page.fetched(info.context)))

    @strawberry.field(description="Where the page stands in the whole list.", metadata={SOURCE: "page_info"})
    async def page_info(self, info: Info) -> PageInfo:
        page = _page(self)
        return _show(_page_info(page, await page.fetched(info.context)))

    @strawberry.field(
        description="How many rows the whole list has. Costs a count: ask only when you show it.",
        metadata={SOURCE: "total_count"},
    )
    async def total_count(self, info: Info) -> int:
        page = _page(self)
        return await info.context.load(page.count, page.parent)


def _page(connection: Any) -> Page:
    assert isinstance(connection, Page)
    return connection


def _show(value: Any) -> Any:
    """Rows go to GraphQL as the type that the field is annotated with."""
    return value


show = _show


def column_of(row: Any, name: str) -> Any:
    """The default resolver: a field is the row's column of the same name."""
    return row[name] if isinstance(row, (Row, dict)) else getattr(row, name)


def linked(key: str, table: type[SQLModel], *, to: str = "id", description: str) -> Any:
    """The one row of `table` whose `to` equals this row's column `key`; null where that is null or not visible."""
    source = Link(key, table, to)

    async def resolve(root: Any, info: Any) -> Any:
        value = root[key]
        return None if value is None else await info.context.load(source, value)

    return _declared(resolve, {}, source, description)


def mine(table: type[SQLModel], *, description: str) -> Any:
    """The viewer's own row of the table of memberships."""

    async def resolve(root: Any, info: Any) -> Any:
        return await info.context.load(Link("id", table), info.context.me)

    return _declared(resolve, {}, Mine(table), description)


def called(source: Called, *, description: str) -> Any:
    """The rows of one of our own SQL functions, as a plain list. Takes `first` and `page`."""

    async def resolve(root: Any, info: Any, first: int | None, page: int | None) -> Any:
        window = Window.of(first=first, after=None, last=None, before=None, page=page)
        rows = await info.context.load(source, root["id"])
        return rows[(window.number - 1) * window.size :][: window.size]

    return _declared(resolve, {"first": PAGING["first"], "page": PAGING["page"]}, source, description)


def called_count(source: Called, *, description: str) -> Any:
    """How many rows it has."""

    async def resolve(root: Any, info: Any) -> Any:
        return len(await info.context.load(source, root["id"]))

    return _declared(resolve, {}, CalledCount(source), description)


def part(columns: Mapping[str, str], *, description: str) -> Any:
    """Some columns of the row, as an object: its fields → the columns. Null where the first of them is."""
    source = Part(tuple(columns.items()))
    first = source.columns[0][1]

    def resolve(root: Any, info: Any) -> Any:
        return None if root[first] is None else {name: root[column] for name, column in columns.items()}

    return _declared(resolve, {}, source, description)


def computed(say: Callable[[Any, Viewer], Any], *, description: str) -> Any:
    """What `say` says of the row and of who looks, in the words of conditions.py: they hold in Python and in SQL."""

    def resolve(root: Any, info: Any) -> Any:
        return say(root, info.context)

    return _declared(resolve, {}, Computed(say), description)


def listed(
    table: type[SQLModel],
    choose: Chooser,
    *,
    on: Any = None,
    key: str = "id",
    when: Callable[[Any], Any] | None = None,
    description: str,
) -> Any:
    """All rows that belong to this one, as a plain list: for what is few by nature. Takes the chooser's arguments.

    `when` says of the parent, in the words of conditions.py, whether there are any.
    """
    source = Listing(table, choose, on, key, when=when)

    async def resolve(root: Any, info: Any, **arguments: Any) -> Any:
        if when is not None and not when(root):
            return []
        return await info.context.load(Batch(source, frozen(arguments)), root[key])

    return _declared(resolve, dict(inspect.signature(choose).parameters), source, description)


def leading(table: type[SQLModel], choose: Chooser, *, on: Any, description: str) -> Any:
    """The row that comes first of those that belong to this one; null where there is none."""
    source = First(Batch(Listing(table, choose, on, single=True), ()))

    async def resolve(root: Any, info: Any) -> Any:
        return await info.context.load(source, root["id"])

    return _declared(resolve, {}, source, description)


def connected(
    table: type[SQLModel],
    choose: Chooser,
    *,
    on: Any = None,
    key: str = "id",
    by: Mapping[str, str] | None = None,
    verb: Verb | None = None,
    prepare: str | None = None,
    settle: Settle | None = None,
    settled: Callable[[Any, Viewer], Any] | None = None,
    description: str,
) -> Any:
    """A connection: pages of the rows that belong to this one. Takes the chooser's arguments and the paging ones.

    `by` gives the chooser columns of the parent: the order of what lies in a recording depends on its type.
    `verb` is what the viewer's role must allow; others are refused (Forbidden). `settle` makes the chooser's arguments
    of the field's, or refuses them; `settled` says what that comes to as a condition on the rows, of the parent and of
    who looks, where SQL can say it. `prepare` is a function of ours that is called before the query reads anything
    (api/widening.py); a mutation is refused (BadRequest).
    """
    own = dict(by or {})
    by_columns, settles = tuple(own.items()), settle is not None
    source = Listing(table, choose, on, key, by_columns, verb=verb, prepare=prepare, settled=settles, also=settled)

    def resolve(
        root: Any,
        info: Any,
        first: Any,
        after: Any,
        last: Any,
        before: Any,
        page: Any,
        offset: Any,
        **arguments: Any,
    ) -> Any:
        window = Window.of(first=first, after=after, last=last, before=before, page=page, offset=offset)
        arguments |= {name: root[column] for name, column in own.items()}
        return Page(Batch(source, frozen(arguments), window), root[key])

    async def resolve_guarded(root: Any, info: Any, **given: Any) -> Any:
        if verb is not None:
            require(info.context, verb)
        if settle is not None:
            paging = {name: given.pop(name) for name in PAGING}
            given = paging | await settle(info.context, given)
        if prepare is not None and info.context.writes:
            raise BadRequest("What a mutation may touch is not widened for its answer: ask for this by a query")
        return resolve(root, info, **given)

    taken = {name: p for name, p in inspect.signature(choose).parameters.items() if name not in own}
    return _declared(resolve_guarded if source.guarded else resolve, {**taken, **PAGING}, source, description)


def found(
    table: type[SQLModel],
    *,
    only: Callable[[], Mapping[str, Sequence[str]]] = dict,
    choose: Chooser | None = None,
    description: str,
) -> Any:
    """One row by the id that the field takes; where a chooser is given, one of its list.

    Raises NotFound where there is none that the viewer may see.
    """
    source = Single(table, only, choose)

    async def resolve(root: Any, info: Any, id: str) -> Any:
        row = await info.context.load(source, read_id(id))
        if row is None or any(row[column] not in values for column, values in only().items()):
            raise NotFound
        return row

    argument = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    parameter = inspect.Parameter("id", inspect.Parameter.KEYWORD_ONLY, annotation=argument)
    return _declared(resolve, {"id": parameter}, source, description)


def counted(table: type[SQLModel], choose: Chooser, *, on: Any, key: str = "id", description: str) -> Any:
    """How many rows belong to this one."""
    source = Count(Batch(Listing(table, choose, on, key), ()))

    async def resolve(root: Any, info: Any) -> Any:
        return await info.context.load(source, root[key])

    return _declared(resolve, {}, source, description)


def present(
    table: type[SQLModel],
    *,
    on: Any,
    where: Sequence[Any] = (),
    say: Callable[[Any, Viewer, Any], Any] = there,
    description: str,
) -> Any:
    """Whether a row belongs to this one; or what `say` makes of that, in the words of conditions.py."""
    source = Presence(table, on, tuple(where), say)

    async def resolve(root: Any, info: Any) -> Any:
        return say(root, info.context, await info.context.load(source, root["id"]))

    resolve.__annotations__["return"] = bool
    return _declared(resolve, {}, source, description)


def frozen(arguments: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """A field's arguments as a source keeps them."""
    return tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in arguments.items())


def _argument(name: str, kind: Any, default: Any, description: str) -> inspect.Parameter:
    annotation = Annotated[kind, strawberry.argument(description=description)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


PAGING = {
    parameter.name: parameter
    for parameter in (
        _argument("first", int | None, None, f"How many rows, from the front: 1 to {MOST}, 50 if not said."),
        _argument("after", str | None, None, "Only rows after this cursor."),
        _argument("last", int | None, None, f"How many rows, from the back: 1 to {MOST}."),
        _argument("before", str | None, None, "Only rows before this cursor."),
        _argument("page", int | None, None, "Number of the page, from 1, of `first` rows each; not with a cursor."),
        _argument("offset", int | None, None, "How many rows to leave out at the front; not with page or a cursor."),
    )
}


def _declared(resolve: Any, parameters: Mapping[str, inspect.Parameter], source: object, description: str) -> Any:
    """A Strawberry field whose resolver takes just these parameters."""
    before = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info),
    ]
    given = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters.values()]
    resolve.__signature__ = inspect.Signature([*before, *given])
    resolve.__annotations__ = {p.name: p.annotation for p in (*before[1:], *given)}
    return strawberry.field(resolver=resolve, description=description, metadata={SOURCE: source})
