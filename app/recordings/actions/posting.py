"""Posts what somebody has written, in the format that it was written in, with files."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.errors import NotFound
from app.core.html import plain_text
from app.core.markup import TextFormat, html_of
from app.projects.model import ProjectTool, Tool
from app.recordings.actions.create import New, create
from app.recordings.model import MessageSource, Recording, RecordingType

TITLE = 100
"""How much of a text's first line becomes the title of what has none."""


@dataclass(frozen=True)
class Post:
    """What is to be posted on a project's message board."""

    text: str
    format: TextFormat
    html: str
    """What the text becomes (`written`)."""
    creator_id: str
    shared: bool
    """The project's clients see it, and its files."""


async def written(text: str, format: TextFormat, *, field: str) -> str:
    """The text as safe HTML; a long one does not keep others waiting. Raises Invalid."""
    return await asyncio.to_thread(html_of, text, format, field=field)


async def container_of(ctx: Context, project_id: str, tool: Tool) -> str:
    """The id of the container that the tool's content lies in. Raises NotFound."""
    query = select(col(ProjectTool.container_id)).where(
        col(ProjectTool.project_id) == project_id, col(ProjectTool.tool) == tool.value
    )
    id = await ctx.tx.value(query)
    if id is None:
        raise NotFound
    return str(id)


async def post(ctx: Context, project_id: str, said: Post, uploads: Sequence[Recording]) -> Recording:
    """A message whose title is the first line of what it says, and which embeds the uploads; they become its author's.

    Raises NotFound, Forbidden, Invalid.
    """
    if uploads:
        ids = [upload.id for upload in uploads]
        values = {"creator_id": said.creator_id, "visible_to_clients": said.shared}
        await ctx.tx.run(update(Recording).where(among(Recording.id, ids)).values(values))
    embedded = "".join(map(figure, uploads))
    new = New(
        RecordingType.MESSAGE,
        title=_title(said.html),
        content_html=said.html + embedded,
        creator_id=said.creator_id,
        shared=said.shared,
    )
    message = await create(ctx, await container_of(ctx, project_id, Tool.MESSAGE_BOARD), new)
    text = said.html if said.format is TextFormat.HTML else said.text
    await ctx.tx.add(MessageSource(recording_id=message.id, org_id=ctx.org_id, format=said.format.value, text=text))
    ctx.forget()
    return message


def figure(upload: Recording) -> str:
    """What embeds a file in a text."""
    return f'<figure data-recording-id="{upload.id}"></figure>'


def _title(html: str) -> str:
    """The first line that says something; of what says nothing in words, a word of ours."""
    lines = [line.strip() for line in plain_text(html).splitlines() if line.strip()]
    first = lines[0] if lines else "Message"
    return first if len(first) <= TITLE else f"{first[: TITLE - 1].rstrip()}…"
