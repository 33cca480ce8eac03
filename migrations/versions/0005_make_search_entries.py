"""Make the index of words, and fill it with what is there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create extension if not exists unaccent")
    op.execute("create extension if not exists btree_gin")
    op.execute("create text search configuration thicket (copy = pg_catalog.simple)")
    op.execute(
        "alter text search configuration thicket alter mapping for hword, hword_part, word with unaccent, simple"
    )
    op.create_table(
        "search_entries",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_search_entries_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_search_entries_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_search_entries")),
    )
    op.execute(
        """
        insert into search_entries (recording_id, org_id, words)
        select id, org_id, setweight(to_tsvector('thicket', coalesce(title, '')), 'A')
               || setweight(to_tsvector('thicket', left(coalesce(content, ''), 200000)), 'B')
          from recordings where parent_id is not null
        """
    )
    op.create_index("ix_search_entries_words", "search_entries", ["org_id", "words"], postgresql_using="gin")


def downgrade() -> None:
    op.execute("drop table search_entries cascade")
    op.execute("drop text search configuration thicket")
    op.execute("drop extension btree_gin")
    op.execute("drop extension unaccent")
