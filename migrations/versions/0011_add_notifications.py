"""Add notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project_bells",
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope in ('everything', 'mentions')", name=op.f("ck_project_bells_scope")),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_project_bells_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_project_bells_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_project_bells_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("membership_id", "project_id", name=op.f("pk_project_bells")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("bundle_count", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("actor_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("bundle", sa.String(), nullable=True),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "actor_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_notifications_org_id_actor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_notifications_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_notifications_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_notifications_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_notifications_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("membership_id", "bundle", name=op.f("uq_notifications_membership_id_bundle")),
        sa.UniqueConstraint("membership_id", "key", name=op.f("uq_notifications_membership_id_key")),
    )
    op.create_index(
        "ix_notifications_listed",
        "notifications",
        ["org_id", "membership_id", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(op.f("ix_notifications_org_id_project_id"), "notifications", ["org_id", "project_id"], unique=False)
    op.create_index(
        op.f("ix_notifications_org_id_recording_id"), "notifications", ["org_id", "recording_id"], unique=False
    )
    op.create_index(
        "ix_notifications_to_mail",
        "notifications",
        ["mail_at"],
        unique=False,
        postgresql_where=sa.text("mail_at is not null"),
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["org_id", "membership_id"],
        unique=False,
        postgresql_where=sa.text("read_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_notifications_unread", table_name="notifications", postgresql_where=sa.text("read_at is null"))
    op.drop_index(
        "ix_notifications_to_mail", table_name="notifications", postgresql_where=sa.text("mail_at is not null")
    )
    op.drop_index(op.f("ix_notifications_org_id_recording_id"), table_name="notifications")
    op.drop_index(op.f("ix_notifications_org_id_project_id"), table_name="notifications")
    op.drop_index("ix_notifications_listed", table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("project_bells")
