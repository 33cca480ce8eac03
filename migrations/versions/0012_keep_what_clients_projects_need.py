"""Keep what clients' projects need: how to reach companies, whose a project is, what messages were written as."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CONTACT = ("website", "email", "phone_number", "address")


def upgrade() -> None:
    for column in CONTACT:
        op.add_column("companies", sa.Column(column, sa.String(), nullable=True))
    op.add_column("projects", sa.Column("company_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_foreign_key(
        op.f("fk_projects_org_id_company_id"),
        "projects",
        "companies",
        ["org_id", "company_id"],
        ["org_id", "id"],
        ondelete="SET NULL (company_id)",
    )
    op.create_index(
        op.f("ix_projects_company_id"), "projects", ["company_id"], postgresql_where=sa.text("company_id is not null")
    )
    op.create_table(
        "message_sources",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("format in ('html', 'markdown', 'text')", name=op.f("ck_message_sources_format")),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_message_sources_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_message_sources_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_message_sources")),
    )


def downgrade() -> None:
    op.drop_table("message_sources")
    op.drop_index(op.f("ix_projects_company_id"), "projects")
    op.drop_constraint(op.f("fk_projects_org_id_company_id"), "projects")
    for table, columns in (("projects", ("company_id",)), ("companies", CONTACT)):
        for column in columns:
            op.drop_column(table, column)
