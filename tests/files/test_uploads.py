"""Files: sent, seen, fetched, replaced; by whom, and what is left when it comes to nothing. In both storages."""

import asyncio
from typing import Any

import pytest

from app.core.forms import MEBIBYTE
from app.core.storage import Storage
from tests.contract.scene import LOGO
from tests.files.deeds import NOTHING, address, fetched, kept, rows, vault
from tests.multipart import File
from tests.world import World

TEXT = File("notes.txt", b"Hello")


async def refused(world: World, who: str, parent: str, file: Any, **fields: Any) -> tuple[int, Any]:
    """The status of an upload that does not succeed, and its error."""
    answer = await world.rest(who, "POST", f"/api/v1/{{org}}/recordings/{parent}/uploads", {"file": file, **fields})
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["error"]


async def test_a_file_becomes_an_upload(world: World, storage: Storage) -> None:
    parent = await vault(world)
    made = await world.upload("bob", parent, LOGO, description_html="<p>Ours<script>x</script></p>")
    assert made["meta"] == {"filename": "logo.png", "byte_size": 12_034, "content_type": "image/png", "version": 1}
    assert (made["type"], made["title"], made["content"]) == ("upload", "logo.png", "<p>Ours</p>")
    assert (made["parent_id"], made["creator_id"], made["position"]) == (parent, world.id("bob"), 0)
    children = (await world.rest("mia", "GET", f"/api/v1/{{org}}/recordings/{parent}/children")).json()
    assert children == [made]
    assert len(await kept(world, storage)) == 1


async def test_an_upload_is_fetched_from_an_address_that_is_told_to_who_may_see_it(world: World) -> None:
    made = await world.upload("ana", await vault(world), LOGO)
    answer = await fetched(world, await address(world, "bob", made["id"]))
    assert (answer.status_code, answer.content) == (200, LOGO.content)
    assert answer.headers["content-disposition"] == 'attachment; filename="logo.png"'
    assert answer.headers["content-type"] == "image/png"
    part = await fetched(world, await address(world, "bob", made["id"]), Range="bytes=0-3")
    assert (part.status_code, part.content) == (206, b"\x89PNG")


@pytest.mark.parametrize("who", ["eve", "cleo", "nobody"])
async def test_others_are_told_no_address(world: World, who: str) -> None:
    made = await world.upload("ana", await vault(world), LOGO)
    for how in ("download", "file", "versions"):
        answer = await world.rest(who, "GET", f"/api/v1/{{org}}/uploads/{made['id']}/{how}")
        assert answer.status_code == (401 if who == "nobody" else 404)
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("file", "kind", "disposition", "served"),
    [
        (LOGO, "image/png", "inline", "image/png"),
        (File("a.pdf", b"%PDF-1.7\n"), "application/pdf", "inline", "application/pdf"),
        (TEXT, "text/plain", "inline", "text/plain"),
        (File("page.html", b"<script>alert(1)</script>"), "text/html", "attachment", "application/octet-stream"),
        (File("a.svg", b"<svg onload='x'/>"), "image/svg+xml", "attachment", "application/octet-stream"),
        (File("logo.png", b"<svg/>"), "application/octet-stream", "attachment", "application/octet-stream"),
        (File("a.html", LOGO.content), "image/png", "inline", "image/png"),
        (File("a.txt", b"\x00\x01"), "application/octet-stream", "attachment", "application/octet-stream"),
        (File("a.zip", b"PK\3\4"), "application/zip", "attachment", "application/octet-stream"),
    ],
)  # fmt: skip
async def test_browsers_show_only_what_is_harmless_by_its_bytes(
    world: World, file: File, kind: str, disposition: str, served: str
) -> None:
    made = await world.upload("ana", await vault(world), file)
    answer = await fetched(world, await address(world, "ana", made["id"], "file"))
    assert made["meta"]["content_type"] == kind
    assert answer.headers["content-disposition"] == f'{disposition}; filename="{file.name}"'
    assert (answer.headers["content-type"].partition(";")[0], answer.content) == (served, file.content)


@pytest.mark.parametrize(
    ("name", "filename", "said"),
    [
        ("../../etc/passwd", "passwd", 'filename="passwd"'),
        ("C:\\Temp\\a.txt", "a.txt", 'filename="a.txt"'),
        ("a%0d%0aX-Y: z.html", "a%0d%0aX-Y: z.html", "filename*=UTF-8''a%250d%250aX-Y%3A%20z.html"),
        ("größe\u202e.txt", "größe.txt", "filename*=UTF-8''gr%C3%B6%C3%9Fe.txt"),
        ("..", "file", 'filename="file"'),
        ("x" * 300 + ".txt", "x" * 251 + ".txt", 'filename="' + "x" * 200),
    ],
)
async def test_a_name_is_only_data(world: World, storage: Storage, name: str, filename: str, said: str) -> None:
    made = await world.upload("ana", await vault(world), File(name, b"Hello"))
    answer = await fetched(world, await address(world, "ana", made["id"]))
    assert (made["meta"]["filename"], made["title"]) == (filename, filename)
    assert said in answer.headers["content-disposition"]
    assert "x-y" not in answer.headers
    (key,) = await kept(world, storage)
    assert [len(part) for part in key.split("/")] == [36, 36]


@pytest.mark.parametrize(
    ("file", "code", "message"),
    [
        (None, "required", "file is required"),
        ("text", "invalid_format", "file must be a file"),
        (File("a.txt", b""), "too_short", "file is empty"),
        (File("a.bin", bytes(50 * MEBIBYTE + 1)), "too_long", "file is larger than 50 MB"),
    ],
)
async def test_what_is_no_file_leaves_nothing(
    world: World, storage: Storage, file: Any, code: str, message: str
) -> None:
    status, error = await refused(world, "ana", await vault(world), file)
    assert (status, error["details"]) == (422, [{"field": "file", "code": code, "message": message}])
    assert (await rows(world), await kept(world, storage)) == (NOTHING, [])


async def test_50_mib_are_taken(world: World) -> None:
    made = await world.upload("ana", await vault(world), File("a.bin", bytes(50 * MEBIBYTE)))
    answer = await fetched(world, await address(world, "ana", made["id"]))
    assert (made["meta"]["byte_size"], len(answer.content)) == (52_428_800, 52_428_800)


async def test_an_upload_is_made_only_by_sending_a_file(world: World) -> None:
    path = f"/api/v1/{{org}}/recordings/{await vault(world)}/children"
    answer = await world.rest("ana", "POST", path, {"type": "upload", "title": "a.txt"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, "A upload is made by sending a file")
    assert await rows(world) == NOTHING


async def test_the_storage_of_the_plan_is_the_limit_also_for_two_at_once(world: World, storage: Storage) -> None:
    parent = await vault(world)
    other = await world.upload("ana", parent, TEXT)
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    await world.owner.execute("update stored_files set byte_size = $1 where org_id = $2", 2**30 - 7, world.org_id)
    path = f"/api/v1/{{org}}/recordings/{parent}/uploads"
    answers = await asyncio.gather(*(world.rest("bob", "POST", path, {"file": TEXT}) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 402, 402]
    status, error = await refused(world, "ana", parent, TEXT)
    details = {"limit": "storage_bytes", "allowed": 2**30, "used": 2**30 - 2}
    assert (status, error) == (402, {"code": "limit_reached", "message": "Storage limit reached", "details": details})
    version = f"/api/v1/{{org}}/uploads/{other['id']}/versions"
    assert (await world.rest("ana", "POST", version, {"file": TEXT})).status_code == 402
    assert (await rows(world), len(await kept(world, storage))) == (
        {"stored_files": 2, "file_versions": 2, "recordings": 2},
        2,
    )


TWICE = """
mutation($org: String!, $parent: ID!, $file: Upload!, $never: ID!) {
  createUpload(org: $org, parentId: $parent, input: {file: $file}) { id }
  completeRecording(org: $org, id: $never) { id }
}
"""


async def test_an_operation_that_fails_later_leaves_no_bytes(world: World, storage: Storage) -> None:
    data = await world.gql("ana", TWICE, parent=await vault(world), file=TEXT, never=world.org_id)
    assert (data, world.codes) == (None, ["NOT_FOUND"])
    assert (await rows(world), await kept(world, storage)) == (NOTHING, [])


async def test_a_storage_that_is_away_is_told_and_leaves_no_row(away: World) -> None:
    parent = await vault(away)
    path = f"/api/v1/{{org}}/recordings/{parent}/uploads"
    answers = await asyncio.gather(*(away.rest("ana", "POST", path, {"file": TEXT}) for _ in range(10)))
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in answers} == {(503, "1")}
    assert answers[0].json()["error"] == {"code": "unavailable", "message": "File storage is away for the moment"}
    assert await rows(away) == NOTHING


GRAPHQL = """
mutation($org: String!, $parent: ID!, $file: Upload!) {
  createUpload(org: $org, parentId: $parent, input: {file: $file, notify: "everyone"}) {
    title viewerCanEdit file { filename byteSize contentType version width height creator { name } }
    subscribers { name }
  }
}
"""


async def test_graphql_takes_files_too_and_knows_the_size_of_images(world: World) -> None:
    data = await world.gql("bob", GRAPHQL, parent=await vault(world), file=LOGO)
    assert data["createUpload"] == {
        "title": "logo.png",
        "viewerCanEdit": True,
        "file": {
            "filename": "logo.png",
            "byteSize": 12_034,
            "contentType": "image/png",
            "version": 1,
            "width": 32,
            "height": 16,
            "creator": {"name": "Bob"},
        },
        "subscribers": [{"name": "Abe"}, {"name": "Ana"}, {"name": "Bob"}, {"name": "Mia"}],
    }


async def test_graphql_wants_a_file_where_a_file_belongs(world: World) -> None:
    await world.gql("bob", GRAPHQL, parent=await vault(world), file="text")
    assert world.errors[0]["extensions"]["details"] == [
        {"field": "file", "code": "invalid_format", "message": "file must be a file"}
    ]
    assert await rows(world) == NOTHING


@pytest.mark.parametrize(
    ("notify", "heard"),
    [(None, ["ana"]), ("none", []), ("everyone", ["abe", "ana", "bob", "mia"]), ("mia", ["mia"])],
)
async def test_who_hears_of_an_upload(world: World, notify: str | None, heard: list[str]) -> None:
    who = [world.id(notify)] if notify in world.people else notify
    made = await world.upload("ana", await vault(world), TEXT, notify=who)
    answer = await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings/{made['id']}/subscription")
    assert [each["membership_id"] for each in answer.json()["subscribers"]] == [world.id(name) for name in heard]


async def test_clients_put_files_into_folders_that_they_see(world: World) -> None:
    parent = await vault(world, shared=True)
    made = await world.upload("cleo", parent, TEXT)
    hidden = await world.upload("ana", parent, LOGO)
    assert made["visible_to_clients"] is True
    assert (await fetched(world, await address(world, "cleo", made["id"]))).content == b"Hello"
    for how in ("download", "versions"):
        answer = await world.rest("cleo", "GET", f"/api/v1/{{org}}/uploads/{hidden['id']}/{how}")
        assert answer.status_code == 404
    assert (await refused(world, "cleo", await vault(world), TEXT))[0] == 404
