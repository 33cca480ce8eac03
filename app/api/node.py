"""`node(id:)`: any one thing by its id, whatever it is and in whichever of the viewer's organizations it lies."""

from typing import Annotated

import strawberry
from sqlalchemy import literal, select
from sqlmodel import SQLModel

from app.core.db import among
from app.core.declare import Info, show
from app.core.ids import is_id
from app.core.node import TYPENAME, Node
from app.orgs.model import Organization
from app.people.model import Company, Membership, PeopleGroup
from app.projects.model import Project
from app.recordings import kinds  # noqa: F401 -- they fill NAMES
from app.recordings.model import Recording
from app.recordings.schema.interface import NAMES

TABLES: dict[str, tuple[type[SQLModel], str]] = {
    "organization": (Organization, "Organization"),
    "person": (Membership, "Person"),
    "company": (Company, "Company"),
    "group": (PeopleGroup, "PeopleGroup"),
    "project": (Project, "Project"),
    **{type: (Recording, name) for type, name in NAMES.items()},
}
"""What `thicket_locate` calls a thing → its table and the type that shows it."""


@strawberry.type
class Query:
    @strawberry.field(
        description="Anything by its id; null where there is nothing that you can see. It enters the thing's "
        "organization, and one operation can enter only one."
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The thing's id.")]
    ) -> Node | None:
        ctx = info.context
        _ = ctx.user_id
        found = await ctx.tx.call("thicket_locate", id.lower()) if is_id(id) else []
        if not found or found[0].kind not in TABLES:
            return None
        await ctx.enter(found[0].slug)
        table, name = TABLES[found[0].kind]
        columns = table.__table__.columns  # type: ignore[attr-defined]
        query = select(*columns, literal(name).label(TYPENAME)).where(among(columns.id, [id.lower()]))
        rows = await ctx.tx.rows(query)
        return show(rows[0] if rows else None)
