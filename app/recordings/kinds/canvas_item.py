"""Canvas item: its rules and its GraphQL type."""

import strawberry

from app.core.declare import linked
from app.core.scalars import JsonValue
from app.recordings.kind import Kind, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Positionable, Recording, recording_type
from app.workspaces.model import CanvasContent as ContentRow


@strawberry.type(description="What a canvas's program keeps of an item.")
class CanvasContent:
    item: JsonValue = strawberry.field(
        description="The item as the program wrote it: `id`, `type`, `subtitle`, `data`, `color`, `folderId`, `layout`."
    )


@recording_type(
    Kind(
        RecordingType.CANVAS_ITEM,
        parents=frozenset({RecordingType.CANVAS}),
        title=Text.OPTIONAL,
        content=Text.NONE,
        positionable=True,
    )
)
class CanvasItem(Positionable, Recording):
    """A note, a quiz, a file or a folder on a workspace's canvas."""

    kept: CanvasContent | None = linked(
        "id", ContentRow, to="recording_id", description="What its program keeps of it; null where people made it."
    )
