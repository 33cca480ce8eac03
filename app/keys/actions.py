"""Making and revoking API keys (rulings 6 and 11). Only a signed-in session manages them: a key cannot make keys."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, update

from app.auth.loaders import session_identity
from app.core.context import Context
from app.core.errors import Invalid, Reason
from app.core.policy import Verb, require
from app.core.rules import line
from app.core.secret import digest, random_text
from app.keys.loaders import find_key
from app.keys.model import ApiKey, KeyDialect, KeyPermission
from app.recordings.events import note

PREFIXES = {KeyDialect.GIPO: "ba_", KeyDialect.KITCHEN: "kt_", KeyDialect.TICKWARD: "tw_"}
RANDOM = 40
SHOWN = 7
"""How many characters of a key are kept, so that people can tell theirs apart."""
NAME = 100


@dataclass(frozen=True)
class NewKey:
    """A key that was just made. The secret is shown this once."""

    api_key: ApiKey
    token: str


async def create(
    ctx: Context, dialect: KeyDialect, name: str, permission: KeyPermission, expires_at: datetime | None
) -> NewKey:
    """Make a key that acts as the caller. Raises SessionRequired, Forbidden and Invalid."""
    session_identity(ctx)
    require(ctx, Verb.make_api_keys)
    called = line("name", name, most=NAME)
    if expires_at is not None and expires_at <= ctx.now:
        raise Invalid.field("expires_at", Reason.out_of_range, "expires_at must be in the future")
    token = PREFIXES[dialect] + random_text(RANDOM)
    key = ApiKey(
        org_id=ctx.org_id,
        membership_id=ctx.me,
        works_in_id=await _works_in(ctx, dialect),
        dialect=dialect.value,
        name=called,
        token_prefix=token[:SHOWN],
        digest=digest(token),
        permission=permission.value,
        expires_at=expires_at,
        created_at=ctx.now,
    )
    await ctx.tx.add(key)
    await _note(ctx, "api_key_created", key)
    return NewKey(await find_key(ctx, key.id), token)


async def revoke(ctx: Context, id: str) -> ApiKey:
    """End a key for good; once more is fine. Raises SessionRequired, NotFound and Forbidden."""
    session_identity(ctx)
    key = await find_key(ctx, id)
    require(ctx, Verb.make_api_keys)
    if key.revoked_at is None:
        await ctx.tx.run(update(ApiKey).where(col(ApiKey.id) == key.id).values(revoked_at=ctx.now))
        await _note(ctx, "api_key_revoked", key)
    return await find_key(ctx, key.id)


async def _works_in(ctx: Context, dialect: KeyDialect) -> str:
    """Tickward knows no organizations: its keys open the maker's personal one, if there is one (ruling 11)."""
    if dialect is KeyDialect.TICKWARD:
        for row in await ctx.tx.call("thicket_personal"):
            return str(row.id)
    return ctx.org_id


async def _note(ctx: Context, action: str, key: ApiKey) -> None:
    shown = {"api_key_id": key.id, "name": key.name, "dialect": key.dialect, "permission": key.permission}
    await note(ctx, action, detail=shown)
