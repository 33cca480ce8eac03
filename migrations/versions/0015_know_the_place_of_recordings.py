"""Know the place of recordings, so that who sees them is one comparison."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PLACE = "coalesce(project_id, case when tool = 'schedule' then org_id when type = 'dm' then id else parent_id end)"


def upgrade() -> None:
    op.execute("drop statistics if exists recordings_together")
    op.drop_index("ix_recordings_project_listed", "recordings")
    op.add_column(
        "recordings",
        sa.Column("place_id", sa.Uuid(as_uuid=False), sa.Computed(PLACE, persisted=True), nullable=False),
    )
    _list_by("place")


def downgrade() -> None:
    op.execute("drop statistics if exists recordings_together")
    op.execute("drop policy if exists seen on recordings")
    op.execute("drop policy if exists changed on recordings")
    op.execute("drop policy if exists removed on recordings")
    op.drop_index("ix_recordings_place_listed", "recordings")
    op.drop_column("recordings", "place_id")
    _list_by("project")


def _list_by(what: str) -> None:
    newest_first = [sa.text("created_at desc"), sa.text("id desc")]
    op.create_index(
        f"ix_recordings_{what}_listed", "recordings", ["org_id", f"{what}_id", "type", "status", *newest_first]
    )
