"""Gets a database ready to be served from: finds it or starts it, migrates it, and looks at the role that serves.

Everything here happens outside of any operation and before the first one; roles and rights are no models' business,
so this is SQL as PostgreSQL speaks it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from app import revisions
from app.core import embedded
from app.core.collecting import uncollected
from app.core.connecting import read_row
from app.settings import Settings

DATABASE = "thicket"
SERVER = "thicket_server"
APPLICATION = "thicket_app"
"""The role that row-level security is written for (migrations/rls.py)."""
OLDEST = 15
"""The first PostgreSQL that has all we use."""

Connection: TypeAlias = "asyncpg.Connection[Any]"


class CannotRun(Exception):
    """Why the command cannot do its work: a sentence for people, who are told what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where the database is: for the server, and for its owner."""

    serving: str
    owning: str
    embedded: bool = False


@dataclass(frozen=True)
class Rights:
    """What the serving role is and may."""

    role: str
    superuser: bool
    bypasses: bool
    owns: bool
    serves: bool
    """It has the rights of `thicket_app`."""

    @property
    def excess(self) -> str | None:
        """What row-level security cannot hold this role back by; None when all is well."""
        if self.superuser:
            return f"the role {self.role} is a superuser"
        if self.bypasses:
            return f"the role {self.role} bypasses row-level security"
        return f"the role {self.role} owns the tables" if self.owns else None


@dataclass(frozen=True)
class Ready:
    """A database that can be served from."""

    url: str
    role: str | None
    """Assumed on every connection, where the address's own has too many rights."""
    remark: str | None = None


@contextmanager
def own_database(settings: Settings) -> Iterator[Addresses]:
    """The database that the settings name, else the embedded one, which ends with the block.

    Raises AlreadyRunning, CannotStart and CannotRun.
    """
    if settings.database_url is not None:
        yield _named(settings, settings.database_url)
        return
    server = embedded.start(settings.data_dir / "postgres")
    try:
        asyncio.run(_furnish(server))
        yield _embedded(server)
    finally:
        server.stop()


@contextmanager
def any_database(settings: Settings) -> Iterator[Addresses]:
    """The same; an embedded one that another process runs is used as it is."""
    try:
        with own_database(settings) as addresses:
            yield addresses
    except embedded.AlreadyRunning:
        with embedded.running(settings.data_dir / "postgres") as server:
            yield _embedded(server)


def _named(settings: Settings, url: str) -> Addresses:
    return Addresses(serving=url, owning=settings.database_direct_url or url)


def _embedded(server: embedded.EmbeddedServer) -> Addresses:
    return Addresses(server.url(SERVER, DATABASE), server.url("postgres", DATABASE), embedded=True)


async def _furnish(server: embedded.EmbeddedServer) -> None:
    """Make the database and the serving role where they are missing."""
    async with connected(server.url("postgres", "postgres")) as root:
        if not await root.fetchval("select exists (select from pg_database where datname = $1)", DATABASE):
            await root.execute(f"create database {DATABASE}")
        if not await root.fetchval("select exists (select from pg_roles where rolname = $1)", SERVER):
            await root.execute(f"create role {SERVER} login")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """A connection of its own, also through a pooler. Raises CannotRun when there is none to be had."""
    try:
        connection = await asyncpg.connect(url, timeout=5, statement_cache_size=0)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CannotRun(f"The database at {without_password(url)} cannot be reached: {said}") from error
    try:
        yield connection
    finally:
        await connection.close()


def without_password(url: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@"), query="").geturl()


async def bring_up_to_date(addresses: Addresses) -> None:
    """Run the migrations that are missing, as owner, and let the serving role in. Raises CannotRun."""
    # Not at the top: it takes Alembic and every model, and a server in production does not migrate.
    with uncollected():
        from app import migrate

    async with connected(addresses.owning) as owner:
        await _check_version(owner)
    try:
        await migrate.upgrade(addresses.owning)
    except (SQLAlchemyError, asyncpg.PostgresError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CannotRun(f"The database could not be migrated: {said}") from error
    rights = await rights_of_server(addresses)
    if not rights.serves:
        await _let_in(addresses, rights.role)


async def _let_in(addresses: Addresses, role: str) -> None:
    async with connected(addresses.owning) as owner:
        try:
            await owner.execute(f"grant {APPLICATION} to {await owner.fetchval('select quote_ident($1)', role)}")
        except asyncpg.InsufficientPrivilegeError as error:
            raise CannotRun(
                f"The role {role} is no member of {APPLICATION}, and the owner may not let it in. "
                f"As superuser: grant {APPLICATION} to {role}"
            ) from error


async def rights_of_server(addresses: Addresses) -> Rights:
    """What the serving role is and may. Raises CannotRun."""
    async with connected(addresses.serving) as connection:
        row = await read_row(
            connection,
            """
            select current_user as role, r.rolsuper as superuser, r.rolbypassrls as bypasses,
                   exists (select from pg_class c
                            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                              and pg_has_role(c.relowner, 'usage')) as owns,
                   coalesce((select pg_has_role(a.oid, 'usage') from pg_roles a where a.rolname = $1), false) as serves
              from pg_roles r where r.rolname = current_user
            """,
            APPLICATION,
        )
    assert row is not None
    return Rights(**row)


async def check(settings: Settings, addresses: Addresses) -> Ready:
    """See whether the database can be served from.

    Raises CannotRun: it cannot be reached, is too old, lacks migrations, or the serving role has too few rights; in
    production also if it has too many.
    """
    async with connected(addresses.serving) as connection:
        await _check_version(connection)
    if revisions.is_behind(await revision(addresses)):
        raise CannotRun(
            "The database lacks migrations. Run `thicket migrate`, or start with `thicket serve --migrate`."
        )
    rights = await rights_of_server(addresses)
    if not rights.serves:
        raise CannotRun(f"The role {rights.role} is no member of {APPLICATION}: run `thicket migrate`.")
    if rights.excess is None:
        return Ready(addresses.serving, None)
    if settings.production:
        raise CannotRun(
            f"THICKET_DATABASE_URL: {rights.excess}, so nothing would keep organizations apart. "
            f"Serve as a role of its own that is a member of {APPLICATION}, and give the owner's address in "
            "THICKET_DATABASE_DIRECT_URL."
        )
    remark = f"{rights.excess}: the server acts as {APPLICATION} instead. In production it would refuse to start."
    return Ready(addresses.serving, APPLICATION, remark[0].upper() + remark[1:])


async def revision(addresses: Addresses) -> str | None:
    """The newest migration that the database has had; None if it never had any."""
    async with connected(addresses.serving) as connection:
        try:
            found: str | None = await connection.fetchval("select version_num from alembic_version")
        except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
            return None
        return found


async def is_empty(addresses: Addresses) -> bool:
    """Whether nobody has signed up yet. The owner looks: the serving role would never find anybody."""
    async with connected(addresses.owning) as owner:
        return not await owner.fetchval("select exists (select from users)")


async def _check_version(connection: Connection) -> None:
    version = connection.get_server_version()
    if version.major < OLDEST:
        raise CannotRun(f"PostgreSQL {version.major} is too old: Thicket needs {OLDEST} or newer.")
