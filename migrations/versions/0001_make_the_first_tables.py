"""Make the first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    "subscriptions",
    "mentions",
    "events",
    "cheers",
    "assignments",
    "recordings",
    "project_tools",
    "project_stars",
    "project_accesses",
    "projects",
    "group_members",
    "memberships",
    "invitations",
    "sessions",
    "people_groups",
    "password_resets",
    "companies",
    "accounts",
    "access_tokens",
    "users",
    "rate_buckets",
    "organizations",
]


def upgrade() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("logo", sa.String(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("billing_status", sa.String(), nullable=False),
        sa.Column("trial_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restrict_project_edits", sa.Boolean(), nullable=False),
        sa.Column("restrict_content_actions", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "billing_status in ('active', 'trialing', 'past_due', 'cancelled', 'pending', 'comped', 'lapsed')",
            name=op.f("ck_organizations_billing_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_table(
        "rate_buckets",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_buckets")),
    )
    op.create_index(op.f("ix_rate_buckets_resets_at"), "rate_buckets", ["resets_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("image", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_prefix", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("vocabulary", sa.String(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope in ('full', 'read')", name=op.f("ck_access_tokens_scope")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_tokens_digest")),
    )
    op.create_index(op.f("ix_access_tokens_user_id"), "access_tokens", ["user_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_accounts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("user_id", "provider_id", name=op.f("uq_accounts_user_id_provider_id")),
    )
    op.create_table(
        "companies",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_client", sa.Boolean(), nullable=False),
        sa.Column("dms_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f("fk_companies_org_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_companies_org_id_id")),
    )
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("digest", name=op.f("uq_password_resets_digest")),
    )
    op.create_index(op.f("ix_password_resets_user_id"), "password_resets", ["user_id"], unique=False)
    op.create_table(
        "people_groups",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_people_groups_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_groups")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_people_groups_org_id_id")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("ip_address", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_sessions_digest")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("company_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("project_ids", sa.ARRAY(sa.Uuid(as_uuid=False)), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('owner', 'admin', 'member', 'client')", name=op.f("ck_invitations_role")),
        sa.ForeignKeyConstraint(
            ["org_id", "company_id"],
            ["companies.org_id", "companies.id"],
            name=op.f("fk_invitations_org_id_company_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_invitations_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(op.f("ix_invitations_email"), "invitations", ["email"], unique=False)
    op.create_index(op.f("ix_invitations_org_id_email"), "invitations", ["org_id", "email"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("image", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("company_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("out_of_office_start", sa.Date(), nullable=True),
        sa.Column("out_of_office_end", sa.Date(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('owner', 'admin', 'member', 'client')", name=op.f("ck_memberships_role")),
        sa.ForeignKeyConstraint(
            ["org_id", "company_id"],
            ["companies.org_id", "companies.id"],
            name=op.f("fk_memberships_org_id_company_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_memberships_org_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_memberships_org_id_id")),
        sa.UniqueConstraint("org_id", "user_id", name=op.f("uq_memberships_org_id_user_id")),
    )
    op.create_index(op.f("ix_memberships_user_id"), "memberships", ["user_id"], unique=False)
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "group_id"],
            ["people_groups.org_id", "people_groups.id"],
            name=op.f("fk_group_members_org_id_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_group_members_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_group_members_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "membership_id", name=op.f("pk_group_members")),
    )
    op.create_index(op.f("ix_group_members_membership_id"), "group_members", ["membership_id"], unique=False)
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("all_access", sa.Boolean(), nullable=False),
        sa.Column("clients_enabled", sa.Boolean(), nullable=False),
        sa.Column("client_company_name", sa.String(), nullable=True),
        sa.Column("folder_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("color", sa.String(), nullable=True),
        sa.Column("logo", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("show_activity", sa.Boolean(), nullable=False),
        sa.Column("is_template", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('active', 'archived', 'trashed')", name=op.f("ck_projects_status")),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_projects_org_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f("fk_projects_org_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_projects_org_id_id")),
    )
    op.create_index(
        op.f("ix_projects_org_id_status_name_id"), "projects", ["org_id", "status", "name", "id"], unique=False
    )
    op.create_table(
        "project_accesses",
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_project_accesses_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_project_accesses_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_project_accesses_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "membership_id", name=op.f("pk_project_accesses")),
    )
    op.create_index(
        op.f("ix_project_accesses_org_id_membership_id_project_id"),
        "project_accesses",
        ["org_id", "membership_id", "project_id"],
        unique=False,
    )
    op.create_table(
        "project_stars",
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_project_stars_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_project_stars_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_project_stars_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("membership_id", "project_id", name=op.f("pk_project_stars")),
    )
    op.create_table(
        "project_tools",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("container_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.CheckConstraint(
            "tool in ('message_board', 'todoset', 'vault', 'schedule', 'card_table', 'chat', 'questionnaire', 'clientside')",
            name=op.f("ck_project_tools_tool"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_project_tools_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_project_tools_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_tools")),
        sa.UniqueConstraint("project_id", "tool", name=op.f("uq_project_tools_project_id_tool")),
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Float(), nullable=True),
        sa.Column("tool", sa.String(), nullable=True),
        sa.Column("tool_enabled", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("recurrence", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("completed_from_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("visible_to_clients", sa.Boolean(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("category_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("approval_status", sa.String(), nullable=True),
        sa.Column("comments_closed", sa.Boolean(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("last_comment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("color", sa.String(), nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("circled", sa.Boolean(), nullable=False),
        sa.Column("special", sa.String(), nullable=True),
        sa.Column("trash_batch_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trashed_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("drafted_before", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.CheckConstraint("status in ('active', 'archived', 'trashed', 'drafted')", name=op.f("ck_recordings_status")),
        sa.CheckConstraint(
            "type in ('message_board', 'message', 'comment', 'todoset', 'todolist', 'todo', 'vault', 'document', 'schedule', 'schedule_entry', 'card_table', 'card_column', 'card', 'card_step', 'chat', 'chat_line', 'questionnaire', 'clientside')",
            name=op.f("ck_recordings_type"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "completed_by_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_recordings_org_id_completed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_recordings_org_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "parent_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_recordings_org_id_parent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_recordings_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_recordings_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_recordings_org_id_id")),
        sa.UniqueConstraint(
            "parent_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_recordings_parent_id_position"),
        ),
    )
    op.create_index(
        "ix_recordings_batch",
        "recordings",
        ["trash_batch_id"],
        unique=False,
        postgresql_where=sa.text("trash_batch_id is not null"),
    )
    op.create_index(
        "ix_recordings_children",
        "recordings",
        ["org_id", "parent_id", "type", "position", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_recordings_due_on",
        "recordings",
        ["org_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("due_on is not null"),
    )
    op.create_index(
        "ix_recordings_listed",
        "recordings",
        ["org_id", "type", "status", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_recordings_project_listed",
        "recordings",
        ["org_id", "project_id", "type", "status", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_recordings_shown_to_clients",
        "recordings",
        ["project_id", "tool"],
        unique=False,
        postgresql_where=sa.text("visible_to_clients"),
    )
    op.create_index(
        "ix_recordings_starts_at",
        "recordings",
        ["org_id", "starts_at"],
        unique=False,
        postgresql_where=sa.text("starts_at is not null"),
    )
    op.create_table(
        "assignments",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("assigned_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_assignments_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_assignments_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_assignments_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", "membership_id", name=op.f("pk_assignments")),
    )
    op.create_index(
        op.f("ix_assignments_org_id_membership_id_recording_id"),
        "assignments",
        ["org_id", "membership_id", "recording_id"],
        unique=False,
    )
    op.create_table(
        "cheers",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"], ["memberships.org_id", "memberships.id"], name=op.f("fk_cheers_org_id_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_cheers_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f("fk_cheers_org_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cheers")),
        sa.UniqueConstraint(
            "recording_id", "creator_id", "content", name=op.f("uq_cheers_recording_id_creator_id_content")
        ),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("project_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("detail", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "actor_id"], ["memberships.org_id", "memberships.id"], name=op.f("fk_events_org_id_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "project_id"],
            ["projects.org_id", "projects.id"],
            name=op.f("fk_events_org_id_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_events_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f("fk_events_org_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_org_id_project_id_id"), "events", ["org_id", "project_id", "id"], unique=False)
    op.create_index(op.f("ix_events_org_id_recording_id_id"), "events", ["org_id", "recording_id", "id"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_mentions_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_mentions_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name=op.f("fk_mentions_org_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("recording_id", "membership_id", name=op.f("pk_mentions")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("recording_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("membership_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("org_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason in ('author', 'assigned', 'commented', 'mentioned', 'chosen', 'manual')",
            name=op.f("ck_subscriptions_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "membership_id"],
            ["memberships.org_id", "memberships.id"],
            name=op.f("fk_subscriptions_org_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "recording_id"],
            ["recordings.org_id", "recordings.id"],
            name=op.f("fk_subscriptions_org_id_recording_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organizations.id"], name=op.f("fk_subscriptions_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recording_id", "membership_id", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        op.f("ix_subscriptions_org_id_membership_id"), "subscriptions", ["org_id", "membership_id"], unique=False
    )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"drop table {table} cascade")
