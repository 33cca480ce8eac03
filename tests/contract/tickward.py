"""One request for every route of Tickward's and of webhooks, as examples.py makes them."""

from typing import Any

TIMER = {"label": "Launch", "target_date": "2036-10-10T09:30:00.000Z", "timezone": "Asia/Tokyo"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "TickwardListProjects": dict(needs=("tprj-1",), bad={"limit": 101}),
    "TickwardCreateProject": dict(
        project={"name": "Launch", "spaces": [{"id": "trips", "name": "Trips", "timers": [TIMER]}], "timers": [TIMER]},
        bad={"project": {"name": " ", "color": "red", "timers": [{**TIMER, "timezone": "Mars"}]}},
    ),
    "TickwardPreviewProject": dict(project={"name": "Launch"}, bad={"project": {"name": " "}}),
    "TickwardGetProject": dict(project_id="tprj-1"),
    "TickwardUpdateProject": dict(
        project_id="tprj-1", change={"name": "Landing", "color": None}, bad={"change": {"name": " "}}
    ),
    "TickwardDeleteProject": dict(project_id="tprj-1"),
    "TickwardPreviewProjectDeletion": dict(project_id="tprj-1"),
    "TickwardListTimers": dict(project_id="tprj-1"),
    "TickwardCreateTimer": dict(
        project_id="tprj-1", timer=TIMER, bad={"timer": {**TIMER, "label": " ", "image": {"url": "x"}}}
    ),
    "TickwardGetTimer": dict(project_id="tprj-1", timer_id="tmr-1"),
    "TickwardUpdateTimer": dict(
        project_id="tprj-1", timer_id="tmr-1", change={"label": "Landing"}, bad={"change": {"color": "red"}}
    ),
    "TickwardDeleteTimer": dict(project_id="tprj-1", timer_id="tmr-1"),
    "TickwardListSpaces": dict(project_id="tprj-1"),
    "TickwardCreateSpace": dict(project_id="tprj-1", space={"name": "Trips"}, bad={"space": {"name": "x" * 31}}),
    "TickwardGetSpace": dict(project_id="tprj-1", space_id="spc-1"),
    "TickwardUpdateSpace": dict(
        project_id="tprj-1", space_id="spc-1", change={"color": "#2563eb"}, bad={"change": {"color": "blue"}}
    ),
    "TickwardDeleteSpace": dict(project_id="tprj-1", space_id="spc-1"),
    "TickwardPreviewSpaceDeletion": dict(project_id="tprj-1", space_id="spc-1"),
    "TickwardListShares": dict(project_id="tprj-1", needs=("shr-1",)),
    "TickwardCreateShare": dict(project_id="tprj-1", timer_id="tmr-1"),
    "TickwardGetShare": dict(project_id="tprj-1", share_id="shr-1"),
    "TickwardDeleteShare": dict(project_id="tprj-1", share_id="shr-1"),
    "TickwardSharePage": dict(key="shr-1"),
    "TickwardListWebhooks": dict(needs=("thook-1",)),
    "TickwardCreateWebhook": dict(
        name="Prod", url="https://hooks.example/", event_types=["timer.ended"], bad={"url": "http://x", "name": " "}
    ),
    "TickwardGetWebhook": dict(webhook_id="thook-1"),
    "TickwardUpdateWebhook": dict(
        webhook_id="thook-1", change={"name": "Staging"}, bad={"change": {"event_types": ["todo.created"]}}
    ),
    "TickwardDeleteWebhook": dict(webhook_id="thook-1"),
    "TickwardListDeliveries": dict(webhook_id="thook-1", bad={"limit": 0}),
    "TickwardTestWebhook": dict(webhook_id="thook-1", test={}, bad={"test": {"event_type": "x"}}),
    "TickwardSync": dict(needs=("shr-1",)),
    "TickwardCapabilities": dict(),
}

WEBHOOKS: dict[str, dict[str, Any]] = {
    "ListWebhooks": dict(needs=("hook-1",)),
    "CreateWebhook": dict(
        name="Prod", url="https://hooks.example/", event_types=["todo.completed"], bad={"url": "https://10.0.0.1/"}
    ),
    "GetWebhook": dict(id="hook-1"),
    "UpdateWebhook": dict(id="hook-1", status="disabled", bad={"event_types": ["x"]}),
    "DeleteWebhook": dict(id="hook-1"),
    "ListWebhookDeliveries": dict(id="hook-1"),
    "TestWebhook": dict(id="hook-1", event_type=None, bad={"event_type": "x"}),
}
