"""Finds recordings by their words (domain.md 2.16)."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any

import strawberry
from sqlalchemy import ARRAY, ColumnElement, Float, String, bindparam, column, func
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.core.ids import is_id
from app.core.paging import Order
from app.core.sources import Selection
from app.core.table import Id, Instant
from app.recordings.loaders import NEWEST
from app.recordings.model import Recording, RecordingStatus, RecordingType

LONGEST = 200
"""The longest question, in characters."""
CHATS = (RecordingType.CHAT_LINE,)
NOTHING = "00000000-0000-0000-0000-000000000000"
"""What no row's id is."""


class SearchSort(StrEnum):
    """How what was found is ordered."""

    RELEVANCE = "relevance"
    RECENT = "recent"


class FileType(StrEnum):
    """What a file holds."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    PDF = "pdf"


class SearchSince(StrEnum):
    """How far back search looks."""

    LAST_YEAR = "last_year"
    FOREVER = "forever"


strawberry.enum(SearchSort, description="How what was found is ordered.")
strawberry.enum(FileType, description="What a file holds.")
strawberry.enum(SearchSince, description="How far back search looks.")

HELD = {
    FileType.IMAGE: "image/%",
    FileType.AUDIO: "audio/%",
    FileType.VIDEO: "video/%",
    FileType.PDF: "application/pdf",
}
YEAR = timedelta(days=365)


async def ask(ctx: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Refuse a question that asks nothing, and say what "last year" means today. Raises Invalid."""
    if not arguments["q"].strip():
        raise Invalid.field("q", Reason.required, "q is required")
    if len(arguments["q"]) > LONGEST:
        raise Invalid.field("q", Reason.too_long, f"q is longer than {LONGEST} characters")
    if arguments["since"] is SearchSince.LAST_YEAR:
        first = (ctx.now - YEAR).date()
        arguments = arguments | {"posted_from": max(first, arguments["posted_from"] or first)}
    return arguments


def found_by_words(
    q: Annotated[
        str,
        strawberry.argument(
            description="What to look for: all of the words, the last one also as a beginning. "
            'A `"phrase"`, `OR` and `-word` mean what they do everywhere. 1 to 200 characters.'
        ),
    ],
    type: Annotated[RecordingType | None, strawberry.argument(description="Only this type.")] = None,
    project_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only in this project.")] = None,
    creator_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only what this person made.")] = None,
    posted_from: Annotated[
        date | None, strawberry.argument(description="Only what was made on this day (UTC) or later.")
    ] = None,
    posted_until: Annotated[
        date | None, strawberry.argument(description="Only what was made on this day (UTC) or before.")
    ] = None,
    archived: Annotated[bool, strawberry.argument(description="Archived recordings too.")] = False,
    exclude_chat: Annotated[bool, strawberry.argument(description="No lines of chats.")] = False,
    file_type: Annotated[FileType | None, strawberry.argument(description="Only files that hold this.")] = None,
    since: Annotated[SearchSince, strawberry.argument(description="How far back.")] = SearchSince.FOREVER,
    sort: Annotated[
        SearchSort, strawberry.argument(description="The best matches first, where newer counts more; or the newest.")
    ] = SearchSort.RELEVANCE,
) -> Selection:
    """The matches that the viewer may see: of the newest two thousand, those that match best come first."""
    statuses = [RecordingStatus.ACTIVE, RecordingStatus.DRAFTED, *([RecordingStatus.ARCHIVED] if archived else [])]
    found = func.thicket_search(
        q,
        _bound([each.value for each in statuses], ARRAY(String)),
        _bound(None if type is None else [type.value], ARRAY(String)),
        _bound([each.value for each in CHATS] if exclude_chat else [], ARRAY(String)),
        _bound(_only(project_id), Id),
        _bound(_only(creator_id), Id),
        _bound(posted_from and datetime.combine(posted_from, time.min, UTC), Instant),
        _bound(posted_until and datetime.combine(posted_until, time.max, UTC), Instant),
        _bound(file_type and HELD[file_type], String()),
    ).table_valued(column("id", Id), column("score", Float), name="found")
    best = Order(found.c.score, "score", descending=True)
    return Selection(
        join=(found, found.c.id == col(Recording.id)),
        order=NEWEST if sort is SearchSort.RECENT else (best, *NEWEST),
        extra=(
            found.c.score.label("score"),
            func.thicket_highlight(col(Recording.title), q, True).label("title_excerpt"),
            func.thicket_highlight(func.thicket_plain(col(Recording.content)), q, False).label("excerpt"),
        ),
    )


def _bound(value: Any, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return bindparam(None, value, type_=kind)


def _only(id: str | None) -> str | None:
    return None if id is None else id.lower() if is_id(id) else NOTHING
