"""Files in an S3 bucket, or in what speaks as S3 does. Their addresses are presigned: clients fetch from there."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, BinaryIO

import aioboto3
from aiobotocore.config import AioConfig
from botocore.exceptions import BotoCoreError, ClientError

from app.core.storage import ADDRESS_SECONDS, Served, StorageAway
from app.settings import Settings

log = logging.getLogger(__name__)

CONFIG = AioConfig(
    connect_timeout=3,
    read_timeout=10,
    max_pool_connections=50,
    retries={"total_max_attempts": 2, "mode": "standard"},
    signature_version="s3v4",
    # Checksums in trailers are not understood by everything that speaks as S3 does.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
AWAY = (BotoCoreError, ClientError, OSError, asyncio.TimeoutError)


class S3:
    """Keeps each file under its key in a bucket that is there already."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._options: dict[str, Any] = {
            "endpoint_url": settings.s3_endpoint,
            "region_name": settings.s3_region,
            "aws_access_key_id": settings.s3_access_key,
            "aws_secret_access_key": settings.s3_secret_key,
            "config": CONFIG,
        }
        self._opened = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._known: Any = None

    async def put(self, key: str, file: BinaryIO, size: int) -> None:
        file.seek(0)
        await self._call("put_object", Key=key, Body=file, ContentLength=size)

    async def delete(self, key: str) -> None:
        await self._call("delete_object", Key=key)

    async def address(self, key: str, served: Served) -> str:
        what = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": served.content_type,
            "ResponseContentDisposition": served.disposition,
            "ResponseCacheControl": "private, no-cache",
        }
        client = await self._client()
        return str(await client.generate_presigned_url("get_object", Params=what, ExpiresIn=ADDRESS_SECONDS))

    async def listed(self) -> AsyncIterator[str]:
        more: dict[str, str] = {}
        while True:
            page = await self._call("list_objects_v2", **more)
            for each in page.get("Contents", ()):
                yield each["Key"]
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    async def check(self) -> None:
        await self._call("head_bucket")

    async def close(self) -> None:
        self._known = None
        await self._opened.aclose()

    async def _call(self, name: str, **arguments: Any) -> Any:
        try:
            client = await self._client()
            return await getattr(client, name)(Bucket=self._bucket, **arguments)
        except AWAY as error:
            log.warning("file storage: %s: %s", name, error)
            raise StorageAway from error

    async def _client(self) -> Any:
        """One for the whole process: making one takes long."""
        async with self._opening:
            if self._known is None:
                self._known = await self._opened.enter_async_context(aioboto3.Session().client("s3", **self._options))
        return self._known
