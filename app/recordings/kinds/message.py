"""Message: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Commentable, Recording, Subscribable, recording_type


@recording_type(
    Kind(
        RecordingType.MESSAGE,
        parents=frozenset({RecordingType.MESSAGE_BOARD}),
        commentable=True,
        subscribable=True,
        draftable=True,
        notifies=True,
        pinnable=True,
        sharing=Sharing.OWN,
        by_clients=True,
    )
)
class Message(Commentable, Subscribable, ClientVisible, Recording):
    """A titled post that people discuss."""
