"""Answers as streams of events: SSE, by the protocol "GraphQL over Server-Sent Events" (distinct connections)."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence

import orjson
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult

from app.api.shown import result_json, shown_error, shown_refusal
from app.api.streams import Leaving, Refused
from app.core.errors import AppError, Internal

log = logging.getLogger(__name__)

SIGN_OF_LIFE = 12.0
"""Seconds between two signs that the connection is still there: proxies cut those that are silent for a minute."""
PATIENCE = 30.0
"""Seconds that a reader may let one event wait."""
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept, Cookie, Authorization"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
    (b"x-content-type-options", b"nosniff"),
)


class EventStream:
    """An answer that goes on until the results end, or the reader is gone."""

    def __init__(self, results: AsyncGenerator[ExecutionResult], headers: Sequence[tuple[str, str]] = ()) -> None:
        self._results = results
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["streams"] = True
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *self._headers]})
        await _send(send, b":\n\n")
        tasks = [asyncio.create_task(each) for each in (self._tell(send), _live(send), _gone(receive))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if tasks[0] in done:
            await _send(send, b"", more=False)

    async def _tell(self, send: Send) -> None:
        try:
            async with contextlib.aclosing(self._results) as results:
                async for result in results:
                    await _send(send, _event(b"next", result_json(result)))
        except Leaving:  # without a word: who is told that all is told does not come again
            return
        except Refused as refusal:
            await _send(send, _event(b"next", orjson.dumps({"errors": [shown_error(each) for each in refusal.errors]})))
        except AppError as refusal:
            await _send(send, _event(b"next", orjson.dumps({"errors": [shown_refusal(refusal)]})))
        except (OSError, TimeoutError):  # the reader is gone, or too slow
            return
        except Exception:
            log.exception("Unexpected error in a stream of events")
            await _send(send, _event(b"next", orjson.dumps({"errors": [shown_refusal(Internal())]})))
        await _send(send, _event(b"complete", b""))


def _event(name: bytes, data: bytes) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name, data)


async def _live(send: Send) -> None:
    while True:
        await asyncio.sleep(SIGN_OF_LIFE)
        await _send(send, b":\n\n")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError for a reader who does not read."""
    async with asyncio.timeout(PATIENCE):
        await send({"type": "http.response.body", "body": body, "more_body": more})
