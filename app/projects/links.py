"""What people do with a project's links (the contract calls them doors): ways to things that lie elsewhere."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Reason
from app.core.ids import new_id, read_id
from app.core.rules import line, optional_text
from app.projects.actions import writable
from app.projects.model import ProjectLink
from app.recordings.events import note

LONGEST = 2_000
TITLE = 200
DESCRIPTION = 1_000


async def create(
    ctx: Context, project_id: str, *, url: str, title: str, description: str | None, visible_to_clients: bool
) -> ProjectLink:
    """One more link, at the end. Raises NotFound, Forbidden, Invalid."""
    project = await writable(ctx, project_id)
    last = await ctx.tx.value(
        select(func.max(col(ProjectLink.position))).where(col(ProjectLink.project_id) == project.id)
    )
    made = ProjectLink(
        id=new_id(),
        org_id=ctx.org_id,
        project_id=project.id,
        creator_id=ctx.me,
        url=_address(url),
        title=line("title", title, most=TITLE),
        description=optional_text("description", description, most=DESCRIPTION),
        visible_to_clients=visible_to_clients,
        position=0 if last is None else last + 1,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.tx.add(made)
    await note(ctx, "link_added", project_id=project.id, detail={"title": made.title})
    return made


async def change(ctx: Context, project_id: str, id: str, values: dict[str, Any]) -> ProjectLink:
    """Change what is in `values`, a link's own fields. Any number is a place. Raises NotFound, Forbidden, Invalid."""
    found = await _find(ctx, project_id, id)
    wanted = dict(values)
    if "url" in wanted:
        wanted["url"] = _address(wanted["url"])
    if "title" in wanted:
        wanted["title"] = line("title", wanted["title"], most=TITLE)
    if "description" in wanted:
        wanted["description"] = optional_text("description", wanted["description"], most=DESCRIPTION)
    if wanted:
        statement = update(ProjectLink).where(col(ProjectLink.id) == found.id)
        await ctx.tx.run(statement.values(**wanted, updated_at=ctx.now))
        await note(ctx, "link_changed", project_id=found.project_id, detail={"fields": sorted(wanted)})
    return await _find(ctx, project_id, id)


async def remove(ctx: Context, project_id: str, id: str) -> str:
    """Take a link away for good; its id. Raises NotFound, Forbidden."""
    found = await _find(ctx, project_id, id)
    await ctx.tx.run(delete(ProjectLink).where(col(ProjectLink.id) == found.id))
    await note(ctx, "link_removed", project_id=found.project_id, detail={"title": found.title})
    return found.id


async def _find(ctx: Context, project_id: str, id: str) -> ProjectLink:
    project = await writable(ctx, project_id)
    query = select(ProjectLink).where(col(ProjectLink.id) == read_id(id), col(ProjectLink.project_id) == project.id)
    found = await ctx.tx.first(query)
    if found is None:
        raise NotFound
    return found


def _address(value: str) -> str:
    """An address that is safe to click."""
    address = line("url", value, most=LONGEST)
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address
    except ValueError:
        fits = False
    if not fits:
        raise Invalid.field("url", Reason.invalid_format, "url must begin with http:// or https:// and name a host")
    return address
