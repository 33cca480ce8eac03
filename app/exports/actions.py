"""Taking an organization's data along."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from app.core.content import attachment
from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, Reason
from app.core.ids import is_id
from app.core.policy import Verb, require
from app.exports import writing
from app.projects.model import Project


@dataclass(frozen=True)
class AccountExport:
    """A document that waits to be sent."""

    url: str
    disposition: str


async def export_account(ctx: Context, projects: Sequence[str] | None) -> AccountExport:
    """All of the organization, or only what lies in some of its projects, also in those that the owner is not on.

    Raises Forbidden (owners only) and Invalid (a project that is none).
    """
    require(ctx, Verb.export)
    chosen = None if projects is None else list(dict.fromkeys(id.lower() for id in projects))
    if chosen is not None:
        await _check(ctx, chosen)
    slug = ctx.here.slug
    url = f"{ctx.caller.settings.url}/api/v1/{slug}/account/export"
    url += "" if chosen is None else f"?projects={','.join(chosen)}"
    ctx.caller.contents[url] = writing.content(ctx, chosen)
    return AccountExport(url, attachment(f"thicket-{slug}-{ctx.now:%Y%m%d}.json"))


async def _check(ctx: Context, ids: Sequence[str]) -> None:
    known = [id for id in ids if is_id(id)]
    await ctx.tx.call("thicket_see_every_project")
    found = await ctx.tx.all(select(Project).where(among(col(Project.id), known)))
    if len(found) != len(ids):
        raise Invalid.field("projects", Reason.not_found, "Unknown project")
