"""Make API keys, and know which organization is a user's own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FOUNDED = """
update organizations o set personal_user_id = f.user_id
  from (select distinct on (m.user_id) m.user_id, m.org_id
          from memberships m
         where m.role = 'owner'
           and not exists (select 1 from memberships e where e.org_id = m.org_id and e.id < m.id)
         order by m.user_id, m.id) f
 where o.id = f.org_id
"""
"""Until now nobody wrote it down: it is the first that the user founded."""


def upgrade() -> None:
    op.add_column("organizations", sa.Column("personal_user_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_foreign_key(
        op.f("fk_organizations_personal_user_id"), "organizations", "users", ["personal_user_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_organizations_personal_user_id"), "organizations", ["personal_user_id"])
    op.execute(FOUNDED)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("works_in_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("dialect", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_prefix", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("dialect in ('gipo', 'kitchen', 'tickward')", name=op.f("ck_api_keys_dialect")),
        sa.CheckConstraint("permission in ('full', 'read')", name=op.f("ck_api_keys_permission")),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_api_keys_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f("fk_api_keys_org_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["works_in_id"], ["organizations.id"], name=op.f("fk_api_keys_works_in_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_index(op.f("ix_api_keys_org_id_membership_id"), "api_keys", ["org_id", "membership_id"])
    op.create_index(op.f("ix_api_keys_works_in_id"), "api_keys", ["works_in_id"])


def downgrade() -> None:
    op.execute("drop table api_keys cascade")
    op.drop_column("organizations", "personal_user_id")
