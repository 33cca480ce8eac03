"""The one place where transactions begin and end, and where a transaction becomes somebody's.

Statements are SQLModel/SQLAlchemy expressions, compiled once per shape and run on asyncpg's own connection; what
comes back are rows with the columns as attributes. They quack like the model they were selected from, and are typed
as it, but are no instances: reading a page of 100 costs no object of an ORM.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import asyncpg
import orjson
from sqlalchemy import ARRAY, ColumnElement, Executable, Uuid, bindparam
from sqlalchemy.dialects.postgresql import asyncpg as dialect_module
from sqlalchemy.sql.expression import any_
from sqlalchemy.util import LRUCache
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from app.core import clock
from app.core.connecting import Row as Row
from app.core.connecting import made_like, read_row
from app.core.connections import Connections
from app.core.context import Credential, Identity, Place, Presented, Role
from app.core.database_errors import AWAY
from app.core.errors import Unavailable
from app.core.live import Herald
from app.core.writing import Job, Writing

if TYPE_CHECKING:
    from app.core.replica import Replica

log = logging.getLogger(__name__)

T = TypeVar("T")
M = TypeVar("M", bound=SQLModel)

_DIALECT = dialect_module.dialect()  # type: ignore[no-untyped-call]
_COMPILED: LRUCache[Any, Any] = LRUCache(2000)

AT_ONCE = 500
"""Rows that are read at a time where there may be many."""
TRIES = 3
"""How often an operation is tried that lost a deadlock or a serialization conflict."""


def compiled(
    statement: Executable, values: Sequence[str] = (), given: Mapping[str, Any] | None = None
) -> tuple[str, list[Any]]:
    """The statement's SQL text and its arguments in order; `given` are those of its named places.

    Equal shapes are compiled once. A statement that is kept is not even compared.
    """
    # SQLAlchemy's own way of compiling a shape only once; it has no public name for users of other drivers.
    form: Any
    form, extracted, *_ = statement._compile_w_cache(
        _DIALECT, compiled_cache=_COMPILED, column_keys=list(values), for_executemany=False
    )
    arguments = form.construct_params(given, extracted_parameters=extracted)
    return form.string, [arguments[name] for name in form.positiontup or ()]


def among(column: Any, ids: Iterable[str]) -> ColumnElement[bool]:
    """`column = any(ids)`: one statement shape whatever the number of ids, unlike IN."""
    return cast(ColumnElement[bool], column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid(as_uuid=False)))))


@dataclass(frozen=True)
class Call:
    """One of our own SQL functions (migrations/functions.py), and what it is given."""

    function: str
    arguments: tuple[Any, ...]


class Tx:
    """One transaction, shared by the resolvers of one operation: statements queue up, one at a time."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._after_commit: list[Callable[[], Awaitable[object]]] = []
        self._after_rollback: list[Callable[[], Awaitable[object]]] = []
        self._over = False
        self._later = Writing()
        self.statements = 0

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        return cast(list[Any], await self._send(self._connection.fetch, sql, *arguments))

    async def _send(self, send: Callable[..., Awaitable[Any]], sql: str, *arguments: Any) -> Any:
        """Run a statement when those before it are done. Raises Unavailable when the connection breaks meanwhile."""
        async with self._lock:
            if self._over:
                raise Rollback
            if self._later:
                text, written = self._put_off().statement()
                await self._run(self._connection.fetch, text, *written)
            return await self._run(send, sql, *arguments)

    async def _run(self, send: Callable[..., Awaitable[Any]], sql: str, *arguments: Any) -> Any:
        self.statements += 1
        try:
            return await send(sql, *arguments)
        except Exception as error:
            if self._connection.is_closed():  # the driver may stumble over it in other words
                raise Unavailable from error
            raise

    def _put_off(self) -> Writing:
        """What is still to be written; whoever asks writes it."""
        writing, self._later = self._later, Writing()
        return writing

    async def end(self) -> None:
        """Wait for the statement that runs, and run none any more of those that wait: nobody wants them now."""
        async with self._lock:
            self._over = True

    async def all(self, query: SelectOfScalar[T]) -> list[T]:
        """Every row, in the statement's order."""
        return cast(list[T], await self._fetch(*compiled(query)))

    async def first(self, query: SelectOfScalar[T]) -> T | None:
        """The first row, or None."""
        rows = await self.all(query)
        return rows[0] if rows else None

    async def rows(self, query: Executable, **given: Any) -> list[Row]:
        """Rows of a statement that selects columns rather than a whole table; `given` fills its named places."""
        return await self._fetch(*compiled(query, given=given))

    async def value(self, query: Executable) -> Any:
        """The first column of the first row, or None."""
        rows = await self.rows(query)
        return rows[0][0] if rows else None

    async def run(self, statement: Executable) -> int:
        """Run a statement for its effect; how many rows it touched."""
        sql, arguments = compiled(statement)
        status = await self._send(self._connection.execute, sql, *arguments)
        return int(status.rpartition(" ")[2])

    def later(self, *rows: SQLModel) -> None:
        """Insert rows together with what comes next: whatever the operation asks for then, they are there."""
        self._later.rows += rows

    def leave(self, job: Job) -> None:
        """Leave a job together with what comes next."""
        self._later.jobs.append(job)

    async def add(self, row: M) -> M:
        """Insert one row. Every column is set here in Python, so the row is complete as it is."""
        await self.add_all([row])
        return row

    async def add_all(self, rows: Sequence[SQLModel]) -> None:
        """Insert rows in one round trip, with all that was put off."""
        self.later(*rows)
        await self.flush()

    async def store(self, row: M) -> M:
        """Insert a row and what was put off; the row as it is stored, also for who may not see it."""
        (stored,) = await self._fetch(*self._put_off().storing(row))
        return cast(M, stored)

    async def flush(self) -> None:
        """Write what was put off."""
        if self._later:
            await self._fetch(*self._put_off().statement())

    async def call(self, function: str, *arguments: Any) -> list[Row]:
        """Rows of one of our own SQL functions (migrations/functions.py)."""
        places = ", ".join(f"${i + 1}" for i in range(len(arguments)))
        return await self._fetch(f"select * from {function}({places})", arguments)

    async def ask(self, calls: Sequence[Call]) -> list[list[dict[str, Any]]]:
        """The rows of several of our own SQL functions, in one round trip. Ids are text, and so are moments."""
        asked: list[str] = []
        arguments: list[Any] = []
        for call in calls:
            places = ", ".join(f"${len(arguments) + i + 1}" for i in range(len(call.arguments)))
            asked.append(f"(select coalesce(json_agg(found), '[]') from {call.function}({places}) found)")
            arguments += call.arguments
        (row,) = await self._fetch(f"select {', '.join(asked)}", arguments)
        return [orjson.loads(answer) for answer in row]

    async def each(self, function: str, *arguments: Any) -> AsyncIterator[list[Row]]:
        """The same, a few at a time, where there may be more than memory should hold."""
        places = ", ".join(f"${i + 1}" for i in range(len(arguments)))
        await self.flush()
        cursor = await self._connection.cursor(f"select * from {function}({places})", *arguments)
        while rows := await cursor.fetch(AT_ONCE):
            yield cast(list[Row], rows)

    def after_commit(self, work: Callable[[], Awaitable[object]]) -> None:
        """Put work off until the transaction is committed; dropped if it is rolled back."""
        self._after_commit.append(work)

    def after_rollback(self, work: Callable[[], Awaitable[object]]) -> None:
        """Have what was done outside the database undone if the transaction comes to nothing."""
        self._after_rollback.append(work)

    async def begin(self, credential: Credential, slug: str | None) -> tuple[Identity | None, Place | None]:
        """Become the user behind a credential for this transaction, and a member of an organization if one is named.

        None for a credential that is unknown or expired; None for an organization in which the user has no place.
        """
        (row,) = await self.call("thicket_begin", credential.kind.value, credential.digest, clock.now(), slug)
        if row.user_id is None:
            return None, None
        place = Place(row.org_id, row.slug, row.membership_id, Role(row.role)) if row.org_id else None
        shown = (row.credential_id, row.scope, row.expires_at, row.time_zone, row.vocabulary)
        return Identity(row.user_id, Presented(credential.kind), *shown), place

    async def become(self, user_id: str) -> None:
        """Act as a user who has just proved to be one (sign-up, sign-in), or whom the system acts for."""
        await self.call("thicket_become", user_id)

    async def enter(self, user_id: str, slug: str) -> Place | None:
        """Become a member of an organization for this transaction; None if the user has no place in it."""
        rows = await self.call("thicket_enter", slug)
        if not rows or rows[0].org_id is None:
            return None
        row = rows[0]
        return Place(row.org_id, row.slug, row.membership_id, Role(row.role))

    async def work_for(self, org_id: str) -> bool:
        """Act for a whole organization, as a job does: see what an owner sees who has access to every project.

        False where there is no such organization any more, or it was cancelled.
        """
        ((found,),) = await self.call("thicket_work_for", org_id)
        return bool(found)

    async def refresh_access(self) -> None:
        """See what the viewer may see by now, after a change of somebody's access. Takes nothing away."""
        await self.call("thicket_refresh_access")


class Rollback(Exception):
    """Raised inside `transaction` to leave it without a trace."""


class Database:
    """The server's connections. Every setting dies with its transaction, so connections need no cleaning."""

    def __init__(self) -> None:
        self._connections: Connections | None = None
        self._apart: Connections | None = None
        self._pooled = False
        self.replica: Replica | None = None
        """The copy that queries may read, if there is one."""
        self.herald = Herald(lambda channel, said: self.read("select pg_notify($1, $2)", [channel, said]))

    async def open(
        self, url: str, *, size: int, statement_cache_size: int, role: str | None = None, least: int = 1
    ) -> None:
        """Connect.

        `statement_cache_size` 0 is for a pooler that keeps no prepared statements, which takes no start-up settings
        either. `role` is assumed at connecting, where the URL's own role has too many rights (development).
        `least` connections are made at once; with 0 the database may still be away.
        """
        options = made_like(statement_cache_size, role)
        self._pooled = statement_cache_size == 0
        self._connections = await Connections.open(url, least=least, most=size, **options)
        self._apart = await Connections.open(url, least=0, most=2, **options)

    async def close(self) -> None:
        await self.herald.close()
        for pool in (self._connections, self._apart):
            if pool is not None:
                await pool.close()

    async def position(self) -> int:
        """How far the database has written its log, as a number of bytes. Raises Unavailable."""
        return await self._place("pg_current_wal_insert_lsn")

    async def replayed(self) -> int:
        """How far a copy has replayed the log of the database that it follows. Raises Unavailable."""
        return await self._place("pg_last_wal_replay_lsn")

    async def _place(self, function: str) -> int:
        row = await self.read(f"select ({function}() - '0/0')::bigint as place", [])
        return int(row.place or 0) if row else 0

    def connections(self) -> dict[str, int]:
        """How many connections there are by state, and how many there may be at `most`."""
        return self._connections.counts() if self._connections else {"idle": 0, "busy": 0, "most": 0}

    async def call(self, function: str, *arguments: Any) -> list[Row]:
        """Rows of one of our own SQL functions that does its work alone: one round trip. Raises Unavailable."""
        return await self._alone(self._connections, function, arguments)

    async def apart(self, function: str, *arguments: Any) -> list[Row]:
        """The same, committed at once, whatever becomes of the operation that asks.

        On two connections of its own: operations that hold one and wait for another would wait for each other.
        """
        return await self._alone(self._apart, function, arguments)

    async def _alone(self, connections: Connections | None, function: str, arguments: Sequence[Any]) -> list[Row]:
        async with self._connected(connections) as connection:
            if not self._pooled:
                return await Tx(connection).call(function, *arguments)
            # Preparing and running are two messages: a pooler keeps them on one connection only in a transaction.
            async with connection.transaction():
                return await Tx(connection).call(function, *arguments)

    async def read(self, sql: str, arguments: Sequence[Any]) -> Row | None:
        """The only row of a statement that becomes somebody and reads, all in one round trip.

        Its settings die with it. Raises Unavailable, and asyncpg's errors where the statement itself does not run.
        """
        connections = self._connections
        if connections is None:
            raise Unavailable
        try:
            connection = await connections.take()
            try:
                read = partial(read_row, connection) if self._pooled else connection.fetchrow
                row = cast(Row | None, await read(sql, *arguments))
            except BaseException:
                await connections.drop(connection)
                raise
        except AWAY as error:
            log.warning("database away: %s", type(error).__name__)
            raise Unavailable from error
        connections.give_back(connection)
        return row

    @asynccontextmanager
    async def _connected(self, connections: Connections | None) -> AsyncIterator[asyncpg.Connection]:
        """A connection. Raises Unavailable where none is free within 3 seconds, and when it breaks."""
        if connections is None:
            raise Unavailable
        try:
            async with connections.lent() as connection:
                yield connection
        except AWAY as error:
            log.warning("database away: %s", type(error).__name__)
            raise Unavailable from error

    @asynccontextmanager
    async def transaction(self, *, writes: bool, still: bool = False) -> AsyncIterator[Tx]:
        """Begin, commit (or roll back), then run what was put off. `still`: all statements see the same moment.

        Raises Unavailable when the database is away or no connection is free within 3 seconds.
        """
        if self._connections is None:
            raise Unavailable
        tx: Tx | None = None
        ended = False
        try:
            how: Any = {"readonly": not writes, "isolation": "repeatable_read" if still else None}
            async with self._connections.lent() as connection, connection.transaction(**how):
                tx = Tx(connection)
                try:
                    yield tx
                    await tx.flush()
                finally:
                    await tx.end()
                ended = True
        except Rollback:
            await _do_each(tx._after_rollback if tx else ())
            return
        except AWAY as error:
            log.warning("database away: %s", type(error).__name__)
            if not ended:  # else it was lost while it committed, and nobody knows whether it did
                await _do_each(tx._after_rollback if tx else ())
            raise Unavailable from error
        except BaseException:
            await _do_each(tx._after_rollback if tx else ())
            raise
        await _do_each(tx._after_commit if tx else ())

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        """A transaction that reads all from one moment, however long it takes. Raises Unavailable."""
        async with (
            self._connected(self._connections) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield Tx(connection)


async def _do_each(works: Iterable[Callable[[], Awaitable[object]]]) -> None:
    for work in works:
        try:
            await work()
        except Exception:  # the operation itself is done, or refused, and its caller must hear so
            log.exception("Unexpected error after a transaction")
