"""One request for every route of ThinkEx's, as examples.py makes them."""

from typing import Any

TOLD = {
    "event": {
        "id": "deed-1",
        "type": "ITEM_CREATED",
        "payload": {"id": "item-1", "item": {"id": "item-1", "type": "note", "name": "Plan", "data": {}}},
        "timestamp": 1_705_312_200_000,
        "userId": "somebody",
    },
    "baseVersion": 0,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "ThinkexListWorkspaces": dict(needs=("prj-ws1", "prj-ws2")),
    "ThinkexCreateWorkspace": dict(
        name="New Project",
        description="My new workspace",
        template="getting_started",
        icon="rocket",
        color="purple",
        is_public=False,
        bad={"name": " "},
    ),
    "ThinkexGetWorkspace": dict(id="prj-ws1"),
    "ThinkexUpdateWorkspace": dict(id="prj-ws1", name="Updated Project Name", icon=None, bad={"name": " "}),
    "ThinkexDeleteWorkspace": dict(id="prj-ws1"),
    "ThinkexListEvents": dict(id="prj-ws1", first=(("POST", "/api/workspaces/prj-ws1/events", TOLD),)),
    "ThinkexAppendEvent": dict(id="prj-ws1", **TOLD, bad={"event": {"type": 5}}),
    "ThinkexListSnapshots": dict(id="prj-ws1"),
    "ThinkexTrackOpen": dict(id="prj-ws1"),
    "ThinkexReorder": dict(needs=("prj-ws2",), workspaceIds=["prj-ws1"]),
    "ThinkexGetBySlug": dict(needs=("prj-ws3",), slug="plan-b"),
    "ThinkexGetMetadata": dict(needs=("prj-ws3",), slug="plan-b"),
}
