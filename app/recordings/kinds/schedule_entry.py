"""Schedule entry: its rules and its GraphQL type."""

import strawberry

from app.recordings.kind import Kind, Sharing
from app.recordings.model import RecordingType
from app.recordings.schema import (
    Assignable,
    ClientVisible,
    Commentable,
    Dated,
    Recording,
    Subscribable,
    recording_type,
)


@recording_type(
    Kind(
        RecordingType.SCHEDULE_ENTRY,
        parents=frozenset({RecordingType.SCHEDULE}),
        dates=frozenset({"starts_at", "ends_at", "all_day", "link", "circled", "recurrence"}),
        commentable=True,
        assignable=True,
        subscribable=True,
        sharing=Sharing.OWN,
    )
)
class ScheduleEntry(Commentable, Assignable, Subscribable, Dated, ClientVisible, Recording):
    """Something that takes place at a time. Its assignees are the participants."""

    link: str | None = strawberry.field(description="Where it takes place, as an address: a call, a map.")
    circled: bool = strawberry.field(description="It stands out on the calendar.")
    split_from_id: strawberry.ID | None = strawberry.field(
        description="The series whose later part it was, before that was changed for itself."
    )
