"""What a file is, by its bytes; its name and what the sender claims are believed only where nothing depends on it."""

import logging
import mimetypes
from typing import BinaryIO

import imagesize

log = logging.getLogger(__name__)

BY_ENDING = mimetypes.MimeTypes()
"""Python's own list, whatever the system has, and what it lacks."""
OFFICE = "application/vnd.openxmlformats-officedocument."
for ending, kind in {
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".pptx": f"{OFFICE}presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".md": "text/markdown",
}.items():
    BY_ENDING.add_type(kind, ending)

OCTETS = "application/octet-stream"
HEAD = 4096
"""As many bytes tell what a file is."""

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
)
"""Where in a file which bytes mean which type; the first that fits."""
RIFF = frozenset({"image/webp", "audio/wav"})
PLAIN = "text/plain"
SHOWN = frozenset({kind for _, _, kind in SIGNATURES} - {"image/heic"} | {PLAIN})
"""What browsers may show. Nothing that can hold a script is among them; all else is saved."""
SIZED = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})


def content_type(head: bytes, filename: str) -> str:
    """The type of a file that begins so. One that browsers show is told by the bytes alone, others by the name."""
    for offset, signature, kind in SIGNATURES:
        riff = kind not in RIFF or head.startswith(b"RIFF")
        if riff and head[offset : offset + len(signature)] == signature:
            return kind
    guessed, encoding = BY_ENDING.guess_type(filename)
    if guessed is None or encoding is not None:
        return OCTETS
    if guessed.startswith("text/") and not _is_text(head):
        return OCTETS
    return guessed if guessed not in SHOWN or guessed == PLAIN else OCTETS


def dimensions(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Width and height of an image in pixels; None where it has none, or is broken."""
    if kind not in SIZED:
        return None
    file.seek(0)
    try:
        width, height = imagesize.get(file)
    except Exception:  # whatever a made-up file makes it raise, an image without a size is no mistake
        log.info("an image without a size", exc_info=True)
        return None
    return (width, height) if 0 < width < 2**31 and 0 < height < 2**31 else None


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters. The last character may be cut in two."""
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return all(ord(each) >= 32 or each in "\t\r\n\f" for each in text)
