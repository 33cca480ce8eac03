"""GraphQL over WebSocket: the protocol graphql-transport-ws, as its specification has it (graphql-ws, PROTOCOL.md).

Queries and mutations are run too. Each operation is somebody's as its request would be: by the cookie or the token of
the handshake, or by the token in `connection_init`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import orjson
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from app.api.documents import DocumentRefused, Documents
from app.api.execute import Schema
from app.api.parameters import BODY_BYTES, parameters_in, read_json
from app.api.shown import result_json, shown_error, shown_refusal
from app.api.streams import Leaving, Refused, Streams
from app.core.context import Caller
from app.core.errors import AppError, Internal, RateLimited, Unavailable

log = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
TO_BEGIN = 5.0
"""Seconds that a client has until its `connection_init`."""
PATIENCE = 15.0
"""Seconds that a client may let one message wait."""
MOST = 50
"""Operations at once on one connection."""
MOST_CONNECTIONS = 5000
"""Of one process."""
LONGEST_ID = 200

RESTARTING = (1012, "The server restarts: come again")
TOO_SLOW = (1013, "Messages wait for too long: come again with the last cursor")
TOO_LARGE = (1009, "The message is larger than 1 MiB")
UNAUTHORIZED = (4401, "Unauthorized")
WRONG_PROTOCOL = (4406, "Subprotocol not acceptable")
TOO_LATE = (4408, "Connection initialisation timeout")
TWICE = (4429, "Too many initialisation requests")

Callers = Callable[[HTTPConnection], Awaitable[Caller]]


class Closing(Exception):
    """The connection is to be closed, for a reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


class Gone(Exception):
    """The client is gone."""


class SocketDoor:
    """The ASGI application that speaks graphql-transport-ws."""

    def __init__(self, schema: Schema, callers: Callers, documents: Documents, streams: Streams) -> None:
        self.schema = schema
        self.callers = callers
        self.documents = documents
        self.streams = streams
        self._connections = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["streams"] = True
        await receive()  # `websocket.connect`
        try:
            if self._connections >= MOST_CONNECTIONS:
                raise Unavailable("Too many connections are open on this server at this moment")
            await self.callers(HTTPConnection(scope))
        except AppError as refusal:
            await _refuse(scope, send, refusal)
            return
        offered = PROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if offered else None})
        self._connections += 1
        try:
            await Connection(self, scope, receive, send).serve(None if offered else WRONG_PROTOCOL)
        finally:
            self._connections -= 1


async def _refuse(scope: Scope, send: Send, refusal: AppError) -> None:
    """Answer the handshake as a request is answered."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    body = orjson.dumps({"errors": [shown_refusal(refusal)]})
    given = [(name.lower().encode(), value.encode()) for name, value in refusal.headers.items()]
    headers = [(b"content-type", b"application/json; charset=utf-8"), *given]
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


class Connection:
    """One connection, from the handshake to the close."""

    def __init__(self, door: SocketDoor, scope: Scope, receive: Receive, send: Send) -> None:
        self._door = door
        self._scope = scope
        self._receive = receive
        self._send = send
        self._begun = False
        self._closed = False
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def serve(self, at_once: tuple[int, str] | None = None) -> None:
        """Do what the client says until either side closes; `at_once` is a reason to close it first of all."""
        try:
            if at_once is not None:
                raise Closing(*at_once)
            while True:
                await self._obey(await self._next())
        except Closing as closing:
            await self._close(closing)
        except Gone:
            self._closed = True
        finally:
            operations = list(self._operations.values())
            for task in operations:
                task.cancel()
            await asyncio.gather(*operations, return_exceptions=True)

    async def _next(self) -> Message:
        """The next message, as JSON. Raises Closing and Gone."""
        try:
            async with asyncio.timeout(None if self._begun else TO_BEGIN):
                received = await self._receive()
        except TimeoutError as error:
            raise Closing(*TOO_LATE) from error
        if received["type"] == "websocket.disconnect":
            raise Gone
        text = received.get("text")
        if text is None:
            _malformed("Messages are text")
        if len(text) > BODY_BYTES:
            raise Closing(*TOO_LARGE)
        try:
            message = read_json(text)
        except AppError:
            _malformed("The message is not valid JSON")
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            _malformed("A message is an object with a `type`")
        return message

    async def _obey(self, message: Message) -> None:
        payload = message.get("payload")
        if payload is not None and not isinstance(payload, dict):
            _malformed("A `payload` is an object")
        match message["type"]:
            case "connection_init":
                if self._begun:
                    raise Closing(*TWICE)
                self._begin(payload or {})
                await self._say({"type": "connection_ack"})
            case "ping":
                await self._say({"type": "pong", **({"payload": payload} if payload else {})})
            case "pong":
                pass
            case "subscribe":
                if not self._begun:
                    raise Closing(*UNAUTHORIZED)
                await self._subscribe(_id(message), payload or {})
            case "complete":
                if task := self._operations.pop(_id(message), None):
                    task.cancel()
            case _:
                _malformed("The message is of no `type` that is known")

    def _begin(self, payload: dict[str, Any]) -> None:
        """Take the token, if there is one, in the place of the handshake's cookie."""
        self._begun = True
        given = {name.lower(): value for name, value in payload.items()}.get("authorization")
        if isinstance(given, str) and given.isascii() and given.isprintable():
            headers = [pair for pair in self._scope["headers"] if pair[0] != b"authorization"]
            self._scope = {**self._scope, "headers": [*headers, (b"authorization", given.encode())]}

    async def _subscribe(self, id: str, payload: dict[str, Any]) -> None:
        if id in self._operations:
            raise Closing(4409, f"Subscriber for {id} already exists"[:120])
        if len(self._operations) >= MOST:
            refusal = RateLimited(f"One connection runs at most {MOST} operations at once")
            await self._say({"id": id, "type": "error", "payload": [shown_refusal(refusal)]})
            return
        self._operations[id] = asyncio.create_task(self._operate(id, payload))

    async def _operate(self, id: str, payload: dict[str, Any]) -> None:
        """Run one operation, and say how it ends. Raises nothing but CancelledError."""
        try:
            ending = await self._run(id, payload)
            # First of all, since the client may use the id again as soon as it hears.
            self._operations.pop(id, None)
            await self._say(ending)
        except Closing as closing:
            await self._close(closing)
        except Gone:
            return

    async def _run(self, id: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The last message about the operation. Raises Closing and Gone."""
        try:
            await self._tell(id, payload)
            return {"id": id, "type": "complete"}
        except (DocumentRefused, Refused) as refusal:
            if isinstance(refusal, Refused) and refusal.revoked:
                raise Closing(*UNAUTHORIZED) from refusal
            errors = [shown_error(each) for each in refusal.errors]
        except AppError as refusal:
            errors = [shown_refusal(refusal)]
        except Leaving as leaving:
            raise Closing(*RESTARTING) from leaving
        except (Closing, Gone):
            raise
        except Exception:
            log.exception("Unexpected error in an operation on a WebSocket")
            errors = [shown_refusal(Internal())]
        return {"id": id, "type": "error", "payload": errors}

    async def _tell(self, id: str, payload: dict[str, Any]) -> None:
        """Say every result of the operation."""
        parameters = parameters_in(payload)
        caller = await self._door.callers(HTTPConnection(self._scope))
        caller.idempotency_key = None  # it would be the same for all operations of the connection
        accepted = self._door.documents.accept(
            parameters.query, parameters.operation_name, parameters.variables, document_id=parameters.document_id
        )
        operation = accepted.operation
        if operation.kind is OperationType.SUBSCRIPTION:
            results = self._door.streams.results(operation, parameters.variables, caller)
            async with contextlib.aclosing(results):
                async for result in results:
                    await self._say_text(_next(id, result_json(result)))
        else:
            result = await self._door.schema.run(operation, parameters.variables, caller)
            await self._say_text(_next(id, result_json(result)))

    async def _say(self, message: dict[str, Any]) -> None:
        await self._say_text(orjson.dumps(message).decode())

    async def _say_text(self, text: str) -> None:
        """Raises Gone, and Closing for a client that does not read."""
        if self._closed:
            raise Gone
        try:
            async with asyncio.timeout(PATIENCE):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError as error:
            raise Closing(*TOO_SLOW) from error
        except (OSError, RuntimeError) as error:
            raise Gone from error

    async def _close(self, closing: Closing) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})
        except (OSError, RuntimeError):
            return


def _next(id: str, payload: bytes) -> str:
    return (b'{"id":%b,"type":"next","payload":%b}' % (orjson.dumps(id), payload)).decode()


def _id(message: Message) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        _malformed("The message has no `id`, or a too long one")
    return id


def _malformed(why: str) -> NoReturn:
    raise Closing(4400, why)
