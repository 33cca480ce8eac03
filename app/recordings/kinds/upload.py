"""Upload: its rules and its GraphQL type. `Upload` itself is the name of what GraphQL's multipart requests carry."""

from typing import Annotated

import strawberry
from sqlmodel import col

from app.core.declare import Info, linked, listed
from app.files import addresses
from app.files.loaders import earlier_listed
from app.files.model import FileVersion as FileVersionRow
from app.files.schema import FileVersion
from app.recordings.kind import Kind, Sharing
from app.recordings.model import RecordingType
from app.recordings.schema import ClientVisible, Commentable, Positionable, Recording, Subscribable, recording_type

Number = Annotated[
    int | None, strawberry.argument(description="Of this version, from 1 on; of the present one if not given.")
]


@recording_type(
    Kind(
        RecordingType.UPLOAD,
        parents=frozenset({RecordingType.VAULT, RecordingType.CHAT}),
        commentable=True,
        positionable=True,
        subscribable=True,
        notifies=True,
        notifies_silently=True,
        filed=True,
        sharing=Sharing.OWN,
        by_clients=True,
    )
)
class UploadedFile(Commentable, Positionable, Subscribable, ClientVisible, Recording):
    """A file that people share and discuss."""

    file: FileVersion = linked("file_id", FileVersionRow, description="What it holds now.")
    earlier_versions: list[FileVersion] = listed(
        FileVersionRow,
        earlier_listed,
        on=col(FileVersionRow.recording_id),
        description="What it held before it was replaced, newest first.",
    )

    @strawberry.field(
        description="Where to get the file from, to save it: an address that works for five minutes, for this file "
        "alone, without signing in."
    )
    async def download_url(self, info: Info, version: Number = None) -> str:
        return await addresses.to_save(info.context, self, version)  # type: ignore[arg-type]

    @strawberry.field(
        description="The same, to show the file in a browser where browsers show its kind; others are saved."
    )
    async def view_url(self, info: Info, version: Number = None) -> str:
        return await addresses.to_show(info.context, self, version)  # type: ignore[arg-type]
