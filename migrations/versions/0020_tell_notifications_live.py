"""Tell notifications live."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notifications", sa.Column("told_in", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("notifications", "told_in")
