"""Rich text: what comes in is made safe once, when it is stored; what is stored is shown as it is."""

import html
import re

import nh3

from app.core.errors import Invalid, Reason
from app.core.rules import CONTENT

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "hr",
    "i", "img", "ins", "li", "mark", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "span": {"data-membership-id"},
    "figure": {"data-recording-id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

_MENTION = re.compile(r'<span data-membership-id="([0-9a-f-]{36})">')
_ATTACHMENT = re.compile(r'<figure data-recording-id="([0-9a-f-]{36})">')
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_TAG = re.compile(r"<[^>]*>")
_LINE_END = re.compile(r"<br ?/?>|</(?:p|div|li|h[1-4]|tr|pre|blockquote|figcaption)>|<hr ?/?>")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


def rich_text(plain: str | None, rich: str | None, *, field: str = "content") -> str | None:
    """The HTML to store, of plain text or of rich text (which wins); None when neither says anything.

    Raises Invalid when it is longer than 500,000 bytes.
    """
    given = rich if rich is not None else plain
    if given is None or not given.strip():
        return None
    if len(given.encode("utf-8", "replace")) > CONTENT:
        raise Invalid.field(field, Reason.too_long, f"{field} is longer than {CONTENT} bytes")
    return sanitize(given) if rich is not None else from_plain(given)


def sanitize(rich: str) -> str | None:
    """Only harmless tags and attributes; links tell nothing of where they were followed."""
    clean = nh3.clean(
        rich, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    ).strip()
    says_something = _TAG.sub("", clean).strip() or "<img" in clean or "<figure" in clean or "<hr" in clean
    return clean if says_something else None


def from_plain(text: str) -> str:
    """Escaped. A single line stays bare, so that it reads back equal; blank lines make paragraphs (domain.md 2.1)."""
    escaped = html.escape(text.replace("\r\n", "\n").strip(), quote=False)
    paragraphs = [part.replace("\n", "<br>") for part in _PARAGRAPHS.split(escaped)]
    return paragraphs[0] if len(paragraphs) == 1 else "".join(f"<p>{part}</p>" for part in paragraphs)


def plain_text(stored: str) -> str:
    """What stored HTML says, without tags: paragraphs, items and rows are lines."""
    lines = _TAG.sub("", _LINE_END.sub("\n", stored.replace("\n", " ")))
    return _BLANK_LINES.sub("\n\n", html.unescape(lines)).strip()


def mentioned_in(content: str | None) -> list[str]:
    """The membership ids that stored HTML mentions, each once, in order: `<span data-membership-id="…">`."""
    return list(dict.fromkeys(_MENTION.findall(content or "")))


def attached_in(content: str | None) -> list[str]:
    """The ids of recordings that stored HTML embeds, each once, in order: `<figure data-recording-id="…">`."""
    return list(dict.fromkeys(_ATTACHMENT.findall(content or "")))
