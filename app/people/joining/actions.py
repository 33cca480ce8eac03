"""Taking the place that an invitation offers: by its link, or by the address that it was sent to."""

from sqlmodel import col, select

from app.core.context import Context, Place, Role
from app.core.db import Row
from app.core.effects import conclude
from app.core.errors import BadRequest, Conflict, InvitationExpired, NotFound
from app.core.secret import digest
from app.orgs.model import Organization
from app.people.actions import Newcomer, invitation_by_id, seat
from app.people.loaders import has_expired
from app.recordings.events import note


async def find_offer(ctx: Context, token: str) -> Row:
    """What an invitation offers, for whoever has its token.

    Raises NotFound (taken already, declined, withdrawn, never made) and InvitationExpired.
    """
    rows = await ctx.tx.call("thicket_offered", digest(token))
    if not rows:
        raise NotFound
    _require_in_time(ctx, rows[0])
    return rows[0]


async def accept(ctx: Context, token: str) -> Organization:
    """Take the place that an invitation's link offers, and enter the organization.

    Whoever holds the token may (domain.md 4, ruling 9). Raises Unauthenticated, NotFound (taken already, withdrawn,
    or never made), InvitationExpired and Conflict (the caller is there already; the invitation goes on waiting).
    """
    user_id = ctx.user_id
    ctx.check_unbound()
    ctx.check_may_write()
    if ctx.place is not None:
        raise BadRequest("One operation can enter only one organization")
    await _join(ctx, user_id, None, digest(token))
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    assert organization is not None
    return organization


async def accept_offered(ctx: Context, user_id: str, email: str) -> int:
    """Take every place that was offered to the address of the user whom this transaction has become; how many.

    For signing up and signing in, where the settings say that an address is proof enough. Afterwards the operation
    is in no organization.
    """
    taken = 0
    for row in await ctx.tx.call("thicket_invitations_for", email):
        try:
            await _join(ctx, user_id, row.id, None)
            await conclude(ctx)
        except (Conflict, InvitationExpired, NotFound):
            continue
        finally:
            ctx.place = None
        taken += 1
    return taken


async def _join(ctx: Context, user_id: str, id: str | None, token_digest: bytes | None) -> None:
    """Take the place of the invitation with this id (and the user's address) or with this token; enter.

    Locks the organization, so of two at once the second finds the invitation taken.
    Raises NotFound, InvitationExpired, Conflict.
    """
    rows = await ctx.tx.call("thicket_join", id, token_digest)
    if not rows:
        raise NotFound
    joined = rows[0]
    user = (await ctx.tx.call("thicket_myself"))[0]
    invitation = await invitation_by_id(ctx, joined.invitation_id)
    _require_in_time(ctx, invitation)
    ctx.place = Place(invitation.org_id, joined.slug, "", Role(invitation.role))
    membership_id = await seat(ctx, invitation, Newcomer(user_id, user.name, user.email, user.image))
    ctx.place = await ctx.tx.enter(user_id, joined.slug)
    await note(ctx, "person_joined", detail={"membership_id": membership_id})


def _require_in_time(ctx: Context, invitation: object) -> None:
    if has_expired(invitation, ctx):
        raise InvitationExpired
