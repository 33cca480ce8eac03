"""Runs the HTTP server: one process, until it is told to stop."""

import contextlib
import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from app.prepare import CannotRun
from app.settings import Settings

FAREWELL = 10
"""Seconds that requests are given to end when the server is to stop."""
IDLE = 30
"""Seconds that a connection is kept for a next request: longer than between two of a busy proxy's."""
LARGEST_MESSAGE = 1024 * 1024
"""Bytes of a message on a WebSocket."""
LONGEST_HEAD = 64 * 1024
"""Bytes of a request's head that the parser in Python buffers, where the one in C is missing."""


def listen(settings: Settings) -> socket.socket:
    """Take the address, before anything is started that would have to be stopped again. Raises CannotRun.

    Nobody is let in yet: a connection is refused until the server can answer it.
    """
    with contextlib.ExitStack() as closing:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listener = closing.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError as error:
            raise CannotRun(
                f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}. "
                "Choose another port by THICKET_PORT or --port."
            ) from error
        closing.pop_all()
    return listener


def run(app: FastAPI, settings: Settings, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, and let requests end that have begun. `started` is called once it answers."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,  # app/api/observe.py logs requests
        server_header=False,
        proxy_headers=False,  # app/api/identity.py believes those proxies that the settings name, and no others
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=FAREWELL,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        ws_max_size=LARGEST_MESSAGE,
    )
    # Uvicorn raises the signal again once it has stopped. By default that would end us before what comes after it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _Server(config, started, app.state.watchers.leave).run(sockets=[listener])
    except KeyboardInterrupt:
        return


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None], leave: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started
        self._leave = leave

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leave()
        await super().shutdown(sockets)
