"""Events of workspaces: versions, conflicts, what each does, and who may append any (routes.md 3.5)."""

import asyncio
from typing import Any

import pytest

from tests.contract.state import state
from tests.workspaces.doing import ask, done, made, read
from tests.world import World

AT = 1_705_312_200_000
A = {"id": "a", "type": "note", "name": "A", "data": {"field1": "x", "sources": [1]}}
B = {"id": "b", "type": "quiz", "name": "B", "folderId": "f", "layout": {"x": 1}}
F = {"id": "f", "type": "folder", "name": "F"}


def event(type: str, payload: Any, **more: Any) -> dict[str, Any]:
    return {"type": type, "payload": payload, "timestamp": AT, **more}


async def append(world: World, id: str, told: Any, base: int = 0, who: str = "ana") -> Any:
    return await done(world, who, "POST", f"/{id}/events", {"event": told, "baseVersion": base})


async def items(world: World, id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await read(world, id))["state"]["items"]
    return found


def touched(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**item, **changes, "lastModified": AT}


def without(item: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in keys}


LOOSE = without(B, "folderId", "layout")

CASES: list[tuple[str, Any, list[dict[str, Any]]]] = [
    ("ITEM_CREATED", {"id": "c", "item": {"id": "c"}}, [A, B, F, touched({"id": "c"})]),
    ("BULK_ITEMS_CREATED", {"items": [{"id": "c"}, {"id": "d"}]}, [A, B, F, *map(touched, ({"id": "c"}, {"id": "d"}))]),
    (
        "ITEM_UPDATED",
        {"id": "a", "changes": {"name": "Z", "data": {"field1": "y"}}},
        [touched(A, name="Z", data={"field1": "y", "sources": [1]}), B, F],
    ),
    ("ITEM_UPDATED", {"id": "a", "changes": {"color": "red"}}, [touched(A, color="red"), B, F]),
    ("ITEM_UPDATED", {"id": "nobody", "changes": {"name": "Z"}}, [A, B, F]),
    ("BULK_ITEMS_PATCHED", {"updates": [{"id": "b", "changes": {"name": "Z"}}]}, [A, touched(B, name="Z"), F]),
    ("ITEM_DELETED", {"id": "a"}, [B, F]),
    ("ITEM_DELETED", {"id": "f"}, [A, LOOSE]),
    ("ITEM_DELETED", {}, [A, B, F]),
    ("BULK_ITEMS_UPDATED", {"deletedIds": ["a", "f"]}, [LOOSE]),
    ("BULK_ITEMS_UPDATED", {"addedItems": [{"id": "c"}]}, [A, B, F, touched({"id": "c"})]),
    ("BULK_ITEMS_UPDATED", {"items": [B, {"id": "c"}, A]}, [LOOSE, {"id": "c"}, A]),
    (
        "BULK_ITEMS_UPDATED",
        {"layoutUpdates": [{"id": "a", "x": 1, "y": 2, "w": 3, "h": 4.5}]},
        [{**A, "layout": {"x": 1, "y": 2, "w": 3, "h": 4.5}}, B, F],
    ),
    ("ITEM_MOVED_TO_FOLDER", {"itemId": "a", "folderId": "f"}, [{**A, "folderId": "f"}, B, F]),
    ("ITEM_MOVED_TO_FOLDER", {"itemId": "b", "folderId": None}, [A, LOOSE, F]),
    ("ITEMS_MOVED_TO_FOLDER", {"itemIds": ["a", "b"], "folderId": "g"}, [
        {**A, "folderId": "g"}, {**LOOSE, "folderId": "g"}, F,
    ]),
    ("FOLDER_CREATED_WITH_ITEMS", {"folder": {"id": "g"}, "itemIds": ["a"]}, [
        {**A, "folderId": "g"}, B, F, touched({"id": "g"}),
    ]),
    ("FOLDER_DELETED", {"id": "f"}, [A, without(B, "folderId"), F]),
    ("WORKSPACE_SNAPSHOT", {"items": [F, {"id": "c"}]}, [F, {"id": "c"}]),
    ("SOMETHING_ELSE", {"id": "a"}, [A, B, F]),
]  # fmt: skip


@pytest.mark.parametrize(("type", "payload", "left"), CASES)
async def test_an_event_is_carried_out(world: World, type: str, payload: Any, left: list[dict[str, Any]]) -> None:
    workspace = await made(world, initialState={"items": [A, B, F]})
    assert await append(world, workspace["id"], event(type, payload)) == {
        "success": True, "version": 1, "conflict": False,
    }  # fmt: skip
    assert await items(world, workspace["id"]) == left


async def test_titles_belong_to_the_state(world: World) -> None:
    workspace = await made(world)
    await append(world, workspace["id"], event("GLOBAL_TITLE_SET", {"title": "All of it"}))
    await append(world, workspace["id"], event("GLOBAL_DESCRIPTION_SET", {"description": "Every thing"}), 1)
    found = await read(world, workspace["id"])
    assert (found["name"], found["state"]) == (
        "My Project",
        {"workspaceId": workspace["id"], "globalTitle": "All of it", "globalDescription": "Every thing", "items": []},
    )
    restored = {"workspaceId": "x", "globalTitle": "Again", "items": [A]}
    await append(world, workspace["id"], event("WORKSPACE_SNAPSHOT", restored), 2)
    assert (await read(world, workspace["id"]))["state"] == {**restored, "workspaceId": workspace["id"]}


async def test_who_knows_an_older_version_is_told_what_happened_since(world: World) -> None:
    id = (await made(world))["id"]
    for number in range(3):
        await append(world, id, event("ITEM_CREATED", {"item": {"id": str(number)}}, id=f"e{number}"), number)
    answer = await append(world, id, event("ITEM_DELETED", {"id": "0"}), 1)
    assert [(each["id"], each["version"]) for each in answer.pop("currentEvents")] == [("e1", 2), ("e2", 3)]
    assert answer == {"conflict": True, "version": 3}
    assert await append(world, id, event("ITEM_DELETED", {"id": "0"}), 9) == {
        "conflict": True, "version": 3, "currentEvents": [],
    }  # fmt: skip
    assert len(await items(world, id)) == 3


async def test_an_event_that_is_sent_again_is_carried_out_once(world: World) -> None:
    id = (await made(world))["id"]
    told = event("ITEM_CREATED", {"item": A}, id="once")
    answers = [await append(world, id, told, base) for base in (0, 0, 1)]
    assert answers == [{"success": True, "version": 1, "conflict": False}] * 3
    assert await items(world, id) == [touched(A)]


async def test_of_two_at_once_one_is_carried_out(world: World) -> None:
    id = (await made(world))["id"]
    answers = await asyncio.gather(
        *(append(world, id, event("ITEM_CREATED", {"item": {"id": str(number)}})) for number in range(4))
    )
    assert sorted(each["conflict"] for each in answers) == [False, True, True, True]
    assert len(await items(world, id)) == 1


async def test_the_log_says_who_and_when_and_ends_in_the_state(world: World) -> None:
    id = (await made(world, initialState={"items": [A]}))["id"]
    told = event("ITEM_CREATED", {"item": F}, id="e1", userId="somebody else", userName="Somebody")
    await append(world, id, told)
    log = await done(world, "ana", "GET", f"/{id}/events")
    ana = world.people["ana"]
    assert log["events"] == [
        {**told, "userId": ana.user_id, "userName": "Ana", "version": 1},
    ]
    assert (log["version"], log["snapshot"]["version"]) == (1, 1)
    assert log["snapshot"]["state"] == (await read(world, id))["state"]
    assert log["snapshot"]["state"]["items"] == [A, touched(F)]


async def test_every_fiftieth_version_is_kept(world: World) -> None:
    id = (await made(world))["id"]
    for number in range(51):
        await append(world, id, event("ITEM_UPDATED", {"id": "a", "changes": {}}), number)
    (kept,) = (await done(world, "ana", "GET", f"/{id}/snapshots"))["snapshots"]
    assert (kept["version"], kept["eventCount"], kept["state"]["items"]) == (50, 50, [])
    assert set(kept) == {"id", "version", "eventCount", "createdAt", "state"}


async def test_an_item_that_is_deleted_lies_in_the_trash(world: World) -> None:
    id = (await made(world, initialState={"items": [A, F]}))["id"]
    await append(world, id, event("ITEM_DELETED", {"id": "a"}))
    path = f"/api/v1/{{org}}/recordings?type=canvas_item&project_id={id}&status=trashed"
    (trashed,) = (await world.rest("ana", "GET", path)).json()
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/recordings/{trashed['id']}/status/active")
    assert await items(world, id) == [A, F]


async def test_viewers_read_and_editors_write(world: World, owner: Any) -> None:
    """Bob is let in as a member of the team, cleo as a client."""
    id = (await made(world, initialState={"items": [A, F]}))["id"]
    people = {"grant": [world.id("bob"), world.id("cleo")]}
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{id}/people", people)
    told = {"event": event("ITEM_CREATED", {"item": B}), "baseVersion": 0}
    before = await state(owner, world)
    refused = await ask(world, "cleo", "POST", f"/{id}/events", told)
    assert (refused.status_code, refused.json()) == (403, {"error": "Editor access required"})
    assert await state(owner, world) == before
    assert (await done(world, "cleo", "GET", f"/{id}/events"))["events"] == []
    assert (await ask(world, "bob", "GET", f"/{id}/snapshots")).status_code == 403
    await done(world, "bob", "POST", f"/{id}/events", told)
    await owner.execute("update project_accesses set level = 'editor' where membership_id = $1", world.id("cleo"))
    both = event("BULK_ITEMS_UPDATED", {"items": [{**F, "name": "Mine"}, {"id": "new"}]})
    assert await append(world, id, both, 1, "cleo") == {"success": True, "version": 2, "conflict": False}
    assert await items(world, id) == [{**F, "name": "Mine"}, {"id": "new"}]
    assert await append(world, id, event("ITEM_CREATED", {"item": A}), 2, "cleo")
    assert [each["id"] for each in await items(world, id)] == ["f", "new", "a"]


async def test_an_archived_workspace_is_only_read(world: World) -> None:
    id = (await made(world))["id"]
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{id}/status/archived")
    answer = await ask(
        world, "ana", "POST", f"/{id}/events", {"event": event("ITEM_CREATED", {"item": A}), "baseVersion": 0}
    )
    assert (answer.status_code, answer.json()) == (403, {"error": "Project is archived"})


@pytest.mark.parametrize(
    "told",
    [
        5,
        None,
        [],
        {},
        {"type": 5},
        {"type": ""},
        {"type": "t" * 101},
        {"type": "ITEM_CREATED", "payload": []},
        {"type": "ITEM_CREATED", "payload": {}},
        {"type": "ITEM_CREATED", "payload": {"item": [1]}},
        {"type": "ITEM_CREATED", "payload": {"item": {}}, "id": 5},
        {"type": "ITEM_CREATED", "payload": {"item": {}}, "id": "i" * 201},
        {"type": "ITEM_CREATED", "payload": {"item": {"name": "n" * 1001}}},
        {"type": "BULK_ITEMS_CREATED", "payload": {"items": [{}] * 1001}},
        {"type": "BULK_ITEMS_CREATED", "payload": {"items": {"a": {}}}},
        {"type": "BULK_ITEMS_PATCHED", "payload": {"updates": [{"id": "a"}]}},
        {"type": "BULK_ITEMS_UPDATED", "payload": {"deletedIds": [1]}},
        {"type": "BULK_ITEMS_UPDATED", "payload": {"layoutUpdates": "x"}},
        {"type": "ITEMS_MOVED_TO_FOLDER", "payload": {"itemIds": None}},
        {"type": "WORKSPACE_SNAPSHOT", "payload": {"items": "x"}},
    ],
)
async def test_an_event_that_does_not_fit_changes_nothing(world: World, owner: Any, told: Any) -> None:
    id = (await made(world, initialState={"items": [A]}))["id"]
    before = await state(owner, world)
    answer = await ask(world, "ana", "POST", f"/{id}/events", {"event": told, "baseVersion": 0})
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert await state(owner, world) == before


@pytest.mark.parametrize("odd", [{"id": ["a"]}, {"id": {"a": 1}}, {"id": None}, {"folderId": ["f"]}, {"type": [1]}])
async def test_odd_items_do_no_harm(world: World, odd: dict[str, Any]) -> None:
    """Nobody says what an item must be, so anything may lie on a canvas."""
    id = (await made(world, initialState={"items": [odd, F]}))["id"]
    for number, (type, payload) in enumerate(
        [
            ("ITEM_UPDATED", {"id": odd.get("id"), "changes": {"name": "Z"}}),
            ("ITEM_MOVED_TO_FOLDER", {"itemId": odd.get("id"), "folderId": ["f"]}),
            ("BULK_ITEMS_UPDATED", {"layoutUpdates": [{"id": odd.get("id")}]}),
            ("ITEM_DELETED", {"id": odd.get("id")}),
            ("ITEM_DELETED", {"id": "f"}),
        ]
    ):
        await append(world, id, event(type, payload), number)
    assert await items(world, id) == [odd]


async def test_opening_is_everybodys_own(world: World) -> None:
    id = (await made(world))["id"]
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{id}/people", {"grant": [world.id("bob")]})
    opened = await done(world, "bob", "POST", f"/{id}/track-open")
    assert opened["success"] is True
    assert (await read(world, id, "bob"))["lastOpenedAt"] == opened["lastOpenedAt"]
    assert (await read(world, id))["lastOpenedAt"] is None


async def test_own_workspaces_are_put_in_order(world: World) -> None:
    ids = [(await made(world, name=name))["id"] for name in ("A", "B", "C", "D")]
    theirs = (await made(world, "bob"))["id"]
    assert await done(world, "ana", "POST", "/reorder", {"workspaceIds": [ids[2], ids[0]]}) == {"success": True}
    found = (await done(world, "ana", "GET"))["workspaces"]
    assert [(each["name"], each["sortOrder"]) for each in found] == [("C", 0), ("A", 1), ("B", 2), ("D", 3)]
    for wrong in ([theirs], ["nonsense"], [ids[0], theirs]):
        assert (await ask(world, "ana", "POST", "/reorder", {"workspaceIds": wrong})).status_code == 400
    assert (await ask(world, "ana", "POST", "/reorder", {"workspaceIds": "x"})).status_code == 400
    again = (await done(world, "ana", "GET"))["workspaces"]
    assert [each["name"] for each in again] == ["C", "A", "B", "D"]


async def test_a_slug_is_ones_own_first(world: World) -> None:
    mine, theirs = (await made(world))["id"], (await made(world, "bob", name="Other"))["id"]
    assert (await done(world, "ana", "GET", "/slug/my-project"))["workspace"]["id"] == mine
    assert (await ask(world, "ana", "GET", "/slug/other")).status_code == 404
    assert (await done(world, "bob", "GET", "/slug/other?metadata=true"))["workspace"]["id"] == theirs
