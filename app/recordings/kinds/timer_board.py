"""Timer board: its rules and its GraphQL type."""

import strawberry
from sqlmodel import col

from app.core.declare import Info, counted, listed, show
from app.recordings.kind import Kind, Sharing, Text
from app.recordings.kinds.timer import Timer
from app.recordings.kinds.timer_space import TimerSpace
from app.recordings.model import Recording as RecordingRow
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, recording_type
from app.timers.loaders import PROJECT, key_of, shares_on, spaces_listed, timers_listed
from app.timers.schema import TimerShare


@recording_type(Kind(RecordingType.TIMER_BOARD, content=Text.NONE, sharing=Sharing.NEVER))
class TimerBoard(Recording):
    """A project's timers, loose ones and those in spaces."""

    timer_count: int = counted(
        RecordingRow,
        timers_listed,
        on=col(RecordingRow.place_id),
        key="project_id",
        description="How many timers there are, archived ones too.",
    )
    space_count: int = counted(
        RecordingRow,
        spaces_listed,
        on=col(RecordingRow.place_id),
        key="project_id",
        description="How many spaces there are.",
    )
    spaces: list[TimerSpace] = listed(
        RecordingRow,
        spaces_listed,
        on=col(RecordingRow.place_id),
        key="project_id",
        description="Its spaces, oldest first.",
    )
    timers: list[Timer] = listed(
        RecordingRow,
        timers_listed,
        on=col(RecordingRow.place_id),
        key="project_id",
        description="Its timers, archived ones too and those in spaces, oldest first.",
    )

    @strawberry.field(description="What its project goes by where clients name things: `project_…`.")
    def project_key(self) -> strawberry.ID:
        return strawberry.ID(key_of(PROJECT, str(self.project_id)))

    @strawberry.field(description="The public links on its timers, oldest first.")
    async def shares(self, info: Info) -> list[TimerShare]:
        return show(await shares_on(info.context, self))  # type: ignore[arg-type]
