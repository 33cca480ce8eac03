"""Card table: its rules and its GraphQL type."""

import strawberry
from sqlmodel import col

from app.boards.loaders import COLUMN, board_name, cards_on_board, name_in_sql, stages_listed
from app.core.declare import Info, listed
from app.core.sources import SOURCE, Expression
from app.recordings.kind import Kind, Sharing, Text
from app.recordings.kinds.card import Card
from app.recordings.kinds.card_column import CardColumn
from app.recordings.model import Recording as RecordingRow
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Recording, recording_type


@recording_type(Kind(RecordingType.CARD_TABLE, content=Text.NONE, sharing=Sharing.OWN))
class CardTable(ClientVisible, Recording):
    """A project's board: columns of cards, from Triage to Done."""

    org_id: strawberry.ID = strawberry.field(name="organizationId", description="The organization that it belongs to.")
    stages: list[CardColumn] = listed(
        RecordingRow, stages_listed, on=col(RecordingRow.parent_id), description="Its columns but Not now, in order."
    )
    cards: list[Card] = listed(
        RecordingRow, cards_on_board, on=COLUMN.parent_id, description="Its active cards, column by column."
    )

    @strawberry.field(
        description="What it is called: as its project, unless the tool was given a name of its own.",
        metadata={SOURCE: Expression(name_in_sql)},
    )
    async def name(self, info: Info) -> str:
        return await info.context.load(board_name, self.id)
