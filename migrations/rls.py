"""Row-level security, written once: which rows there are for whom. Python never asks.

The application's role gets rights on tables through `thicket_app`, owns nothing and has no way around the policies.
The owner's own functions (functions.py) pass by the policy `trusted`. Policies compare columns with settings that the
transaction made on becoming somebody. What is compared for every row stands in a scalar subquery, so it is read once
per statement; what only few rows come to is called by itself, for each such subquery is prepared for every statement.
"""

USER = "(select thicket_user())"
ORG = "(select thicket_org())"
ME = "(select thicket_me())"
PROJECTS = "(select thicket_projects())::uuid[]"
OPEN_PROJECTS = "(select thicket_open_projects())::uuid[]"
PLACES = "(select thicket_places())::uuid[]"
CLIENT = "(select thicket_is_client())"
MANAGER = "(select thicket_role()) in ('owner', 'admin')"
CHATS = "(select thicket_chats())::uuid[]"

ROLE = """
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'thicket_app') then
    create role thicket_app nologin;
  end if;
end $$
"""

TENANT = f"org_id = {ORG}"
OWN = f"user_id = {USER}"
IN_PROJECT = f"{TENANT} and project_id = any ({PROJECTS})"
ON_RECORDING = f"{TENANT} and (not {CLIENT} or exists (select 1 from recordings r where r.id = recording_id))"
RECORDING = f"""{TENANT} and place_id = any ({PLACES})
  and (linked_project_id is null or linked_project_id = any (thicket_projects())
       or thicket_role() in ('owner', 'admin'))
  and ((status <> 'drafted' and not drafted_before) or creator_id = thicket_me()
       or id = any (thicket_held()) or parent_id = any (thicket_held()))
  and (not {CLIENT}
       or (status <> 'trashed'
           and (visible_to_clients or place_id = any (thicket_chats())
                or (parent_id is null and thicket_shows_tool(project_id, tool))))
       or id = any (thicket_held()) or parent_id = any (thicket_held()))"""
EVENT = f"""{TENANT} and (project_id = any ({OPEN_PROJECTS})
       or (project_id is null
           and (recording_id is null or exists (select 1 from recordings r where r.id = recording_id))))
  and (not {CLIENT} or exists (select 1 from recordings r where r.id = recording_id))"""

NOTIFICATION = f"""{TENANT} and membership_id = {ME} and (project_id is null or project_id = any ({OPEN_PROJECTS}))
  and (not {CLIENT} or recording_id is null or exists (select 1 from recordings r where r.id = recording_id))"""
TIME = f"""{TENANT} and not {CLIENT}
  and exists (select 1 from recordings r where r.id = coalesce(card_id, step_id))"""

SEEN: dict[str, str] = {
    "users": f"id = {USER}",
    "accounts": OWN,
    "sessions": OWN,
    "password_resets": OWN,
    "access_tokens": OWN,
    "preferences": OWN,
    "organizations": f"id = {ORG}",
    "memberships": TENANT,
    "companies": TENANT,
    "people_groups": TENANT,
    "group_members": TENANT,
    "invitations": TENANT,
    "projects": f"{TENANT} and id = any ({PROJECTS})",
    "project_accesses": IN_PROJECT,
    "project_stars": f"{TENANT} and membership_id = {ME}",
    "project_tools": f"{IN_PROJECT} and (not {CLIENT} or thicket_shows_tool(project_id, tool))",
    "workspaces": IN_PROJECT,
    "workspace_events": IN_PROJECT,
    "workspace_snapshots": IN_PROJECT,
    "project_links": f"{IN_PROJECT} and (not {CLIENT} or visible_to_clients)",
    "recordings": RECORDING,
    "assignments": ON_RECORDING,
    "subscriptions": ON_RECORDING,
    "mentions": ON_RECORDING,
    "recording_tags": ON_RECORDING,
    "message_sources": ON_RECORDING,
    "cheers": ON_RECORDING,
    "events": EVENT,
    "stored_files": TENANT,
    "file_versions": ON_RECORDING,
    "event_overrides": ON_RECORDING,
    "tags": TENANT,
    "task_types": TENANT,
    "custom_fields": TENANT,
    "custom_field_values": IN_PROJECT,
    "canvas_contents": ON_RECORDING,
    "api_keys": f"{TENANT} and (membership_id = {ME} or {MANAGER})",
    "webhook_endpoints": f"{TENANT} and {MANAGER}",
    "webhook_deliveries": f"{TENANT} and {MANAGER}",
    "public_links": f"{IN_PROJECT} and not {CLIENT}",
    "calendar_feeds": f"{TENANT} and membership_id = {ME}",
    "chat_participants": f"{TENANT} and recording_id = any ({CHATS})",
    "notifications": NOTIFICATION,
    "project_bells": f"{TENANT} and membership_id = {ME}",
    "billing_accounts": f"{TENANT} and not {CLIENT}",
    "time_entries": TIME,
}
"""Table → which rows may be seen, changed and deleted."""

WRITTEN: dict[str, str] = {
    "users": f"id = {USER}",
    "accounts": OWN,
    "sessions": OWN,
    "password_resets": OWN,
    "access_tokens": OWN,
    "preferences": OWN,
    "organizations": f"id = {ORG}",
}
"""Table → what a new or changed row must satisfy; where a table is missing here: that it is the organization's."""

TOGETHER = {"recordings": "org_id, place_id"}
"""Table → columns of which one tells the other.

A place is of one organization. Unless the planner knows, it multiplies the two conditions of the policy, takes the
whole list for a handful of rows, and reads and sorts all of it for every page.
"""

HIDDEN = ("discarded_files", "idempotency_records", "jobs", "rate_buckets", "regular_letters", "search_entries")
"""Tables that only our own functions touch."""


def protect(table: str) -> list[str]:
    """The statements that put one table under row-level security, whatever policies it had."""
    seen, written = SEEN[table], WRITTEN.get(table, TENANT)
    together = TOGETHER.get(table)
    statistics = f"create statistics if not exists {table}_together (dependencies) on {together} from {table}"
    return [
        *hide(table),
        *(f"drop policy if exists {policy} on {table}" for policy in ("seen", "added", "changed", "removed")),
        f"create policy seen on {table} for select to thicket_app using ({seen})",
        f"create policy added on {table} for insert to thicket_app with check ({written})",
        f"create policy changed on {table} for update to thicket_app using ({seen}) with check ({written})",
        f"create policy removed on {table} for delete to thicket_app using ({seen})",
        f"grant select, insert, update, delete on {table} to thicket_app",
        *([statistics] if together else []),
    ]


def hide(table: str) -> list[str]:
    """The statements for a table that the application never touches itself."""
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"drop policy if exists trusted on {table}",
        f"create policy trusted on {table} to current_user using (true) with check (true)",
    ]
