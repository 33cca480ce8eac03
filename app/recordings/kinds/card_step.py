"""Card step: its rules and its GraphQL type."""

import strawberry

from app.core.declare import Info
from app.core.sources import SOURCE, Expression
from app.recordings.kind import Kind, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Assignable, Completable, Dated, Positionable, Recording, recording_type
from app.timekeeping.loaders import seconds_in_sql, seconds_on


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

    @strawberry.field(
        description="How many seconds people spent on it; a running timer is not counted yet. Clients see 0.",
        metadata={SOURCE: Expression(seconds_in_sql)},
    )
    async def tracked_seconds(self, info: Info) -> int:
        return await info.context.load(seconds_on, self.id)
