"""Message: its rules and its GraphQL type."""

from typing import Any

import strawberry

from app.core.declare import Info, show
from app.core.html import attached_in
from app.core.markup import TextFormat
from app.core.refs import UploadedFile
from app.core.sources import Link
from app.recordings.kind import Kind, Sharing
from app.recordings.model import MessageSource, RecordingStatus, RecordingType
from app.recordings.model import Recording as RecordingRow
from app.recordings.schema import ClientVisible, Commentable, Recording, Subscribable, recording_type

SOURCE = Link("id", MessageSource, "recording_id")
ATTACHED = Link("id", RecordingRow)


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

    @strawberry.field(description="What it was written in. What was changed since is HTML.")
    async def source_format(self, info: Info) -> TextFormat:
        row: Any = self
        source = await info.context.load(SOURCE, row.id)
        return TextFormat(source.format) if source else TextFormat.HTML

    @strawberry.field(description="What it says, word for word as it was written.")
    async def source_text(self, info: Info) -> str:
        row: Any = self
        source = await info.context.load(SOURCE, row.id)
        return str(source.text) if source else row.content or ""

    @strawberry.field(description="The files that its text embeds, as far as you may see them, in the text's order.")
    async def attached_files(self, info: Info) -> list[UploadedFile]:
        row: Any = self
        # Asked for one by one, so that those of several messages come in one statement.
        asked = [info.context.loading(ATTACHED, id) for id in attached_in(row.content)]
        found = [await each for each in asked]
        active = [each for each in found if each is not None and each.status == RecordingStatus.ACTIVE.value]
        return show([each for each in active if each.type == RecordingType.UPLOAD.value])
