"""Todolist: its rules and its GraphQL type."""

from sqlmodel import col

from app.core.declare import counted
from app.recordings.kind import Kind, Sharing
from app.recordings.loaders import counted_as
from app.recordings.model import Recording as RecordingRow
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Commentable, Positionable, Recording, Subscribable, recording_type


@recording_type(
    Kind(
        RecordingType.TODOLIST,
        parents=frozenset({RecordingType.TODOSET, RecordingType.TODOLIST}),
        commentable=True,
        positionable=True,
        shallow=True,
        subscribable=True,
        sharing=Sharing.OWN,
    )
)
class Todolist(Commentable, Positionable, Subscribable, ClientVisible, Recording):
    """A list of to-dos; in another list it is a group. Who follows it hears of new to-dos."""

    total_count: int = counted(
        RecordingRow,
        counted_as(RecordingType.TODO),
        on=col(RecordingRow.parent_id),
        description="How many to-dos are in it.",
    )
    completed_count: int = counted(
        RecordingRow,
        counted_as(RecordingType.TODO, completed=True),
        on=col(RecordingRow.parent_id),
        description="How many of them are done.",
    )
