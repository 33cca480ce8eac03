"""What a file is, by its bytes."""

import io

import pytest

from app.files.sniffing import HEAD, content_type, dimensions
from tests.contract.scene import LOGO


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
        (b"GIF89a", "a.png", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a", "image/webp"),
        (b"XXXX\0\0\0\0WEBPVP8 ", "a", "application/octet-stream"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a", "audio/wav"),
        (b"\0\0\0\x1cftypavif", "a", "image/avif"),
        (b"\0\0\0\x18ftypheic", "a.jpg", "image/heic"),
        (b"\0\0\0\x18ftypmp42", "a", "video/mp4"),
        (b"", "a.txt", "text/plain"),
        (b"caf\xc3\xa9\r\n\t", "a.txt", "text/plain"),
        (b"caf\xe9", "a.txt", "application/octet-stream"),
        (b"x" * (HEAD - 1) + b"\xc3", "a.txt", "text/plain"),
        (b"a,b", "a.csv", "text/csv"),
        (b"{}", "a.json", "application/json"),
        (b"# A", "README.md", "text/markdown"),
        (b"x", "a.pdf", "application/octet-stream"),
        (b"x", "a.tar.gz", "application/octet-stream"),
        (b"x", "a", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(head: bytes, name: str, kind: str) -> None:
    assert content_type(head, name) == kind


def test_images_have_a_size_and_broken_ones_have_none() -> None:
    assert dimensions(io.BytesIO(LOGO.content), "image/png") == (32, 16)
    for broken in (b"", LOGO.content[:10], b"\xff\xd8\xff\xe0\0\x01", b"GIF89a", b"RIFF\0\0\0\0WEBP"):
        for kind in ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"):
            assert dimensions(io.BytesIO(broken), kind) is None
    assert dimensions(io.BytesIO(LOGO.content), "text/plain") is None
