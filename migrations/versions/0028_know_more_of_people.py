"""Know where people are at home, when they were last there, and where to call them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("memberships", sa.Column("time_zone", sa.String(), nullable=True))
    op.add_column("memberships", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("phone", sa.String(), nullable=True))
    op.execute(
        """
        update memberships m set time_zone = u.time_zone,
               last_seen_at = (select max(s.updated_at) from sessions s where s.user_id = u.id)
          from users u where u.id = m.user_id
        """
    )


def downgrade() -> None:
    for column in ("phone", "last_seen_at", "time_zone"):
        op.drop_column("memberships", column)
