"""Card table: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Recording, recording_type


@recording_type(Kind(RecordingType.CARD_TABLE, content=Text.NONE, sharing=Sharing.OWN))
class CardTable(ClientVisible, Recording):
    """A project's board: columns of cards, from Triage to Done."""
