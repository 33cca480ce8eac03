"""What tests subscribe to, and how."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.live.connections import Socket, connected
from tests.world import World

RECORDINGS = """subscription ($projectId: ID!, $after: String) {
  recordingChanged(projectId: $projectId, after: $after) {
    cursor recordingId event { action actor { name } excerpt } recording { type title }
  }
}"""
ACTIVITY = """subscription ($org: String!, $projectId: ID, $after: String) {
  activityHappened(org: $org, projectId: $projectId, after: $after) { cursor event { action place { name } } }
}"""
CHAT = """subscription ($chatId: ID!, $after: String) {
  chatChanged(chatId: $chatId, after: $after) { cursor lineId event { action } line { content } }
}"""
NOTIFICATIONS = """subscription ($org: String!, $after: String) {
  notificationReceived(org: $org, after: $after) {
    cursor notification { action title body bundleCount recording { title } }
  }
}"""
EVERY = {
    "activityHappened": ACTIVITY,
    "chatChanged": CHAT,
    "notificationReceived": NOTIFICATIONS,
    "recordingChanged": RECORDINGS,
}
"""One for each field of Subscription."""


@asynccontextmanager
async def listening(world: World, who: str) -> AsyncIterator[Socket]:
    async with connected(world.app, world.headers(who)) as socket:
        await socket.begin()
        yield socket


async def cursor(world: World, who: str = "ana") -> str:
    """Here and now: who subscribes after it misses nothing of what the test does from here on."""
    return str((await world.gql(who, "{ liveCursor }"))["liveCursor"])


async def message(world: World, project: dict[str, Any], title: str, who: str = "ana", **fields: Any) -> Any:
    return await world.child(who, project["containers"]["message_board"], "message", title=title, **fields)
