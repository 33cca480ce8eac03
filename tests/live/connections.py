"""Clients of live subscriptions, in this process: one speaks graphql-transport-ws, the other reads SSE."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message

PATIENCE = 10
"""Seconds after which a test does not wait any longer for what should have come."""
PROTOCOL = "graphql-transport-ws"


class Line:
    """Both ends of an ASGI connection."""

    def __init__(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        self.to_app: asyncio.Queue[Message] = asyncio.Queue()
        self.from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.reads = asyncio.Event()
        """Not set: the client does not read, and nothing can be sent."""
        self.reads.set()
        self._given_up = asyncio.Event()
        self.task = asyncio.create_task(app(scope, self.to_app.get, self._send))  # type: ignore[arg-type]

    async def _send(self, message: Message) -> None:
        try:
            await self.reads.wait()
        except asyncio.CancelledError:
            self._given_up.set()
            raise
        if message["type"] == "websocket.close":  # as servers do
            self.to_app.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        self.from_app.put_nowait(message)

    async def waited(self) -> None:
        """Until the application has given up to wait for the client."""
        async with asyncio.timeout(PATIENCE):
            await self._given_up.wait()

    async def next(self) -> Message:
        async with asyncio.timeout(PATIENCE):
            return await self.from_app.get()

    async def end(self, kind: str) -> None:
        self.to_app.put_nowait({"type": kind, "code": 1001})
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(self.task, return_exceptions=True)


class Socket:
    """A client that has been let in, or was turned away: then `closed` is the code."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.closed: int | None = None
        self.accepted: Message = {}

    async def say(self, **message: Any) -> None:
        self.line.to_app.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    async def begin(self, **payload: Any) -> None:
        await self.say(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str, **variables: Any) -> None:
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def hear(self) -> Any:
        """The next message; None once it is closed."""
        message = await self.line.next()
        if message["type"] == "websocket.close":
            self.closed = message["code"]
            return None
        return json.loads(message["text"])

    async def told(self, id: str) -> Any:
        """The data of the next event."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", id), message
        assert "errors" not in message["payload"], message
        return next(iter(message["payload"]["data"].values()))

    def heard_nothing(self) -> bool:
        return self.line.from_app.empty()


def scope(kind: str, headers: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """What a server tells the application of a connection to `/graphql`."""
    given = {"host": "thicket.example", **headers}
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http",
        "server": ("thicket.example", 80),
        "client": ("203.0.113.7", 4000),
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        **more,
    }


@asynccontextmanager
async def connected(
    app: ASGIApp, headers: Mapping[str, str], protocols: tuple[str, ...] = (PROTOCOL,), **more: Any
) -> AsyncIterator[Socket]:
    """A WebSocket after its handshake."""
    line = Line(app, scope("websocket", headers, subprotocols=protocols, **more))
    line.to_app.put_nowait({"type": "websocket.connect"})
    socket = Socket(line)
    first = await line.next()
    if first["type"] == "websocket.close":
        socket.closed = first["code"]
    socket.accepted = first
    try:
        yield socket
    finally:
        await line.end("websocket.disconnect")


class Events:
    """A stream of events, as it is read."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.status = 0
        self.headers: dict[str, str] = {}
        self.ended = False

    async def start(self) -> None:
        first = await self.line.next()
        self.status = first["status"]
        self.headers = {name.decode(): value.decode() for name, value in first["headers"]}

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data; signs of life are passed over. Empty names at the end."""
        while True:
            message = await self.line.next()
            text = message.get("body", b"").decode()
            if text.startswith("event: "):
                name, data = text.removeprefix("event: ").strip("\n").split("\ndata: ")
                return name, json.loads(data) if data else None
            if not message.get("more_body"):
                self.ended = True
                return "", json.loads(text) if text else None

    async def told(self) -> Any:
        name, data = await self.next()
        assert name == "next", data
        assert "errors" not in data, data
        return next(iter(data["data"].values()))


@asynccontextmanager
async def reading(
    app: ASGIApp, headers: Mapping[str, str], query: str, variables: Mapping[str, Any], accept: str
) -> AsyncIterator[Events]:
    """The answer to one operation that was sent by POST."""
    line = Line(app, scope("http", {"content-type": "application/json", "accept": accept, **headers}, method="POST"))
    body = json.dumps({"query": query, "variables": dict(variables)}).encode()
    line.to_app.put_nowait({"type": "http.request", "body": body, "more_body": False})
    events = Events(line)
    await events.start()
    try:
        yield events
    finally:
        await line.end("http.disconnect")
