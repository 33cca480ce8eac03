"""What the tests of files do over and over."""

from typing import Any

import httpx

from app.core.storage import Storage
from app.settings import StorageKind
from tests.world import World


async def vault(world: World, *, shared: bool = False) -> str:
    """The folder of a new project; clients are on it if it is shared, and see the folder."""
    project = await world.project()
    container: str = project["containers"]["vault"]
    if shared:
        await world.rest(
            "ana", "PUT", f"/api/v1/{{org}}/projects/{project['id']}/people", {"grant": [world.id("cleo")]}
        )
        doc = await world.child("ana", container, "document", title="Welcome")
        path = f"/api/v1/{{org}}/recordings/{doc['id']}/visibility"
        assert (await world.rest("ana", "PUT", path, {"visible_to_clients": True})).status_code == 200
    return container


async def address(world: World, who: str, id: str, how: str = "download") -> str:
    """Where the file is, as the redirect says."""
    answer = await world.rest(who, "GET", f"/api/v1/{{org}}/uploads/{id}/{how}")
    assert (answer.status_code, answer.headers["cache-control"], answer.content) == (302, "no-store", b""), answer.text
    return answer.headers["location"]


async def fetched(world: World, url: str, **headers: str) -> httpx.Response:
    """What is there, for somebody who is not signed in."""
    if world.settings.storage is StorageKind.DISK:
        return await world.client.get(url, headers=headers)
    async with httpx.AsyncClient() as client:
        return await client.get(url, headers=headers)


async def kept(world: World, storage: Storage) -> list[str]:
    """The keys of what the storage has of the world's two organizations."""
    ours = (world.org_id, world.other_org_id)
    return sorted([key async for key in storage.listed() if key.startswith(ours)])


async def rows(world: World) -> dict[str, int]:
    """How much there is of the organization's uploads in the database."""
    counts: dict[str, int] = {}
    for table in ("stored_files", "file_versions"):
        counts[table] = await world.owner.fetchval(f"select count(*) from {table} where org_id = $1", world.org_id)
    where = "org_id = $1 and type = 'upload'"
    counts["recordings"] = await world.owner.fetchval(f"select count(*) from recordings where {where}", world.org_id)
    return counts


NOTHING: dict[str, Any] = {"stored_files": 0, "file_versions": 0, "recordings": 0}
