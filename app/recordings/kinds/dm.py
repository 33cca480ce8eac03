"""Direct chat: its rules and its GraphQL type."""

import strawberry
from sqlmodel import col

from app.chats.loaders import last_lines, participants_listed
from app.chats.model import ChatParticipant
from app.core.declare import Info, listed, show
from app.core.refs import ChatPreview, Person
from app.people.model import Membership
from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Recording, Subscribable, recording_type


@recording_type(
    Kind(
        RecordingType.DM,
        title=Text.OPTIONAL,
        content=Text.NONE,
        standalone=True,
        subscribable=True,
        sharing=Sharing.NEVER,
    )
)
class Dm(Subscribable, Recording):
    """A direct chat, in no project. Only who is in it sees it and its lines."""

    participants: list[Person] = listed(
        Membership, participants_listed, on=col(ChatParticipant.recording_id), description="Who is in it, by name."
    )

    @strawberry.field(description="What was said last; null before anybody said anything.")
    async def last_line(self, info: Info) -> ChatPreview | None:
        return show(await info.context.load(last_lines, self.id))

    @strawberry.field(description="The id of the upload that is its picture. Chats have none so far: null.")
    def cover_upload_id(self) -> strawberry.ID | None:
        return None
