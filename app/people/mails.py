"""The letter that offers somebody a place, and the link in it."""

from sqlmodel import col, select

from app.core.context import Context
from app.core.mail import Mail, Token, post
from app.orgs.model import Organization
from app.people.model import Invitation, Membership

PURPOSE = "invitation"


def join_url(ctx: Context, invitation: Invitation) -> str:
    """The address that the invited person opens. Whoever knows it can take the place."""
    return _address(ctx, join_token(ctx, invitation.id))


def join_token(ctx: Context, id: str) -> str:
    """The secret of an invitation's link."""
    return Token(PURPOSE, id).revealed(ctx.caller.settings.secret)


async def mail_welcome(ctx: Context, email: str, name: str) -> None:
    """Tell somebody who was given a place at once who did it, and how to sign in, after commit."""
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    inviter = await ctx.tx.first(select(Membership).where(col(Membership.id) == ctx.me))
    assert organization is not None
    assert inviter is not None
    parts = [
        f"Hello {name},",
        f"{inviter.name} has given you a place at {organization.name} on Thicket.",
        f"Sign in with this address at:\n{ctx.caller.settings.url}",
        'If you have no password yet, ask for one there by "forgot password".',
    ]
    await post(ctx, Mail(email, f"{inviter.name} works with you at {organization.name}", "\n\n".join(parts) + "\n"))


async def mail_invitation(ctx: Context, invitation: Invitation) -> None:
    """Send the link to the invited person, after commit."""
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    inviter = await ctx.tx.first(select(Membership).where(col(Membership.id) == ctx.me))
    assert organization is not None
    assert inviter is not None
    token = Token(PURPOSE, invitation.id)
    subject = f"{inviter.name} invites you to {organization.name}"
    parts = [
        f"Hello {invitation.name}," if invitation.name else "Hello,",
        f"{inviter.name} invites you to {organization.name} on Thicket.",
        *([invitation.note] if invitation.note else []),
        f"Open this address to join:\n{_address(ctx, token.mark)}",
        "If you did not expect this, you can leave it unanswered: nothing happens.",
    ]
    await post(ctx, Mail(invitation.email, subject, "\n\n".join(parts) + "\n", token))


def _address(ctx: Context, token: str) -> str:
    return f"{ctx.caller.settings.url}/join/{token}"
