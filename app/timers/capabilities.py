"""What the timers' own API can do, and how much of it at once, for programs to read (routes.md 3.6)."""

from app.core.paging import MOST
from app.core.scalars import JsonValue
from app.timers.plan import MOST_IN_PLAN, MOST_SPACES

FEATURES = JsonValue(
    {
        "idempotency_key": {"enabled": True, "ttl_hours": 24},
        "delete_preview": {"project": True, "space": True, "timer": False},
        "project_preview": True,
        "nested_project_create": True,
        "mcp": {"remote_oauth": False},
        "timer_webhooks": True,
        "webhook_management": True,
        "timer_reminders": True,
    }
)
LIMITS = JsonValue(
    {"project_create_max_spaces": MOST_SPACES, "project_create_max_timers": MOST_IN_PLAN, "page_size_max": MOST}
)
