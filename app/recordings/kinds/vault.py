"""Vault: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Positionable, Recording, recording_type


@recording_type(
    Kind(
        RecordingType.VAULT,
        parents=frozenset({RecordingType.VAULT}),
        content=Text.NONE,
        positionable=True,
        sharing=Sharing.OWN,
    )
)
class Vault(Positionable, ClientVisible, Recording):
    """A folder of documents and files; a project's own one holds all others."""
