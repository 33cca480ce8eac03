"""Canvas: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, recording_type


@recording_type(Kind(RecordingType.CANVAS, content=Text.NONE, sharing=Sharing.NEVER))
class Canvas(Recording):
    """What the items of a workspace lie on. Only workspaces have one."""
