"""Chat: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Recording, Subscribable, recording_type


@recording_type(Kind(RecordingType.CHAT, content=Text.NONE, subscribable=True, sharing=Sharing.OWN))
class Chat(Subscribable, ClientVisible, Recording):
    """A project's chat. Who follows it hears of new lines."""
