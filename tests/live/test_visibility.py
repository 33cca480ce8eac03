"""Subscribers are told what they may see at that moment, whatever they might see before."""

import pytest

from app.api.schema import schema
from app.core.ids import new_id
from tests.live.connections import connected
from tests.live.questions import ACTIVITY, CHAT, EVERY, RECORDINGS, cursor, listening, message
from tests.world import World

pytestmark = pytest.mark.database


def test_every_subscription_is_tried_here() -> None:
    assert schema._schema.subscription_type
    assert set(schema._schema.subscription_type.fields) == set(EVERY)


async def test_a_stranger_can_listen_to_nothing(world: World) -> None:
    """Equal answers for what there is elsewhere and what there is not."""
    project = await world.project()
    there = {"org": world.org, "projectId": project["id"], "chatId": project["containers"]["chat"]}
    nowhere = {"org": "nowhere", "projectId": new_id(), "chatId": new_id()}
    async with listening(world, "eve") as socket:
        for query in EVERY.values():
            answers = []
            for ids in (there, nowhere):
                await socket.subscribe("1", query, **{name: id for name, id in ids.items() if f"${name}" in query})
                answers.append(await socket.hear())
            assert answers[0] == answers[1]
            assert (answers[0]["type"], answers[0]["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")


async def test_lines_of_a_direct_chat_are_told_to_those_who_are_in_it(world: World) -> None:
    made = await world.rest("bob", "POST", "/api/v1/{org}/chats", {"membership_ids": [world.id("mia")]})
    chat = made.json()["id"]
    here = await cursor(world)
    async with listening(world, "mia") as mia, listening(world, "ana") as ana:
        await mia.subscribe("1", CHAT, chatId=chat, after=here)
        await ana.subscribe("1", CHAT, chatId=chat, after=here)
        assert (await ana.hear())["payload"][0]["extensions"]["code"] == "NOT_FOUND"
        await ana.subscribe("2", ACTIVITY, org=world.org, after=here)
        line = await world.child("bob", chat, "chat_line", content="Between us")
        told = await mia.told("1")
        assert (told["lineId"], told["line"]["content"]) == (line["id"], "Between us")
        await world.rest("bob", "DELETE", f"/api/v1/{{org}}/recordings/{line['id']}")
        told = await mia.told("1")
        assert (told["lineId"], told["line"], told["event"]["action"]) == (line["id"], None, "line_deleted")
        await world.project()
        assert (await ana.told("2"))["event"]["action"] == "project_created"


@pytest.mark.parametrize("who", ["eve", "cleo"])
async def test_what_one_does_not_see_cannot_be_watched(world: World, who: str) -> None:
    """Another organization's, and a client's who is on no project."""
    project = await world.project()
    asked = {
        "recordings": (RECORDINGS, {"projectId": project["id"]}),
        "chat": (CHAT, {"chatId": project["containers"]["chat"]}),
        "activity": (ACTIVITY, {"org": world.org, "projectId": project["id"]}),
        "nothing": (RECORDINGS, {"projectId": "no id"}),
        "no chat": (CHAT, {"chatId": project["containers"]["message_board"]}),
    }
    async with listening(world, who) as socket:
        for id, (query, variables) in asked.items():
            await socket.subscribe(id, query, **variables)
            refusal = await socket.hear()
            assert (refusal["type"], refusal["id"]) == ("error", id)
            assert refusal["payload"][0]["extensions"]["code"] == "NOT_FOUND"
            assert refusal["payload"][0]["message"] == "Not found"


async def test_a_stranger_hears_nothing_of_other_organizations(world: World) -> None:
    here = await cursor(world, "eve")
    async with listening(world, "eve") as socket:
        await socket.subscribe("org", ACTIVITY, org=world.other_org, after=here)
        await socket.subscribe("foreign", ACTIVITY, org=world.org, after=here)
        assert (await socket.hear())["payload"][0]["extensions"]["code"] == "NOT_FOUND"
        await message(world, await world.project(), "Secret")
        await world.rest("eve", "POST", f"/api/v1/{world.other_org}/projects", {"name": "Mine"})
        assert (await socket.told("org"))["event"] == {"action": "project_created", "place": {"name": "Mine"}}
        assert socket.heard_nothing()


async def test_a_client_hears_only_of_what_is_shared_with_clients(world: World) -> None:
    project = await world.project()
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{project['id']}/people", {"grant": [world.id("cleo")]})
    here = await cursor(world, "cleo")
    await message(world, project, "Secret")
    shared = await message(world, project, "Shared")
    visibility = f"/api/v1/{{org}}/recordings/{shared['id']}/visibility"
    await world.rest("ana", "PUT", visibility, {"visible_to_clients": True})
    async with listening(world, "cleo") as socket:
        await socket.subscribe("project", RECORDINGS, projectId=project["id"], after=here)
        heard = [await socket.told("project"), await socket.told("project")]
        assert [each["recording"]["title"] for each in heard] == ["Shared", "Shared"]
        await socket.say(type="complete", id="project")
        await message(world, project, "Secret too")
        await world.rest("ana", "PUT", visibility, {"visible_to_clients": False})
        await world.rest("ana", "PUT", visibility, {"visible_to_clients": True})
        await socket.subscribe("again", RECORDINGS, projectId=project["id"], after=heard[-1]["cursor"])
        await socket.subscribe("all", ACTIVITY, org=world.org, after=heard[-1]["cursor"])
        titles = [await socket.hear() for _ in range(4)]
        assert sorted(each["id"] for each in titles) == ["again", "again", "all", "all"]
        assert socket.heard_nothing()


async def test_a_subscription_ends_when_its_project_is_taken_away(world: World) -> None:
    project = await world.project(all_access=False)
    people = f"/api/v1/{{org}}/projects/{project['id']}/people"
    await world.rest("ana", "PUT", people, {"grant": [world.id("bob")]})
    here = await cursor(world, "bob")
    async with listening(world, "bob") as socket:
        await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=here)
        await message(world, project, "Before")
        assert (await socket.told("1"))["recording"]["title"] == "Before"
        answer = await world.rest("ana", "PUT", people, {"revoke": [world.id("bob")]})
        assert answer.status_code == 200, answer.text
        await message(world, project, "After")
        refusal = await socket.hear()
        assert (refusal["type"], refusal["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")
        assert socket.heard_nothing()


async def test_a_connection_is_closed_when_its_session_ends(world: World) -> None:
    project = await world.project()
    here = await cursor(world, "bob")
    async with listening(world, "bob") as socket:
        await socket.subscribe("1", RECORDINGS, projectId=project["id"], after=here)
        await message(world, project, "Before")
        assert (await socket.told("1"))["recording"]["title"] == "Before"
        await world.owner.execute("delete from sessions where user_id = $1", world.people["bob"].user_id)
        await message(world, project, "After")
        assert await socket.hear() is None
        assert socket.closed == 4401


async def test_a_subscription_ends_when_its_member_is_removed(world: World) -> None:
    here = await cursor(world, "bob")
    async with listening(world, "bob") as socket:
        await socket.subscribe("1", ACTIVITY, org=world.org, after=here)
        await world.project()
        assert (await socket.told("1"))["event"]["action"] == "project_created"
        answer = await world.rest("ana", "DELETE", f"/api/v1/{{org}}/people/{world.id('bob')}")
        assert answer.status_code < 300, answer.text
        await world.project(name="Later")
        refusal = await socket.hear()
        assert (refusal["type"], refusal["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")
        assert socket.heard_nothing()


async def test_nobody_subscribes_to_anything(world: World) -> None:
    project = await world.project()
    async with connected(world.app, {}) as socket:
        await socket.begin()
        for id, (query, variables) in {
            "1": (RECORDINGS, {"projectId": project["id"]}),
            "2": (ACTIVITY, {"org": world.org}),
            "3": (CHAT, {"chatId": project["containers"]["chat"]}),
        }.items():
            await socket.subscribe(id, query, **variables)
            refusal = await socket.hear()
            assert (refusal["type"], refusal["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")
