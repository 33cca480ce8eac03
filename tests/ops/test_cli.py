"""The command line: what needs neither a server nor a database."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.main import DIALECTS
from tests.ops.conftest import Thicket

COMMANDS = ["serve", "worker", "jobs", "migrate", "seed", "import", "export-schema", "openapi", "routes", "doctor"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of ours is read, and nothing is written to the repository."""
    monkeypatch.chdir(tmp_path)


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out.split("commands:")[1].splitlines()[2:]
    assert [line.split()[0] for line in listed if line.strip()] == COMMANDS
    assert all(len(line.split()) > 2 for line in listed if line.strip())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    usage, explanation, *_ = capsys.readouterr().out.split("\n\n")
    assert usage.startswith(f"usage: thicket {command} [-h]")
    assert explanation.strip().endswith(".")


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sevre"])
    assert ended.value.code == 2
    assert "invalid choice: 'sevre'" in capsys.readouterr().err


def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THICKET_PORT", "many")
    assert main(["routes"]) == 1
    said = capsys.readouterr()
    assert said.err == "THICKET_PORT: Input should be a valid integer, unable to parse string as an integer\n"
    assert said.out == ""


def test_the_schema_is_written_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export-schema"]) == 0
    assert "\ntype Query {\n" in (tmp_path / "schema.graphql").read_text()
    assert main(["export-schema", "--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_schema_out_of_date_is_told_and_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.graphql"
    file.write_text("type Query { old: Int }\n")
    assert main(["export-schema", str(file), "--check"]) == 1
    assert capsys.readouterr().err == (
        f"{file} is not the schema of this program: run `thicket export-schema {file}`.\n"
    )
    assert file.read_text() == "type Query { old: Int }\n"


def test_the_schema_can_be_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export-schema", "-"]) == 0
    assert "\ntype Query {\n" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_openapi_prints_the_document_of_a_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi", "--dialect", "auth"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["openapi"] == "3.1.0"
    assert "/sign-in/email" in document["paths"]
    assert "/{org}/projects" not in document["paths"]


def test_openapi_names_the_dialects_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi", "--dialect", "klingon"]) == 1
    names = "thicket, auth, gipo, kitchen, thinkex, tickward"
    assert capsys.readouterr().err == f"There is no dialect klingon; there are: {names}.\n"


def test_routes_prints_every_route_of_every_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    documented = 0
    for dialect in DIALECTS:
        main(["openapi", "--dialect", dialect])
        paths = json.loads(capsys.readouterr().out)["paths"]
        documented += sum(len(methods) - ("servers" in methods) for methods in paths.values())
    assert main(["routes"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len({(dialect, method, path) for dialect, method, path, *_ in rows}) == documented
    projects = "rest_compat/thicket/projects.graphql"
    assert ["thicket", "POST", "/api/v1/{org}/projects", "CreateProject", projects] in rows


def test_production_names_every_unsafe_setting(thicket: Thicket) -> None:
    del thicket.settings["secret"]
    done = thicket("serve", env="production", rate_limits="off")
    assert done.status == 1
    assert done.err.splitlines() == [
        "In production the server does not start like this:",
        "THICKET_SECRET is the published default: set a random one of at least 32 characters",
        "THICKET_BASE_URL is http://127.0.0.1:8000: set the https address that the world reaches this server by",
        "THICKET_DATABASE_URL is not set: the embedded database is for development and tests",
        "THICKET_RATE_LIMITS is off: that is for load tests on loopback",
    ]
    assert list(thicket.folder.iterdir()) == []


def test_a_database_that_is_away_is_told_without_its_password(thicket: Thicket) -> None:
    done = thicket("migrate", database_url="postgresql://ann:swordfish@127.0.0.1:1/thicket")
    assert done.status == 1
    assert done.err.startswith("The database at postgresql://ann@127.0.0.1:1/thicket cannot be reached: ")
    assert len(done.err.splitlines()) == 1
    assert "swordfish" not in done.err
