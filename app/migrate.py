"""Brings a database to the models' shape. The only caller of Alembic."""

from typing import Any

import asyncpg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import app.auth.model
import app.billing.model
import app.calendar.model
import app.chats.model
import app.core.model
import app.files.model
import app.idempotency.model
import app.keys.model
import app.notifications.model
import app.orgs.model
import app.people.model
import app.preferences.model
import app.projects.model
import app.recordings.model
import app.registries.model
import app.search.model
import app.timekeeping.model
import app.timers.model
import app.webhooks.model
import app.workspaces.model  # noqa: F401 -- every table there is
from app.revisions import SCRIPTS
from migrations import standing

LET_THE_SERVER_READ_THE_REVISION = text("grant select on alembic_version to thicket_app")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Run what is missing, as the tables' owner; one at a time, however many processes start at once."""

    def run(connection: Connection) -> None:
        command.upgrade(_config(connection), revision)
        if revision == "head":
            standing.put_in_place(connection)
        connection.execute(LET_THE_SERVER_READ_THE_REVISION)

    await _with_connection(url, run)


async def downgrade(url: str, revision: str) -> None:
    """Go back to an earlier revision, or to `base`: nothing at all.

    Functions and policies go, and with them all that a server may see, until the program of that revision migrates.
    """

    def run(connection: Connection) -> None:
        standing.take_away(connection)
        command.downgrade(_config(connection), revision)

    await _with_connection(url, run)


async def differences(url: str) -> list[Any]:
    """What the database lacks, or has too much, compared with the models; empty when all is well."""
    found: list[Any] = []

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found.extend(compare_metadata(context, SQLModel.metadata))

    await _with_connection(url, compare)
    return found


async def revise(url: str, message: str) -> None:
    """Write a new migration from what differs."""
    await _with_connection(
        url, lambda connection: command.revision(_config(connection), message=message, autogenerate=True)
    )


async def _with_connection(url: str, work: Any) -> None:
    # asyncpg reads the address, as everywhere else: SQLAlchemy would read its options (sslmode, say) differently.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
    try:
        async with engine.connect() as connection:
            await connection.execute(text("select pg_advisory_lock(720615)"))
            await connection.commit()
            await connection.run_sync(work)
            await connection.commit()
    finally:
        await engine.dispose()
