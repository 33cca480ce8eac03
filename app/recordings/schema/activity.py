"""What happened lately, as GraphQL shows it."""

import strawberry

from app.core.declare import linked
from app.core.refs import Project, Recording
from app.projects.model import Project as ProjectRow
from app.recordings.model import Recording as RecordingRow
from app.recordings.schema.interface import RecordingEvent


@strawberry.type(description="Something that happened in the organization: to a recording, to a project or to people.")
class ActivityEvent(RecordingEvent):
    project_id: strawberry.ID | None = strawberry.field(description="The project that it happened in.")
    excerpt: str | None = strawberry.field(
        description="What the recording says, without markup: at most 200 characters; null where it says nothing."
    )
    place: Project | None = linked("project_id", ProjectRow, description="The project that it happened in.")
    subject: Recording | None = linked("recording_id", RecordingRow, description="What it happened to.")
