"""What a connection to PostgreSQL is like: its limits, and the types that it speaks."""

from typing import Any, cast

import asyncpg
import orjson


class Row(asyncpg.Record):
    """A row whose columns are attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


TIMEOUTS = {
    "jit": "off",
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "60s",
}


class Connection(asyncpg.Connection):
    """A connection that is not reset between uses: nothing of a session ever lasts (`set_config(…, true)`)."""

    def get_reset_query(self) -> str:
        return ""


async def teach_types(connection: asyncpg.Connection) -> None:
    """Ids are text and JSON is Python objects, in both directions. In a transaction, for the sake of poolers."""
    async with connection.transaction():
        await connection.set_type_codec("uuid", encoder=str, decoder=str, schema="pg_catalog", format="text")
        options: Any = {"encoder": lambda value: orjson.dumps(value).decode(), "decoder": orjson.loads}
        await connection.set_type_codec("jsonb", schema="pg_catalog", format="text", **options)


async def read_row(connection: asyncpg.Connection, sql: str, *arguments: Any) -> Row | None:
    """The first row of a look at the database before it serves, also through a pooler."""
    async with connection.transaction(readonly=True):
        return cast(Row | None, await connection.fetchrow(sql, *arguments))
