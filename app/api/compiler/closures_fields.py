"""How fields are resolved, one closure for each: a column read, a link loaded, a resolver called, for many objects."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from graphql import GraphQLList, get_nullable_type
from graphql.execution import default_field_resolver
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.field import StrawberryField

from app.api.compiler.closures_info import Asked
from app.api.compiler.closures_places import Objects, Places
from app.api.declared import declaration_of
from app.core.db import Row
from app.core.declare import OF_PAGE, Page, column_of, frozen
from app.core.sources import SOURCE, Batch, Computed, Count, Link, Listing, Presence, there

if TYPE_CHECKING:
    from app.api.compiler.closures_plan import FieldPlan, Start
    from app.api.compiler.closures_run import Run

RESERVED = ("root", "info")
ROWS = frozenset({Row, dict})


@dataclass(frozen=True)
class Own:
    """What is to be known of a schema of Strawberry's, to call its resolvers without a detour."""

    config: StrawberryConfig
    scalars: Any


def starting(field: "FieldPlan", own: Own | None) -> "Start":
    """How a field is resolved. Without `own`, every resolver is called as graphql-core calls it."""
    if field.name == "__typename":
        return _typename
    definition = declaration_of(field.definition)
    if own is None or definition is None:
        return _resolved(field.definition.resolve or default_field_resolver)
    if definition.is_basic_field:
        return _column(definition.python_name, own.config.default_resolver)
    if definition.extensions:
        return _resolved(field.definition.resolve or default_field_resolver)
    return _declared(field, definition, own)


def _declared(field: "FieldPlan", definition: StrawberryField, own: Own) -> "Start":
    """As the declaration says, where it says that many can be resolved at once."""
    source = definition.metadata.get(SOURCE)
    called = _called(definition, own)
    if isinstance(source, Link):
        return _loaded(source, source.key, called)
    if isinstance(source, Count):
        return _loaded(source, source.batch.listing.key, called)
    if isinstance(source, Computed):
        return _said(source)
    if isinstance(source, Presence) and source.say is there:
        return _loaded(source, "id", called)
    if (
        isinstance(source, Listing)
        and source.when is None
        and isinstance(get_nullable_type(field.definition.type), GraphQLList)
    ):
        return _listed(source, definition, own, called)
    if isinstance(source, str) and source in OF_PAGE:
        return _of_page(source, called)
    return called


def _typename(run: "Run", objects: Objects, field: "FieldPlan") -> None:
    objects.columns.append([objects.plan.shown.name] * len(objects.sources))


def _column(name: str, read: Callable[[Any, str], Any]) -> "Start":
    get = itemgetter(name)

    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        places = run.column(objects, field)
        if read is column_of and ROWS.issuperset(map(type, objects.sources)):
            try:
                run.arrive(places, list(map(get, objects.sources)))
                return
            except KeyError:  # told below, of each
                pass
        values = []
        for source in objects.sources:
            try:
                values.append(read(source, name))
            except Exception as error:
                values.append(error)
        run.arrive(places, values)

    return start


def _said(source: Computed) -> "Start":
    """What is said of the row and of who looks needs neither arguments nor a place to tell of."""

    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        values = []
        for row in objects.sources:
            try:
                values.append(source.say(row, run.context))
            except Exception as error:
                values.append(error)
        run.arrive(run.column(objects, field), values)

    return start


def _loaded(batch: Any, key: str, called: "Start") -> "Start":
    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        keys = _keys(objects, key)
        if keys is None:
            called(run, objects, field)
        else:
            run.want(batch, run.column(objects, field), keys)

    return start


def _listed(listing: Listing, definition: StrawberryField, own: Own, called: "Start") -> "Start":
    """A plain list. Its arguments are the same for all objects, and so the source."""

    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        keys = _keys(objects, listing.key)
        if keys is None:
            called(run, objects, field)
            return
        places = run.column(objects, field)
        try:
            given = _converted(definition, own, run, field, places)
        except Exception as error:
            run.arrive(places, [error] * len(keys))
            return
        arguments = {name: value for name, value in given.items() if name not in RESERVED}
        run.want(Batch(listing, frozen(arguments)), places, keys)

    return start


def _keys(objects: Objects, key: str) -> list[Any] | None:
    """What the objects are known by; None where one of them is no row with that column: its resolver tells."""
    try:
        return [source[key] for source in objects.sources]
    except (KeyError, TypeError, AttributeError):
        return None


def _of_page(name: str, called: "Start") -> "Start":
    """What is shown of a page. Pages of one list are loaded together, whoever's they are."""
    show = OF_PAGE[name]

    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        pages = objects.sources
        if not all(type(page) is Page for page in pages):
            called(run, objects, field)
            return
        places = run.column(objects, field)
        places.values = [None] * len(pages)
        by_batch: dict[Any, list[int]] = {}
        for at, page in enumerate(pages):
            by_batch.setdefault(page.count if show is None else page.batch, []).append(at)
        for batch, owners in by_batch.items():
            part = places if len(by_batch) == 1 else run.part(places, owners)
            mine = pages if len(by_batch) == 1 else [pages[at] for at in owners]
            shown = None if show is None else partial(_shown, show, mine)
            run.want(batch, part, [page.parent for page in mine], shown)

    return start


def _shown(show: Callable[[Page, list[Row]], Any], pages: list[Page], at: int, rows: list[Row]) -> Any:
    return show(pages[at], rows)


def _called(definition: StrawberryField, own: Own) -> "Start":
    """A programmed field. Its arguments are read once; whoever asks for `info` gets one for each object."""
    resolver: Any = definition.base_resolver
    itself = resolver.self_parameter is not None
    roots = [each.name for each in (resolver.root_parameter, resolver.parent_parameter) if each is not None]
    info = resolver.info_parameter.name if resolver.info_parameter is not None else None

    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        places = run.column(objects, field)
        values: list[Any] = []
        try:
            given = _converted(definition, own, run, field, places)
        except Exception as error:
            run.arrive(places, [error] * len(objects.sources))
            return
        for at, source in enumerate(objects.sources):
            for name in roots:
                given[name] = source
            if info is not None:
                given[info] = own.config.info_class(_raw_info=Asked(run, places, at), _field=definition)  # type: ignore[arg-type]
            try:
                values.append(resolver(source, **given) if itself else resolver(**given))
            except Exception as error:
                values.append(error)
        run.arrive(places, values)

    return start


def _converted(definition: StrawberryField, own: Own, run: "Run", field: "FieldPlan", places: Places) -> dict[str, Any]:
    """The arguments as the resolver takes them, in Strawberry's own way of reading them."""
    if not field.definition.args:
        return {}
    info: Any = own.config.info_class(_raw_info=Asked(run, places, 0), _field=definition)  # type: ignore[arg-type]
    _, given = get_arguments(
        field=definition,
        source=None,
        info=info,
        kwargs=dict(field.arguments(run)),
        config=own.config,
        scalar_registry=own.scalars,
    )
    return given


def _resolved(resolve: Callable[..., Any]) -> "Start":
    """As graphql-core calls a resolver."""

    def start(run: "Run", objects: Objects, field: "FieldPlan") -> None:
        places = run.column(objects, field)
        values: list[Any] = []
        for at, source in enumerate(objects.sources):
            try:
                values.append(resolve(source, Asked(run, places, at), **field.arguments(run)))
            except Exception as error:
                values.append(error)
        run.arrive(places, values)

    return start
