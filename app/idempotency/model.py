"""What was asked under an `Idempotency-Key`, and what it was answered."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from app.core.table import instant, link


class IdempotencyRecord(SQLModel, table=True):
    """A write that was done under a key, kept for a day. Only functions of ours touch this table.

    Neither the key nor the request can be read from it: `digest` is made of the key and of who used it where,
    `request` of the operation and its variables.
    """

    __tablename__ = "idempotency_records"
    __table_args__ = (Index(None, "expires_at"), Index(None, "user_id"), Index(None, "org_id"))

    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    user_id: str = link("users.id", on_delete="CASCADE")
    org_id: str | None = link("organizations.id", optional=True, on_delete="CASCADE")
    request: bytes = Field(sa_type=LargeBinary)
    answer: str | None = None
    """GraphQL's `data` as it was sent, in its order; null where it held a secret that is shown once."""
    expires_at: datetime = instant()
