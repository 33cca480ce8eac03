"""Remember regular letters."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regular_letters",
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("letters", sa.String(), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_regular_letters_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_regular_letters_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("membership_id", "letters", name=op.f("pk_regular_letters")),
    )


def downgrade() -> None:
    op.drop_table("regular_letters")
