"""Signing up, in and out, and what a user does with the account. Answers as better-auth does (routes.md 3.1).

In each: first the tries of the network are counted, then the fields looked at.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, update

from app.auth import mails, passwords, sessions
from app.auth.errors import (
    EmailCanNotBeUpdated,
    InvalidCallbackUrl,
    InvalidEmail,
    InvalidEmailOrPassword,
    InvalidPassword,
    InvalidRedirectUrl,
    InvalidToken,
    NothingToUpdate,
    UserExists,
)
from app.auth.loaders import find_account, find_reset, own_accounts, own_session, own_user, session_identity
from app.auth.model import Account, PasswordReset, Session, User
from app.auth.origins import may_lead_to
from app.auth.sessions import SignedIn
from app.auth.throttle import limit_guesses, limit_letters, limit_network
from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.core.ids import new_id
from app.core.mail import Token, post
from app.core.rules import line, normal_email, optional_text
from app.core.secret import digest
from app.orgs.actions import found
from app.people.joining.actions import accept_offered

NAME, IMAGE = 100, 2000
"""The longest name, and the longest address of a picture."""
RESET_WITHIN = timedelta(hours=1)
RESET_LENGTH = 24
"""Letters and digits of the token, as better-auth has it."""
RESET_TAKES = 0.05
"""Seconds until a request for a mail is answered: longer than it takes to write one."""
RESET_REQUESTED = "If this email exists in our system, check your email for the reset link"


@dataclass(frozen=True)
class SignUp:
    """What somebody says who is new."""

    name: str
    email: str
    password: str
    image: str | None
    callback_url: str | None
    remember: bool


async def sign_up(ctx: Context, wish: SignUp) -> SignedIn:
    """Make the user, sign in, take up what is offered to the address, else found an organization of one's own (Q2, Q3).

    Raises RateLimited, Invalid, InvalidCallbackUrl, PasswordTooShort, PasswordTooLong and UserExists.
    """
    await limit_network(ctx.caller, "sign-up")
    ctx.check_fields()
    _check_callback(ctx, wish.callback_url)
    email = _email(wish.email)
    name = line("name", wish.name, most=NAME)
    image = optional_text("image", wish.image, most=IMAGE)
    passwords.check_length(wish.password)
    if await find_account(ctx, email):
        raise UserExists
    hashed = await passwords.hashed(wish.password)
    user = User(name=name, email=email, image=image, created_at=ctx.now, updated_at=ctx.now)
    await ctx.tx.become(user.id)
    if not await ctx.tx.run(insert(User).values(user.model_dump()).on_conflict_do_nothing(index_elements=["email"])):
        raise UserExists
    await ctx.tx.add(Account(user_id=user.id, password_hash=hashed, created_at=ctx.now, updated_at=ctx.now))
    session = await sessions.begin(ctx, user.id, remember=wish.remember)
    await _accept_offers(ctx, user.id, email)
    if not await ctx.tx.call("thicket_my_organizations"):
        await found(ctx, user.id, name, email, image, f"{name}'s organization", personal_to=user.id)
    return SignedIn(session, user)


async def sign_in(ctx: Context, email: str, password: str, *, remember: bool, callback_url: str | None) -> SignedIn:
    """Sign in by password, and take up what is offered to the address.

    Raises RateLimited, Invalid, InvalidEmail, InvalidCallbackUrl, and InvalidEmailOrPassword, which tells neither by
    its words nor by its time whether there is such an account.
    """
    await limit_network(ctx.caller, "sign-in")
    ctx.check_fields()
    _check_callback(ctx, callback_url)
    try:
        address = normal_email("email", email)
    except Invalid as error:
        raise InvalidEmail from error
    await limit_guesses(ctx.caller, address)
    account = await find_account(ctx, address)
    right, stronger = await passwords.matches(password, account.password_hash if account else None)
    if account is None or not right:
        raise InvalidEmailOrPassword
    await ctx.tx.become(account.user_id)
    if stronger:
        await _store_password(ctx, account.user_id, stronger)
    session = await sessions.begin(ctx, account.user_id, remember=remember)
    await _accept_offers(ctx, account.user_id, address)
    return SignedIn(session, await own_user(ctx))


async def sign_out(ctx: Context) -> None:
    """End the session, if there is one. Raises RateLimited."""
    await limit_network(ctx.caller, "sign-out")
    await sessions.end(ctx)


async def update_user(ctx: Context, changes: dict[str, Any]) -> User:
    """Change `name` and `image`. Raises Unauthenticated, SessionRequired, Invalid, EmailCanNotBeUpdated for an `email`
    and NothingToUpdate."""
    await limit_network(ctx.caller, "update-user")
    session_identity(ctx)
    ctx.check_fields()
    if "email" in changes:
        raise EmailCanNotBeUpdated
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = line("name", changes["name"], most=NAME)
    if "image" in changes:
        values["image"] = optional_text("image", changes["image"], most=IMAGE)
    if not values:
        raise NothingToUpdate
    await ctx.tx.run(update(User).where(col(User.id) == ctx.user_id).values(**values, updated_at=ctx.now))
    ctx.forget()
    return await own_user(ctx)


async def change_password(ctx: Context, current: str, new: str, *, end_others: bool) -> Session | None:
    """Set a new password. With `end_others` every session ends, and the caller goes on with a new one, returned here.

    Raises Unauthenticated, SessionRequired, PasswordTooShort, PasswordTooLong, InvalidPassword and RateLimited.
    """
    await limit_network(ctx.caller, "change-password")
    session = await own_session(ctx)
    ctx.check_fields()
    passwords.check_length(new)
    await _check_own_password(ctx, current)
    await _store_password(ctx, ctx.user_id, await passwords.hashed(new))
    if not end_others:
        return None
    await sessions.end_all(ctx, session.user_id)
    return await sessions.begin(ctx, session.user_id, remember=session.remembered)


async def verify_password(ctx: Context, password: str) -> None:
    """Raises InvalidPassword unless it is the caller's; Unauthenticated, SessionRequired, RateLimited."""
    await limit_network(ctx.caller, "verify-password")
    session_identity(ctx)
    ctx.check_fields()
    await _check_own_password(ctx, password)


async def request_password_reset(ctx: Context, email: str, redirect_to: str | None) -> None:
    """Mail a permission to set a new password to whoever has the address, within an hour and once.

    Tells neither by its words nor by its time whether there is somebody. Raises RateLimited, Invalid and
    InvalidRedirectUrl.
    """
    answered_at = asyncio.get_running_loop().time() + RESET_TAKES
    await limit_network(ctx.caller, "request-password-reset")
    ctx.check_fields()
    if redirect_to and not may_lead_to(ctx.caller.settings, redirect_to):
        raise InvalidRedirectUrl
    address = _email(email)
    await limit_letters(ctx.caller, address)
    if account := await find_account(ctx, address):
        await ctx.tx.become(account.user_id)
        await _mail_reset(ctx, account.user_id, address, redirect_to)
    ctx.tx.after_commit(partial(_wait_until, answered_at))


async def follow_reset_link(ctx: Context, token: str, callback_url: str) -> str:
    """Where a mailed link leads on to: the front end's page, with the token or with what is wrong.

    Raises RateLimited, Invalid and InvalidCallbackUrl.
    """
    await limit_network(ctx.caller, "reset-password-link")
    ctx.check_fields()
    _check_callback(ctx, callback_url)
    try:
        await find_reset(ctx, token)
        said = f"token={quote(token)}"
    except InvalidToken as error:
        said = f"error={error.code.upper()}"
    target = urljoin(ctx.caller.settings.url, callback_url)
    return f"{target}{'&' if urlsplit(target).query else '?'}{said}"


async def reset_password(ctx: Context, token: str | None, new: str) -> None:
    """Set a new password by a mailed permission, and end all sessions.

    Raises RateLimited, PasswordTooShort, PasswordTooLong and InvalidToken.
    """
    await limit_network(ctx.caller, "reset-password")
    ctx.check_fields()
    if not token:
        raise InvalidToken
    passwords.check_length(new)
    reset = await find_reset(ctx, token)
    hashed = await passwords.hashed(new)
    await ctx.tx.become(reset.user_id)
    if not await ctx.tx.run(delete(PasswordReset).where(col(PasswordReset.id) == reset.id)):
        raise InvalidToken  # somebody was quicker with the same one
    await ctx.tx.run(delete(PasswordReset).where(col(PasswordReset.user_id) == reset.user_id))
    await _store_password(ctx, reset.user_id, hashed)
    await sessions.end_all(ctx, reset.user_id)


async def revoke_session(ctx: Context, token: str) -> None:
    """End one of the user's sessions; a token that is none of theirs is fine too.

    Raises Unauthenticated, SessionRequired and RateLimited, as the next two do.
    """
    await limit_network(ctx.caller, "revoke-session")
    user_id = session_identity(ctx).user_id
    ctx.check_fields()
    await sessions.end_one(ctx, user_id, token)


async def revoke_other_sessions(ctx: Context) -> None:
    """End all of the user's sessions but the one that asks."""
    await limit_network(ctx.caller, "revoke-other-sessions")
    identity = session_identity(ctx)
    await sessions.end_others(ctx, identity.user_id, identity.credential_id)


async def revoke_sessions(ctx: Context) -> None:
    """End all of the user's sessions, also the one that asks."""
    await limit_network(ctx.caller, "revoke-sessions")
    await sessions.end_all(ctx, session_identity(ctx).user_id)


def _email(given: str) -> str:
    """Raises Invalid, in better-auth's words."""
    try:
        return normal_email("email", given)
    except Invalid as error:
        raise Invalid.field("email", Reason.invalid_format, "Invalid email address") from error


def _check_callback(ctx: Context, url: str | None) -> None:
    if url and not may_lead_to(ctx.caller.settings, url):
        raise InvalidCallbackUrl


async def _check_own_password(ctx: Context, password: str) -> None:
    await limit_guesses(ctx.caller, (await own_user(ctx)).email)
    accounts = await own_accounts(ctx)
    right, stronger = await passwords.matches(password, accounts[0].password_hash if accounts else None)
    if not right:
        raise InvalidPassword
    if stronger:
        await _store_password(ctx, ctx.user_id, stronger)


async def _store_password(ctx: Context, user_id: str, hashed: str) -> None:
    stored = update(Account).where(col(Account.user_id) == user_id)
    if not await ctx.tx.run(stored.values(password_hash=hashed, updated_at=ctx.now)):
        await ctx.tx.add(Account(user_id=user_id, password_hash=hashed, created_at=ctx.now, updated_at=ctx.now))


async def _mail_reset(ctx: Context, user_id: str, address: str, redirect_to: str | None) -> None:
    mine = col(PasswordReset.user_id) == user_id
    await ctx.tx.run(delete(PasswordReset).where(mine, col(PasswordReset.expires_at) <= ctx.now))
    (person,) = await ctx.tx.call("thicket_myself")
    id, ends = new_id(), ctx.now + RESET_WITHIN
    token = Token("password-reset", id, RESET_LENGTH)
    hashed = digest(token.revealed(ctx.caller.settings.secret))
    await ctx.tx.add(PasswordReset(id=id, user_id=user_id, digest=hashed, expires_at=ends, created_at=ctx.now))
    await post(ctx, mails.password_reset(ctx.caller.settings, address, person.name, token, redirect_to))


async def _wait_until(moment: float) -> None:
    await asyncio.sleep(moment - asyncio.get_running_loop().time())


async def _accept_offers(ctx: Context, user_id: str, email: str) -> None:
    """Join where the address is invited, unless the server wants more proof of the mailbox (Q3)."""
    if ctx.caller.settings.accepts_invites_by_address:
        await accept_offered(ctx, user_id, email)
