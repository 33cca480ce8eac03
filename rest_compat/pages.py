"""What a dialect serves besides its routes: its OpenAPI document and the explorer. Public, made once, cached."""

import hashlib
from collections.abc import Sequence
from functools import cached_property

import orjson
from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response

from rest_compat.dispatch import MOUNT, Dialect
from rest_compat.explorer import assets
from rest_compat.explorer.assets import Asset
from rest_compat.merging import merged
from rest_compat.openapi import document
from rest_compat.streaming import matches


class Pages:
    """The public pages of one dialect.

    Those that its profile names as `beside` it are described with it where it is found without its mount.
    """

    def __init__(self, schema: GraphQLSchema, dialect: Dialect, dialects: Sequence[Dialect]):
        self.schema = schema
        self.dialect = dialect
        self.beside = [each for each in dialects if each.profile.name in dialect.profile.beside]
        self.base = tuple(dialect.profile.base.strip("/").split("/"))

    def front(self, request: Request) -> str:
        """Where the dialect's base is for who sent the request: below its mount, or at the plain paths."""
        return (self._mount if self._is_mounted(request) else "") + self.dialect.profile.base

    @property
    def _mount(self) -> str:
        return f"/{MOUNT}/{self.dialect.profile.name}"

    def _is_mounted(self, request: Request) -> bool:
        return bool(request.scope["path"].startswith(f"{self._mount}/"))

    @cached_property
    def openapi(self) -> Asset:
        """The OpenAPI document of the dialect alone."""
        return Asset(orjson.dumps(document(self.schema, self.dialect)), "application/json")

    @cached_property
    def whole(self) -> Asset:
        """The OpenAPI document of all that is found at the plain paths."""
        if not self.beside:
            return self.openapi
        found = document(self.schema, self.dialect)
        for each in self.beside:
            found = merged(found, document(self.schema, each), each.profile)
        return Asset(orjson.dumps(found), "application/json")

    def find(self, request: Request, path: tuple[str, ...]) -> Response | None:
        """The page at this path; None if it is a route's, or nobody's."""
        if request.method not in ("GET", "HEAD") or path[: len(self.base)] != self.base:
            return None
        match path[len(self.base) :]:
            case ("openapi.json",):
                return _page(request, self.openapi if self._is_mounted(request) else self.whole)
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
