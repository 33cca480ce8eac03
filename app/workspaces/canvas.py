"""What lies on a workspace's canvas: the state that its program knows, kept as recordings (domain.md 2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from app.core.context import Context
from app.core.db import Row, among
from app.core.errors import Invalid, Reason
from app.core.ids import new_id
from app.core.rules import TITLE
from app.recordings.actions.places import last_place, write_places
from app.recordings.events import event, leave
from app.recordings.model import Recording, RecordingStatus, RecordingType
from app.workspaces.loaders import as_kept, items_on, items_query, title_of
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


async def lay(ctx: Context, project_id: str, canvas_id: str, items: Sequence[Item], first: float) -> list[str]:
    """Put new items on the canvas, from this place on; the recordings' ids."""
    if not items:
        return []
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
    await leave(ctx, [event(ctx, "created", project_id, recording.id) for recording in recordings])
    return [recording.id for recording in recordings]


@dataclass(frozen=True)
class Held:
    """An item on the canvas, and the recording that it is."""

    id: str
    title: str | None
    position: float
    item: Item


async def items_held(ctx: Context, canvas_id: str) -> list[Held]:
    """The active items in their places, as their program wants them."""
    rows = await ctx.tx.rows(items_query([canvas_id]))
    return [Held(row.id, row.title, row.position, as_kept(row)) for row in rows]


async def write_items(ctx: Context, workspace: Row, held: Sequence[Held], items: list[Item]) -> None:
    """Make the canvas hold just these: what is gone goes to the trash, what is new is laid. The canvas is locked."""
    fitting_items("event.payload.items", items)
    left = _recognized(held, items)
    kept = [each for each in left if each is not None]
    staying = {each.id for each in kept}
    await _trash(ctx, workspace, [each.id for each in held if each.id not in staying])
    await _rewrite(
        ctx,
        workspace,
        [
            (old, new)
            for old, new in zip(left, items, strict=True)
            if old is not None and new is not old.item and new != old.item
        ],
    )
    fresh = [item for old, item in zip(left, items, strict=True) if old is None]
    first = await last_place(ctx, workspace.canvas_id, RecordingType.CANVAS_ITEM)
    ordered = sorted(kept, key=lambda each: each.position) == kept and None not in left[: len(kept)]
    made = iter(await lay(ctx, workspace.id, workspace.canvas_id, fresh, first))
    if not ordered:
        ids = [next(made) if old is None else old.id for old in left]
        await write_places(ctx, {id: first + len(ids) + number for number, id in enumerate(ids)})


def _recognized(held: Sequence[Held], items: list[Item]) -> list[Held | None]:
    """For each item the one that it was: the very same object, else the one of that id; each only once."""
    by_object = {id(each.item): each for each in held}
    left: list[Held | None] = [by_object.pop(id(item), None) for item in items]
    by_key = {each.item["id"]: each for each in by_object.values() if isinstance(each.item.get("id"), str)}
    return [
        old or (by_key.pop(item["id"], None) if isinstance(item.get("id"), str) else None)
        for old, item in zip(left, items, strict=True)
    ]


async def _trash(ctx: Context, workspace: Row, ids: list[str]) -> None:
    if not ids:
        return
    await ctx.tx.run(
        update(Recording)
        .where(among(Recording.id, ids))
        .values(
            status=RecordingStatus.TRASHED.value,
            trash_batch_id=new_id(),
            trashed_at=ctx.now,
            trashed_by_id=ctx.me,
            updated_at=ctx.now,
        )
    )
    await leave(ctx, [event(ctx, "trashed", workspace.id, id) for id in ids])


async def _rewrite(ctx: Context, workspace: Row, changes: Sequence[tuple[Held, Item]]) -> None:
    if not changes:
        return
    ids = [old.id for old, _ in changes]
    await ctx.tx.run(delete(CanvasContent).where(among(CanvasContent.recording_id, ids)))
    await ctx.tx.add_all([CanvasContent(recording_id=old.id, org_id=ctx.org_id, item=item) for old, item in changes])
    await ctx.tx.run(update(Recording).where(among(Recording.id, ids)).values(updated_at=ctx.now))
    for old, item in changes:
        if title_of(item) != old.title:
            await ctx.tx.run(update(Recording).where(col(Recording.id) == old.id).values(title=title_of(item)))
    await leave(ctx, [event(ctx, "changed", workspace.id, id, {"fields": ["item"]}) for id in ids])


def _rest(state: State) -> State:
    return {key: value for key, value in state.items() if key not in OWN}
