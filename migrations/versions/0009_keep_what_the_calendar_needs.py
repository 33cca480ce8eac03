"""Keep what the calendar needs: where a series ends, what differs from it, and feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("repeats_until", sa.Date(), nullable=True))
    op.add_column("recordings", sa.Column("series_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("recordings", sa.Column("split_from_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_index(
        "ix_recordings_ends_at",
        "recordings",
        ["org_id", "ends_at"],
        postgresql_where=sa.text("ends_at is not null and recurrence is null"),
    )
    op.create_index(
        "ix_recordings_repeating",
        "recordings",
        ["org_id", "repeats_until"],
        postgresql_where=sa.text("starts_at is not null and recurrence is not null"),
    )
    op.create_table(
        "event_overrides",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("occurrence_key", sa.Date(), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_event_overrides_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_event_overrides_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", "occurrence_key", name=op.f("pk_event_overrides")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("include_tasks", sa.Boolean(), nullable=False),
        sa.Column("just", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("just in ('me', 'everyone')", name=op.f("ck_calendar_feeds_just")),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_calendar_feeds_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_calendar_feeds_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_calendar_feeds_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feeds_digest")),
    )
    op.create_index(
        op.f("ix_calendar_feeds_org_id_membership_id"), "calendar_feeds", ["org_id", "membership_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("calendar_feeds")
    op.drop_table("event_overrides")
    op.drop_index("ix_recordings_repeating", "recordings")
    op.drop_index("ix_recordings_ends_at", "recordings")
    for column in ("split_from_id", "series_id", "repeats_until"):
        op.drop_column("recordings", column)
