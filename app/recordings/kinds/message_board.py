"""Message board: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, recording_type


@recording_type(Kind(RecordingType.MESSAGE_BOARD, content=Text.NONE, sharing=Sharing.NEVER))
class MessageBoard(Recording):
    """A project's messages, in one place."""
