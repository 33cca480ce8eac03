"""Sessions from their beginning to their end, and the cookie that goes with each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, delete, update

from app.auth import cookies
from app.auth.loaders import own_session, own_user, session_token
from app.auth.model import Session, User
from app.core.context import Caller, Context, Identity, Presented
from app.core.ids import new_id
from app.core.secret import digest

LIFETIME = timedelta(days=7)
BRIEF = timedelta(days=1)
"""How long a session lasts that ends with the browser."""
REFRESHED_AFTER = timedelta(days=1)
LONGEST_USER_AGENT = 500


@dataclass(frozen=True)
class SignedIn:
    """A session and whose it is."""

    session: Session
    user: User


async def begin(ctx: Context, user_id: str, *, remember: bool) -> Session:
    """Sign the user in: a new session, always with a new token, and its cookie."""
    id = new_id()
    token = session_token(ctx, id)
    lifetime = LIFETIME if remember else BRIEF
    session = await ctx.tx.add(
        Session(
            id=id,
            user_id=user_id,
            digest=digest(token),
            remembered=remember,
            ip_address=ctx.caller.ip,
            user_agent=ctx.caller.user_agent[:LONGEST_USER_AGENT],
            expires_at=ctx.now + lifetime,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
    )
    ctx.identity = Identity(user_id, Presented.SESSION, id, expires_at=session.expires_at)
    ctx.forget()
    cookies.keep(ctx.caller, token, LIFETIME if remember else None)
    return session


async def current(ctx: Context) -> SignedIn | None:
    """The caller's session, which lives on by being asked for; None, and no cookie, where it has ended.

    A session that is to be remembered and was not refreshed for a day gets 7 new ones. Asking is a query, so that is
    written after it, in a transaction of its own.
    """
    if ctx.identity is None:
        _forget(ctx)
        return None
    if ctx.identity.kind is not Presented.SESSION:
        return None
    session, user = await own_session(ctx), await own_user(ctx)
    if session.remembered and session.expires_at - LIFETIME + REFRESHED_AFTER <= ctx.now:
        session = _refresh(ctx, session)
    return SignedIn(session, user)


async def end(ctx: Context) -> None:
    """Sign out: the session is gone, and its cookies. Says nothing where there is none."""
    if ctx.identity is not None and ctx.identity.kind is Presented.SESSION:
        await ctx.tx.run(delete(Session).where(col(Session.id) == ctx.identity.credential_id))
        ctx.identity = None
        ctx.forget()
    cookies.clear(ctx.caller)


async def end_one(ctx: Context, user_id: str, token: str) -> None:
    """End the user's session that has the token, if there is one."""
    await ctx.tx.run(delete(Session).where(col(Session.user_id) == user_id, col(Session.digest) == digest(token)))


async def end_others(ctx: Context, user_id: str, kept: str) -> None:
    """End all sessions of the user but one."""
    await ctx.tx.run(delete(Session).where(col(Session.user_id) == user_id, col(Session.id) != kept))


async def end_all(ctx: Context, user_id: str) -> None:
    """End all sessions of the user."""
    await ctx.tx.run(delete(Session).where(col(Session.user_id) == user_id))


def _forget(ctx: Context) -> None:
    """Take away the cookies of a session that is no more, and its row where it has merely expired."""
    credential = ctx.caller.credential
    if credential is None or credential.kind is not Presented.SESSION:
        return
    cookies.clear(ctx.caller)
    database = ctx.caller.database
    ctx.tx.after_commit(partial(database.apart, "thicket_end_expired_session", credential.digest, ctx.now))


def _refresh(ctx: Context, session: Session) -> Session:
    """The session as it will be in a moment."""
    expires_at = ctx.now + LIFETIME
    ctx.tx.after_commit(partial(_write_refreshed, ctx.caller, session.user_id, session.id, expires_at, ctx.now))
    cookies.keep(ctx.caller, session_token(ctx, session.id), LIFETIME)
    as_it_is = {name: getattr(session, name) for name in Session.model_fields}
    return Session(**{**as_it_is, "expires_at": expires_at, "updated_at": ctx.now})


async def _write_refreshed(caller: Caller, user_id: str, id: str, expires_at: datetime, now: datetime) -> None:
    async with caller.database.transaction(writes=True) as tx:
        await tx.become(user_id)
        await tx.run(update(Session).where(col(Session.id) == id).values(expires_at=expires_at, updated_at=now))
