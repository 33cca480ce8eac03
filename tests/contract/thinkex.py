"""One request for every route of ThinkEx's, as examples.py makes them, and what they name, as scene.py makes it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.contract.scene import Scene

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
    "ThinkexListCollaborators": dict(id="prj-ws1", needs=("winv-1",)),
    "ThinkexShare": dict(id="prj-ws1", email="new-{tag}@example.com", permissionLevel="viewer", bad={"email": " "}),
    "ThinkexUpdateCollaborator": dict(id="prj-ws4", collaboratorId="collab-1", permissionLevel="viewer"),
    "ThinkexRemoveCollaborator": dict(id="prj-ws4", collaboratorId="collab-1"),
    "ThinkexDeleteInvite": dict(id="prj-ws1", inviteId="winv-1"),
    "ThinkexGetInvite": dict(token="wtoken-1"),
    "ThinkexClaimInvite": dict(token="wtoken-1", asks="eve", bad={"token": "nonsense"}),
}

WORKSPACE = {
    "name": "My Project",
    "description": "Project workspace",
    "template": "blank",
    "icon": "briefcase",
    "color": "blue",
}


async def workspace(scene: "Scene") -> str:
    """A workspace of the owner's, as old as the contract's."""
    made = await scene.made("POST", "/api/workspaces", WORKSPACE)
    return await _aged(scene, made["workspace"]["id"], "2024-01-01")


def named(name: str) -> Callable[["Scene"], Awaitable[str]]:
    """A workspace of the owner's that has a name of its own."""

    async def make(scene: "Scene") -> str:
        made = await scene.made("POST", "/api/workspaces", {**WORKSPACE, "name": name})
        return str(made["workspace"]["id"])

    return make


async def shared_workspace(scene: "Scene") -> str:
    """A workspace of bob's, who lets the owner in."""
    await scene.id("mem-bob")
    made = (await scene.rest("bob", "POST", "/api/workspaces", WORKSPACE)).json()["workspace"]
    (own,) = [each for each in (await scene.rest("bob", "GET", "/orgs")).json() if each["role"] == "owner"]
    guest = {"email": scene.world.people[scene.who].email, "role": "member", "project_ids": [made["id"]]}
    invited = await scene.rest("bob", "POST", f"/{own['slug']}/people", guest)
    assert invited.json()["status"] == "accepted", invited.text
    return await _aged(scene, made["id"], "2024-01-10")


async def _aged(scene: "Scene", id: str, since: str) -> str:
    day = datetime.fromisoformat(f"{since}T00:00:00Z")
    change = "update projects set created_at = '2024-01-01T00:00:00Z', updated_at = '2024-01-15T10:30:00Z'"
    await scene.world.owner.execute(f"{change} where id = $1", id)
    opened = (
        "update project_accesses set last_opened_at = '2024-01-15T10:30:00Z', created_at = $1 where project_id = $2"
    )
    await scene.world.owner.execute(opened, day, id)
    return id


async def collaborator(scene: "Scene") -> str:
    """Bob, who is let into the workspace."""
    await scene.id("mem-bob")
    path = f"/api/workspaces/{await scene.id('prj-ws4')}/collaborators"
    made = await scene.made("POST", path, {"email": scene.world.people["bob"].email})
    return str(made["collaborator"]["id"])


async def invite(scene: "Scene") -> str:
    """An invitation to the workspace."""
    path = f"/api/workspaces/{await scene.id('prj-ws1')}/collaborators"
    await scene.made("POST", path, {"email": f"guest-{scene.world.tag}@example.com"})
    return str((await scene.made("GET", path))["invites"][0]["id"])


async def invite_token(scene: "Scene") -> str:
    """The secret part of its link."""
    id = await scene.id("winv-1")
    rows = await scene.made("GET", "/{org}/people/invitations")
    return str(next(row["join_url"] for row in rows if row["id"] == id).rsplit("/", 1)[1])


MAKERS: dict[str, Callable[["Scene"], Awaitable[str]]] = {
    "prj-ws1": workspace,
    "prj-ws2": shared_workspace,
    "prj-ws3": named("Plan B"),
    "prj-ws4": named("Plan C"),
    "collab-1": collaborator,
    "winv-1": invite,
    "wtoken-1": invite_token,
}
