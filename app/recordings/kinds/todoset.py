"""Todoset: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, Subscribable, recording_type


@recording_type(Kind(RecordingType.TODOSET, content=Text.NONE, subscribable=True, sharing=Sharing.NEVER))
class Todoset(Subscribable, Recording):
    """A project's to-do lists, and to-dos in none. Who follows it hears of new to-dos."""
