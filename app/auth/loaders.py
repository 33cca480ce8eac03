"""Reads what proves to be somebody: the user's own rows only, which row-level security sees to."""

from sqlmodel import col, select

from app.auth.errors import InvalidToken
from app.auth.model import AccessToken, Account, Session, User
from app.core.context import Context, Identity, Presented
from app.core.db import Row
from app.core.errors import NotFound, SessionRequired, Unauthenticated
from app.core.ids import read_id
from app.core.secret import derived_token, digest


def session_identity(ctx: Context) -> Identity:
    """Who is signed in with a session. Raises Unauthenticated, or SessionRequired where a token was shown."""
    if ctx.identity is None:
        raise Unauthenticated
    if ctx.identity.kind is not Presented.SESSION:
        raise SessionRequired
    return ctx.identity


def session_token(ctx: Context, session_id: str) -> str:
    """The token of a session: it follows from the id and the server's secret, and is stored nowhere."""
    return derived_token(ctx.caller.settings.secret, "session", session_id)


async def own_user(ctx: Context) -> User:
    """The signed-in user. Raises Unauthenticated."""
    user = await ctx.tx.first(select(User).where(User.id == ctx.user_id))
    if user is None:
        raise Unauthenticated
    return user


async def own_session(ctx: Context) -> Session:
    """The session that the caller is signed in with. Raises Unauthenticated, SessionRequired."""
    identity = session_identity(ctx)
    session = await ctx.tx.first(select(Session).where(Session.id == identity.credential_id))
    if session is None:
        raise Unauthenticated
    return session


async def own_sessions(ctx: Context) -> list[Session]:
    """The user's sessions that have not expired, the latest first."""
    query = select(Session).where(Session.user_id == ctx.user_id, Session.expires_at > ctx.now)
    return await ctx.tx.all(query.order_by(col(Session.id).desc()))


async def own_accounts(ctx: Context) -> list[Account]:
    """The user's ways to sign in, the first one first."""
    return await ctx.tx.all(select(Account).where(Account.user_id == ctx.user_id).order_by(col(Account.id)))


async def own_tokens(ctx: Context) -> list[AccessToken]:
    """The user's access tokens, revoked and expired ones too, the latest first."""
    query = select(AccessToken).where(AccessToken.user_id == ctx.user_id)
    return await ctx.tx.all(query.order_by(col(AccessToken.id).desc()))


async def find_token(ctx: Context, id: str) -> AccessToken:
    """One of the user's access tokens. Raises NotFound."""
    token = await ctx.tx.first(
        select(AccessToken).where(AccessToken.id == read_id(id), AccessToken.user_id == ctx.user_id)
    )
    if token is None:
        raise NotFound
    return token


async def find_account(ctx: Context, email: str) -> Row | None:
    """`user_id`, `account_id` and `password_hash` of the address; without a password the latter two are None."""
    rows = await ctx.tx.call("thicket_account", email)
    return rows[0] if rows else None


async def find_reset(ctx: Context, token: str) -> Row:
    """`id` and `user_id` of the permission to set a new password. Raises InvalidToken."""
    rows = await ctx.tx.call("thicket_password_reset", digest(token), ctx.now)
    if not rows:
        raise InvalidToken
    return rows[0]
