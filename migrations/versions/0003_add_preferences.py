"""Add preferences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("time_format", sa.String(), nullable=False),
        sa.Column("week_start", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("background_tint", sa.String(), nullable=True),
        sa.Column("notify_scope", sa.String(), nullable=False),
        sa.Column("email_notifications", sa.Boolean(), nullable=False),
        sa.Column("desktop_notifications", sa.Boolean(), nullable=False),
        sa.Column("unread_badge", sa.Boolean(), nullable=False),
        sa.Column("notifications_silenced", sa.Boolean(), nullable=False),
        sa.Column("work_hours_enabled", sa.Boolean(), nullable=False),
        sa.Column("work_hours", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("catch_up_summary", sa.Boolean(), nullable=False),
        sa.Column("notify_event_reminders", sa.Boolean(), nullable=False),
        sa.Column("notify_assignment_reminders", sa.Boolean(), nullable=False),
        sa.Column("weekly_assignments_email", sa.Boolean(), nullable=False),
        sa.Column("announcement_emails", sa.Boolean(), nullable=False),
        sa.Column("onboarding_emails", sa.Boolean(), nullable=False),
        sa.Column("notify_cheers", sa.Boolean(), nullable=False),
        sa.Column("activity_digest", sa.Boolean(), nullable=False),
        sa.Column("out_of_office_start", sa.Date(), nullable=True),
        sa.Column("out_of_office_end", sa.Date(), nullable=True),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("current_status", sa.String(), nullable=True),
        sa.Column("todos_view", sa.String(), nullable=False),
        sa.Column("docs_folders_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("notify_scope in ('everything', 'mentions')", name=op.f("ck_preferences_notify_scope")),
        sa.CheckConstraint("theme in ('light', 'dark', 'system')", name=op.f("ck_preferences_theme")),
        sa.CheckConstraint("time_format in ('12h', '24h')", name=op.f("ck_preferences_time_format")),
        sa.CheckConstraint("todos_view in ('list', 'cards')", name=op.f("ck_preferences_todos_view")),
        sa.CheckConstraint(
            "week_start in ('sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday')",
            name=op.f("ck_preferences_week_start"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_preferences_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )


def downgrade() -> None:
    op.drop_table("preferences")
