"""Personal access tokens (routes.md 3.2.11). Only a signed-in session manages them: a token cannot make tokens."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, update

from app.auth.loaders import find_token, own_tokens, session_identity
from app.auth.model import AccessToken, TokenScope, Vocabulary
from app.core.context import Context, Presented
from app.core.db import Row
from app.core.errors import Invalid, Reason
from app.core.rules import line
from app.core.secret import digest, random_text

PREFIX = "thicket_pat_"
RANDOM = 40
SHOWN = 16
"""How many characters of a token are kept, so that people can tell theirs apart."""
NAME = 100


@dataclass(frozen=True)
class NewToken:
    """A token that was just made. The secret is shown this once."""

    access_token: AccessToken
    token: str


@dataclass(frozen=True)
class Authorization:
    """What the caller's credential is good for."""

    user_id: str
    organizations: list[Row]
    scope: str
    expires_at: datetime | None


async def create(
    ctx: Context, name: str, scope: TokenScope, vocabulary: str | None, expires_at: datetime | None
) -> NewToken:
    """Make a token. Raises Unauthenticated, SessionRequired and Invalid."""
    user_id = session_identity(ctx).user_id
    ctx.check_fields()
    called = line("name", name, most=NAME)
    if vocabulary is not None and vocabulary != Vocabulary.NEWER:
        message = f'vocabulary must be null or "{Vocabulary.NEWER}"'
        raise Invalid.field("vocabulary", Reason.invalid_value, message)
    if expires_at is not None and expires_at <= ctx.now:
        raise Invalid.field("expires_at", Reason.out_of_range, "expires_at must be in the future")
    token = PREFIX + random_text(RANDOM)
    row = AccessToken(
        user_id=user_id,
        name=called,
        token_prefix=token[:SHOWN],
        digest=digest(token),
        scope=scope.value,
        vocabulary=vocabulary,
        expires_at=expires_at,
        created_at=ctx.now,
    )
    return NewToken(await ctx.tx.add(row), token)


async def mine(ctx: Context) -> list[AccessToken]:
    """The user's tokens, revoked and expired ones too, the latest first. Raises Unauthenticated, SessionRequired."""
    session_identity(ctx)
    return await own_tokens(ctx)


async def revoke(ctx: Context, id: str) -> AccessToken:
    """End a token for good; once more is fine. Raises Unauthenticated, SessionRequired and NotFound."""
    session_identity(ctx)
    token = await find_token(ctx, id)
    ctx.check_fields()
    if token.revoked_at is None:
        await ctx.tx.run(update(AccessToken).where(col(AccessToken.id) == token.id).values(revoked_at=ctx.now))
    return await find_token(ctx, token.id)


async def authorization(ctx: Context) -> Authorization:
    """Who is asking, and where they may go. A session has no fixed end: it lives on by being used.

    Raises Unauthenticated.
    """
    user_id, identity = ctx.user_id, ctx.identity
    assert identity is not None
    ends = identity.expires_at if identity.kind is Presented.TOKEN else None
    return Authorization(user_id, await ctx.tx.call("thicket_my_organizations"), identity.scope, ends)
