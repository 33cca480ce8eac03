"""Document: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Commentable, Positionable, Recording, Subscribable, recording_type


@recording_type(
    Kind(
        RecordingType.DOCUMENT,
        parents=frozenset({RecordingType.VAULT}),
        commentable=True,
        positionable=True,
        subscribable=True,
        draftable=True,
        notifies=True,
        sharing=Sharing.OWN,
        by_clients=True,
    )
)
class Document(Commentable, Positionable, Subscribable, ClientVisible, Recording):
    """A text that people write and discuss."""
