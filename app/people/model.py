"""The people of an organization and the directory around them: companies, groups, invitations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Column, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.context import Role
from app.core.table import Id, Json, instant, link, one_of, primary_key


class Side(StrEnum):
    """On which side of a project somebody is."""

    CLIENT = "client"
    TEAM = "team"


class Membership(SQLModel, table=True):
    """A user's place in one organization: what the API calls a person.

    Carries the user's name, address, picture and time zone, kept equal by a trigger on `users`, and when the user was
    last there, so that telling of a person never needs a look outside the organization. Removal only stamps
    `removed_at`: what they wrote stays theirs.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "user_id"),
        ForeignKeyConstraint(["org_id", "company_id"], ["companies.org_id", "companies.id"]),
        Index(None, "user_id"),
        one_of("role", Role),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    user_id: str = link("users.id")
    role: str
    name: str
    email: str
    image: str | None = None
    time_zone: str | None = None
    last_seen_at: datetime | None = instant(optional=True)
    """When a session of the user's was last given time, or a token or key of his was used."""
    title: str | None = None
    phone: str | None = None
    company_id: str | None = link(optional=True)
    out_of_office_start: date | None = None
    out_of_office_end: date | None = None
    removed_at: datetime | None = instant(optional=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()


class Company(SQLModel, table=True):
    """A company that people of the organization belong to: its own, or a client's."""

    __tablename__ = "companies"
    __table_args__ = (UniqueConstraint("org_id", "id"),)

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    name: str
    is_client: bool = False
    dms_disabled: bool = False
    website: str | None = None
    email: str | None = None
    phone_number: str | None = None
    address: str | None = None
    created_at: datetime = instant()
    updated_at: datetime = instant()


class PeopleGroup(SQLModel, table=True):
    """A named bundle of people of the team; clients are in none."""

    __tablename__ = "people_groups"
    __table_args__ = (UniqueConstraint("org_id", "id"),)

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    name: str
    created_at: datetime = instant()


class GroupMember(SQLModel, table=True):
    """That a person is in a group."""

    __tablename__ = "group_members"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "group_id"], ["people_groups.org_id", "people_groups.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "membership_id"], ["memberships.org_id", "memberships.id"]),
        Index(None, "membership_id"),
    )

    group_id: str = link(key=True)
    membership_id: str = link(key=True)
    org_id: str = link("organizations.id", on_delete="CASCADE")


class Invitation(SQLModel, table=True):
    """A mailed offer of a place. Whoever presents its token, or signs in with its address, may take it."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("digest"),
        ForeignKeyConstraint(["org_id", "company_id"], ["companies.org_id", "companies.id"]),
        Index(None, "org_id", "email"),
        Index(None, "email"),
        one_of("role", Role),
    )

    id: str = primary_key()
    org_id: str = link("organizations.id", on_delete="CASCADE")
    email: str
    name: str | None = None
    role: str
    company_id: str | None = link(optional=True)
    note: str | None = None
    project_ids: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Id), nullable=False))
    levels: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """Of those that are workspaces, what the invited person may do there: project's id → `editor` or `viewer`."""
    invited_by_id: str = link()
    digest: bytes = Field(sa_type=LargeBinary)
    declined: bool = False
    accepted_at: datetime | None = instant(optional=True)
    expires_at: datetime | None = instant(optional=True)
    """Until when the place can be taken; null for one that waits as long as it takes."""
    created_at: datetime = instant()
