"""What a dialect serves besides its routes: its OpenAPI document and the explorer. Public, made once, cached."""

import hashlib
from functools import cached_property

import orjson
from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response

from rest_compat.dispatch import MOUNT, Dialect
from rest_compat.explorer import assets
from rest_compat.explorer.assets import Asset
from rest_compat.openapi import document
from rest_compat.streaming import matches


class Pages:
    """The public pages of one dialect."""

    def __init__(self, schema: GraphQLSchema, dialect: Dialect):
        self.schema = schema
        self.dialect = dialect
        self.base = tuple(dialect.profile.base.strip("/").split("/"))

    def front(self, request: Request) -> str:
        """Where the dialect's base is for who sent the request: below its mount, or at the plain paths."""
        mount = f"/{MOUNT}/{self.dialect.profile.name}"
        return (mount if request.scope["path"].startswith(f"{mount}/") else "") + self.dialect.profile.base

    @cached_property
    def openapi(self) -> Asset:
        """The OpenAPI document."""
        return Asset(orjson.dumps(document(self.schema, self.dialect)), "application/json")

    def find(self, request: Request, path: tuple[str, ...]) -> Response | None:
        """The page at this path; None if it is a route's, or nobody's."""
        if request.method not in ("GET", "HEAD") or path[: len(self.base)] != self.base:
            return None
        match path[len(self.base) :]:
            case ("openapi.json",):
                return _page(request, self.openapi)
            case ("explorer",):
                return _page(request, assets.page(self.dialect.profile, self.front(request)))
            case ("explorer", name) if asset := assets.file(name, self.front(request)):
                return _page(request, asset)
        return None


def _page(request: Request, asset: Asset) -> Response:
    tag = f'W/"{hashlib.blake2b(asset.content, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "public, no-cache", **asset.headers}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, 200, headers, asset.media_type)
