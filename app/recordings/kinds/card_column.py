"""Card column: its rules and its GraphQL type."""

import strawberry
from sqlmodel import col

from app.core.conditions import both, is_set, one_of
from app.core.declare import computed, counted
from app.recordings.kind import Kind
from app.recordings.loaders import counted_as
from app.recordings.model import Recording as RecordingRow
from app.recordings.model import RecordingType, SpecialColumn
from app.recordings.schema import Commentable, Positionable, Recording, Subscribable, recording_type


@recording_type(
    Kind(
        RecordingType.CARD_COLUMN,
        parents=frozenset({RecordingType.CARD_TABLE}),
        commentable=True,
        positionable=True,
        subscribable=True,
        colorable=True,
        holdable=True,
    )
)
class CardColumn(Commentable, Positionable, Subscribable, Recording):
    """A column of cards. Who follows it hears of cards that come into it."""

    special: SpecialColumn | None = strawberry.field(
        description="Which of the board's own columns it is: those stay where they are, and cannot be trashed."
    )
    card_count: int = counted(
        RecordingRow,
        counted_as(RecordingType.CARD),
        on=col(RecordingRow.parent_id),
        description="How many cards are in it.",
    )

    finalizes: bool = computed(
        lambda row, viewer: both(is_set(row.special), one_of(row.special, {SpecialColumn.DONE.value})),
        description="Cards are done when they lie in it.",
    )
    on_hold_enabled: bool = computed(lambda row, viewer: row.on_hold, description="It has a section for parked cards.")
