"""The storage that the settings choose."""

from functools import cache

from app.core.storage import Storage
from app.files.disk import Disk
from app.settings import Settings, StorageKind


def storage_of(settings: Settings) -> Storage:
    """The same one for the same settings, so that its connections are kept."""
    return disk_of(settings) if settings.storage is StorageKind.DISK else _s3(settings)


@cache
def disk_of(settings: Settings) -> Disk:
    """The folder of files; also the one that knows our own addresses."""
    return Disk(settings.data_dir / "files", settings.url, settings.secret)


@cache
def _s3(settings: Settings) -> Storage:
    # Not at the top: it costs a second and a half, and most installations never need it.
    from app.files.s3 import S3

    return S3(settings)
