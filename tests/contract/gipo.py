"""Gipo's side of the contract: a request for each of its routes, and what its examples (routes.md 3.3) are about."""

from typing import Any

from tests.contract.scene import Scene

TIME: dict[str, dict[str, Any]] = {
    "CreateTimeEntry": dict(
        id="card-1",
        started_at="2026-06-07T13:00:00Z",
        duration_seconds=5400,
        description="Initial wiring",
        bad={"duration_seconds": 86_401},
    ),
    "ListTimeEntries": dict(card_id="card-1", to="2026-06-07", needs=("tme-1",)),
    "GetTimeEntry": dict(id="tme-1"),
    "UpdateTimeEntry": dict(id="tme-1", duration_seconds=3600, bad={"duration_seconds": 0}),
    "DeleteTimeEntry": dict(id="tme-1"),
    "StartTimeEntry": dict(id="card-1", description="Wiring", bad={"description": "x" * 2001}),
    "StopTimeEntry": dict(first=(("POST", "/{org}/recordings/card-1/timer", {}),)),
}

ALONE = (
    ("PUT", "/{org}/projects/prj-1/people", {"grant": ["mem-abe", "mem-bob", "mem-mia"]}),
    ("PATCH", "/{org}/projects/prj-1", {"all_access": False}),
)
"""Only some people are on the project."""

GIPO: dict[str, dict[str, Any]] = {
    "GipoListProjects": dict(status="notStarted", query="lau", offset=0, needs=("prj-1",)),
    "GipoCreateProject": dict(
        name="Acme website redesign",
        status="inProgress",
        expectedFinalizationDate="2026-07-15T00:00:00.000Z",
        bad={"name": " "},
    ),
    "GipoGetProject": dict(id="prj-1"),
    "GipoUpdateProject": dict(id="prj-1", status="completed", bad={"name": " "}),
    "GipoDeleteProject": dict(id="prj-1"),
    "GipoListProjectMembers": dict(projectId="prj-1"),
    "GipoAddProjectMember": dict(projectId="prj-1", userId="usr-mia"),
    "GipoRemoveProjectMember": dict(projectId="prj-1", userId="usr-mia", first=ALONE),
    "GipoListWorkspaces": dict(needs=("prj-1",)),
    "GipoGetWorkspace": dict(id="table-1", needs=("card-1", "step-1")),
    "GipoListTasks": dict(
        workspaceId="table-1", stageId="col-doing", priority="normal", finalized=False, query="hero", needs=("card-1",)
    ),
    "GipoCreateTask": dict(
        needs=("col-doing",),
        workspaceId="table-1",
        subject="Wire the OAuth login button",
        descriptionHtml="<p>Hook it up.</p>",
        priority="high",
        expectedEndDate="2026-06-15T00:00:00.000Z",
        estimatedHours=4,
        bad={"subject": " "},
    ),
    "GipoGetTask": dict(id="card-1", needs=("step-1",)),
    "GipoUpdateTask": dict(id="card-1", sortOrder=0, finalizedAt="2026-06-07T13:00:00Z", bad={"sortOrder": -1}),
    "GipoDeleteTask": dict(id="card-1"),
    "GipoListTaskTypes": dict(needs=("typ-1",)),
    "GipoListTags": dict(needs=("tag-1",)),
    "GipoListMembers": dict(),
    "GipoListSubtasks": dict(taskId="card-1", needs=("step-1",)),
    "GipoCreateSubtask": dict(
        taskId="card-1", name="Hook up the Google provider", assigneeIds=["usr-ana"], bad={"name": " "}
    ),
    "GipoUpdateSubtask": dict(
        taskId="card-1", id="step-1", finalizedAt="2026-06-07T13:00:00.000Z", bad={"name": "x" * 301}
    ),
    "GipoDeleteSubtask": dict(taskId="card-1", id="step-1"),
    "GipoListTimeEntries": dict(userId="usr-ana", startDate="2026-05-01", endDate="2026-06-07", needs=("tme-1",)),
    "GipoCreateTimeEntry": dict(
        taskId="card-1",
        startedAt="2026-05-19T13:00:00.000Z",
        durationSeconds=5400,
        description="Initial wiring",
        bad={"durationSeconds": 86_401},
    ),
    "GipoGetTimeEntry": dict(id="tme-1"),
    "GipoUpdateTimeEntry": dict(id="tme-1", durationSeconds=3600, bad={"durationSeconds": 0}),
    "GipoDeleteTimeEntry": dict(id="tme-1"),
}


async def arrange(scene: Scene) -> None:
    """A board with three stages, a task as the third of its stage, a project for a client, a tag, a type of tasks."""
    await _board(scene)
    made = await scene.made("POST", "/{org}/companies", {"name": "Acme Corp", "is_client": True})
    scene.ids["cmp-1"] = made["id"]
    tag = await scene.made("POST", "/{org}/tags", {"name": "backend", "color": "#2563eb"})
    kind = await scene.made("POST", "/{org}/task-types", {"name": "Bug", "color": "#ef4444"})
    scene.ids |= {"tag-1": tag["id"], "typ-1": kind["id"]}
    for title in ("First", "Second"):
        await scene.child("col-doing", "card", title=title)
    me = scene.ids[f"mem-{scene.who}"]
    scene.ids["card-1"] = await scene.child(
        "col-doing",
        "card",
        title="Wire the OAuth login button",
        content_html="<p>Hook it up.</p>",
        priority="high",
        estimated_hours=4,
        tag_ids=[tag["id"]],
        assignee_ids=[me],
    )


async def _board(scene: Scene) -> None:
    project = await scene.made("POST", "/{org}/projects", {"name": "Engineering"})
    tools = await scene.made("GET", f"/{{org}}/projects/{project['id']}/tools")
    scene.ids["table-1"] = next(row["container_id"] for row in tools if row["tool"] == "card_table")
    columns = await scene.made("GET", f"/{{org}}/recordings/{scene.ids['table-1']}/children?type=card_column")
    for row in columns:
        scene.ids[f"col-{row['meta']['special']}"] = row["id"]
    await scene.made("PATCH", f"/{{org}}/recordings/{scene.ids['col-triage']}", {"title": "Pending"})
    scene.ids["col-doing"] = await scene.child("table-1", "card_column", title="Doing")


async def project(scene: Scene) -> None:
    """The project that the contract calls prj-1, as the dialect makes it."""
    plan = {"name": "Acme website redesign", "clientId": await scene.id("cmp-1"), "status": "inProgress"}
    wish = {**plan, "expectedFinalizationDate": "2026-07-15T00:00:00.000Z"}
    made = await scene.made("POST", "/dialects/gipo/api/v1/projects", wish)
    scene.ids["prj-1"] = made["data"]["id"]


async def step(scene: Scene) -> None:
    """A step of the task."""
    scene.ids["step-1"] = await scene.child(
        "card-1", "card_step", title="Hook up the Google provider", assignee_ids=[scene.ids[f"mem-{scene.who}"]]
    )


ARRANGED = {"gipo": arrange, "gipo-board": _board, "gipo-project": project, "gipo-step": step}
"""What the examples say in `~ given`."""
