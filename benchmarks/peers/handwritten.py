"""The same routes as one writes them by hand with FastAPI and SQLModel: models with relationships, a session by
dependency, a model of the answer.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Response
from pydantic import BaseModel, PlainSerializer
from sqlalchemy.orm import selectinload
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.html import attached_in, rich_text
from benchmarks.peers.orm import Assignment, Event, Job, Member, Notification, Recording, Subscription
from benchmarks.peers.session import in_organization

app = FastAPI()

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


@app.get("/api/v1/{org}/recordings/{id}", response_model=RecordingOut)
async def get_recording(id: str, session: Annotated[AsyncSession, Depends(in_organization)]) -> dict[str, Any]:
    return _shown(await _find(session, id))


class NewRecording(BaseModel):
    type: str
    title: str
    content: str
    assignee_ids: list[str]


@app.post("/api/v1/{org}/recordings/{id}/children", response_model=RecordingOut, status_code=201)
async def create_child(
    id: str, new: NewRecording, session: Annotated[AsyncSession, Depends(in_organization)]
) -> dict[str, Any]:
    found = await session.exec(select(Recording).where(Recording.id == id).with_for_update())
    parent = found.one_or_none()
    if parent is None:
        raise HTTPException(404)
    last = await session.exec(select(func.max(Recording.position)).where(Recording.parent_id == id))
    org_id, me, now = session.info["org_id"], session.info["me"], datetime.now(UTC)
    recording = Recording(
        org_id=org_id,
        project_id=parent.project_id,
        parent_id=parent.id,
        tool=parent.tool,
        tool_enabled=parent.tool_enabled,
        type=new.type,
        title=new.title,
        content=rich_text(new.content, None),
        creator_id=me,
        position=(last.one() or 0.0) + 1,
        visible_to_clients=parent.visible_to_clients,
        created_at=now,
        updated_at=now,
    )
    session.add(recording)
    await session.flush()
    about = {"recording_id": recording.id, "org_id": org_id, "created_at": now}
    assigned, created = (
        Event(**about, project_id=parent.project_id, actor_id=me, action=action, detail=detail)
        for action, detail in (("assigned", {"added": new.assignee_ids, "removed": []}), ("created", None))
    )
    session.add_all(
        [Assignment(**about, membership_id=person, assigned_by_id=me) for person in new.assignee_ids]
        + [Subscription(**about, membership_id=person, reason="assigned") for person in {*new.assignee_ids, me}]
        + [assigned, created]
    )
    await session.flush()
    await _notify(session, recording, assigned, new.assignee_ids)
    made = recording.id
    session.expire(recording)
    shown = _shown(await _find(session, made))
    await session.commit()
    return shown


async def _notify(session: AsyncSession, recording: Recording, assigned: Event, people: list[str]) -> None:
    """Tell everybody, and leave the mails to a worker."""
    actor = (await session.exec(select(Member).where(Member.id == assigned.actor_id))).one()
    about: dict[str, Any] = {"org_id": recording.org_id, "recording_id": recording.id}
    session.add_all(
        Notification(
            **about,
            membership_id=person,
            action="assigned",
            title=actor.name,
            body=f"assigned you {recording.title}",
            project_id=recording.project_id,
            actor_id=actor.id,
            key=assigned.id,
            mail_at=recording.created_at,
            created_at=recording.created_at,
        )
        for person in people
    )
    session.add(Job(name="notifications.mail", run_at=recording.created_at, created_at=recording.created_at))
    await session.flush()
    await session.execute(select(func.pg_notify("thicket_jobs", "")))


async def _find(session: AsyncSession, id: str) -> Recording:
    options = (selectinload(link) for link in LINKS)
    found = await session.exec(select(Recording).where(Recording.id == id).options(*options))
    recording = found.one_or_none()
    if recording is None:
        raise HTTPException(404)
    return recording


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
