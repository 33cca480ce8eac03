"""Make tags, types of tasks, custom fields and their values."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("tags", "task_types"):
        _registry(table, sa.Column("color", sa.String(), nullable=False))
    _registry(
        "custom_fields",
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("options", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.CheckConstraint("type in ('text', 'number', 'boolean', 'date', 'list')", name=op.f("ck_custom_fields_type")),
    )
    op.create_table(
        "custom_field_values",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("field_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "field_id"],
            ["custom_fields.org_id", "custom_fields.id"],
            name=op.f("fk_custom_field_values_org_id_field_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_custom_field_values_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_custom_field_values_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field_values")),
        sa.UniqueConstraint("project_id", "field_id", name=op.f("uq_custom_field_values_project_id_field_id")),
    )


def _registry(table: str, *own: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *own,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f(f"fk_{table}_org_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("org_id", "id", name=op.f(f"uq_{table}_org_id_id")),
        sa.UniqueConstraint("org_id", "name", name=op.f(f"uq_{table}_org_id_name")),
    )


def downgrade() -> None:
    for table in ("custom_field_values", "custom_fields", "task_types", "tags"):
        op.execute(f"drop table {table} cascade")
