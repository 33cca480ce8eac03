"""Files that a message was sent with as addresses: they become files of the message once they were fetched.

Until then, and where they cannot be had, the message has links. Nothing private is asked (webhooks/addresses.py).
"""

import html
import logging
import tempfile
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import unquote, urljoin, urlsplit

from sqlalchemy import update
from sqlmodel import col, select
from starlette.datastructures import UploadFile

from app.core.context import Caller, Context
from app.core.effects import conclude
from app.core.errors import AppError
from app.core.forms import LARGEST_FILE, MEBIBYTE
from app.core.html import sanitize
from app.core.jobs import Payload, enqueue
from app.files.actions import send
from app.files.naming import clean_name
from app.projects.model import Tool
from app.recordings.actions.posting import container_of, figure
from app.recordings.model import MessageSource, Recording, RecordingStatus
from app.webhooks.addresses import Refused, looked_up, outgoing

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

FETCH = "intake.fetch"
PATIENCE = 30.0
"""Seconds for each step of the conversation."""
REDIRECTS = 5


class Unfit(Exception):
    """What is there is no file for us, today or later."""


def link(address: str) -> str:
    """A paragraph that leads to a file elsewhere."""
    return sanitize(f'<p><a href="{html.escape(address)}">{html.escape(name_of(address))}</a></p>') or ""


def name_of(address: str) -> str:
    """What a file at that address is called."""
    return unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2] or address


async def fetch_later(ctx: Context, message: Recording, address: str) -> None:
    """Have it fetched once this operation is committed, as the caller's deed."""
    payload = {"slug": ctx.here.slug, "user_id": ctx.user_id, "message_id": message.id, "address": address}
    await enqueue(ctx.tx, FETCH, payload)


async def fetch(caller: Caller, payload: Payload) -> None:
    """Put the file in the place of its link, which stays where it cannot be had. Raises httpx.HTTPError: try again."""
    with tempfile.SpooledTemporaryFile(max_size=MEBIBYTE) as file:
        try:
            size = await _download(caller, payload["address"], cast(IO[bytes], file))
        except (Refused, Unfit) as refusal:
            log.info("A file of a message was not fetched: %s", refusal)
            return
        file.seek(0)
        sent = UploadFile(cast(IO[bytes], file), size=size, filename=clean_name(name_of(payload["address"])))  # type: ignore[arg-type]
        try:
            async with caller.database.transaction(writes=True) as tx:
                ctx = Context(caller, tx, None, writes=True)
                await tx.become(payload["user_id"])
                ctx.place = await tx.enter(payload["user_id"], payload["slug"])
                if ctx.place is not None:
                    await _attach(ctx, payload["message_id"], payload["address"], sent)
                    await conclude(ctx)
        except AppError as refusal:
            log.info("A file of a message was not kept: %s", refusal.message)


async def _download(caller: Caller, address: str, file: IO[bytes]) -> int:
    """Write what is at the address into the file; how many bytes. Raises Refused, Unfit and httpx.HTTPError."""
    async with outgoing(PATIENCE) as client:
        for _ in range(REDIRECTS + 1):
            target = await looked_up(address, private=caller.settings.webhooks_inside)
            answer = await client.send(target.request(client, "GET"), stream=True)
            try:
                if answer.has_redirect_location:
                    address = urljoin(address, answer.headers["location"])
                    if urlsplit(address).scheme not in ("http", "https"):
                        raise Unfit("It leads to no http or https address")
                    continue
                return await _written(answer, file)
            finally:
                await answer.aclose()
    raise Unfit("It leads from one address to the next")


async def _written(answer: "httpx.Response", file: IO[bytes]) -> int:
    if answer.is_server_error:
        answer.raise_for_status()
    if not answer.is_success:
        raise Unfit(f"Answered {answer.status_code}")
    size = 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > LARGEST_FILE:
            raise Unfit(f"Larger than {LARGEST_FILE // MEBIBYTE} MB")
        file.write(chunk)
    if size == 0:
        raise Unfit("Empty")
    return size


async def _attach(ctx: Context, message_id: str, address: str, sent: UploadFile) -> None:
    """A new file in the project's folder, embedded where the link was; nothing where there is no link any more."""
    query = select(Recording).where(
        col(Recording.id) == message_id, col(Recording.status) == RecordingStatus.ACTIVE.value
    )
    message = await ctx.tx.first(query.with_for_update())
    if message is None or message.project_id is None or link(address) not in (message.content or ""):
        return
    upload = await send(ctx, await container_of(ctx, message.project_id, Tool.VAULT), sent, None, None)
    whose = {"creator_id": message.creator_id, "visible_to_clients": message.visible_to_clients}
    await ctx.tx.run(update(Recording).where(col(Recording.id) == upload.id).values(whose))
    source = await ctx.tx.first(select(MessageSource).where(col(MessageSource.recording_id) == message.id))
    content = (message.content or "").replace(link(address), figure(upload), 1)
    await ctx.tx.run(update(Recording).where(col(Recording.id) == message.id).values(content=content))
    if source is not None:  # its words are the same, and stay with it
        await ctx.tx.add(
            MessageSource(
                recording_id=message.id, org_id=message.org_id, format=source.format, text=_without(source, address)
            )
        )


def _without(source: MessageSource, address: str) -> str:
    """What was written, without the link that was added to HTML."""
    return source.text.replace(link(address), "", 1) if source.format == "html" else source.text
