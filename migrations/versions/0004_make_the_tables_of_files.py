"""Make the tables of files."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = (
    "message_board", "message", "comment", "todoset", "todolist", "todo", "vault", "document", "schedule",
    "schedule_entry", "card_table", "card_column", "card", "card_step", "chat", "chat_line", "questionnaire",
    "clientside",
)  # fmt: skip


def _allow(types: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_recordings_type"), "recordings", type_="check")
    listed = ", ".join(f"'{each}'" for each in types)
    op.create_check_constraint(op.f("ck_recordings_type"), "recordings", f"type in ({listed})")


def upgrade() -> None:
    _allow((*BEFORE[:8], "upload", *BEFORE[8:]))
    op.add_column("recordings", sa.Column("file_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_table(
        "stored_files",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_stored_files_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_stored_files_org_id_id")),
    )
    op.create_index("ix_stored_files_size", "stored_files", ["org_id"], postgresql_include=["byte_size"])
    op.create_table(
        "file_versions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_file_versions_org_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_file_versions_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "stored_file_id"],
            ["stored_files.org_id", "stored_files.id"],
            name=op.f("fk_file_versions_org_id_stored_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_file_versions_org_id_creator_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_versions")),
        sa.UniqueConstraint("recording_id", "version", name=op.f("uq_file_versions_recording_id_version")),
    )
    op.create_index(op.f("ix_file_versions_stored_file_id"), "file_versions", ["stored_file_id"])
    op.create_index(
        "ix_file_versions_current",
        "file_versions",
        ["recording_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at is null"),
    )
    op.create_table(
        "discarded_files",
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_discarded_files")),
    )


def downgrade() -> None:
    op.drop_table("discarded_files")
    op.drop_table("file_versions")
    op.drop_table("stored_files")
    op.execute("delete from recordings where type = 'upload'")
    op.drop_column("recordings", "file_id")
    _allow(BEFORE)
