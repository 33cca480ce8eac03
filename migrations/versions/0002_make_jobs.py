"""Make the table of jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("cron", sa.Boolean(), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("name", "cron", name=op.f("uq_jobs_name_cron")),
    )
    op.create_index("ix_jobs_due", "jobs", ["run_at", "id"], postgresql_where=sa.text("dead_at is null"))
    op.create_index(
        "uq_jobs_waiting",
        "jobs",
        ["name", "key"],
        unique=True,
        postgresql_where=sa.text("key is not null and claim is null and dead_at is null"),
    )


def downgrade() -> None:
    op.drop_table("jobs")
