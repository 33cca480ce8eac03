"""Keep timers, and links by which the world sees one."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TYPES = (
    "message_board", "message", "comment", "todoset", "todolist", "todo", "vault", "document", "upload", "schedule",
    "schedule_entry", "card_table", "card_column", "card", "card_step", "chat", "chat_line", "questionnaire",
    "clientside", "canvas", "canvas_item", "dm",
)  # fmt: skip
TOOLS = (
    "message_board", "todoset", "vault", "schedule", "card_table", "chat", "questionnaire", "clientside",
)  # fmt: skip


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
    listed = ", ".join(f"'{each}'" for each in values)
    op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} in ({listed})")


def upgrade() -> None:
    _allow("recordings", "type", (*TYPES, "timer_board", "timer_space", "timer"))
    _allow("project_tools", "tool", (*TOOLS, "timer_board"))
    op.add_column("recordings", sa.Column("key", sa.String(), nullable=True))
    op.add_column("recordings", sa.Column("timer", sa.dialects.postgresql.JSONB(), nullable=True))
    op.add_column("recordings", sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_recordings_key",
        "recordings",
        ["project_id", "type", "key"],
        unique=True,
        postgresql_where=sa.text("key is not null"),
    )
    op.create_index(
        "ix_recordings_alarm_at", "recordings", ["alarm_at"], postgresql_where=sa.text("alarm_at is not null")
    )
    op.create_table(
        "public_links",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_public_links_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_public_links_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_public_links_org_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_public_links_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_links")),
        sa.UniqueConstraint("recording_id", name=op.f("uq_public_links_recording_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_public_links_digest")),
    )
    op.create_index(op.f("ix_public_links_org_id_project_id_id"), "public_links", ["org_id", "project_id", "id"])


def downgrade() -> None:
    op.drop_table("public_links")
    op.execute("delete from recordings where type in ('timer_board', 'timer_space', 'timer')")
    op.execute("delete from project_tools where tool = 'timer_board'")
    op.drop_index("ix_recordings_alarm_at", "recordings")
    op.drop_index("uq_recordings_key", "recordings")
    for column in ("alarm_at", "timer", "key"):
        op.drop_column("recordings", column)
    _allow("project_tools", "tool", TOOLS)
    _allow("recordings", "type", TYPES)
