"""Make billing accounts: who pays for an organization, and what for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "billing_accounts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("subscription", sa.String(), nullable=True),
        sa.Column("paid", sa.String(), nullable=True),
        sa.Column("current_period_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("latest_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latest_events", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("paid in ('monthly', 'yearly')", name=op.f("ck_billing_accounts_paid")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_billing_accounts_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_accounts")),
        sa.UniqueConstraint("org_id", name=op.f("uq_billing_accounts_org_id")),
        sa.UniqueConstraint("customer", name=op.f("uq_billing_accounts_customer")),
    )


def downgrade() -> None:
    op.drop_table("billing_accounts")
