"""What events do to the items of a canvas, as ThinkEx's clients mean them (routes.md 3.5).

Pure: an item that is not touched stays the very same object. An event of an unknown type changes nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from app.core.errors import Invalid, Reason

Item = dict[str, Any]
Payload = dict[str, Any]
AROUND = ("folderId", "layout")
"""What an item has of its place: lost when its folder goes, or when it moves to another."""


@dataclass(frozen=True)
class Canvas:
    """What a program knows of a workspace."""

    items: list[Item]
    kept: dict[str, Any]
    """All of its state but the items."""


def changed(canvas: Canvas, type: str, payload: Payload, moment: int) -> Canvas:
    """The canvas after the event; `moment` is in milliseconds. Raises Invalid for a payload that does not fit."""
    change = CHANGES.get(type)
    return change(canvas, payload, moment) if change else canvas


def _create(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return _add(canvas, [_object(payload, "item")], moment)


def _create_many(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return _add(canvas, _objects(payload, "items"), moment)


def _update(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return _patch(canvas, {_text(payload.get("id")): _object(payload, "changes")}, moment)


def _update_many(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    wanted = {_key(each): _object(each, "changes") for each in _objects(payload, "updates")}
    return _patch(canvas, wanted, moment)


def _delete(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return _remove(canvas, _one(payload, "id"))


def _rearrange(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    """One of four things, the first that there is: take some away, add some, put others in place of all, move some."""
    if payload.get("deletedIds"):
        return _remove(canvas, _texts(payload, "deletedIds"))
    if payload.get("addedItems"):
        return _add(canvas, _objects(payload, "addedItems"), moment)
    if payload.get("items") is not None:
        items = _objects(payload, "items")
        gone = _folders(canvas, None) - {_key(each) for each in items}
        return replace(canvas, items=_out_of(items, gone))
    if not payload.get("layoutUpdates"):
        return canvas
    places = {_key(each): each for each in _objects(payload, "layoutUpdates")}
    return replace(canvas, items=[_laid_out(each, places.get(_key(each))) for each in canvas.items])


def _laid_out(item: Item, place: Item | None) -> Item:
    return (
        item
        if place is None or not _key(item)
        else {**item, "layout": {side: place.get(side) for side in ("x", "y", "w", "h")}}
    )


def _move(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return _into(canvas, _one(payload, "itemId"), payload.get("folderId"))


def _move_many(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return _into(canvas, _texts(payload, "itemIds"), payload.get("folderId"))


def _gather(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    """A new folder, and these items in it."""
    folder = _object(payload, "folder")
    return _add(_into(canvas, _texts(payload, "itemIds"), folder.get("id")), [folder], moment)


def _scatter(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    """A folder that was no item is gone; what was in it keeps its layout."""
    folder = _one(payload, "id")
    left = [_without(each, "folderId") if _text(each.get("folderId")) in folder else each for each in canvas.items]
    return replace(canvas, items=left)


def _title(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return replace(canvas, kept={**canvas.kept, "globalTitle": _text(payload.get("title"))})


def _description(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    return replace(canvas, kept={**canvas.kept, "globalDescription": _text(payload.get("description"))})


def _restore(canvas: Canvas, payload: Payload, moment: int) -> Canvas:
    kept = {key: value for key, value in payload.items() if key not in ("workspaceId", "items")}
    return Canvas(_objects(payload, "items"), kept)


CHANGES: dict[str, Callable[[Canvas, Payload, int], Canvas]] = {
    "ITEM_CREATED": _create,
    "BULK_ITEMS_CREATED": _create_many,
    "ITEM_UPDATED": _update,
    "BULK_ITEMS_PATCHED": _update_many,
    "ITEM_DELETED": _delete,
    "BULK_ITEMS_UPDATED": _rearrange,
    "ITEM_MOVED_TO_FOLDER": _move,
    "ITEMS_MOVED_TO_FOLDER": _move_many,
    "FOLDER_CREATED_WITH_ITEMS": _gather,
    "FOLDER_DELETED": _scatter,
    "GLOBAL_TITLE_SET": _title,
    "GLOBAL_DESCRIPTION_SET": _description,
    "WORKSPACE_SNAPSHOT": _restore,
}
"""Type of event → what it does."""


def _add(canvas: Canvas, items: list[Item], moment: int) -> Canvas:
    return replace(canvas, items=[*canvas.items, *({**each, "lastModified": moment} for each in items)])


def _patch(canvas: Canvas, wanted: dict[Any, Item], moment: int) -> Canvas:
    """The changes over the items, those of `data` over what is in `data`."""
    patched = []
    for item in canvas.items:
        changes = wanted.get(_key(item)) if _key(item) else None
        if changes is None:
            patched.append(item)
            continue
        made = {**item, **changes, "lastModified": moment}
        if "data" in item and not isinstance(changes.get("data"), dict):
            made["data"] = item["data"]
        elif isinstance(changes.get("data"), dict):
            old = item.get("data")
            made["data"] = {**(old if isinstance(old, dict) else {}), **changes["data"]}
        patched.append(made)
    return replace(canvas, items=patched)


def _remove(canvas: Canvas, ids: Collection[str]) -> Canvas:
    gone = _folders(canvas, ids)
    return replace(canvas, items=_out_of([each for each in canvas.items if _key(each) not in ids], gone))


def _folders(canvas: Canvas, among: Collection[str] | None) -> set[str]:
    """The ids of the folders on the canvas, or of those of them that are named."""
    found = {_key(each) for each in canvas.items if each.get("type") == "folder"} - {""}
    return found if among is None else found & set(among)


def _out_of(items: list[Item], folders: Collection[str]) -> list[Item]:
    """What lay in folders that are gone lies outside of all."""
    return [_without(each, *AROUND) if _text(each.get("folderId")) in folders else each for each in items]


def _into(canvas: Canvas, ids: Collection[str], folder: object) -> Canvas:
    """Put these items into the folder, or out of all; there they get new places."""
    into = {"folderId": folder} if isinstance(folder, str) and folder else {}
    moved = [{**_without(each, *AROUND), **into} if _key(each) in ids else each for each in canvas.items]
    return replace(canvas, items=moved)


def _without(item: Item, *keys: str) -> Item:
    return {key: value for key, value in item.items() if key not in keys}


def _key(item: Item) -> str:
    return _text(item.get("id"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(payload: Payload, name: str) -> Item:
    found = payload.get(name)
    if not isinstance(found, dict):
        raise _wrong(name, "an object")
    return found


def _objects(payload: Payload, name: str) -> list[Item]:
    found = payload.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _wrong(name, "a list of objects")
    return found


def _texts(payload: Payload, name: str) -> set[str]:
    found = payload.get(name)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise _wrong(name, "a list of ids")
    return set(found) - {""}


def _one(payload: Payload, name: str) -> set[str]:
    """The id of that name, as a set; none where it is no text. An item without an id is nobody's."""
    return {_text(payload.get(name))} - {""}


def _wrong(name: str, wanted: str) -> Invalid:
    field = f"event.payload.{name}"
    return Invalid.field(field, Reason.invalid_value, f"{field} must be {wanted}")
