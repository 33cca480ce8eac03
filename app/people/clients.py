"""Clients who are named by their address: found, or given a place at once."""

from sqlmodel import col, select

from app.billing.plans import require_room_for_person
from app.core.context import Context, Role
from app.core.errors import Invalid, Reason
from app.core.ids import new_id
from app.core.policy import Verb, require, team_only
from app.core.rules import line, normal_email
from app.orgs.loaders import lock_organization
from app.people.actions import NAME, Newcomer, Offer, invitation_for, seat
from app.people.loaders import find_person
from app.people.mails import mail_welcome
from app.people.model import Invitation, Membership
from app.recordings.events import note


async def add_client(ctx: Context, name: str, email: str) -> Membership:
    """A client who is new here. Raises Forbidden, Invalid (also for an address that is known here), LimitReached."""
    require(ctx, Verb.invite_people)
    address = normal_email("email", email)
    await lock_organization(ctx)
    if await _with_address(ctx, address) is not None:
        raise Invalid.field("email", Reason.conflict, f"{address} is already a member")
    return await known_or_new(ctx, name, address)


async def known_or_new(ctx: Context, name: str, email: str) -> Membership:
    """The person with this address; where there is none, a client who is new here and has joined already.

    A user who is new has no password: he sets one by a mail to his address ("forgot password"). A waiting invitation
    as a client is taken; one for another role goes on waiting. Raises Invalid, Forbidden (who is new needs somebody
    who may invite) and LimitReached (he is a guest).
    """
    address = normal_email("email", email)
    called = line("name", name, most=NAME)
    await lock_organization(ctx)
    there = await _with_address(ctx, address)
    if there is not None:
        return there
    require(ctx, Verb.invite_people)
    waiting = await ctx.tx.first(
        select(Invitation).where(
            col(Invitation.email) == address,
            ~team_only(col(Invitation.role)),
            col(Invitation.accepted_at).is_(None),
        )
    )
    if waiting is None or waiting.declined:
        await require_room_for_person(ctx, Role.CLIENT)
    if waiting is None:
        waiting = await invitation_for(ctx, Offer(address, Role.CLIENT, called))
    (user,) = await ctx.tx.call("thicket_user_of", new_id(), address, called, ctx.now)
    membership_id = await seat(ctx, waiting, Newcomer(user.id, user.name, user.email, user.image))
    await note(ctx, "person_joined", detail={"membership_id": membership_id})
    await mail_welcome(ctx, user.email, called)
    return await find_person(ctx, membership_id)


async def _with_address(ctx: Context, address: str) -> Membership | None:
    query = select(Membership).where(col(Membership.email) == address, col(Membership.removed_at).is_(None))
    return await ctx.tx.first(query)
