"""Make direct chats."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BEFORE = (
    "message_board", "message", "comment", "todoset", "todolist", "todo", "vault", "document", "upload", "schedule",
    "schedule_entry", "card_table", "card_column", "card", "card_step", "chat", "chat_line", "questionnaire",
    "clientside", "canvas", "canvas_item",
)  # fmt: skip


def _allow(types: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_recordings_type"), "recordings", type_="check")
    listed = ", ".join(f"'{each}'" for each in types)
    op.create_check_constraint(op.f("ck_recordings_type"), "recordings", f"type in ({listed})")


def upgrade() -> None:
    _allow((*BEFORE[:17], "dm", *BEFORE[17:]))
    op.create_table(
        "chat_participants",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_chat_participants_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_chat_participants_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_chat_participants_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", "membership_id", name=op.f("pk_chat_participants")),
    )
    op.create_index(
        op.f("ix_chat_participants_org_id_membership_id_recording_id"),
        "chat_participants",
        ["org_id", "membership_id", "recording_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_chat_participants_org_id_membership_id_recording_id"), table_name="chat_participants")
    op.drop_table("chat_participants")
    op.execute("delete from recordings where type = 'dm' or parent_id in (select id from recordings where type = 'dm')")
    _allow(BEFORE)
