"""Addresses of the server's own: bound to one file and to five minutes, whoever has them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core import clock
from app.core.storage import ADDRESS_SECONDS
from app.settings import StorageKind
from tests.contract.scene import LOGO
from tests.files.deeds import address, vault
from tests.multipart import File
from tests.world import World


@pytest.fixture(scope="module", params=[StorageKind.DISK])
def keeping(app: object, settings: object) -> tuple[object, object]:
    """The folder only: of an S3 server's addresses the server takes care."""
    return app, settings


@pytest.fixture
def clock_again() -> Iterator[None]:
    yield
    clock.move(timedelta())


async def test_an_address_dies_after_five_minutes(world: World, clock_again: None) -> None:
    made = await world.upload("ana", await vault(world), LOGO)
    url = await address(world, "ana", made["id"])
    assert url.startswith("http://thicket.example/files/")
    clock.move(timedelta(seconds=ADDRESS_SECONDS - 2))
    assert (await world.client.get(url)).content == LOGO.content
    clock.move(timedelta(seconds=ADDRESS_SECONDS + 1))
    answer = await world.client.get(url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_an_address_leads_to_one_file_and_nothing_else(world: World) -> None:
    parent = await vault(world)
    one = await address(world, "ana", (await world.upload("ana", parent, LOGO))["id"])
    other = await address(world, "ana", (await world.upload("ana", parent, File("b.txt", b"b")))["id"])
    start, token = one.rsplit("/", 1)
    said, signature = token.split(".")
    forged = [
        f"{other.rsplit('/', 1)[1].split('.')[0]}.{signature}",
        f"{said[:-2]}AA.{signature}",
        f"{said}.{signature[:-2]}AA",
        said, f"{said}.", f".{signature}", ".", "..", "x", "%00", "é", "a" * 5000, "=", f"{said}.{signature}.",
    ]  # fmt: skip
    for each in forged:
        answer = await world.client.get(f"{start}/{each}")
        assert answer.status_code == 404, each
    assert (await world.client.get(one)).status_code == 200


async def test_what_is_gone_is_not_found(world: World) -> None:
    url = await address(world, "ana", (await world.upload("ana", await vault(world), LOGO))["id"])
    (path,) = (world.settings.data_dir / "files" / world.org_id).iterdir()
    path.unlink()
    assert (await world.client.get(url)).status_code == 404


async def test_graphql_says_where_the_bytes_are(world: World) -> None:
    url = await address(world, "ana", (await world.upload("ana", await vault(world), LOGO))["id"])
    document = "query($token: String!) { storedContent(token: $token) { url filename byteSize contentType } }"
    data = await world.gql("nobody", document, token=url.rsplit("/", 1)[1])
    assert data["storedContent"] == {
        "url": url,
        "filename": "logo.png",
        "byteSize": 12_034,
        "contentType": "image/png",
    }
