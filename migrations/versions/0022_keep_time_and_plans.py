"""Keep what cards and projects are planned by, and the time that is spent."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("priority", sa.String(), nullable=False, server_default="normal"))
    op.alter_column("recordings", "priority", server_default=None)
    op.add_column("recordings", sa.Column("estimated_hours", sa.Float(), nullable=True))
    op.add_column("recordings", sa.Column("linked_project_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("recordings", sa.Column("task_type_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_foreign_key(
        op.f("fk_recordings_org_id_task_type_id"),
        "recordings",
        "task_types",
        ["org_id", "task_type_id"],
        ["org_id", "id"],
        ondelete="SET NULL (task_type_id)",
    )
    op.create_index(
        "ix_recordings_task_type_id",
        "recordings",
        ["org_id", "task_type_id"],
        postgresql_where=sa.text("task_type_id is not null"),
    )
    op.create_check_constraint(
        op.f("ck_recordings_priority"), "recordings", "priority in ('low', 'normal', 'high', 'urgent')"
    )
    op.create_foreign_key(
        op.f("fk_recordings_org_id_linked_project_id"),
        "recordings",
        "projects",
        ["org_id", "linked_project_id"],
        ["org_id", "id"],
        ondelete="SET NULL (linked_project_id)",
    )
    op.create_index(
        "ix_recordings_linked_project_id",
        "recordings",
        ["org_id", "linked_project_id"],
        postgresql_where=sa.text("linked_project_id is not null"),
    )
    op.add_column("projects", sa.Column("work_status", sa.String(), nullable=False, server_default="not_started"))
    op.alter_column("projects", "work_status", server_default=None)
    op.add_column("projects", sa.Column("expected_finalization_date", sa.Date(), nullable=True))
    op.add_column("projects", sa.Column("finalized_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("projects", sa.Column("is_system", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("projects", "is_system", server_default=None)
    op.create_check_constraint(
        op.f("ck_projects_work_status"),
        "projects",
        "work_status in ('not_started', 'in_progress', 'on_hold', 'completed', 'cancelled')",
    )
    _make_recording_tags()
    _make_time_entries()


def _make_recording_tags() -> None:
    op.create_table(
        "recording_tags",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tag_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_recording_tags_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "tag_id"],
            ["tags.org_id", "tags.id"],
            name=op.f("fk_recording_tags_org_id_tag_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_recording_tags_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", "tag_id", name=op.f("pk_recording_tags")),
    )
    op.create_index(op.f("ix_recording_tags_org_id_tag_id"), "recording_tags", ["org_id", "tag_id"])


def _make_time_entries() -> None:
    op.create_table(
        "time_entries",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("card_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("step_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("auto_stopped", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(card_id, step_id) = 1", name=op.f("ck_time_entries_spent_on_one")),
        sa.CheckConstraint("(ended_at is null) = (duration_seconds is null)", name=op.f("ck_time_entries_ended")),
        sa.CheckConstraint("source in ('manual', 'timer')", name=op.f("ck_time_entries_source")),
        sa.ForeignKeyConstraint(
            ["org_id", "card_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_time_entries_org_id_card_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "step_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_time_entries_org_id_step_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_time_entries_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_time_entries_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entries")),
    )
    op.create_index(
        op.f("ix_time_entries_org_id_membership_id_started_at"),
        "time_entries",
        ["org_id", "membership_id", "started_at"],
    )
    op.create_index(op.f("ix_time_entries_card_id"), "time_entries", ["card_id"])
    op.create_index(op.f("ix_time_entries_step_id"), "time_entries", ["step_id"])
    op.create_index(
        "uq_time_entries_running",
        "time_entries",
        ["membership_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    op.execute("drop table time_entries cascade")
    op.execute("drop table recording_tags cascade")
    op.drop_index("ix_recordings_task_type_id", "recordings")
    op.drop_constraint(op.f("fk_recordings_org_id_task_type_id"), "recordings")
    op.drop_column("recordings", "task_type_id")
    for column in ("is_system", "finalized_at", "expected_finalization_date", "work_status"):
        op.drop_column("projects", column)
    op.drop_index("ix_recordings_linked_project_id", "recordings")
    op.drop_constraint(op.f("fk_recordings_org_id_linked_project_id"), "recordings")
    for column in ("linked_project_id", "estimated_hours", "priority"):
        op.drop_column("recordings", column)
