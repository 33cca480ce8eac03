"""Notifications, told to those whom they are for as soon as they are written."""

import pytest

from tests.live.questions import NOTIFICATIONS, cursor, listening
from tests.world import World

pytestmark = pytest.mark.database


async def test_who_is_told_hears_it_at_once_and_nobody_else(world: World) -> None:
    project = await world.project()
    here = await cursor(world)
    async with listening(world, "bob") as bob, listening(world, "mia") as mia:
        for socket in (bob, mia):
            await socket.subscribe("1", NOTIFICATIONS, org=world.org, after=here)
        await world.child(
            "ana", project["containers"]["todoset"], "todo", title="Write copy", assignee_ids=[world.id("bob")]
        )
        told = await bob.told("1")
        assert told["notification"] == {
            "action": "ASSIGNED",
            "title": "Ana",
            "body": "assigned you Write copy",
            "bundleCount": 1,
            "recording": {"title": "Write copy"},
        }
        await mia.say(type="ping")
        assert await mia.hear() == {"type": "pong"}
        await world.work()  # mails it, and notes that in the same row
        await bob.subscribe("2", NOTIFICATIONS, org=world.org, after=told["cursor"])
        await world.child(
            "ana", project["containers"]["todoset"], "todo", title="Again", assignee_ids=[world.id("bob")]
        )
        heard = [await bob.hear(), await bob.hear()]
        assert sorted(each["id"] for each in heard) == ["1", "2"]
        bodies = {each["payload"]["data"]["notificationReceived"]["notification"]["body"] for each in heard}
        assert bodies == {"assigned you Again"}
        assert bob.heard_nothing()


async def test_a_bundle_comes_again_as_it_grows_until_it_is_read(world: World) -> None:
    project = await world.project()
    chat = project["containers"]["chat"]
    await world.rest("bob", "PUT", f"/api/v1/{{org}}/recordings/{chat}/subscription")
    here = await cursor(world)
    async with listening(world, "bob") as socket:
        await socket.subscribe("1", NOTIFICATIONS, org=world.org, after=here)
        counts = []
        for _ in range(2):
            await world.child("ana", chat, "chat_line", content_html="<p>Hi</p>")
            counts.append((await socket.told("1"))["notification"]["bundleCount"])
        assert counts == [1, 2]
        await world.gql("bob", "mutation ($org: String!) { markAllNotificationsRead(org: $org) { ok } }")
        await socket.subscribe("2", NOTIFICATIONS, org=world.org, after=here)
        await world.child("ana", chat, "chat_line", content_html="<p>Hi again</p>")
        heard = [await socket.hear(), await socket.hear()]
        shown = [each["payload"]["data"]["notificationReceived"]["notification"]["bundleCount"] for each in heard]
        assert shown == [1, 1]
        assert socket.heard_nothing()


async def test_notifications_of_other_organizations_cannot_be_heard(world: World) -> None:
    async with listening(world, "eve") as socket:
        await socket.subscribe("1", NOTIFICATIONS, org=world.org)
        assert (await socket.hear())["payload"][0]["extensions"]["code"] == "NOT_FOUND"
