"""Find what has been in the trash for long."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_recordings_trashed_at",
        "recordings",
        ["trashed_at"],
        postgresql_where=sa.text("trashed_at is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_recordings_trashed_at", table_name="recordings")
