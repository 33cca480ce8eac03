"""Let the index of lists hold what row-level security looks at, so that they are counted without their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEX = "ix_recordings_listed"
LISTED: list[str | sa.TextClause] = ["org_id", "type", "status", sa.text("created_at desc"), sa.text("id desc")]
LOOKED_AT = [
    "place_id",
    "tool_enabled",
    "linked_project_id",
    "drafted_before",
    "creator_id",
    "parent_id",
    "visible_to_clients",
    "project_id",
    "tool",
]


def upgrade() -> None:
    op.drop_index(INDEX, "recordings")
    op.create_index(INDEX, "recordings", LISTED, postgresql_include=LOOKED_AT)


def downgrade() -> None:
    op.drop_index(INDEX, "recordings")
    op.create_index(INDEX, "recordings", LISTED)
