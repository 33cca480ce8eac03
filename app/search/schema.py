"""What search finds, as GraphQL shows it."""

import strawberry

from app.core.declare import linked
from app.core.refs import Project, Recording
from app.projects.model import Project as ProjectRow
from app.recordings.model import Recording as RecordingRow


@strawberry.type(description="A recording that was found by words, and where in it they stand.")
class SearchHit:
    title_excerpt: str | None = strawberry.field(
        description="Its title as safe HTML, with what matches in `<em>`; null where it has none."
    )
    excerpt: str | None = strawberry.field(
        description="A piece of its text as safe HTML, with what matches in `<em>`; null where it has none."
    )
    recording: Recording = linked("id", RecordingRow, description="What was found.")
    project: Project | None = linked("project_id", ProjectRow, description="The project that it lies in.")
    thread: Recording | None = linked(
        "parent_id", RecordingRow, description="What it lies in: of a comment, what it is about."
    )
