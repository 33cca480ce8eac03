"""Tickward's routes, replayed as routes.md 3.6 has them."""

from typing import Any

import pytest

from tests.tickward.conftest import LAUNCH, TIMER, Call, key
from tests.world import World

pytestmark = pytest.mark.database

HASH = "sha256:918fff31c8da70adae5e35cc9dbe9e7f0adf51394351be79231d7887e1e479ba"
GENERAL = "We found an error with one or more fields in the request."
SINCE = {
    "label": "Smoke-free",
    "mode": "since",
    "target_date": "2020-01-10T07:30:00.000Z",
    "timezone": "Europe/Warsaw",
    "milestones": {"rules": [{"unit": "days", "at": [1, 3]}, {"unit": "years", "every": 10}]},
}


async def launch(call: Call, **values: Any) -> dict[str, Any]:
    answer = await call("POST", "/projects", {**LAUNCH, **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def refused(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["error"]
    assert error["code"] == error["type"]
    return answer.status_code, error["type"], error["message"]


async def test_a_project_is_made_with_its_spaces_and_timers(call: Call) -> None:
    made = await launch(call)
    project = {
        "object": "project",
        "id": made["id"],
        "name": "Launch Plan",
        "color": "#111827",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "claimed_at": made["created_at"],
        "timer_count": 1,
        "space_count": 1,
    }
    space = {
        "object": "space",
        "id": "travel",
        "project_id": made["id"],
        "project_name": "Launch Plan",
        "name": "Travel",
        "color": "#2563eb",
        "created_at": made["created_at"],
    }
    timer = {
        **TIMER,
        "object": "timer",
        "project_id": made["id"],
        "project_name": "Launch Plan",
        "effective_target_date": TIMER["target_date"],
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "archived_at": None,
        "color": None,
        "description": None,
        "space_id": "travel",
        "shared_at": None,
        "notify": True,
        "recurrence": None,
        "pinned": False,
        "image": None,
        "mode": "until",
        "milestones": None,
    }
    assert made == {**project, "spaces": [space], "timers": [timer]}
    path = f"/projects/{made['id']}"
    assert (await call("GET", path)).json() == project
    for found, wanted in (
        ("/projects?limit=100", project), (f"{path}/timers", timer), (f"{path}/spaces", space)
    ):  # fmt: skip
        assert (await call("GET", found)).json() == {"object": "list", "data": [wanted], "has_more": False}
    assert (await call("GET", f"{path}/timers/timer_123")).json() == timer


async def test_a_preview_tells_the_hash_and_the_changes(world: World, call: Call) -> None:
    answer = await call("POST", "/projects/preview", {"name": "Launch Plan"}, token=await key(world, permission="read"))
    assert answer.status_code == 200
    assert answer.json() == {
        "object": "project_preview",
        "dry_run": True,
        "operation": "create_project",
        "plan_hash": HASH,
        "summary": {"projects": {"create": 1}, "spaces": {"create": 0}, "timers": {"create": 0}},
        "changes": [{"action": "create", "path": "#", "type": "project", "name": "Launch Plan"}],
        "warnings": [],
        "apply": {
            "method": "POST",
            "path": "/api/v1/projects",
            "requires_idempotency_key": True,
            "expected_plan_hash": HASH,
        },
    }
    refusal = await call("POST", "/projects", {"name": "Other", "expected_plan_hash": HASH})
    assert refused(refusal) == (409, "plan_hash_mismatch", "expected_plan_hash does not match the request body.")
    assert (await call("GET", "/projects")).json()["data"] == []
    assert (await call("POST", "/projects", {"name": "Launch Plan", "expected_plan_hash": HASH})).status_code == 201


async def test_projects_come_in_pages(call: Call) -> None:
    ids = [(await launch(call, name=f"P{number}"))["id"] for number in range(3)]

    async def page(query: str) -> tuple[list[str], bool]:
        body = (await call("GET", f"/projects?{query}")).json()
        return [row["id"] for row in body["data"]], body["has_more"]

    assert await page("limit=2") == ([ids[2], ids[1]], True)
    assert await page(f"limit=2&after={ids[1]}") == ([ids[0]], False)
    assert await page(f"limit=1&before={ids[0]}") == ([ids[1]], True)
    both = await call("GET", f"/projects?after={ids[0]}&before={ids[1]}")
    assert refused(both) == (400, "validation_error", "Use either after or before, not both.")
    for query in ("limit=0", "limit=101", "limit=x", "after=project_0"):
        assert (await call("GET", f"/projects?{query}")).status_code == 400, query


async def test_a_project_changes_and_goes(call: Call) -> None:
    made = await launch(call)
    path = f"/projects/{made['id']}"
    changed = await call("PATCH", path, {"name": "Launch", "color": None})
    assert (changed.status_code, changed.json()["name"], changed.json()["color"]) == (200, "Launch", None)
    preview = await call("DELETE", f"{path}?dry_run=true")
    assert (preview.status_code, preview.json()) == (
        200,
        {
            "object": "delete_preview",
            "dry_run": True,
            "operation": "delete_project",
            "target": {"id": made["id"], "name": "Launch", "type": "project"},
            "would_change": True,
            "summary": {
                "projects": {"delete": 1},
                "share_links": {"delete": 0},
                "spaces": {"delete": 1},
                "timers": {"delete": 1},
            },
            "changes": [
                {"action": "delete", "id": made["id"], "name": "Launch", "type": "project"},
                {"action": "delete", "id": "travel", "name": "Travel", "reason": "cascade", "type": "space"},
                {"action": "delete", "id": "timer_123", "label": "Flight to Tokyo", "reason": "cascade",
                 "type": "timer"},
            ],
            "warnings": [],
            "apply": {"method": "DELETE", "path": f"/api/v1{path}", "requires_idempotency_key": True},
        },
    )  # fmt: skip
    gone = await call("DELETE", path)
    assert gone.json() == {"object": "project", "id": made["id"], "name": "Launch", "deleted": True}
    assert refused(await call("GET", path)) == (404, "not_found", "Project not found.")
    assert refused(await call("DELETE", path)) == (404, "not_found", "Project not found.")


async def test_a_since_timer_counts_to_its_next_milestone(call: Call) -> None:
    path = f"/projects/{(await launch(call))['id']}/timers"
    made = await call("POST", path, SINCE)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["effective_target_date"], told["mode"]) == ("2030-01-10T07:30:00.000Z", "since")
    assert told["milestones"] == SINCE["milestones"]
    for wrong, message in (
        ({"milestones": None}, "Since timers need at least one milestone rule."),
        ({"target_date": "2036-01-10T07:30:00.000Z"}, "Anchor must be in the past."),
        ({"recurrence": {"type": "daily", "enabled": True}}, "Since timers cannot recur."),
    ):
        assert refused(await call("POST", path, {**SINCE, **wrong})) == (422, "validation_error", message)
    assert len((await call("GET", path)).json()["data"]) == 2
    changed = await call("PATCH", f"{path}/{told['id']}", {"mode": "until"})
    assert refused(changed) == (422, "validation_error", "Timer mode cannot be changed.")


async def test_a_timer_is_changed_archived_and_deleted(call: Call) -> None:
    made = await launch(call)
    path = f"/projects/{made['id']}/timers"
    assert refused(await call("POST", path, TIMER)) == (400, "validation_error", "Timer id already exists.")
    archived = await call("PATCH", f"{path}/timer_123", {"archived_at": "2026-06-08T00:00:00.000Z"})
    assert archived.json() == {
        **made["timers"][0],
        "archived_at": "2026-06-08T00:00:00.000Z",
        "updated_at": archived.json()["updated_at"],
    }
    moved = await call("PATCH", f"{path}/timer_123", {"archived_at": None, "space_id": None, "color": "#2563EB"})
    assert [moved.json()[name] for name in ("archived_at", "space_id", "color")] == [None, None, "#2563EB"]
    nowhere = await call("PATCH", f"{path}/timer_123", {"space_id": "nope"})
    assert refused(nowhere) == (400, "validation_error", "space_id does not exist in this project.")
    gone = await call("DELETE", f"{path}/timer_123")
    assert gone.json() == {
        "object": "timer",
        "id": "timer_123",
        "project_id": made["id"],
        "project_name": "Launch Plan",
        "label": "Flight to Tokyo",
        "deleted": True,
    }
    for method in ("GET", "DELETE"):
        assert refused(await call(method, f"{path}/timer_123")) == (404, "not_found", "Timer not found.")


async def test_a_deleted_space_lets_its_timers_go(call: Call) -> None:
    made = await launch(call)
    path = f"/projects/{made['id']}/spaces"
    again = await call("POST", path, {"id": "travel", "name": "Travel"})
    assert refused(again) == (400, "validation_error", "Space id already exists.")
    renamed = await call("PATCH", f"{path}/travel", {"name": "Trips"})
    assert renamed.json() == {**made["spaces"][0], "name": "Trips"}
    preview = (await call("DELETE", f"{path}/travel?dry_run=true")).json()
    assert (preview["operation"], preview["summary"]) == (
        "delete_space",
        {"spaces": {"delete": 1}, "timers": {"update": 1}},
    )
    gone = await call("DELETE", f"{path}/travel")
    assert gone.json() == {
        "object": "space",
        "id": "travel",
        "project_id": made["id"],
        "project_name": "Launch Plan",
        "name": "Trips",
        "deleted": True,
    }
    assert refused(await call("DELETE", f"{path}/travel")) == (404, "not_found", "Space not found.")
    timer = (await call("GET", f"/projects/{made['id']}/timers/timer_123")).json()
    assert timer["space_id"] is None
    for number in range(4):
        assert (await call("POST", path, {"name": f"S{number}"})).status_code == 201
    one_more = await call("POST", path, {"name": "S4"})
    assert refused(one_more) == (400, "validation_error", "Maximum 4 spaces allowed.")


async def test_a_share_is_made_once_and_shows_a_page(world: World, call: Call) -> None:
    made = await launch(call, timers=[{**TIMER, "id": "timer_evil", "label": "<b>Party</b>"}])
    path = f"/projects/{made['id']}/shares"
    shared = await call("POST", path, {"timer_id": "timer_evil"})
    share = shared.json()
    assert (shared.status_code, share) == (
        201,
        {
            "object": "share",
            "id": share["id"],
            "project_id": made["id"],
            "project_name": "Launch Plan",
            "timer_id": "timer_evil",
            "timer_label": "<b>Party</b>",
            "shared_at": share["created_at"],
            "url_path": f"/share/{share['id']}",
            "created_at": share["created_at"],
            "updated_at": share["created_at"],
        },
    )
    again = await call("POST", path, {"timer_id": "timer_evil"})
    assert (again.status_code, again.json()) == (201, share)
    assert (await call("GET", path)).json() == {"object": "list", "data": [share], "has_more": False}
    timers = (await call("GET", f"/projects/{made['id']}/timers")).json()["data"]
    assert [row["shared_at"] for row in timers] == [None, share["created_at"]]
    page = await world.client.get(share["url_path"])
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "&lt;b&gt;Party&lt;/b&gt;" in page.text
    assert "<b>" not in page.text
    assert page.headers["content-security-policy"] == "default-src 'none'"
    gone = await call("DELETE", f"{path}/{share['id']}")
    assert gone.json() == {**share, "deleted": True}
    assert (await world.client.get(share["url_path"])).status_code == 404
    assert refused(await call("DELETE", f"{path}/{share['id']}")) == (404, "not_found", "Share not found.")


async def test_sync_has_a_strong_tag_over_all_but_the_moment(call: Call) -> None:
    made = await launch(call)
    first = await call("GET", "/sync")
    body = first.json()
    assert list(body) == ["object", "synced_at", "projects", "spaces", "timers"]
    assert (body["spaces"], body["timers"]) == (made["spaces"], made["timers"])
    tag = first.headers["etag"]
    assert tag.startswith('"sha256:')
    assert len(tag) == len('"sha256:"') + 64
    again = await call("GET", "/sync", if_none_match=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await call("PATCH", f"/projects/{made['id']}/spaces/travel", {"name": "Trips"})
    changed = await call("GET", "/sync", if_none_match=tag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_capabilities_need_no_key(call: Call) -> None:
    answer = await call("GET", "/capabilities", token="")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "object": "capabilities",
            "api_version": "v1",
            "features": {
                "idempotency_key": {"enabled": True, "ttl_hours": 24},
                "delete_preview": {"project": True, "space": True, "timer": False},
                "project_preview": True,
                "nested_project_create": True,
                "mcp": {"remote_oauth": False},
                "timer_webhooks": True,
                "webhook_management": True,
                "timer_reminders": True,
            },
            "limits": {"project_create_max_spaces": 4, "project_create_max_timers": 50, "page_size_max": 100},
        },
    )


async def test_unknown_paths_and_methods_are_told_apart(call: Call) -> None:
    nope = await call("GET", "/projects/project_123/nope")
    assert refused(nope) == (404, "not_found", "The requested endpoint does not exist.")
    put = await call("PUT", "/projects/project_123")
    message = "Method is not allowed for the requested path."
    assert refused(put) == (405, "method_not_allowed", message)
    assert put.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"


async def test_there_is_a_limit_of_projects_of_their_own(world: World, call: Call) -> None:
    for number in range(20):
        assert (await call("POST", "/projects", {"name": f"P{number}"})).status_code == 201
    one_more = await call("POST", "/projects", {"name": "P20"})
    assert refused(one_more) == (409, "limit_exceeded", "Project limit reached for this account.")
    assert len((await call("GET", "/projects")).json()["data"]) == 20
