"""Timer space: its rules and its GraphQL type."""

import strawberry

from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Positionable, Recording, recording_type
from app.timers.loaders import PROJECT, SPACE, key_of


@recording_type(
    Kind(
        RecordingType.TIMER_SPACE,
        parents=frozenset({RecordingType.TIMER_BOARD}),
        content=Text.NONE,
        positionable=True,
        sharing=Sharing.NEVER,
        made_apart=True,
    )
)
class TimerSpace(Positionable, Recording):
    """A group of timers."""

    @strawberry.field(description="What it goes by: the id that its maker gave it, else `space_…`.")
    def key(self) -> strawberry.ID:
        return strawberry.ID(key_of(SPACE, self.id, self.key))

    @strawberry.field(description="What its project goes by: `project_…`.")
    def project_key(self) -> strawberry.ID:
        return strawberry.ID(key_of(PROJECT, str(self.project_id)))
