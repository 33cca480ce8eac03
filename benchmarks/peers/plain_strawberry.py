"""The schema in plain Strawberry as its documentation has it: resolvers, dataloaders, and SQLModel's instances."""

from asyncio import Lock
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, NewType

import strawberry
from fastapi import Cookie, FastAPI
from sqlalchemy.orm import joinedload
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.dataloader import DataLoader
from strawberry.fastapi import BaseContext, GraphQLRouter
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from app.core.html import attached_in
from benchmarks.peers.orm import Assignment, Member, Mention, Recording
from benchmarks.peers.session import engine, enter


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = NewType("Instant", datetime)
SCALARS: Any = {
    Instant: strawberry.scalar(name="DateTime", serialize=_instant, parse_value=datetime.fromisoformat),
}


@strawberry.enum
class RecordingType(Enum):
    TODO = "todo"
    TODOLIST = "todolist"


@strawberry.enum
class RecordingStatus(Enum):
    ACTIVE = "active"
    ARCHIVED = "archived"
    TRASHED = "trashed"
    DRAFTED = "drafted"


class Context(BaseContext):
    """A session and loaders for each request."""

    def __init__(self, session: AsyncSession, cookie: str) -> None:
        super().__init__()
        self.session = session
        self.cookie = cookie
        self._turn = Lock()
        self.people = DataLoader(load_fn=self._people)
        self.assignees = DataLoader(load_fn=self._linked(Assignment))
        self.mentioned = DataLoader(load_fn=self._linked(Mention))

    async def rows(self, statement: Any) -> Sequence[Any]:
        """A session answers one after the other, and row-level security wants all in one transaction."""
        async with self._turn:
            return (await self.session.exec(statement)).all()

    async def _people(self, ids: list[str]) -> Sequence[Member]:
        found = {row.id: row for row in await self.rows(select(Member).where(col(Member.id).in_(ids)))}
        return [found[id] for id in ids]

    def _linked(
        self, table: type[Assignment] | type[Mention]
    ) -> Callable[[list[str]], Coroutine[Any, Any, Sequence[list[Member]]]]:
        async def load(ids: list[str]) -> Sequence[list[Member]]:
            links = await self.rows(
                select(table)
                .where(col(table.recording_id).in_(ids))
                .order_by(col(table.created_at), col(table.membership_id))
                .options(joinedload(table.person))  # type: ignore[arg-type]
            )
            by_recording = defaultdict(list)
            for link in links:
                by_recording[link.recording_id].append(link.person)
            return [by_recording[id] for id in ids]

        return load


@strawberry.type
class Person:
    id: strawberry.ID
    name: str
    image: str | None


def _person(member: Member) -> Person:
    return Person(id=strawberry.ID(member.id), name=member.name, image=member.image)


@strawberry.type(name="Recording")
class RecordingNode:
    id: strawberry.ID
    type: RecordingType
    project_id: strawberry.ID | None
    parent_id: strawberry.ID | None
    status: RecordingStatus
    title: str | None
    content: str | None
    position: float | None
    due_on: date | None
    starts_on: date | None
    starts_at: Instant | None
    ends_at: Instant | None
    all_day: bool
    recurrence: JSON | None
    completed_at: Instant | None
    completed_by_id: strawberry.ID | None
    creator_id: strawberry.ID
    visible_to_clients: bool
    pinned_at: Instant | None
    scheduled_at: Instant | None
    category_id: strawberry.ID | None
    approval_status: str | None
    comments_closed: bool
    comment_count: int
    last_comment_at: Instant | None
    color: str | None
    on_hold: bool
    created_at: Instant
    updated_at: Instant

    @strawberry.field
    def completed(self) -> bool:
        return self.completed_at is not None

    @strawberry.field
    def content_attachments(self) -> list[strawberry.ID]:
        return [strawberry.ID(id) for id in attached_in(self.content)]

    @strawberry.field
    async def creator(self, info: Info[Context, None]) -> Person:
        return _person(await info.context.people.load(self.creator_id))

    @strawberry.field
    async def assignees(self, info: Info[Context, None]) -> list[Person]:
        return [_person(member) for member in await info.context.assignees.load(self.id)]

    @strawberry.field
    async def mentioned(self, info: Info[Context, None]) -> list[Person]:
        return [_person(member) for member in await info.context.mentioned.load(self.id)]


COLUMNS = [
    field.python_name
    for field in RecordingNode.__strawberry_definition__.fields  # type: ignore[attr-defined]
    if field.base_resolver is None
]


def _node(recording: Recording) -> RecordingNode:
    values = {name: getattr(recording, name) for name in COLUMNS}
    return RecordingNode(
        **{**values, "type": RecordingType(recording.type), "status": RecordingStatus(recording.status)}
    )


@strawberry.type
class RecordingConnection:
    type: strawberry.Private[RecordingType]
    first: strawberry.Private[int]

    @strawberry.field
    async def nodes(self, info: Info[Context, None]) -> list[RecordingNode]:
        found = await info.context.rows(
            select(Recording)
            .where(*_chosen(self.type))
            .order_by(col(Recording.created_at).desc(), col(Recording.id).desc())
            .limit(self.first)
        )
        return [_node(recording) for recording in found]

    @strawberry.field
    async def total_count(self, info: Info[Context, None]) -> int:
        (total,) = await info.context.rows(select(func.count()).select_from(Recording).where(*_chosen(self.type)))
        return int(total)


def _chosen(type: RecordingType) -> tuple[Any, ...]:
    return Recording.type == type.value, Recording.status == "active", col(Recording.tool_enabled)


@strawberry.type
class Organization:
    @strawberry.field
    def recordings(self, type: RecordingType, first: int) -> RecordingConnection:
        return RecordingConnection(type=type, first=first)


@strawberry.type
class Query:
    @strawberry.field
    async def organization(self, info: Info[Context, None], slug: str) -> Organization:
        await enter(info.context.session, info.context.cookie, slug)
        return Organization()


async def _context(
    session_cookie: Annotated[str, Cookie(alias="better-auth.session_token")],
) -> AsyncIterator[Context]:
    async with AsyncSession(engine) as session:
        yield Context(session, session_cookie)


schema = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))
app = FastAPI()
app.include_router(
    GraphQLRouter(schema, context_getter=_context, graphql_ide=None),
    prefix="/graphql",
)
