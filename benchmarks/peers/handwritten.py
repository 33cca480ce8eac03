"""The same route as one writes it by hand with FastAPI and SQLModel: models with relationships, a session by
dependency, a model of the answer.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Cookie, Depends, FastAPI, HTTPException, Query, Response
from pydantic import BaseModel, PlainSerializer
from sqlalchemy import Column, DateTime, Float, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import selectinload
from sqlmodel import Field, MetaData, Relationship, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.html import attached_in
from app.core.secret import digest, is_signed
from app.settings import Settings
from benchmarks.serve import POOL

SETTINGS = Settings(_env_file=None)
URL = (SETTINGS.database_url or "").replace("postgresql://", "postgresql+asyncpg://", 1)
engine = create_async_engine(URL, pool_size=POOL, max_overflow=0)
app = FastAPI()

Id = Uuid(as_uuid=False)


class Base(SQLModel):
    metadata = MetaData()


class Member(Base, table=True):
    __tablename__ = "memberships"

    id: str = Field(sa_type=Id, primary_key=True)
    name: str
    image: str | None


class Assignment(Base, table=True):
    __tablename__ = "assignments"

    recording_id: str = Field(sa_type=Id, primary_key=True, foreign_key="recordings.id")
    membership_id: str = Field(sa_type=Id, primary_key=True, foreign_key="memberships.id")
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class Mention(Base, table=True):
    __tablename__ = "mentions"

    recording_id: str = Field(sa_type=Id, primary_key=True, foreign_key="recordings.id")
    membership_id: str = Field(sa_type=Id, primary_key=True, foreign_key="memberships.id")
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class Recording(Base, table=True):
    __tablename__ = "recordings"

    id: str = Field(sa_type=Id, primary_key=True)
    type: str
    project_id: str | None = Field(sa_type=Id)
    parent_id: str | None = Field(sa_type=Id)
    status: str
    title: str | None
    content: str | None
    position: float | None = Field(sa_type=Float)
    due_on: date | None
    starts_on: date | None
    starts_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    all_day: bool
    recurrence: dict[str, Any] | None = Field(sa_column=Column(JSONB))
    completed_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    completed_by_id: str | None = Field(sa_type=Id)
    creator_id: str = Field(sa_type=Id, foreign_key="memberships.id")
    visible_to_clients: bool
    pinned_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    scheduled_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    category_id: str | None = Field(sa_type=Id)
    approval_status: str | None
    comments_closed: bool
    comment_count: int
    last_comment_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    color: str | None
    on_hold: bool
    tool_enabled: bool
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))

    creator: Member = Relationship()
    assignments: list[Assignment] = Relationship(
        sa_relationship_kwargs={"order_by": "(Assignment.created_at, Assignment.membership_id)"}
    )
    mentions: list[Mention] = Relationship(
        sa_relationship_kwargs={"order_by": "(Mention.created_at, Mention.membership_id)"}
    )


LINKS: tuple[Any, ...] = (Recording.creator, Recording.assignments, Recording.mentions)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_instant)]


class RecordingOut(BaseModel):
    id: str
    type: str
    project_id: str | None
    parent_id: str | None
    status: str
    title: str | None
    content: str | None
    position: float | None
    due_on: date | None
    starts_on: date | None
    starts_at: Instant | None
    ends_at: Instant | None
    all_day: bool
    recurrence: dict[str, Any] | None
    completed: bool
    completed_at: Instant | None
    completed_by_id: str | None
    creator_id: str
    creator_name: str
    creator_image: str | None
    visible_to_clients: bool
    pinned_at: Instant | None
    scheduled_at: Instant | None
    category_id: str | None
    approval_status: str | None
    comments_closed: bool
    comment_count: int
    last_comment_at: Instant | None
    assignee_ids: list[str]
    mentioned_membership_ids: list[str]
    content_attachments: list[str]
    color: str | None
    on_hold: bool
    meta: dict[str, Any]
    created_at: Instant
    updated_at: Instant


async def in_organization(
    org: str, session_cookie: Annotated[str, Cookie(alias="better-auth.session_token")]
) -> AsyncIterator[AsyncSession]:
    token, _, signature = unquote(session_cookie).rpartition(".")
    if not is_signed(SETTINGS.secret, token, signature):
        raise HTTPException(401)
    async with AsyncSession(engine) as session:
        identify = text("select user_id from thicket_identify('session', :digest, now())")
        if (await session.execute(identify, {"digest": digest(token)})).scalar() is None:
            raise HTTPException(401)
        enter = text("select org_id from thicket_enter(:slug)")
        if (await session.execute(enter, {"slug": org})).scalar() is None:
            raise HTTPException(404)
        yield session


@app.get("/api/v1/{org}/recordings", response_model=list[RecordingOut])
async def list_recordings(
    response: Response,
    session: Annotated[AsyncSession, Depends(in_organization)],
    type: str,
    status: str = "active",
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 100,
) -> list[dict[str, Any]]:
    chosen = (Recording.type == type, Recording.status == status, col(Recording.tool_enabled))
    found = await session.exec(
        select(Recording)
        .where(*chosen)
        .order_by(col(Recording.created_at).desc(), col(Recording.id).desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
        .options(*(selectinload(link) for link in LINKS))
    )
    total = await session.exec(select(func.count()).select_from(Recording).where(*chosen))
    response.headers["X-Total-Count"] = str(total.one())
    return [_shown(recording) for recording in found]


def _shown(recording: Recording) -> dict[str, Any]:
    return {
        **recording.model_dump(),
        "completed": recording.completed_at is not None,
        "creator_name": recording.creator.name,
        "creator_image": recording.creator.image,
        "assignee_ids": [assignment.membership_id for assignment in recording.assignments],
        "mentioned_membership_ids": [mention.membership_id for mention in recording.mentions],
        "meta": {},
        "content_attachments": attached_in(recording.content),
    }
