"""Make the tables of workspaces."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = (
    "message_board", "message", "comment", "todoset", "todolist", "todo", "vault", "document", "upload", "schedule",
    "schedule_entry", "card_table", "card_column", "card", "card_step", "chat", "chat_line", "questionnaire",
    "clientside",
)  # fmt: skip


def _allow(types: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_recordings_type"), "recordings", type_="check")
    listed = ", ".join(f"'{each}'" for each in types)
    op.create_check_constraint(op.f("ck_recordings_type"), "recordings", f"type in ({listed})")


def upgrade() -> None:
    _allow((*BEFORE, "canvas", "canvas_item"))
    op.add_column("project_accesses", sa.Column("level", sa.String(), nullable=False, server_default="member"))
    op.alter_column("project_accesses", "level", server_default=None)
    op.create_check_constraint(
        op.f("ck_project_accesses_level"), "project_accesses", "level in ('member', 'editor', 'viewer')"
    )
    op.add_column("project_accesses", sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "workspaces",
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("canvas_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("state", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.CheckConstraint("template in ('blank', 'getting_started')", name=op.f("ck_workspaces_template")),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_workspaces_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "canvas_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_workspaces_org_id_canvas_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "owner_id"], ["memberships.org_id", "memberships.id"], name=op.f("fk_workspaces_org_id_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_workspaces_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("org_id", "owner_id", "slug", name=op.f("uq_workspaces_org_id_owner_id_slug")),
    )
    op.create_table(
        "canvas_contents",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_canvas_contents_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_canvas_contents_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_canvas_contents")),
    )


def downgrade() -> None:
    op.execute("delete from recordings where type in ('canvas', 'canvas_item')")
    op.execute("drop table canvas_contents cascade")
    op.execute("drop table workspaces cascade")
    op.drop_column("project_accesses", "last_opened_at")
    op.drop_column("project_accesses", "level")
    _allow(BEFORE)
