"""Direct chat: its rules and its GraphQL type."""

import strawberry
from sqlmodel import col

from app.chats.loaders import lines_latest_first, participants_listed
from app.chats.model import ChatParticipant
from app.core.declare import computed, leading, listed
from app.core.refs import ChatPreview, Person
from app.people.model import Membership
from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import Recording as RecordingRow
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

    last_line: ChatPreview | None = leading(
        RecordingRow,
        lines_latest_first,
        on=col(RecordingRow.parent_id),
        description="What was said last; null before anybody said anything.",
    )
    cover_upload_id: strawberry.ID | None = computed(
        lambda row, viewer: None, description="The id of the upload that is its picture. Chats have none so far: null."
    )
