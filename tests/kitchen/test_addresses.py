"""Files that come as addresses: fetched after the answer, from the open Internet alone."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx

from tests.kitchen.test_kitchen import begun, sent
from tests.world import World

PUBLIC = "https://93.184.216.34"


@pytest.fixture
def internet() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


async def files(world: World, project: str) -> Any:
    latest = (await sent(world, "GET", f"/projects/{project}")).json()["latest_message"]
    return [(each["name"], each["size"], each["mime_type"]) for each in latest["files"]], latest["content"]


@pytest.mark.parametrize(("format", "text"), [("markdown", "Lorem *Ipsum*"), ("html", "<p>Lorem</p>")])
async def test_a_file_takes_the_place_of_its_link(
    world: World, internet: respx.MockRouter, format: str, text: str
) -> None:
    internet.get(f"{PUBLIC}:443/old.txt").respond(302, headers={"location": "/a%20b.txt"})
    internet.get(f"{PUBLIC}:443/a%20b.txt").respond(200, content=b"Hello")
    fields = {"initial_message": text, "initial_message_format": format}
    made = await begun(world, files=[f"{PUBLIC}/old.txt", f"{PUBLIC}/a%20b.txt"], **fields)
    assert made["latest_message"]["files"] == []
    await world.work()
    assert await files(world, made["id"]) == ([("old.txt", 5, "text/plain"), ("a b.txt", 5, "text/plain")], text)
    rows = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings?type=message&project_id={made['id']}")).json()
    assert "<a href" not in rows[0]["content"]
    ups = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings?type=upload&project_id={made['id']}")).json()
    assert {(each["creator_id"], each["visible_to_clients"]) for each in ups} == {(made["author"]["id"], True)}


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a", "http://169.254.169.254/latest", "http://[::1]/a", "https://10.0.0.1/a"]
)
async def test_nothing_private_is_asked_and_the_link_stays(
    world: World, internet: respx.MockRouter, address: str
) -> None:
    internet.get(f"{PUBLIC}:443/a").respond(302, headers={"location": address})
    made = await begun(world, files=[address, f"{PUBLIC}/a"])
    await world.work()
    assert [str(call.request.url) for call in internet.calls] == [f"{PUBLIC}/a"]
    assert (await files(world, made["id"]))[0] == []
    rows = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings?type=message&project_id={made['id']}")).json()
    assert rows[0]["content"].count("<a href") == 2


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(200, content=b""), httpx.Response(302)])
async def test_what_is_no_file_leaves_the_link(
    world: World, internet: respx.MockRouter, answer: httpx.Response
) -> None:
    internet.get(f"{PUBLIC}:443/a").mock(return_value=answer)
    made = await begun(world, files=[f"{PUBLIC}/a"])
    tally = await world.work()
    assert (await files(world, made["id"]))[0] == []
    assert (tally.done["intake.fetch"], dict(tally.failed)) == (1, {})


async def test_a_server_that_is_down_is_asked_again(world: World, internet: respx.MockRouter, owner: Any) -> None:
    route = internet.get(f"{PUBLIC}:443/a.txt")
    route.side_effect = [httpx.Response(503), httpx.Response(200, content=b"Hello")]
    made = await begun(world, files=[f"{PUBLIC}/a.txt"])
    await world.work()
    assert (await files(world, made["id"]))[0] == []
    await owner.execute("update jobs set run_at = now() - interval '1 hour'")
    await world.work()
    assert (await files(world, made["id"]))[0] == [("a.txt", 5, "text/plain")]


async def test_a_link_that_was_taken_out_meanwhile_stays_out(world: World, internet: respx.MockRouter) -> None:
    internet.get(f"{PUBLIC}:443/a.txt").respond(200, content=b"Hello")
    made = await begun(world, files=[f"{PUBLIC}/a.txt"])
    id = made["latest_message"]["id"]
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/recordings/{id}", {"content": "Now"})
    await world.work()
    assert await files(world, made["id"]) == ([], "Now")
