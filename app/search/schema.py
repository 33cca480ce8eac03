"""What search finds, as GraphQL shows it."""

import strawberry

from app.core.declare import linked, show
from app.core.refs import FileVersion, Project, Recording
from app.files.model import FileVersion as FileVersionRow
from app.projects.model import Project as ProjectRow
from app.recordings.model import Recording as RecordingRow
from app.recordings.model import RecordingType
from app.search.loaders import FileType

TYPES = {
    RecordingType.MESSAGE: "Messages",
    RecordingType.COMMENT: "Comments",
    RecordingType.TODO: "To-dos",
    RecordingType.TODOLIST: "To-do lists",
    RecordingType.DOCUMENT: "Documents",
    RecordingType.UPLOAD: "Files",
    RecordingType.VAULT: "Folders",
    RecordingType.SCHEDULE_ENTRY: "Events",
    RecordingType.CARD: "Cards",
    RecordingType.CARD_STEP: "Card steps",
    RecordingType.CARD_COLUMN: "Card columns",
    RecordingType.CHAT_LINE: "Chat lines",
    RecordingType.DM: "Direct chats",
    RecordingType.CANVAS_ITEM: "Canvas items",
    RecordingType.TIMER: "Timers",
    RecordingType.TIMER_SPACE: "Timer spaces",
}
FILES = {FileType.IMAGE: "Images", FileType.AUDIO: "Audio", FileType.VIDEO: "Video", FileType.PDF: "PDFs"}
EVERYTHING, ALL_FILES = "Everything", "All files"


@strawberry.type(description="A type that search can be narrowed down to.")
class SearchableType:
    key: RecordingType | None = strawberry.field(description="What to give as `type`; null for everything.")
    value: str = strawberry.field(description="How to call it to people.")


@strawberry.type(description="A kind of file that search can be narrowed down to.")
class SearchableFileType:
    key: FileType | None = strawberry.field(description="What to give as `fileType`; null for all files.")
    value: str = strawberry.field(description="How to call it to people.")


@strawberry.type(description="What search can be narrowed down to, in the words that people read.")
class SearchMetadata:
    @strawberry.field(description="The types of recordings, everything first.")
    def types(self) -> list[SearchableType]:
        return show([{"key": key, "value": value} for key, value in ((None, EVERYTHING), *TYPES.items())])

    @strawberry.field(description="The kinds of files, all of them first.")
    def file_types(self) -> list[SearchableFileType]:
        return show([{"key": key, "value": value} for key, value in ((None, ALL_FILES), *FILES.items())])

    @strawberry.field(description="What to call it when no type is chosen.")
    def default_type_label(self) -> str:
        return EVERYTHING

    @strawberry.field(description="What to call it when no kind of file is chosen.")
    def default_file_type_label(self) -> str:
        return ALL_FILES


@strawberry.type(description="A recording that was found by words, and where in it they stand.")
class SearchHit:
    title_excerpt: str | None = strawberry.field(
        description="Its title as safe HTML, with what matches in `<em>`; null where it has none."
    )
    excerpt: str | None = strawberry.field(
        description="A piece of its text as safe HTML, with what matches in `<em>`; null where it has none."
    )
    recording: Recording = linked("id", RecordingRow, description="What was found.")
    project: Project | None = linked("project_id", ProjectRow, description="The project that it lies in.")
    thread: Recording | None = linked(
        "parent_id", RecordingRow, description="What it lies in: of a comment, what it is about."
    )
    file: FileVersion | None = linked("file_id", FileVersionRow, description="The file that it holds now, if it does.")
