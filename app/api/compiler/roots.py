"""Writes what stands at a query's root: whom the statement becomes, where it enters, and what it answers there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType, VariableNode, get_named_type
from graphql.execution.values import get_argument_values
from sqlalchemy import CTE, ColumnElement, FromClause, bindparam, case, func, literal_column, select, true
from sqlalchemy.types import LargeBinary, String, TypeEngine

from app.api.compiler.fields import Collected, Sketch
from app.api.compiler.parameters import Credential
from app.api.compiler.rows import NotCompilable
from app.api.compiler.statement import Writer
from app.api.node import TABLES
from app.auth.model import User
from app.core.ids import is_id
from app.core.policy import allows
from app.core.table import Id, Instant
from app.orgs.model import Organization
from app.recordings.model import Recording

CREDENTIAL: dict[str, TypeEngine[Any]] = {
    "thicket_kind": String(),
    "thicket_digest": LargeBinary(),
    "thicket_moment": Instant,
    "thicket_zone": String(),
    "thicket_slug": String(),
}
"""What every statement is told of a request, in this order."""
BINDS = {each: bindparam(each, Credential(place), type_=kind) for place, (each, kind) in enumerate(CREDENTIAL.items())}
MOMENT = BINDS["thicket_moment"]
_SHOWN = tuple(BINDS.values())[:-1]
OPENED = ("user_id", "org_id", "vocabulary")


@dataclass(frozen=True)
class Roots:
    """The fields at the root of a query, all of which one statement can answer."""

    sketch: Sketch
    on: GraphQLObjectType
    asked: Collected
    slug: tuple[str, str] | None
    """The organization that is entered by name: `("variable", name)` or `("constant", slug)`."""
    thing: ColumnElement[Any] | None
    """The id of the thing whose organization is entered."""


def roots_of(sketch: Sketch, on: GraphQLObjectType, asked: Collected) -> Roots:
    """What is asked at the root. Raises NotCompilable where it is programmed, or enters more than one place."""
    slugs, things = set(), {}
    for nodes in asked.values():
        name = nodes[0].name.value
        if name == "organization":
            slugs.add(_slug(sketch, on, nodes[0]))
        elif name == "node":
            given = get_argument_values(on.fields["node"], nodes[0], sketch.variables)["id"]
            if not is_id(given):
                raise NotCompilable("not an id")
            things[given] = bindparam(None, given.lower(), type_=Id)
        elif name not in ("viewer", "__typename"):
            raise NotCompilable(f"{name} is done by hand")
    if len(slugs) + len(things) > 1:
        raise NotCompilable("it enters several organizations, or asks for several things")
    if all(nodes[0].name.value == "__typename" for nodes in asked.values()):
        raise NotCompilable("there is nothing to read")
    return Roots(sketch, on, asked, next(iter(slugs), None), next(iter(things.values()), None))


def _slug(sketch: Sketch, on: GraphQLObjectType, node: FieldNode) -> tuple[str, str]:
    value = node.arguments[0].value if node.arguments else None
    if isinstance(value, VariableNode):
        return "variable", value.name.value
    return "constant", get_argument_values(on.fields["organization"], node, sketch.variables)["slug"]


def becoming(roots: Roots) -> CTE:
    """The statement's first part: it becomes somebody and enters, and one row tells what came of it."""
    names: tuple[str, ...] = OPENED
    if roots.thing is not None:
        names = (*OPENED, "kind")
        opened = func.thicket_open_thing(*_SHOWN, roots.thing)
    else:
        opened = func.thicket_open(*_SHOWN, BINDS["thicket_slug"] if roots.slug else literal_column("null", String))
    become = select(opened.table_valued(*names, name="opened"))
    for number, each in enumerate(roots.sketch.widening):
        may = true() if each.verb is None else allows(roots.sketch.viewer, each.verb)
        widened = getattr(func, str(each.prepare))()
        become = become.add_columns(case((may, widened)).label(f"widened_{number}"))
    return become.cte("who").prefix_with("MATERIALIZED", dialect="postgresql")


def answered(roots: Roots, who: CTE, writer: Writer) -> ColumnElement[Any]:
    """The JSON object of the whole answer. Where the viewer or the organization is not there, the statement raises."""
    columns = []
    for key, nodes in roots.asked.items():
        written = answer_of(roots, who, writer.inside(key), nodes)
        if nodes[0].name.value in ("viewer", "organization"):
            written = func.coalesce(written, func.thicket_missing())
        columns.append(written.label(key))
    return writer.shaped(who, columns)


def answer_of(roots: Roots, who: CTE, writer: Writer, nodes: list[FieldNode]) -> ColumnElement[Any]:
    """What one of the fields answers; null where the viewer or the organization is not there."""
    kind = get_named_type(roots.on.fields[nodes[0].name.value].type) if nodes[0].name.value != "__typename" else None
    match nodes[0].name.value:
        case "organization":
            return _row(writer, who, Organization, kind, nodes, lambda table: table.c.id == who.c.org_id)
        case "viewer":
            return _row(writer, who, User, kind, nodes, lambda table: table.c.id == who.c.user_id)
        case "node":
            return _node(roots, who, writer, kind, nodes)
        case _:
            return literal_column(f"'{roots.on.name}'", String)


def type_of(id: str, table: FromClause, who: CTE) -> ColumnElement[Any]:
    """The type of the row with that id, for whom it is there."""
    row = table.alias("told")
    return select(row.c.type).where(row.c.id == id, who.c.org_id.is_not(None)).correlate(who).scalar_subquery()


def _node(roots: Roots, who: CTE, writer: Writer, kind: Any, nodes: list[FieldNode]) -> ColumnElement[Any]:
    def is_it(table: Any) -> ColumnElement[bool]:
        return table.c.id == roots.thing

    cases: list[tuple[Any, Any]] = [(who.c.user_id.is_(None), func.thicket_missing())]
    for found, (table, name) in TABLES.items():
        if table is not Recording:
            shown = _row(writer, who, table, roots.sketch.schema.type_map[name], nodes, is_it)
            cases.append((who.c.kind == literal_column(f"'{found}'"), shown))
    recordings = [found for found, (table, _) in TABLES.items() if table is Recording]
    is_recording = who.c.kind.in_([literal_column(f"'{found}'") for found in recordings])
    return case(*cases, (is_recording, _row(writer, who, Recording, kind, nodes, is_it)))


def _row(
    writer: Writer,
    who: CTE,
    model: Any,
    kind: Any,
    nodes: list[FieldNode],
    which: Callable[[Any], ColumnElement[bool]],
) -> ColumnElement[Any]:
    table = model.__table__.alias(writer.name())
    one = writer.objects(table, kind, nodes)
    return select(one).where(which(table)).correlate(who).scalar_subquery()
