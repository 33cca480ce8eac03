"""Chat line: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, recording_type


@recording_type(
    Kind(
        RecordingType.CHAT_LINE,
        parents=frozenset({RecordingType.CHAT, RecordingType.DM}),
        title=Text.NONE,
        content=Text.REQUIRED,
        by_clients=True,
        author_edits=True,
        erasable=True,
    )
)
class ChatLine(Recording):
    """A line in a chat; as visible as the chat. It can be deleted for good."""
