"""The formats that people write texts in, and the HTML that each becomes when it is stored."""

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import strawberry

from app.core.errors import Invalid, Reason
from app.core.html import rich_text, sanitize
from app.core.rules import CONTENT

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

LONGEST_MARKDOWN = 50_000
"""In bytes: what is written to be hard to read takes time that grows with its length."""


@strawberry.enum(description="What a text is written in.")
class TextFormat(StrEnum):
    """What a text is written in."""

    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


def html_of(text: str, format: TextFormat, *, field: str) -> str:
    """The text as safe HTML.

    Raises Invalid where it says nothing, and where it is longer than 500,000 bytes, Markdown than 50,000.
    """
    match format:
        case TextFormat.HTML:
            stored = rich_text(None, text, field=field)
        case TextFormat.TEXT:
            stored = rich_text(text, None, field=field)
        case TextFormat.MARKDOWN:
            _check_length(text, LONGEST_MARKDOWN, field)
            stored = sanitize(_markdown().render(text))
    if stored is None:
        raise Invalid.field(field, Reason.blank, f"{field} can't be blank")
    _check_length(stored, CONTENT, field)
    return stored


def _check_length(text: str, most: int, field: str) -> None:
    if len(text.encode("utf-8", "replace")) > most:
        raise Invalid.field(field, Reason.too_long, f"{field} is longer than {most} bytes")


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # few texts are written in it: a server starts without it

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
