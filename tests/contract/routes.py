"""Every compiled route of the dialects that are served, by the name of its operation."""

from app.api.schema import schema
from rest_compat.compile import Route
from rest_compat.dispatch import Dialect
from rest_compat.mount import compiled

DIALECTS: list[Dialect] = compiled(schema._schema)
ROUTES: dict[str, Route] = {route.name: route for dialect in DIALECTS for route in dialect.routes}
NATIVE: dict[str, Route] = {name: route for name, route in ROUTES.items() if route.profile.name == "thicket"}
OURS: dict[str, Route] = {name: route for name, route in ROUTES.items() if route.profile.name in ("thicket", "auth")}
"""Without the foreign dialects: what a dialect needs is part of the native API too."""
READS = sorted(name for name, route in ROUTES.items() if route.method == "GET")
