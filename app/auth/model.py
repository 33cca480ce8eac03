"""Users and what proves to be one: passwords, sessions, tokens. None of it belongs to an organization."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class User(SQLModel, table=True):
    """A person with an account. `email` is lower-case and normalized; nobody else has the same."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email"),)

    id: str = primary_key()
    name: str
    email: str
    email_verified: bool = False
    image: str | None = None
    time_zone: str | None = None
    created_at: datetime = instant()
    updated_at: datetime = instant()


class Account(SQLModel, table=True):
    """A way for a user to sign in: so far a password, hashed with argon2id."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("user_id", "provider_id"),)

    id: str = primary_key()
    user_id: str = link("users.id", on_delete="CASCADE")
    provider_id: str = "credential"
    password_hash: str
    created_at: datetime = instant()
    updated_at: datetime = instant()


class Session(SQLModel, table=True):
    """A signed-in browser. Only its token's hash is kept; the token itself follows from the id and the secret."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "user_id"))

    id: str = primary_key()
    user_id: str = link("users.id", on_delete="CASCADE")
    digest: bytes = Field(sa_type=LargeBinary)
    remembered: bool = True
    ip_address: str = ""
    user_agent: str = ""
    expires_at: datetime = instant()
    created_at: datetime = instant()
    updated_at: datetime = instant()


class PasswordReset(SQLModel, table=True):
    """A mailed permission to set a new password; only the hash of its token is kept."""

    __tablename__ = "password_resets"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "user_id"))

    id: str = primary_key()
    user_id: str = link("users.id", on_delete="CASCADE")
    digest: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = instant()
    created_at: datetime = instant()


class TokenScope(StrEnum):
    """What a personal access token may do."""

    FULL = "full"
    READ = "read"


class Vocabulary(StrEnum):
    """Which names of types and tools a token is answered with (domain.md 2.2)."""

    CANONICAL = "canonical"
    NEWER = "2026-08-21"


class AccessToken(SQLModel, table=True):
    """A personal access token (routes.md 3.2.11); only its hash is kept."""

    __tablename__ = "access_tokens"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "user_id"), one_of("scope", TokenScope))

    id: str = primary_key()
    user_id: str = link("users.id", on_delete="CASCADE")
    name: str
    token_prefix: str
    digest: bytes = Field(sa_type=LargeBinary)
    scope: str = TokenScope.FULL.value
    vocabulary: str | None = None
    last_used_at: datetime | None = instant(optional=True)
    expires_at: datetime | None = instant(optional=True)
    revoked_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()


class RateBucket(SQLModel, table=True):
    """How often something was asked in the window that is running: shared by all server processes."""

    __tablename__ = "rate_buckets"
    __table_args__ = (Index(None, "resets_at"),)

    key: str = Field(primary_key=True)
    hits: int = 0
    resets_at: datetime = instant()
