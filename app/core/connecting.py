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


LONGEST_KEPT = 64 * 1024
"""Bytes of the longest statement that a connection keeps prepared. asyncpg's own limit is a quarter of that: compiled
queries that are longer would be planned anew by every request, which takes ten times as long as to run them."""


class Connection(asyncpg.Connection):
    """A connection that is not reset between uses: nothing of a session ever lasts (`set_config(…, true)`)."""

    def get_reset_query(self) -> str:
        return ""


def made_like(statement_cache_size: int, role: str | None) -> dict[str, Any]:
    """The driver's options. Through a pooler that keeps no prepared statements (0) nothing may be set at the start."""
    return {
        "init": teach_types,
        "record_class": Row,
        "connection_class": Connection,
        "statement_cache_size": statement_cache_size,
        "max_cacheable_statement_size": LONGEST_KEPT,
        "server_settings": {**({"role": role} if role else {}), **(TIMEOUTS if statement_cache_size else {})},
        "timeout": 3,
        "command_timeout": 15,
    }


async def teach_types(connection: asyncpg.Connection) -> None:
    """Ids are text and JSON is Python objects, in both directions. In a transaction, for the sake of poolers."""
    async with connection.transaction():
        await connection.set_type_codec("uuid", encoder=str, decoder=str, schema="pg_catalog", format="text")
        options: Any = {"encoder": lambda value: orjson.dumps(value).decode(), "decoder": orjson.loads}
        await connection.set_type_codec("jsonb", schema="pg_catalog", format="text", **options)


async def read_row(connection: asyncpg.Connection, sql: str, *arguments: Any) -> Row | None:
    """The first row of a statement, also through a pooler.

    Preparing and running are two messages: a pooler keeps them on one connection only in a transaction.
    """
    async with connection.transaction(readonly=True):
        return cast(Row | None, await connection.fetchrow(sql, *arguments))
