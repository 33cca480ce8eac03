"""Who is let into a workspace besides its owner. Whoever is not of the owner's organization comes in as a client."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import any_, literal, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from app.core.context import Context, Role
from app.core.db import Row
from app.core.errors import BadRequest, Conflict, NotFound
from app.core.ids import read_id
from app.core.policy import is_team
from app.core.rules import normal_email
from app.core.secret import digest
from app.core.sources import whole
from app.core.table import Id
from app.orgs.loaders import lock_organization
from app.people import actions as people
from app.people.joining import actions as joining
from app.people.model import Invitation, Membership
from app.projects import actions as projects
from app.projects.loaders import find_project
from app.projects.model import ProjectAccess
from app.recordings.model import Recording
from app.workspaces.actions import edited, owned
from app.workspaces.canvas import TOOL
from app.workspaces.loaders import find_workspace
from app.workspaces.model import ShareLevel, WorkspaceLevel

SENT = "Invitation sent to new user"
NO_COLLABORATOR = "Collaborator not found"
NO_INVITE = "Invite not found"
IS_OWNER = "Cannot invite workspace owner as collaborator"


@dataclass(frozen=True)
class Share:
    """What came of sharing: somebody who is in, or an address that was written to."""

    collaborator: dict[str, Any] | None
    email: str


async def share(ctx: Context, id: str, email: str, level: ShareLevel) -> Share:
    """Let the person with this address in, or invite him. For the owner and editors.

    Raises NotFound, Forbidden, Invalid, BadRequest (oneself, the owner), Conflict (he is in already), LimitReached.
    """
    workspace = await edited(ctx, id)
    address = normal_email("email", email)
    query = whole(Membership).where(col(Membership.email) == address, col(Membership.removed_at).is_(None))
    known = await ctx.tx.rows(query)
    if known and known[0].id == ctx.me:
        raise BadRequest("You can't invite yourself")
    if known and known[0].user_id == workspace.user_id:
        raise BadRequest(IS_OWNER)
    if known:
        if await _access(ctx, workspace.id, known[0].id):
            raise Conflict("User is already a collaborator")
        await projects.revise(ctx, await find_project(ctx, workspace.id), grant=[known[0].id], revoke=[])
        await _set_level(ctx, workspace.id, known[0].id, level)
        await _show_canvas(ctx, workspace)
        return Share(await _collaborator(ctx, workspace.id, known[0].id), address)
    await _show_canvas(ctx, workspace)
    invitation = await _invite(ctx, workspace, address, level)
    if invitation.accepted_at is None:
        return Share(None, address)
    joined = await ctx.tx.rows(query)
    return Share(await _collaborator(ctx, workspace.id, joined[0].id), address)


async def change_level(ctx: Context, id: str, collaborator_id: str, level: ShareLevel) -> dict[str, Any]:
    """Let a collaborator do more, or less. For the owner only. Raises NotFound, Forbidden."""
    workspace = await owned(ctx, id)
    wanted = await _known(ctx, workspace, collaborator_id)
    await _set_level(ctx, workspace.id, wanted, level)
    return await _collaborator(ctx, workspace.id, wanted)


async def remove(ctx: Context, id: str, collaborator_id: str) -> str:
    """Let a collaborator in no longer; his id. For the owner only. Raises NotFound, Forbidden."""
    workspace = await owned(ctx, id)
    wanted = await _known(ctx, workspace, collaborator_id)
    await projects.set_people(ctx, workspace.id, None, None, [wanted])
    return wanted


async def withdraw(ctx: Context, id: str, invitation_id: str) -> str:
    """Take an invitation to the workspace back; its id. What else it leads to, it still does.

    For the owner only. Raises NotFound, Forbidden.
    """
    workspace = await owned(ctx, id)
    found = [each for each in await invites_of(ctx, workspace) if each["id"] == invitation_id.lower()]
    if not found:
        raise NotFound(NO_INVITE)
    left = [each for each in found[0]["project_ids"] if each != workspace.id]
    if not left and found[0]["levels"]:
        await people.withdraw(ctx, found[0]["id"])
    else:
        change = update(Invitation).where(col(Invitation.id) == found[0]["id"])
        await ctx.tx.run(change.values(project_ids=left))
    return str(found[0]["id"])


async def claim(ctx: Context, token: str) -> Row:
    """Take the place that an invitation's token offers; the workspace that it leads to.

    Raises Unauthenticated, NotFound (taken already, withdrawn, never made), InvitationExpired, Conflict (the caller is
    there already).
    """
    assert ctx.user_id
    ctx.check_fields()
    try:
        await joining.accept(ctx, token)
    except NotFound as error:
        raise NotFound(NO_INVITE) from error
    query = whole(Invitation).where(col(Invitation.digest) == digest(token))
    (invitation,) = await ctx.tx.rows(query)
    for project_id in invitation.levels or ():
        return await find_workspace(ctx, project_id)
    raise NotFound(NO_INVITE)


async def find_offer(ctx: Context, token: str) -> Row:
    """What an invitation to a workspace offers, for whoever has its token.

    Raises NotFound (taken already, withdrawn, never made, leads to no workspace), InvitationExpired.
    """
    try:
        offer = await joining.find_offer(ctx, token)
    except NotFound as error:
        raise NotFound(NO_INVITE) from error
    if offer.workspace_name is None:
        raise NotFound(NO_INVITE)
    return offer


async def collaborators_of(ctx: Context, workspace: Row) -> list[dict[str, Any]]:
    """The owner, then who else is let in by name, oldest first. Enters the workspace's organization."""
    await ctx.enter(workspace.org_slug)
    return await _collaborators(ctx, workspace.id)


async def invites_of(ctx: Context, workspace: Row) -> list[dict[str, Any]]:
    """Invitations that lead to the workspace and wait, oldest first. Enters the workspace's organization."""
    await ctx.enter(workspace.org_slug)
    query = (
        whole(Invitation)
        .add_columns(col(Membership.user_id).label("inviter_id"))
        .join(Membership, col(Membership.id) == col(Invitation.invited_by_id))
        .where(
            literal(workspace.id, Id) == any_(col(Invitation.project_ids)),
            col(Invitation.accepted_at).is_(None),
            col(Invitation.declined).is_(False),
        )
        .order_by(col(Invitation.created_at), col(Invitation.id))
    )
    return [{**dict(row), "permission_level": _offered(row, workspace.id)} for row in await ctx.tx.rows(query)]


def _offered(invitation: Row, project_id: str) -> str:
    return str((invitation.levels or {}).get(project_id, _usual(invitation.role)))


def _usual(role: str) -> str:
    """What somebody may do who was put on the project without a word about it."""
    return (WorkspaceLevel.EDITOR if is_team(role) else WorkspaceLevel.VIEWER).value


async def _invite(ctx: Context, workspace: Row, address: str, level: ShareLevel) -> Invitation:
    """A new invitation; where one waits already, it leads here too from now on."""
    await lock_organization(ctx)
    waiting = await ctx.tx.all(
        select_rows(Invitation).where(
            col(Invitation.email) == address, col(Invitation.accepted_at).is_(None), ~col(Invitation.declined)
        )
    )
    if not waiting:
        level_there = {workspace.id: level.value}
        until = ctx.now + people.WAITS
        offer = people.Offer(address, Role.CLIENT, project_ids=[workspace.id], levels=level_there, expires_at=until)
        return await people.invite_guest(ctx, offer)
    (old,) = waiting
    return await people.extend(
        ctx,
        old,
        {
            "project_ids": list(dict.fromkeys([*old.project_ids, workspace.id])),
            "levels": {**(old.levels or {}), workspace.id: level.value},
        },
    )


async def _show_canvas(ctx: Context, workspace: Row) -> None:
    """Clients may have been kept out of the project in the meantime; then nothing in it was left for them to see."""
    hidden = ~col(Recording.visible_to_clients)
    await ctx.tx.run(
        update(Recording)
        .where(col(Recording.project_id) == workspace.id, col(Recording.tool) == TOOL, hidden)
        .values(visible_to_clients=True)
    )


async def _set_level(ctx: Context, project_id: str, membership_id: str, level: ShareLevel) -> None:
    mine = col(ProjectAccess.project_id) == project_id, col(ProjectAccess.membership_id) == membership_id
    await ctx.tx.run(update(ProjectAccess).where(*mine).values(level=level.value))
    ctx.forget()


async def _access(ctx: Context, project_id: str, membership_id: str) -> bool:
    mine = col(ProjectAccess.project_id) == project_id, col(ProjectAccess.membership_id) == membership_id
    return bool(await ctx.tx.rows(select(col(ProjectAccess.membership_id)).where(*mine)))


async def _known(ctx: Context, workspace: Row, id: str) -> str:
    """The membership of a collaborator; the owner is none. Raises NotFound."""
    try:
        wanted = read_id(id)
    except NotFound as error:
        raise NotFound(NO_COLLABORATOR) from error
    if wanted == ctx.me or not await _access(ctx, workspace.id, wanted):
        raise NotFound(NO_COLLABORATOR)
    return wanted


async def _collaborator(ctx: Context, project_id: str, membership_id: str) -> dict[str, Any]:
    (found,) = [each for each in await _collaborators(ctx, project_id) if each["id"] == membership_id]
    return found


async def _collaborators(ctx: Context, project_id: str) -> list[dict[str, Any]]:
    workspace = await find_workspace(ctx, project_id)
    query = (
        whole(Membership)
        .add_columns(
            col(ProjectAccess.level), col(ProjectAccess.last_opened_at), col(ProjectAccess.created_at).label("since")
        )
        .join(ProjectAccess, col(ProjectAccess.membership_id) == col(Membership.id))
        .where(col(ProjectAccess.project_id) == project_id, col(Membership.removed_at).is_(None))
        .order_by(col(ProjectAccess.created_at), col(Membership.id))
    )
    rows = await ctx.tx.rows(query)
    return sorted((_shown(workspace, row) for row in rows), key=lambda each: each["user_id"] != workspace.user_id)


def _shown(workspace: Row, row: Row) -> dict[str, Any]:
    owner = row.user_id == workspace.user_id
    level = row.level if row.level in tuple(ShareLevel) else _usual(row.role)
    return {
        "id": f"owner-{row.user_id}" if owner else row.id,
        "workspace_id": workspace.id,
        "user_id": row.user_id,
        "permission_level": WorkspaceLevel.OWNER.value if owner else level,
        "created_at": workspace.created_at if owner else row.since,
        "last_opened_at": row.last_opened_at,
        "name": row.name,
        "email": row.email,
        "image": row.image,
    }
