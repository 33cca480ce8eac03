"""Slugs of workspaces: they follow the name, and no two of one owner are alike (routes.md 3.5)."""

import re
from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import col, select

from app.core.context import Context
from app.core.db import among
from app.core.effects import Happening, follower
from app.orgs.loaders import lock_organization
from app.projects.model import Project
from app.workspaces.model import Workspace

LONGEST = 43


def slug_of(name: str) -> str:
    """`My  Project!` → `my-project`; `workspace` where nothing is left of the name."""
    plain = re.sub(r"[^a-z0-9\s-]", "", name.lower()).strip()
    return re.sub(r"[\s-]+", "-", plain)[:LONGEST].strip("-") or "workspace"


async def free_slug(ctx: Context, owner_id: str, name: str) -> str:
    """The name's slug, with the first number behind it that this owner has not given yet. Locks the organization."""
    await lock_organization(ctx)
    taken = {row.slug for row in await ctx.tx.call("thicket_workspace_slugs", owner_id)}
    slug, number = slug_of(name), 0
    while (found := f"{slug}-{number}" if number else slug) in taken:
        number += 1
    return found


async def follow_name(ctx: Context, project_ids: Sequence[str]) -> None:
    """Give these workspaces slugs of their present names, where they have others."""
    query = (
        select(col(Workspace.project_id), col(Workspace.owner_id), col(Workspace.slug), col(Project.name))
        .join(Project, col(Project.id) == col(Workspace.project_id))
        .where(among(Workspace.project_id, project_ids))
    )
    for row in await ctx.tx.rows(query):
        if not re.fullmatch(rf"{slug_of(row.name)}(-\d+)?", row.slug):
            slug = await free_slug(ctx, row.owner_id, row.name)
            await ctx.tx.run(update(Workspace).where(col(Workspace.project_id) == row.project_id).values(slug=slug))


@follower
async def follow_renaming(ctx: Context, happened: Sequence[Happening]) -> None:
    """A workspace can be renamed as the project that it is."""
    renamed = [
        each.project_id
        for each in happened
        if each.project_id and each.action == "project_changed" and "name" in (each.detail or {}).get("fields", ())
    ]
    if renamed:
        await follow_name(ctx, renamed)
