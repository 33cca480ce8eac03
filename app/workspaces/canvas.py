"""What lies on a workspace's canvas: the state that its program knows, kept as recordings (domain.md 2.3)."""

from collections.abc import Sequence
from typing import Any

from app.core.context import Context
from app.core.db import Row
from app.core.errors import Invalid, Reason
from app.core.ids import new_id
from app.core.rules import TITLE
from app.recordings.events import leave
from app.recordings.model import Event, Recording, RecordingType
from app.workspaces.loaders import items_on, title_of
from app.workspaces.model import CanvasContent, WorkspaceTemplate

TOOL = "canvas"
"""What a canvas and its items have for a tool; it is none that a project could switch off."""
MOST = 1_000
"""How many items a canvas holds."""
OWN = ("workspaceId", "globalTitle", "items")

State = dict[str, Any]
Item = dict[str, Any]


async def state_of(ctx: Context, workspace: Row) -> State:
    """The workspace's whole state, as its program knows it. Enters the workspace's organization."""
    await ctx.enter(workspace.org_slug)
    kept: State = workspace.state
    items = await ctx.load(items_on, workspace.canvas_id)
    title = kept.get("globalTitle") or workspace.name
    return {"workspaceId": workspace.id, "globalTitle": title, "items": items, **_rest(kept)}


def begun(template: WorkspaceTemplate, initial_state: object) -> tuple[State, list[Item]]:
    """What a new workspace keeps, and its first items: what it was given, else the template's.

    Raises Invalid for what is no state.
    """
    if initial_state is None:
        return {}, first_items() if template is WorkspaceTemplate.GETTING_STARTED else []
    if not isinstance(initial_state, dict):
        raise Invalid.field("initial_state", Reason.invalid_value, "initial_state must be an object")
    kept = _rest(initial_state)
    if isinstance(title := initial_state.get("globalTitle"), str) and title:
        kept["globalTitle"] = title
    return kept, fitting_items("initial_state.items", initial_state.get("items") or [])


def first_items() -> list[Item]:
    """What the template "getting started" lays on the canvas."""
    return [
        {"id": new_id(), "type": type, "name": name, "subtitle": "", "data": data, "layout": layout}
        for type, name, data, layout in (
            ("note", "Your first note", {"field1": ""}, {"x": 0, "y": 0, "w": 2, "h": 4}),
            ("quiz", "Your first quiz", {"questions": []}, {"x": 2, "y": 0, "w": 2, "h": 4}),
            ("flashcard", "Your first flashcards", {"cards": []}, {"x": 0, "y": 4, "w": 2, "h": 4}),
        )
    ]


def fitting_items(field: str, value: object) -> list[Item]:
    """The items, if that is what they are. Raises Invalid."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Invalid.field(field, Reason.invalid_value, f"{field} must be a list of objects")
    if len(value) > MOST:
        raise Invalid.field(field, Reason.too_long, f"{field} holds more than {MOST} items")
    for each in value:
        if len(title_of(each) or "") > TITLE:
            raise Invalid.field(field, Reason.too_long, f"{field} has a name longer than {TITLE} characters")
    return value


def empty_canvas(ctx: Context, project_id: str) -> Recording:
    """The canvas of a new workspace. Whoever is let in sees it, clients too."""
    return Recording(
        id=new_id(),
        org_id=ctx.org_id,
        project_id=project_id,
        type=RecordingType.CANVAS.value,
        title="Canvas",
        creator_id=ctx.me,
        tool=TOOL,
        visible_to_clients=True,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


async def lay(ctx: Context, project_id: str, canvas_id: str, items: Sequence[Item], first: float) -> None:
    """Put new items on the canvas, from this place on."""
    recordings = [
        Recording(
            id=new_id(),
            org_id=ctx.org_id,
            project_id=project_id,
            parent_id=canvas_id,
            type=RecordingType.CANVAS_ITEM.value,
            title=title_of(item),
            creator_id=ctx.me,
            position=first + number,
            tool=TOOL,
            visible_to_clients=True,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for number, item in enumerate(items)
    ]
    await ctx.tx.add_all(recordings)
    await ctx.tx.add_all(
        [
            CanvasContent(recording_id=recording.id, org_id=ctx.org_id, item=item)
            for recording, item in zip(recordings, items, strict=True)
        ]
    )
    await leave(ctx, [_creation(ctx, recording) for recording in recordings])


def _creation(ctx: Context, recording: Recording) -> Event:
    return Event(
        org_id=ctx.org_id,
        action="created",
        actor_id=ctx.me,
        project_id=recording.project_id,
        recording_id=recording.id,
        created_at=ctx.now,
    )


def _rest(state: State) -> State:
    return {key: value for key, value in state.items() if key not in OWN}
