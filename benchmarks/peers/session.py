"""A session of SQLAlchemy for each request, by dependency, as what is written by hand in Python has it."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import unquote

from fastapi import Cookie, HTTPException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.secret import digest, is_signed
from app.settings import Settings
from benchmarks.serve import POOL

SETTINGS = Settings(_env_file=None)
URL = (SETTINGS.database_url or "").replace("postgresql://", "postgresql+asyncpg://", 1)
engine = create_async_engine(URL, pool_size=POOL, max_overflow=0)


async def enter(session: AsyncSession, cookie: str, slug: str) -> None:
    """Find out who asks, and become a member of the organization; `session.info` then has both ids."""
    token, _, signature = unquote(cookie).rpartition(".")
    if not is_signed(SETTINGS.secret, token, signature):
        raise HTTPException(401)
    identify = text("select user_id from thicket_identify('session', :digest, now())")
    if (await session.execute(identify, {"digest": digest(token)})).scalar() is None:
        raise HTTPException(401)
    entering = text("select org_id::text, membership_id::text as me from thicket_enter(:slug)")
    member = (await session.execute(entering, {"slug": slug})).one()
    if member.org_id is None:
        raise HTTPException(404)
    session.info.update(member._mapping)


async def in_organization(
    org: str, session_cookie: Annotated[str, Cookie(alias="better-auth.session_token")]
) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        await enter(session, session_cookie, org)
        yield session
