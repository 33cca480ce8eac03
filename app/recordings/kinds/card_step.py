"""Card step: its rules and its GraphQL type."""

from app.recordings.kind import Kind, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Assignable, Completable, Dated, Positionable, Recording, recording_type


@recording_type(
    Kind(
        RecordingType.CARD_STEP,
        parents=frozenset({RecordingType.CARD}),
        content=Text.OPTIONAL,
        dates=frozenset({"due_on"}),
        completable=True,
        assignable=True,
        positionable=True,
    )
)
class CardStep(Completable, Assignable, Positionable, Dated, Recording):
    """A step on the way to a card's end."""
