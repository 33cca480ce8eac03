"""`thicket import`: an export comes into an empty installation, and is exported from there just as it came."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.conftest import server_url
from tests.contract.examples import EXAMPLES
from tests.contract.routes import ROUTES
from tests.contract.scene import LOGO, NEVER, Scene
from tests.ops.conftest import NewDatabase, Thicket, addresses, new_database, thicket  # noqa: F401 -- fixtures
from tests.world import World, populate

EXPORT = "/api/v1/{org}/account/export"
PASSWORD = "a new beginning"
SIGN_IN, ASK, RESET = "/api/auth/sign-in/email", "/api/auth/request-password-reset", "/api/auth/reset-password"


def undated(document: bytes) -> bytes:
    return re.sub(rb'"exported_at":"[^"]*"', b'"exported_at":""', document)


async def exported(world: World) -> bytes:
    answer = await world.rest("ana", "GET", EXPORT)
    assert answer.status_code == 200, answer.text
    return undated(answer.content)


async def served(settings: Settings, database: str, folder: Path) -> tuple[FastAPI, Settings]:
    """A server on a database of its own."""
    changed = {"database_url": server_url(database, "thicket_server"), "data_dir": folder}
    settings = settings.model_copy(update=changed)
    return create_app(settings), settings


async def by_mail(client: httpx.AsyncClient, world: World, email: str) -> None:
    """Get in as somebody who has no password, as everybody does after an import."""
    assert (await client.post(SIGN_IN, json={"email": email, "password": PASSWORD})).status_code == 401
    await client.post(ASK, json={"email": email, "redirectTo": "/reset"})
    assert (await world.work()).failed == {}
    (letter,) = world.settings.mails.glob("*.eml")
    token = re.search(r"reset-password/(\w+)", letter.read_text().replace("=\n", "").replace("=3D", "="))
    assert token
    assert (await client.post(RESET, json={"newPassword": PASSWORD, "token": token[1]})).status_code == 200
    assert (await client.post(SIGN_IN, json={"email": email, "password": PASSWORD})).status_code == 200


async def test_an_import_is_exported_as_it_came(
    app: FastAPI, settings: Settings, owner: Any, new_database: NewDatabase, thicket: Thicket, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    """With one of everything: the examples of every route."""
    scene = Scene(await populate(owner, app, settings), shared=True)
    for name in ROUTES:
        await EXAMPLES[name].prepare(scene)
    world = scene.world
    absence = {"out_of_office_start": "2030-01-01", "out_of_office_end": "2030-02-01"}
    assert (await world.rest("bob", "PATCH", "/api/v1/me/preferences", absence)).status_code == 200
    first = await exported(world)
    (tmp_path / "acme.json").write_bytes(first)
    database = await new_database()
    folder = tmp_path / "new"
    said = thicket(
        "import", "acme.json", "--files", str(settings.data_dir / "files"), data_dir=str(folder), **addresses(database)
    )
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"Acme ({world.org}) is here: ")
    assert "no bytes" not in said.out
    other, changed = await served(settings, database, folder)
    async with other.router.lifespan_context(other):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url=settings.url)
        there = World(other, changed, owner, world.tag, world.org, world.org_id, "", "", {}, client)
        await by_mail(client, there, world.people["ana"].email)
        answer = await client.get(EXPORT.replace("{org}", world.org))
        assert undated(answer.content) == first
        upload = await scene.id("upl-1")
        address = (await client.get(f"/api/v1/{world.org}/uploads/{upload}/download")).headers["location"]
        assert (await client.get(address)).content == LOGO.content
        found = (await client.get(f"/api/v1/{world.org}/search?q=copy")).json()
        assert {row["title"] for row in found} >= {"Write copy"}
        moved = (await client.get(f"/api/v1/{world.org}/people/{world.id('bob')}")).json()
        assert moved["out_of_office"] == {"start_date": "2030-01-01", "end_date": "2030-02-01"}
        made = await client.post(f"/api/v1/{world.org}/projects", json={"name": "Next"})
        assert made.status_code == 201
        await client.aclose()


async def export_of(world: World) -> dict[str, Any]:
    await world.project("ana", "Launch")
    document: dict[str, Any] = (await world.rest("ana", "GET", EXPORT)).json()
    return document


Document = dict[str, Any]


def of_project(change: Callable[[Document], object]) -> Callable[[Document], Document]:
    def changed(document: Document) -> Document:
        change(document["projects"][0])
        return document

    return changed


LAME: dict[str, Callable[[Document], object]] = {
    "no object": lambda document: [document],
    "another format": lambda document: {**document, "format": "basecamp"},
    "another version": lambda document: {**document, "version": 2},
    "no people": lambda document: {**document, "people": []},
    "a row is no object": lambda document: {**document, "companies": ["Acme"]},
    "a part is missing": of_project(lambda project: project.pop("recordings")),
    "a part is no list": of_project(lambda project: project.update(events={"id": 1})),
    "a parent is missing": of_project(lambda project: project["recordings"][0].update(parent_id=NEVER)),
    "twice the same": of_project(lambda project: project.update(recordings=project["recordings"] * 2)),
    "an unknown status": of_project(lambda project: project.update(status="paused")),
    "an unknown day": of_project(lambda project: project.update(starts_on="2026-02-30")),
}


async def test_what_is_no_whole_export_is_refused_and_leaves_nothing(
    world: World, new_database: NewDatabase, thicket: Thicket, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    document, database = orjson.dumps(await export_of(world)), await new_database()
    connection = await asyncpg.connect(server_url(database))
    try:
        for how, change in LAME.items():
            (tmp_path / "lame.json").write_bytes(orjson.dumps(change(orjson.loads(document))))
            said = thicket("import", "lame.json", **addresses(database))
            assert (said.status, said.out) == (1, ""), how
            assert len(said.err.splitlines()) == 1, said.err
            for table in ("users", "organizations", "projects"):
                assert await connection.fetchval(f"select count(*) from {table}") == 0, how
    finally:
        await connection.close()


async def test_an_import_wants_a_file_and_an_empty_installation(
    world: World, new_database: NewDatabase, thicket: Thicket, tmp_path: Path, worker_database: str  # noqa: F811
) -> None:  # fmt: skip
    (tmp_path / "acme.json").write_bytes(orjson.dumps(await export_of(world)))
    (tmp_path / "text.json").write_text("no JSON")
    for arguments, database, told in (
        (("acme.json",), worker_database, "wants an empty installation"),
        (("nowhere.json",), worker_database, "nowhere.json cannot be read"),
        (("text.json",), worker_database, "text.json is no JSON"),
        (("acme.json", "--files", "nowhere"), worker_database, "nowhere is no folder"),
    ):
        said = thicket("import", *arguments, **addresses(database))
        assert (said.status, said.out) == (1, ""), said.err
        assert told in said.err


async def test_bytes_that_did_not_come_are_told_of(
    world: World, new_database: NewDatabase, thicket: Thicket, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    project = await world.project("ana", "Launch")
    await world.upload("ana", project["containers"]["vault"], LOGO)
    (tmp_path / "acme.json").write_bytes((await world.rest("ana", "GET", EXPORT)).content)
    said = thicket("import", "acme.json", data_dir=str(tmp_path / "new"), **addresses(await new_database()))
    assert said.status == 0
    assert f"Of 1 files, 1 have no bytes yet, the first is {world.org_id}/" in said.out
