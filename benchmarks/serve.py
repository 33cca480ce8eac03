"""`python -m benchmarks.serve PEER SOCKET`: serve one application on a socket that the runner has opened."""

import importlib
import socket
import sys

import uvicorn

POOL = 10
"""Connections to PostgreSQL, for everyone the same."""


def main() -> None:
    name, handle = sys.argv[1:]
    peer = importlib.import_module(f"benchmarks.peers.{name}")
    config = uvicorn.Config(peer.app, log_level="warning", access_log=False, timeout_keep_alive=60)
    uvicorn.Server(config).run([socket.socket(fileno=int(handle))])


if __name__ == "__main__":
    main()
