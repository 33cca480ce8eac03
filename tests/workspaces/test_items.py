"""What lies on a canvas is recordings: both sides see what the other one writes (domain.md 2.3)."""

from typing import Any

from tests.workspaces.doing import made, read
from tests.workspaces.test_workspaces import NOTE
from tests.world import World


async def items(world: World, workspace: dict[str, Any]) -> list[dict[str, Any]]:
    """The canvas's items, as the native API lists them."""
    path = f"/api/v1/{{org}}/recordings?type=canvas_item&project_id={workspace['id']}&sort=position&direction=asc"
    answer = await world.rest("ana", "GET", path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_an_item_is_a_recording(world: World) -> None:
    workspace = await made(world, initialState={"items": [NOTE, {"type": "pdf"}]})
    found = await items(world, workspace)
    assert [(each["title"], each["position"], each["meta"]["item"]) for each in found] == [
        ("Plan", 0, NOTE), (None, 1, {"type": "pdf"}),
    ]  # fmt: skip
    search = await world.rest("ana", "GET", "/api/v1/{org}/search?q=plan")
    assert [hit["type"] for hit in search.json()] == ["canvas_item"]


async def test_what_people_change_is_in_the_state(world: World) -> None:
    workspace = await made(
        world, initialState={"items": [NOTE, {"id": "2", "name": "Old"}, {"id": "3", "name": "Gone"}]}
    )
    first, second, third = await items(world, workspace)
    recordings = "/api/v1/{org}/recordings"
    assert (await world.rest("ana", "PATCH", f"{recordings}/{second['id']}", {"title": "New"})).status_code == 200
    assert (await world.rest("ana", "PUT", f"{recordings}/{third['id']}/status/trashed")).status_code == 200
    assert (await world.rest("ana", "PUT", f"{recordings}/{first['id']}/position", {"position": 9})).status_code == 200
    added = await world.child("ana", first["parent_id"], "canvas_item", title="By hand")
    state = (await read(world, workspace["id"]))["state"]
    by_hand = {"id": added["id"], "type": "note", "name": "By hand", "subtitle": "", "data": {}}
    assert state["items"] == [{"id": "2", "name": "New"}, NOTE, by_hand]


async def test_clients_who_are_let_in_see_the_items(world: World) -> None:
    workspace = await made(world, initialState={"items": [NOTE]})
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{workspace['id']}/people", {"grant": [world.id("cleo")]})
    assert (await read(world, workspace["id"], "cleo"))["state"]["items"] == [NOTE]


async def test_a_canvas_stays_where_it_is(world: World) -> None:
    workspace = await made(world, initialState={"items": [NOTE]})
    canvas = (await items(world, workspace))[0]["parent_id"]
    assert (await world.rest("ana", "PUT", f"/api/v1/{{org}}/recordings/{canvas}/status/trashed")).status_code == 422
    assert len((await read(world, workspace["id"]))["state"]["items"]) == 1


async def test_a_copied_item_keeps_what_its_program_wrote(world: World) -> None:
    workspace = await made(world, initialState={"items": [NOTE]})
    (item,) = await items(world, workspace)
    copied = await world.rest("ana", "POST", f"/api/v1/{{org}}/recordings/{item['id']}/copy", {})
    assert copied.status_code == 201, copied.text
    first, second = (await read(world, workspace["id"]))["state"]["items"]
    assert first == NOTE
    assert second == {**NOTE, "id": copied.json()["id"]}
