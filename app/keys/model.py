"""The keys with which programs that speak a foreign dialect come in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.table import instant, link, one_of, primary_key


class KeyDialect(StrEnum):
    """The dialects that are spoken with a key (routes.md 3.0)."""

    GIPO = "gipo"
    KITCHEN = "kitchen"
    TICKWARD = "tickward"


class KeyPermission(StrEnum):
    """What a key may do."""

    FULL = "full"
    READ = "read"


class ApiKey(SQLModel, table=True):
    """A key of one person for one dialect (domain.md 2.3); only its hash is kept.

    It opens `works_in_id` and nothing else, with whatever rights its maker has there at the time.
    """

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("digest"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "org_id", "membership_id"),
        Index(None, "works_in_id"),
        one_of("dialect", KeyDialect),
        one_of("permission", KeyPermission),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    membership_id: str = link()
    works_in_id: str = link("organizations.id", on_delete="CASCADE")
    dialect: str
    name: str
    token_prefix: str
    digest: bytes = Field(sa_type=LargeBinary)
    permission: str = KeyPermission.FULL.value
    last_used_at: datetime | None = instant(optional=True)
    expires_at: datetime | None = instant(optional=True)
    revoked_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()
