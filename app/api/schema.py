"""The whole GraphQL schema: the sum of what the domains declare."""

from types import ModuleType

from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from app.api import node
from app.api.compiler.closures import Closures
from app.api.compiler.closures_fields import Own
from app.api.compiler.plans import Plans
from app.api.execute import Errors, Prepared, Schema
from app.api.shortcuts import shorten
from app.auth import schema as auth
from app.billing import schema as billing
from app.boards import schema as boards
from app.calendar import schema as calendar
from app.chats import schema as chats
from app.core.declare import column_of
from app.core.scalars import SCALARS
from app.files import schema as files
from app.intake import schema as intake
from app.keys import schema as keys
from app.live import schema as live
from app.notifications import schema as notifications
from app.orgs import schema as orgs
from app.people import schema as people
from app.people.joining import schema as joining
from app.preferences import schema as preferences
from app.projects import schema as projects
from app.projects.managed import schema as managed_projects
from app.recordings import kinds
from app.recordings import schema as recordings
from app.recordings.schema.interface import NAMES
from app.registries import schema as registries
from app.timekeeping import schema as timekeeping
from app.timers import schema as timers
from app.webhooks import schema as webhooks
from app.workspaces import schema as workspaces

MODULES: list[ModuleType] = [
    node,
    auth,
    billing,
    boards,
    calendar,
    keys,
    live,
    orgs,
    people,
    joining,
    preferences,
    projects,
    managed_projects,
    recordings,
    registries,
    files,
    chats,
    notifications,
    intake,
    timekeeping,
    kinds,
    workspaces,
    timers,
    webhooks,
]


def _parts(name: str) -> tuple[type, ...]:
    return tuple(getattr(module, name) for module in MODULES if hasattr(module, name))


schema = Schema(
    query=merge_types("Query", _parts("Query")),
    mutation=merge_types("Mutation", _parts("Mutation")),
    subscription=merge_types("Subscription", _parts("Subscription")),
    types=recordings.TYPES,
    extensions=[Prepared, Errors],
    config=StrawberryConfig(default_resolver=column_of, scalar_map=SCALARS),
)
shorten(schema._schema)
schema.closures = Closures(schema._schema, Own(schema.config, schema.schema_converter.scalar_registry))
schema.plans = Plans(schema._schema, schema.config, schema.schema_converter.scalar_registry, NAMES)
