"""Comment: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, recording_type


@recording_type(
    Kind(
        RecordingType.COMMENT,
        parents=frozenset(
            {
                RecordingType.MESSAGE,
                RecordingType.TODOLIST,
                RecordingType.TODO,
                RecordingType.DOCUMENT,
                RecordingType.SCHEDULE_ENTRY,
                RecordingType.CARD_COLUMN,
                RecordingType.CARD,
            }
        ),
        title=Text.NONE,
        content=Text.REQUIRED,
        by_clients=True,
        author_edits=True,
    )
)
class Comment(Recording):
    """A remark on another recording; as visible as its thread."""
