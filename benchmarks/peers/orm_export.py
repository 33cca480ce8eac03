"""Taking an organization along as one writes it with SQLModel: each table's rows, dumped, as one JSON document.

It uses the tables' models as Thicket has them. What is in the document is what Thicket's own has in it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Response
from sqlalchemy import LargeBinary, text
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app import migrate  # noqa: F401 -- it knows every table
from app.exports.writing import CALLED, FORMAT, VERSION
from app.orgs.model import Organization
from app.projects.model import Project, ProjectAccess
from app.recordings.model import Assignment, Event, Recording, Subscription
from app.timekeeping.model import TimeEntry
from benchmarks.peers.session import in_organization
from migrations.exporting import OF_ORGANIZATION, OF_PROJECT, OF_RECORDING

app = FastAPI()

MODELS: dict[str, Any] = {str(mapper.local_table.name): mapper.class_ for mapper in SQLModel._sa_registry.mappers}
LEFT_OUT = {
    name: {"org_id"}
    | {each.name for each in model.__table__.columns if each.computed or isinstance(each.type, LargeBinary)}
    for name, model in MODELS.items()
}
LEFT_OUT["memberships"] |= {"time_zone", "last_seen_at"}
"""What is each person's own, and not the organization's to take along."""

Row = dict[str, Any]


@app.get("/api/v1/{org}/account/export")
async def export(session: Annotated[AsyncSession, Depends(in_organization)]) -> Response:
    await session.execute(text("select thicket_work_for(:org)"), {"org": session.info["org_id"]})  # every project
    organization = (await session.exec(select(Organization).where(Organization.id == session.info["org_id"]))).one()
    document: Row = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": datetime.now(UTC),
        "organization": _dumped(organization),
        **{CALLED.get(table, table): await _all(session, table) for table in OF_ORGANIZATION},
        "categories": [],
        "calendar": await _place(session, organization.id, None),
        "projects": [
            await _project(session, project) for project in await session.exec(select(Project).order_by(Project.id))
        ],
    }
    for person in document["people"]:
        person["membership_id"] = person.pop("id")
    return Response(json.dumps(document, default=_spelled), media_type="application/json")


@app.get("/api/v1/{org}/projects")
async def list_projects(session: Annotated[AsyncSession, Depends(in_organization)]) -> list[Project]:
    return list(await session.exec(select(Project).order_by(Project.id)))


async def _project(session: AsyncSession, project: Project) -> Row:
    people = await session.exec(select(ProjectAccess.membership_id).where(ProjectAccess.project_id == project.id))
    tables = {
        CALLED.get(table, table): await _all(session, table, MODELS[table].project_id == project.id)
        for table in OF_PROJECT
    }
    return {**_dumped(project), "people": people.all(), **tables, **await _place(session, project.id, project.id)}


async def _place(session: AsyncSession, place_id: str, project_id: str | None) -> Row:
    inside = select(Recording.id).where(Recording.place_id == place_id)
    tables = {table: await _all(session, table, col(MODELS[table].recording_id).in_(inside)) for table in OF_RECORDING}
    recordings = (await session.exec(select(Recording).where(Recording.place_id == place_id))).all()
    assignees = _people(await session.exec(select(Assignment).where(col(Assignment.recording_id).in_(inside))))
    following = select(Subscription).where(col(Subscription.recording_id).in_(inside))
    subscribers = _people(await session.exec(following.where(col(Subscription.unsubscribed_at).is_(None))))
    events = select(Event).where(Event.project_id == project_id)
    if project_id is None:
        events = events.where(col(Event.recording_id).is_(None) | col(Event.recording_id).in_(inside))
    return {
        "recordings": [
            {
                **_dumped(recording),
                "completed": recording.completed_at is not None,
                "assignee_ids": assignees[recording.id],
                "subscriber_ids": subscribers[recording.id],
            }
            for recording in recordings
        ],
        "events": [_dumped(event) for event in await session.exec(events)],
        "stored_files": await _all(
            session,
            "stored_files",
            col(MODELS["stored_files"].id).in_(
                select(MODELS["file_versions"].stored_file_id).where(
                    col(MODELS["file_versions"].recording_id).in_(inside)
                )
            ),
        ),
        "time_entries": await _all(
            session, "time_entries", col(TimeEntry.card_id).in_(inside) | col(TimeEntry.step_id).in_(inside)
        ),
        **tables,
    }


async def _all(session: AsyncSession, table: str, *chosen: Any) -> list[Row]:
    return [_dumped(row) for row in await session.exec(select(MODELS[table]).where(*chosen))]


def _people(links: Iterable[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in sorted(links, key=lambda link: (link.created_at, link.membership_id)):
        found[link.recording_id].append(link.membership_id)
    return found


def _dumped(row: SQLModel) -> Row:
    return row.model_dump(exclude=LEFT_OUT[str(row.__tablename__)])


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
