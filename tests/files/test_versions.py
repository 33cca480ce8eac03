"""What becomes of an upload: new versions, other names, copies, the trash. In both storages."""

from typing import Any

import pytest

from app.core.storage import Storage
from tests.contract.scene import LOGO
from tests.files.deeds import address, fetched, kept, rows, vault
from tests.multipart import File
from tests.world import World

FIRST, SECOND = File("a.txt", b"first"), File("b.txt", b"the second")


async def replaced(world: World, who: str, id: str, file: File) -> Any:
    answer = await world.rest(who, "POST", f"/api/v1/{{org}}/uploads/{id}/versions", {"file": file})
    return answer.json() if answer.status_code == 201 else answer.status_code


async def versions(world: World, id: str) -> Any:
    return (await world.rest("ana", "GET", f"/api/v1/{{org}}/uploads/{id}/versions")).json()


async def test_a_new_version_takes_the_place_of_the_old_one_which_stays(world: World) -> None:
    made = await world.upload("ana", await vault(world), FIRST)
    assert await versions(world, made["id"]) == {
        "current": {"filename": "a.txt", "byte_size": 5, "content_type": "text/plain"},
        "versions": [],
    }
    changed = await replaced(world, "bob", made["id"], SECOND)
    assert changed["meta"] == {"filename": "b.txt", "byte_size": 10, "content_type": "text/plain", "version": 2}
    assert (changed["id"], changed["title"]) == (made["id"], "b.txt")
    found = await versions(world, made["id"])
    earlier = {"version": 1, "filename": "a.txt", "byte_size": 5, "content_type": "text/plain"}
    (row,) = found["versions"]
    assert row == {**earlier, "created_at": made["created_at"], "creator_id": world.id("ana")}
    assert (await fetched(world, await address(world, "ana", made["id"]))).content == b"the second"
    assert (await fetched(world, await address(world, "ana", made["id"], "download?version=1"))).content == b"first"
    for number in (0, 3):
        answer = await world.rest("ana", "GET", f"/api/v1/{{org}}/uploads/{made['id']}/download?version={number}")
        assert answer.status_code == 404


async def test_a_title_of_its_own_stays(world: World) -> None:
    made = await world.upload("ana", await vault(world), FIRST)
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/recordings/{made['id']}", {"title": "The draft"})
    assert (await replaced(world, "ana", made["id"], SECOND))["title"] == "The draft"


async def test_clients_replace_only_their_own(world: World, storage: Storage) -> None:
    parent = await vault(world, shared=True)
    own = await world.upload("cleo", parent, FIRST)
    other = await world.upload("ana", parent, FIRST)
    path = f"/api/v1/{{org}}/recordings/{other['id']}/visibility"
    await world.rest("ana", "PUT", path, {"visible_to_clients": True})
    assert (await replaced(world, "cleo", own["id"], SECOND))["meta"]["version"] == 2
    assert await replaced(world, "cleo", other["id"], SECOND) == 403
    assert (await versions(world, other["id"]))["versions"] == []
    assert len(await kept(world, storage)) == 3


async def test_what_is_no_upload_has_no_versions(world: World, storage: Storage) -> None:
    document = await world.child("ana", await vault(world), "document", title="Spec")
    assert await replaced(world, "ana", document["id"], SECOND) == 404
    assert (await world.rest("ana", "GET", f"/api/v1/{{org}}/uploads/{document['id']}/download")).status_code == 404
    assert await kept(world, storage) == []


@pytest.mark.parametrize("status", ["archived", "trashed"])
async def test_what_is_put_away_is_not_replaced(world: World, storage: Storage, status: str) -> None:
    made = await world.upload("ana", await vault(world), FIRST)
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/recordings/{made['id']}/status/{status}")
    assert await replaced(world, "ana", made["id"], SECOND) == 422
    answer = await world.rest("ana", "GET", f"/api/v1/{{org}}/uploads/{made['id']}/download")
    assert answer.status_code == {"archived": 302, "trashed": 404}[status]
    assert len(await kept(world, storage)) == 1


async def test_a_file_is_called_otherwise_and_keeps_its_ending(world: World) -> None:
    made = await world.upload("ana", await vault(world), LOGO)
    path = f"/api/v1/{{org}}/recordings/{made['id']}"
    renamed = (await world.rest("bob", "PATCH", path, {"base_name": "Our / logo"})).json()
    assert (renamed["title"], renamed["meta"]["filename"]) == ("Our _ logo.png", "Our _ logo.png")
    answer = await fetched(world, await address(world, "ana", made["id"]))
    assert answer.headers["content-disposition"] == 'attachment; filename="Our _ logo.png"'
    for wrong, code in (("", "blank"), ("x" * 252, "too_long"), (None, "required"), (5, "invalid_format")):
        refused = await world.rest("bob", "PATCH", path, {"base_name": wrong})
        assert [each["code"] for each in refused.json()["error"]["details"]] == [code]
    todolist = await world.child("ana", (await world.project())["containers"]["todoset"], "todolist", title="List")
    refused = await world.rest("bob", "PATCH", f"/api/v1/{{org}}/recordings/{todolist['id']}", {"base_name": "x"})
    assert refused.json()["error"]["details"][0]["message"] == "A todolist has no base_name"


async def test_a_copy_shares_the_bytes_and_nothing_else(world: World, storage: Storage) -> None:
    made = await world.upload("ana", await vault(world), FIRST)
    await replaced(world, "ana", made["id"], SECOND)
    there = await vault(world)
    copying = await world.rest("bob", "POST", f"/api/v1/{{org}}/recordings/{made['id']}/copy", {"parent_id": there})
    copy = copying.json()
    assert copy["meta"] == {"filename": "b.txt", "byte_size": 10, "content_type": "text/plain", "version": 1}
    assert (await versions(world, copy["id"]))["versions"] == []
    assert len(await kept(world, storage)) == 2
    await replaced(world, "ana", copy["id"], LOGO)
    assert (await fetched(world, await address(world, "ana", made["id"]))).content == b"the second"
    assert (
        await fetched(world, await address(world, "ana", copy["id"], "download?version=1"))
    ).content == b"the second"
    assert await rows(world) == {"stored_files": 3, "file_versions": 4, "recordings": 2}
