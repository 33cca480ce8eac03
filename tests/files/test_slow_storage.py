"""A storage that takes connections and never answers keeps nobody from anything but sending files."""

import asyncio
from typing import Any

from app.main import create_app
from app.settings import Settings, StorageKind
from tests.files.deeds import NOTHING, rows, vault
from tests.multipart import File
from tests.world import populate


class Hanging:
    """A server that says nothing, until it is gone."""

    def __init__(self) -> None:
        self.clients: list[asyncio.StreamWriter] = []
        self.reached = asyncio.Event()

    async def listen(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients.append(writer)
        self.reached.set()
        await writer.wait_closed()

    async def go(self, server: asyncio.Server) -> None:
        server.close()
        for client in self.clients:
            client.transport.abort()


async def test_who_sends_no_file_does_not_wait_for_the_storage(settings: Settings, owner: Any) -> None:
    hanging = Hanging()
    server = await asyncio.start_server(hanging.listen, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    s3 = {"storage": StorageKind.S3, "s3_bucket": "thicket", "s3_endpoint": endpoint}
    changed = settings.model_copy(update={**s3, "s3_access_key": "key", "s3_secret_key": "secret"})
    app = create_app(changed)
    async with app.router.lifespan_context(app):
        world = await populate(owner, app, changed)
        path = f"/api/v1/{{org}}/recordings/{await vault(world)}/uploads"
        file = {"file": File("a.txt", b"Hello")}
        sending = [asyncio.create_task(world.rest("ana", "POST", path, file)) for _ in range(20)]
        await hanging.reached.wait()
        answers = await asyncio.gather(*(world.rest("bob", "GET", "/api/v1/{org}/projects") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert not any(task.done() for task in sending)
        await hanging.go(server)
        assert {answer.status_code for answer in await asyncio.gather(*sending)} == {503}
        assert await rows(world) == NOTHING
        await world.close()
