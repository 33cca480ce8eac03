"""A small schema behind the real door: what the door does can be seen without a database."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import strawberry
from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from strawberry.file_uploads import Upload

from app.api.documents import Documents
from app.api.execute import Errors, Prepared, Schema
from app.api.http import GraphQLDoor, cors_options, graphql_routes
from app.api.limits import Limits
from app.core.context import Caller, Context, Credential, Presented
from app.core.db import Database, Rollback
from app.core.errors import AppError, NotFound, Unavailable
from app.settings import Settings

SECRET = "0123456789abcdef0123456789abcdef"
URL = "http://thicket.example"
Info = strawberry.Info[Context, None]


@strawberry.type
class Item:
    name: str

    @strawberry.field
    def tags(self) -> list["Item"]:
        return [Item(name="tag")]

    @strawberry.field
    def items(self, first: int | None = None, last: int | None = None) -> "Items":
        return Items()

    @strawberry.field
    def gone(self) -> str | None:
        raise NotFound

    @strawberry.field
    def parent(self) -> "Item":
        return Item(name="parent")


@strawberry.type
class Items:
    total_count: int = 1

    @strawberry.field
    def nodes(self) -> list[Item]:
        return [Item(name="one")]


@strawberry.input(name="_Input")
class Narrowing:
    name: str = ""


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}"

    @strawberry.field
    def half(self, number: int) -> float:
        return number / 2

    @strawberry.field
    def item(self, narrowed: Narrowing | None = None) -> Item:
        return Item(name="one")

    @strawberry.field
    def items(self, first: int | None = None) -> Items:
        return Items()

    @strawberry.field
    def missing(self) -> str | None:
        raise NotFound("No such thing")

    @strawberry.field
    def away(self) -> str | None:
        raise Unavailable

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("secret detail")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, info: Info, name: str) -> str:
        info.context.caller.response_headers.append(("Set-Cookie", "a=1"))
        info.context.caller.response_headers.append(("Set-Cookie", "b=2"))
        done(info).append(name)
        return name

    @strawberry.mutation
    def touch(self, info: Info) -> Item:
        done(info).append("touched")
        return Item(name="touched")

    @strawberry.mutation
    def sign_in(self, info: Info, password: str) -> bool:
        done(info).append(password)
        return False

    @strawberry.mutation
    async def keep(self, info: Info, files: list[Upload | None], title: str | None = None) -> list[str]:
        shown = [f"{file.filename}:{len(await file.read())}" for file in cast("Any", files) if file]
        done(info).extend(shown)
        return shown


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncGenerator[int, None]:
        yield 1


schema = Schema(query=Query, mutation=Mutation, subscription=Subscription, extensions=[Prepared, Errors])


def core_schema() -> GraphQLSchema:
    return schema._schema


def done(info: Info) -> list[str]:
    return cast("StandInDatabase", info.context.caller.database).done


class StandInTx:
    async def begin(self, credential: object, slug: str | None) -> tuple[None, None]:
        return None, None


@dataclass
class StandInDatabase:
    """Counts transactions, and keeps what was done in those that were committed."""

    transactions: int = 0
    done: list[str] = field(default_factory=list)
    replica: None = None

    @asynccontextmanager
    async def transaction(self, *, writes: bool) -> AsyncIterator[StandInTx]:
        self.transactions += 1
        before = list(self.done)
        try:
            yield StandInTx()
        except Rollback:
            self.done[:] = before


@dataclass
class Door:
    """A client of the door, and what lies behind it."""

    client: httpx.AsyncClient
    database: StandInDatabase
    app: Starlette

    async def post(self, query: str, variables: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=named)

    async def send(self, body: bytes, content_type: str = "application/json", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/graphql", content=body, headers={"content-type": content_type, **named})


def settings_of(**given: Any) -> Settings:
    return Settings(_env_file=None, **{"secret": SECRET, "base_url": URL, **given})


def door(*, refuse: AppError | None = None, limits: Limits | None = None, signed_in: bool = True, **given: Any) -> Door:
    """A fresh door. `refuse` is raised to every caller; other arguments are settings."""
    settings = settings_of(**given)
    database = StandInDatabase()

    async def caller_of(request: Request) -> Caller:
        if refuse is not None:
            raise refuse
        caller = Caller(settings, cast("Database", database))
        caller.credential = Credential(Presented.SESSION, b"") if signed_in else None
        caller.response_headers.append(("X-RateLimit-Limit", "50"))
        return caller

    documents = Documents(core_schema(), settings, limits)
    app = Starlette(
        routes=graphql_routes(GraphQLDoor(schema, caller_of, documents, settings), settings),
        middleware=[Middleware(CORSMiddleware, **cors_options(settings))] if settings.cors_origins else [],
    )
    transport = httpx.ASGITransport(app)
    return Door(httpx.AsyncClient(transport=transport, base_url=URL), database, app)
