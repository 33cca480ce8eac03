"""What the README promises is so."""

import re
import subprocess
from enum import Enum
from pathlib import Path

import pytest

from app.cli import parser
from app.settings import Settings
from tests.ops.conftest import PATIENCE, Running

README = (Path(__file__).parents[2] / "README.md").read_text()


def _section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_tour_works_as_printed(live: Running, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", _section("A tour of five minutes"), re.DOTALL)
    assert len(blocks) >= 7
    script = "\n".join(["set -eu", *blocks]).replace("http://127.0.0.1:8000", live.url)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.split("\n", 1)
    assert '"email":"ida@example.com"' in said[0]
    promised = re.findall(r"^# → (.*)$", script, re.MULTILINE)
    printed = done.stdout[done.stdout.index("}}") + 2 :].splitlines()
    assert len(printed) == len(promised) >= 9
    assert [line for line, promise in zip(printed, promised, strict=True) if promise not in line] == []


@pytest.mark.parametrize("page", ["/graphql", "/api/v1/explorer", "/settings/api-keys"])
def test_the_pages_for_browsers_are_there(live: Running, page: str) -> None:
    status, body = live.get(page, accept="text/html")
    assert status == 200
    assert "<!doctype html>" in body.lower()


def test_every_setting_is_in_the_table() -> None:
    table = [line for line in _section("Settings").splitlines() if line.startswith("|")]
    assert table == settings_table(), "write this into the README:\n" + "\n".join(settings_table())


def settings_table() -> list[str]:
    """The settings as the README lists them."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default.value if isinstance(field.default, Enum) else field.default
        shown = "" if default in (None, ()) else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `THICKET_{name.upper()}` | {shown} | {field.description} |")
    return rows


def test_every_command_is_in_the_table() -> None:
    listed = re.findall(r"`thicket ([a-z-]+)`", "\n".join(re.findall(r"^\|(.*)\|", _section("Commands"), re.MULTILINE)))
    (commands,) = [action.choices for action in parser()._actions if action.dest == "command"]
    assert commands is not None
    assert listed == list(commands)


def test_the_roles_that_operations_ask_for_are_those_of_the_code() -> None:
    operations = _section("Operations")
    assert "create role thicket_app nologin;" in operations
    assert "in role thicket_app;" in operations
