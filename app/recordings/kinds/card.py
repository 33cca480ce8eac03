"""Card: its rules and its GraphQL type."""

import strawberry

from app.recordings.kind import Kind, Sharing
from app.recordings.model import RecordingType
from app.recordings.schema import (
    Assignable,
    ClientVisible,
    Commentable,
    Completable,
    Dated,
    Positionable,
    Recording,
    Subscribable,
    recording_type,
)


@recording_type(
    Kind(
        RecordingType.CARD,
        parents=frozenset({RecordingType.CARD_COLUMN}),
        dates=frozenset({"due_on", "starts_on"}),
        commentable=True,
        completable=True,
        assignable=True,
        positionable=True,
        subscribable=True,
        holdable=True,
        sharing=Sharing.OWN,
    )
)
class Card(Commentable, Completable, Assignable, Positionable, Subscribable, Dated, ClientVisible, Recording):
    """A piece of work on a board. It is done when it is in the Done column."""

    completed_from_id: strawberry.ID | None = strawberry.field(
        description="The id of the column that a done card came from, and goes back to when it is opened again."
    )
