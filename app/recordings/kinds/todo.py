"""Todo: its rules and its GraphQL type."""

import strawberry

from app.recordings.kind import Kind
from app.recordings.model import RecordingType
from app.recordings.schema import (
    Assignable,
    Commentable,
    Completable,
    Dated,
    Positionable,
    Recording,
    Subscribable,
    recording_type,
)


@recording_type(
    Kind(
        RecordingType.TODO,
        parents=frozenset({RecordingType.TODOLIST, RecordingType.TODOSET, RecordingType.TODO}),
        dates=frozenset({"due_on", "starts_on", "recurrence"}),
        commentable=True,
        completable=True,
        assignable=True,
        positionable=True,
        shallow=True,
        subscribable=True,
        by_clients=True,
    )
)
class Todo(Commentable, Completable, Assignable, Positionable, Subscribable, Dated, Recording):
    """A thing to do, in a list or loose; in another to-do it is a subtask."""

    series_id: strawberry.ID | None = strawberry.field(
        description="The first of the to-dos that it has grown out of, each when the one before it was done."
    )
